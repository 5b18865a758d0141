extension CaptionFile {
  /// Reads the timing that ElevenLabs gives with its speech: one JSON object, or the objects of a stream,
  /// one a line, whose times may run on or begin anew in each.
  ///
  /// - Parameter normalized: whether the words are those that were said (`twelve`) or those that were
  ///   sent (`12`). nil: those that were said where the two differ, because the times are theirs.
  public static func alignment(
    _ bytes: [UInt8], normalized: Bool? = nil
  ) throws(CaptionFileError) -> CaptionTrack {
    try checkSize(bytes, atMost: maximumAlignmentBytes)
    let files = try files(bytes)
    var chunks: [AlignmentChunk] = []
    for (index, file) in files.enumerated() { chunks.append(try AlignmentChunk(file, index)) }
    let wantsNormalized =
      normalized
      ?? chunks.contains { chunk in
        guard let plain = chunk.plain, let spoken = chunk.normalized else { return false }
        return plain.text != spoken.text
      }
    let chosen = chunks.compactMap {
      wantsNormalized ? $0.normalized ?? $0.plain : $0.plain ?? $0.normalized
    }.filter { !$0.characters.isEmpty }
    guard !chosen.isEmpty else {
      throw CaptionFileError(
        .missingKey, line: 1,
        "the answer has no alignment: ask the service for timestamps, or write 'cues' instead")
    }
    return CaptionTrack(words: try words(of: inSequence(chosen), in: files))
  }

  /// One file, or one for each line that holds an object.
  private static func files(_ bytes: [UInt8]) throws(CaptionFileError) -> [JSONFile] {
    let whole: CaptionFileError
    do throws(CaptionFileError) {
      return [try JSONFile(bytes, allowsLongStrings: true)]
    } catch {
      whole = error
    }
    var files: [JSONFile] = []
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let text = line.drop { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }
      // The service's own client passes over lines that hold no object.
      guard text.first == UInt8(ascii: "{") else { continue }
      do throws(CaptionFileError) {
        files.append(try JSONFile(Array(line), linesBefore: number, allowsLongStrings: true))
      } catch {
        // A first line that is cut short is not the line of a stream.
        if files.isEmpty { throw whole }
        throw error
      }
    }
    if files.isEmpty { throw whole }
    return files
  }

  /// The chunks with times that count from the start of the whole.
  private static func inSequence(_ chunks: [Alignment]) -> [Alignment] {
    var runsOn = true
    for (one, next) in zip(chunks, chunks.dropFirst()) {
      guard let last = one.characters.last, let first = next.characters.first else { continue }
      if first.start < last.start { runsOn = false }
    }
    if runsOn { return chunks }
    var offset: Int64 = 0
    return chunks.map { chunk in
      var moved = chunk
      for index in moved.characters.indices {
        moved.characters[index].start += offset
        moved.characters[index].end += offset
      }
      offset = moved.characters.last?.end ?? offset
      return moved
    }
  }

  private static func words(
    of chunks: [Alignment], in files: [JSONFile]
  ) throws(CaptionFileError) -> [TimedWord] {
    let characters = chunks.flatMap(\.characters)
    try refuseDegenerate(characters, in: files)
    var words: [TimedWord] = []
    var token: [Alignment.Character] = []
    for character in characters {
      if character.text.allSatisfy(\.isWhitespace) {
        if !character.text.isEmpty { words += Self.words(of: &token) }
      } else {
        token.append(character)
      }
    }
    words += Self.words(of: &token)
    // Times that go back by less than is heard are rounding, not disorder.
    for index in words.indices.dropFirst() {
      words[index].start = max(words[index].start, words[index - 1].start)
      words[index].end = max(words[index].end, words[index].start, words[index - 1].end)
    }
    guard !words.isEmpty else {
      throw CaptionFileError(.range, line: 1, "the alignment holds white space only")
    }
    return words
  }

  /// The words of characters without white space between them, which are used up.
  private static func words(of token: inout [Alignment.Character]) -> [TimedWord] {
    defer { token = [] }
    let text = token.map(\.text).joined()
    // Which character of the answer a Unicode scalar of the text is of.
    let owners = token.indices.flatMap { index in
      token[index].text.unicodeScalars.map { _ in index }
    }
    var done = 0
    return WordSplitting.pieces(of: text[...]).compactMap { range in
      let piece = text[range]
      let count = piece.unicodeScalars.count
      defer { done += count }
      guard count > 0, done + count <= owners.count else { return nil }
      let (first, last) = (token[owners[done]], token[owners[done + count - 1]])
      return TimedWord(String(piece), start: first.start, end: max(first.start, last.end))
    }
  }

  /// Throws where many characters share one moment: such times say nothing.
  private static func refuseDegenerate(
    _ characters: [Alignment.Character], in files: [JSONFile]
  ) throws(CaptionFileError) {
    let spoken = characters.filter { !$0.text.allSatisfy(\.isWhitespace) }
    var run = 0
    for (index, character) in spoken.enumerated() {
      let isSame =
        index > 0 && character.start == spoken[index - 1].start && character.start == character.end
      run = isSame ? run + 1 : 1
      guard run >= 20 || (run > 1 && run == spoken.count) else { continue }
      throw files[character.file].error(
        .wordsOrder, at: character.place,
        "the times do not rise over \(run) characters: the service gave no real timing; "
          + "ask it again, or write 'cues' instead")
    }
  }
}
