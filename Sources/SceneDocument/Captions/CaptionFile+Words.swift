extension CaptionFile {
  /// Reads a words file: `{"v": 1, "lang": "ko", "words": [{"t": "안녕하세요", "s": 0.12, "e": 0.83}]}`
  /// with seconds from the start of the narration's file.
  ///
  /// Starts and ends must not go backwards. Keys that begin with `x-` are passed over.
  public static func words(_ bytes: [UInt8]) throws(CaptionFileError) -> CaptionTrack {
    try checkSize(bytes, atMost: maximumBytes)
    let file = try JSONFile(bytes)
    try file.checkKeys(of: file.root, "a words file", ["v", "lang", "words"])
    try checkVersion(file)
    var track = CaptionTrack()
    if let node = file.root["lang"] {
      guard let language = node.string, DocumentDecoder.isLanguage(language) else {
        throw file.error(
          .type, node, "'lang' must be a language tag such as \"en\", \"ko\" or \"zh-Hant\"")
      }
      track.language = language
    }
    guard let list = file.root["words"] else {
      throw file.error(.missingKey, file.root, "a words file needs 'words', a list")
    }
    guard case .array(let items) = list.value else {
      throw file.error(.type, list, "'words' must be a list of {\"t\", \"s\", \"e\"}")
    }
    if items.isEmpty {
      throw file.error(.range, list, "'words' has no word: leave the captions out instead")
    }
    if items.count > maximumWords {
      throw file.error(
        .limit, items[maximumWords], "more than \(maximumWords) words: split the scene")
    }
    track.words.reserveCapacity(items.count)
    for item in items { track.words.append(try word(item, after: track.words.last, in: file)) }
    return track
  }

  private static func checkVersion(_ file: JSONFile) throws(CaptionFileError) {
    guard let node = file.root["v"] else {
      throw file.error(.missingKey, file.root, "a words file needs 'v': write \"v\": 1")
    }
    guard case .number(1) = node.value else {
      throw file.error(.specVersion, node, "'v' must be 1, the only version of words files")
    }
  }

  private static func word(
    _ node: JSONNode, after previous: TimedWord?, in file: JSONFile
  ) throws(CaptionFileError) -> TimedWord {
    try file.checkKeys(of: node, "a word", ["t", "s", "e"])
    for key in ["t", "s", "e"] where node[key] == nil {
      throw file.error(.missingKey, node, "a word needs '\(key)'")
    }
    guard let textNode = node["t"], let startNode = node["s"], let endNode = node["e"] else {
      throw file.error(.missingKey, node, "a word needs 't', 's' and 'e'")
    }
    guard let text = textNode.string, !text.isEmpty, text.unicodeScalars.allSatisfy(isBare) else {
      throw file.error(
        .type, textNode,
        "'t' must be one word without white space: give each word its own times")
    }
    let start = try time(startNode, "s", in: file)
    let end = try time(endNode, "e", in: file)
    if end < start {
      throw file.error(.wordsOrder, endNode, "the word ends before it begins: 'e' is below 's'")
    }
    if let previous, start < previous.start {
      throw file.error(
        .wordsOrder, startNode,
        "the word begins before the one above it, at \(seconds(previous.start)) s: "
          + "put the words in the order of 's'")
    }
    if let previous, end < previous.end {
      throw file.error(
        .wordsOrder, endNode,
        "the word ends before the one above it, at \(seconds(previous.end)) s: correct its times")
    }
    return TimedWord(text, start: start, end: end)
  }

  private static func isBare(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
  }

  private static func time(
    _ node: JSONNode, _ key: String, in file: JSONFile
  ) throws(CaptionFileError) -> Int64 {
    guard case .number(let seconds) = node.value else {
      throw file.error(.type, node, "'\(key)' must be a number of seconds")
    }
    guard seconds >= 0, seconds <= Double(Time.maximumSeconds) else {
      throw file.error(
        .range, node, "'\(key)' must be between 0 and \(Time.maximumSeconds) seconds")
    }
    return Int64((seconds * 1_000_000).rounded())
  }

  private static func seconds(_ time: Int64) -> String {
    canonicalText(of: Double(time) / 1_000_000)
  }

  /// The text of a words file, one word a line. Of cues, each word has its share of its cue's time.
  public static func wordsFile(of track: CaptionTrack, language: String? = nil) -> String {
    let words = track.words.isEmpty ? TimedCue.words(of: track.cues) : track.words
    var head = ObjectBuilder()
    head.add("v", 1)
    head.add("lang", id: language ?? track.language)
    let lines = words.map { word in
      var object = ObjectBuilder()
      object.add("t", id: word.text)
      object.add("s", Double(word.start) / 1_000_000)
      object.add("e", Double(word.end) / 1_000_000)
      return "  " + object.json.compactText
    }
    return head.json.compactText.dropLast() + ",\"words\":[\n" + lines.joined(separator: ",\n")
      + "\n]}\n"
  }
}

/// JSON of a caption file, with places for what is wrong in it.
struct JSONFile {
  let root: JSONNode
  let text: SourceText
  /// The line of the file before the first of `text`.
  let linesBefore: Int

  /// - Parameter allowsLongStrings: for files that hold sound.
  init(
    _ bytes: [UInt8], linesBefore: Int = 0, allowsLongStrings: Bool = false
  ) throws(CaptionFileError) {
    text = SourceText(bytes)
    self.linesBefore = linesBefore
    var reader = JSONReader(bytes)
    do throws(JSONSyntaxError) {
      root = try reader.document()
    } catch {
      let place = text.place(of: min(error.offset, bytes.count))
      throw CaptionFileError(
        error.isLimit ? .limit : .jsonSyntax, line: linesBefore + place.line, column: place.column,
        error.message)
    }
    var findings = Findings()
    reader.report(to: &findings)
    let first = findings.list.filter { !allowsLongStrings || $0.code != .limit }
      .min { $0.place < $1.place }
    if let first, case .whole(let message) = first.message {
      throw self.error(first.code, at: first.place, message)
    }
  }

  func error(
    _ code: DiagnosticCode, _ node: JSONNode, _ message: String
  ) -> CaptionFileError { error(code, at: node.start, message) }

  func error(_ code: DiagnosticCode, at offset: Int32, _ message: String) -> CaptionFileError {
    var error = CaptionFile.error(code, text, at: Int(offset), message)
    error.line += linesBefore
    return error
  }

  /// Throws for what is no object, and for keys that do not belong in it.
  func checkKeys(
    of node: JSONNode, _ what: String, _ keys: [String]
  ) throws(CaptionFileError) {
    guard node.isObject else { throw error(.type, node, "\(what) must be an object") }
    for member in node.members where !member.isPrivate && !keys.contains(member.key) {
      let names = keys.map { "'\($0)'" }.joined(separator: ", ")
      throw error(
        .unknownKey, at: member.keyStart,
        "unknown key '\(member.key.prefix(60))' in \(what), which has \(names)")
    }
  }
}
