extension CaptionFile {
  /// Reads WebVTT: comments, styles and regions are passed over, cue settings too, times inside the text
  /// are kept as words. Cues out of order are sorted.
  public static func vtt(_ bytes: [UInt8]) throws(CaptionFileError) -> CaptionTrack {
    let file = try CaptionLines(bytes)
    var reader = WebVTTReader(file: file)
    return try reader.track()
  }
}

private struct WebVTTReader {
  let file: CaptionLines
  private var cues = CueList(isVTT: true)
  private var index = 0

  init(file: CaptionLines) { self.file = file }

  mutating func track() throws(CaptionFileError) -> CaptionTrack {
    try header()
    while index < file.lines.count {
      if file.lines[index].isEmpty {
        index += 1
      } else if begins("NOTE") || begins("STYLE") || begins("REGION") {
        skipBlock()
      } else {
        try cue()
      }
    }
    return try cues.track()
  }

  private func begins(_ word: String) -> Bool {
    let line = file.lines[index]
    guard line.starts(with: word.utf8) else { return false }
    let rest = line.dropFirst(word.utf8.count)
    return rest.isEmpty || (word == "NOTE" && (rest.first == 0x20 || rest.first == 0x09))
  }

  private mutating func skipBlock() {
    while index < file.lines.count, !file.lines[index].isEmpty { index += 1 }
  }

  /// The first line, and what follows it up to a blank one or a cue.
  private mutating func header() throws(CaptionFileError) {
    guard let first = file.lines.first, first.starts(with: "WEBVTT".utf8),
      first.count == 6 || first[first.startIndex + 6] == 0x20 || first[first.startIndex + 6] == 0x09
    else {
      throw CaptionFileError(
        .type, line: 1,
        "a WebVTT file begins with the line 'WEBVTT': add it, or name a SubRip file under 'srt'")
    }
    index = 1
    while index < file.lines.count, !file.lines[index].isEmpty {
      if try CueTimes(file.lines[index], number: index + 1) != nil { return }
      let line = file.string(index)
      if line.hasPrefix("Language:") {
        let tag = String(line.dropFirst(9).trimmingSpaces())
        if DocumentDecoder.isLanguage(tag) { cues.language = tag }
      }
      index += 1
    }
  }

  private mutating func cue() throws(CaptionFileError) {
    var times = try CueTimes(file.lines[index], number: index + 1)
    if times == nil {
      // An id may stand above the times.
      let id = index
      index += 1
      if index < file.lines.count { times = try CueTimes(file.lines[index], number: index + 1) }
      guard times != nil else {
        throw CaptionFileError(
          .type, line: id + 1,
          "this text belongs to no cue: give it a line of times, or take out the blank line above it"
        )
      }
    }
    guard let times else { return }
    let line = index + 1
    index += 1
    var text: [Int] = []
    while index < file.lines.count, !file.lines[index].isEmpty {
      // Some files have no blank line between their cues.
      if try CueTimes(file.lines[index], number: index + 1) != nil { break }
      text.append(index)
      index += 1
    }
    try cues.close((times, line), text, in: file)
  }
}
