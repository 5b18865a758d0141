extension DocumentDecoder {
  static let maximumCues = 5000

  mutating func captions(_ node: JSONNode) -> Captions? {
    guard let fields = fields(node, .captions) else { return nil }
    var captions = Captions(source: captionSource(fields) ?? .cues([]))
    captions.mode = captionMode(fields, captions.source) ?? .line
    captions.styleName =
      styleName(fields["style"], "caption style", in: styles.captions) ?? "default"
    captions.style = styles.captions[captions.styleName] ?? TextStyle()
    captions.place = word(fields["place"], foreign: Self.placeNames) ?? captions.place
    captions.margin = length(fields["margin"]) ?? captions.margin
    captions.maxWidth = positive(fields["max_width"]) ?? captions.maxWidth
    captions.maxLines = integer(fields["max_lines"], 1...10) ?? captions.maxLines
    captions.minimumShow = time(fields["min_show"]) ?? captions.minimumShow
    captions.bridge = time(fields["bridge"]) ?? captions.bridge
    captions.pauseBreak = time(fields["pause_break"]) ?? captions.pauseBreak
    captions.maximumCPS = number(fields["max_cps"], 1...1000)
    captions.language = language(fields["lang"])
    if isVariant { captions.hidden = flag(fields["hidden"]) ?? false }
    return captions
  }

  // MARK: Source

  /// The one source; two are told at the second.
  private mutating func captionSource(_ fields: Fields) -> Captions.Source? {
    let members = Self.sourceFamilies.joined().compactMap { fields.member($0) }
      .sorted { $0.keyStart < $1.keyStart }
    let sources = members.map { ($0, source($0)) }
    guard let first = sources.first else {
      guard !isPartial else { return nil }
      findings.add(
        Finding(
          .missingKey, value: fields.node,
          .whole(
            "captions need exactly one of 'words', 'srt', 'vtt' and 'cues'; "
              + "a scene without captions says null where the defaults have some")))
      return nil
    }
    if sources.count > 1 {
      findings.add(
        Finding(
          .layoutConflict, key: sources[1].0,
          "'\(sources[1].0.key)' and '\(first.0.key)' both say what is read: keep one of them"))
    }
    return first.1
  }

  private mutating func source(_ member: JSONMember) -> Captions.Source? {
    let node = member.node
    if member.key == "cues" { return cues(node) }
    guard let id = assetID(node, kinds: [.words, .captions], "captions") else { return nil }
    switch member.key {
    case "srt": return .srt(id)
    case "vtt": return .vtt(id)
    default: return .words(id)
    }
  }

  private mutating func cues(_ node: JSONNode) -> Captions.Source {
    let outer = isPartial
    isPartial = false
    defer { isPartial = outer }
    if case .array(let items) = node.value, items.isEmpty {
      outOfRange(node, "must have at least one cue: remove the captions of a scene without words")
    }
    var list: [Captions.Cue] = []
    var latest: Rational?
    for item in items(node, limit: Self.maximumCues, of: "cues in a scene") {
      guard let cue = cue(item) else { continue }
      let start = cue.from.seconds(at: frameRate)
      if let latest, start < latest {
        findings.add(
          Finding(
            .wordsOrder, value: item,
            .whole("the cue begins before the one above it: put the cues in the order of 'from'")))
      }
      latest = max(latest ?? start, start)
      list.append(cue)
    }
    return .cues(list)
  }

  private mutating func cue(_ node: JSONNode) -> Captions.Cue? {
    guard let fields = fields(node, .cue) else { return nil }
    for key in Shape.cue.keys where fields[key] == nil { missing(key, in: fields, .cue) }
    let (from, to) = (time(fields["from"]), time(fields["to"]))
    let text = plainText(fields["text"])
    guard let from, let to else { return nil }
    if to.seconds(at: frameRate) <= from.seconds(at: frameRate), let node = fields["to"] {
      outOfRange(node, "must be after 'from'")
    }
    return Captions.Cue(from: from, to: to, text: text ?? "")
  }

  // MARK: Further keys

  private mutating func captionMode(_ fields: Fields, _ source: Captions.Source) -> Captions.Mode? {
    guard let node = fields["mode"] else { return nil }
    let mode: Captions.Mode? = word(
      node, foreign: ["lines": "line", "words": "word", "word-by-word": "word"])
    guard mode == .karaoke, let key = fields.members.first(where: { Self.isTimedByCue($0.key) })
    else { return mode }
    let allowed = Captions.Mode.allCases.filter { $0 != .karaoke }.map(\.rawValue)
    // Where defaults gave the mode, the mistake is the source of the scene.
    if node.start < fields.node.start || node.start >= fields.node.end {
      findings.add(
        Finding(
          .word, key: key,
          "karaoke, which the defaults ask for, needs the time of each word: "
            + "give 'words' in place of '\(key.key)', or another 'mode'"))
    } else {
      notAWord(
        node, "karaoke", allowed: allowed,
        within: " with \(key.key), which has no time of each word")
    }
    return mode
  }

  private static func isTimedByCue(_ key: String) -> Bool { ["srt", "vtt", "cues"].contains(key) }

  /// A language tag by its form; which tags exist is not looked up.
  private mutating func language(_ node: JSONNode?) -> String? {
    guard let node else { return nil }
    guard let text = node.string, Self.isLanguage(text) else {
      wrongType(node, "a language tag such as \"en\", \"ko\" or \"zh-Hant\"")
      return nil
    }
    return text
  }

  /// Whether text has the form of a BCP 47 tag.
  static func isLanguage(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count <= 35, let first = parts.first, (2...8).contains(first.utf8.count),
      first.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 })
    else { return false }
    return parts.dropFirst().allSatisfy { part in
      (1...8).contains(part.utf8.count)
        && part.utf8.allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 }
    }
  }
}
