extension CaptionFile {
  /// Reads SubRip as players do: numbers may be missing or wrong, cues may overlap or stand out of order
  /// (they are sorted), markup is taken out, cues without text are dropped.
  public static func srt(_ bytes: [UInt8]) throws(CaptionFileError) -> CaptionTrack {
    let file = try CaptionLines(bytes)
    if file.lines.first?.starts(with: "WEBVTT".utf8) == true {
      throw CaptionFileError(.type, line: 1, "this is a WebVTT file: name it under 'vtt'")
    }
    var cues = CueList(isVTT: false)
    // What stands before the next time line: text of the last cue, and the number of the next.
    var open: (times: CueTimes, line: Int)?
    var text: [Int] = []
    for index in file.lines.indices {
      guard let times = try CueTimes(file.lines[index], number: index + 1) else {
        text.append(index)
        continue
      }
      // A number belongs to the next cue when nothing stands between the two.
      if let last = text.last, isNumber(file.lines[last]) { text.removeLast() }
      try cues.close(open, text, in: file)
      (open, text) = ((times, index + 1), [])
    }
    try cues.close(open, text, in: file)
    return try cues.track()
  }

  static func isNumber(_ line: ArraySlice<UInt8>) -> Bool {
    !line.isEmpty && line.allSatisfy { $0 &- 0x30 < 10 || $0 == 0x20 }
  }
}

/// The cues of a file being read.
struct CueList {
  let isVTT: Bool
  var language: String?
  private var cues: [TimedCue] = []

  init(isVTT: Bool) { self.isVTT = isVTT }

  /// Adds a cue whose text stands on some lines; before the first cue there must be no text.
  mutating func close(
    _ open: (times: CueTimes, line: Int)?, _ text: [Int], in file: CaptionLines
  ) throws(CaptionFileError) {
    let lines = text.filter { !file.lines[$0].isEmpty }
    guard let open else {
      if let stray = lines.first(where: { !CaptionFile.isNumber(file.lines[$0]) }) {
        throw CaptionFileError(
          .type, line: stray + 1,
          "there is text before the first time: a cue begins with a line such as "
            + "'00:00:01,000 --> 00:00:02,500'")
      }
      return
    }
    let parsed = CueText(lines.map(file.string).joined(separator: "\n"), isVTT: isVTT)
    guard !parsed.lines.isEmpty else { return }
    guard open.times.end > open.times.start else {
      throw CaptionFileError(
        .range, line: open.line,
        "the cue ends when it begins, or before: the second time must be after the first")
    }
    guard cues.count < CaptionFile.maximumCues else {
      throw CaptionFileError(
        .limit, line: open.line, "more than \(CaptionFile.maximumCues) cues: split the file")
    }
    cues.append(
      TimedCue(
        start: open.times.start, end: open.times.end, lines: parsed.lines, line: open.line,
        words: parsed.words(from: open.times.start, to: open.times.end)))
  }

  func track() throws(CaptionFileError) -> CaptionTrack {
    guard !cues.isEmpty else {
      throw CaptionFileError(
        .range, line: 1, "the file has no cue: check that it is the file that was meant")
    }
    let ordered = cues.enumerated().sorted {
      ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
    }
    return CaptionTrack(cues: ordered.map(\.element), language: language)
  }
}
