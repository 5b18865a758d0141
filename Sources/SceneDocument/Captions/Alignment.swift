/// Characters with their times.
struct Alignment {
  struct Character {
    var text: String
    /// Microseconds.
    var start: Int64
    var end: Int64
    /// Where its start stands: which object of the answer, and the byte there.
    var file: Int
    var place: Int32
  }

  var characters: [Character] = []
  var text: String { characters.map(\.text).joined() }
}

/// One object of the service's answer.
struct AlignmentChunk {
  var plain: Alignment?
  var normalized: Alignment?

  init(_ file: JSONFile, _ index: Int) throws(CaptionFileError) {
    guard file.root.isObject else {
      throw file.error(.type, file.root, "the answer must be an object with an 'alignment'")
    }
    if file.root["detail"] != nil, file.root["alignment"] == nil {
      throw file.error(
        .type, file.root, "this is an error the service answered with, not speech: ask it again")
    }
    if file.root["characters"] != nil {
      plain = try Self.alignment(file.root, in: file, index)
      return
    }
    plain = try Self.part("alignment", in: file, index)
    normalized = try Self.part("normalized_alignment", in: file, index)
    if file.root["alignment"] == nil, file.root["normalized_alignment"] == nil,
      file.root["audio_base64"] == nil
    {
      throw file.error(
        .missingKey, file.root, "the answer has no 'alignment': is it of speech with timestamps?")
    }
  }

  private static func part(
    _ key: String, in file: JSONFile, _ index: Int
  ) throws(CaptionFileError) -> Alignment? {
    guard let node = file.root[key], !node.isNull else { return nil }
    return try alignment(node, in: file, index)
  }

  private static func alignment(
    _ node: JSONNode, in file: JSONFile, _ number: Int
  ) throws(CaptionFileError) -> Alignment {
    let texts = try list("characters", of: node, in: file)
    let starts = try list("character_start_times_seconds", of: node, in: file)
    let ends = try list("character_end_times_seconds", of: node, in: file)
    guard texts.count == starts.count, texts.count == ends.count else {
      throw file.error(
        .range, node,
        "the lists of the alignment differ in length: \(texts.count) characters, "
          + "\(starts.count) starts, \(ends.count) ends")
    }
    if texts.count > 10 * CaptionFile.maximumWords {
      throw file.error(.limit, node, "more than \(10 * CaptionFile.maximumWords) characters")
    }
    var alignment = Alignment()
    alignment.characters.reserveCapacity(texts.count)
    for index in texts.indices {
      guard let text = texts[index].string else {
        throw file.error(.type, texts[index], "a character must be text")
      }
      let start = try time(starts[index], in: file)
      let end = try time(ends[index], in: file)
      try check(start, end, after: alignment.characters.last, starts[index], ends[index], file)
      alignment.characters.append(
        Alignment.Character(
          text: text, start: start, end: end, file: number, place: starts[index].start))
    }
    return alignment
  }

  /// Rounding moves times by less than this.
  private static let tolerance: Int64 = 1000

  private static func check(
    _ start: Int64, _ end: Int64, after previous: Alignment.Character?, _ startNode: JSONNode,
    _ endNode: JSONNode, _ file: JSONFile
  ) throws(CaptionFileError) {
    if end < start - tolerance {
      throw file.error(
        .wordsOrder, endNode,
        "a character ends before it begins: the service's timing is broken; ask it again")
    }
    if let previous, start < previous.start - tolerance {
      throw file.error(
        .wordsOrder, startNode,
        "the times go back, from \(canonicalText(of: Double(previous.start) / 1_000_000)) s to "
          + "\(canonicalText(of: Double(start) / 1_000_000)) s: the service's timing is broken; "
          + "ask it again")
    }
  }

  private static func list(
    _ key: String, of node: JSONNode, in file: JSONFile
  ) throws(CaptionFileError) -> [JSONNode] {
    guard node.isObject else {
      throw file.error(.type, node, "an alignment must be an object of three lists, or null")
    }
    guard let list = node[key] else {
      throw file.error(.missingKey, node, "an alignment needs '\(key)'")
    }
    guard case .array(let items) = list.value else {
      throw file.error(.type, list, "'\(key)' must be a list")
    }
    return items
  }

  private static func time(_ node: JSONNode, in file: JSONFile) throws(CaptionFileError) -> Int64 {
    guard case .number(let seconds) = node.value else {
      throw file.error(.type, node, "a time must be a number of seconds")
    }
    guard seconds >= 0, seconds <= Double(Time.maximumSeconds) else {
      throw file.error(
        .range, node, "a time must be between 0 and \(Time.maximumSeconds) seconds")
    }
    return Int64((seconds * 1_000_000).rounded())
  }
}
