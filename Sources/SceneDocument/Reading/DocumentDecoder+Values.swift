extension DocumentDecoder {
  mutating func number(_ node: JSONNode?, _ range: ClosedRange<Double>) -> Double? {
    guard let node else { return nil }
    switch node.value {
    case .number(let number) where range.contains(number): return number
    case .number(let number):
      outOfRange(
        node,
        "must be between \(canonicalText(of: range.lowerBound)) and "
          + "\(canonicalText(of: range.upperBound)), not \(canonicalText(of: number))")
    default: wrongType(node, "a number", repair: numberRepair(node))
    }
    return nil
  }

  mutating func integer(_ node: JSONNode?, _ range: ClosedRange<Int>) -> Int? {
    guard let node else { return nil }
    guard case .number(let number) = node.value, number == number.rounded() || number.isInfinite
    else {
      wrongType(node, "a whole number", repair: numberRepair(node))
      return nil
    }
    guard number >= Double(range.lowerBound), number <= Double(range.upperBound) else {
      outOfRange(
        node,
        "must be between \(range.lowerBound) and \(range.upperBound), "
          + "not \(canonicalText(of: number))")
      return nil
    }
    return Int(number)
  }

  /// A number written as text, without its quotes.
  private func numberRepair(_ node: JSONNode) -> Finding.Repair? {
    guard let text = node.string, let number = Double(text), number.isFinite else { return nil }
    return Finding.Repair(
      change: .replace(.number(number)), suggestion: canonicalText(of: number))
  }

  mutating func unit(_ node: JSONNode?) -> Double? { number(node, 0...1) }
  mutating func gain(_ node: JSONNode?) -> Gain? { number(node, -96...24).map(Gain.init) }

  /// An opacity; per cent are recognised.
  mutating func opacity(_ node: JSONNode?) -> Double? {
    if let node, case .number(let number) = node.value, number >= 2, number <= 100 {
      let share = number / 100
      outOfRange(
        node, "must be between 0 and 1, not \(canonicalText(of: number))",
        repair: Finding.Repair(
          change: .replace(.number(share)), suggestion: canonicalText(of: share)))
      return nil
    }
    return unit(node)
  }

  mutating func flag(_ node: JSONNode?) -> Bool? {
    guard let node else { return nil }
    if case .bool(let flag) = node.value { return flag }
    var repair: Finding.Repair?
    if let text = node.string, text == "true" || text == "false" {
      repair = Finding.Repair(change: .replace(.bool(text == "true")), suggestion: text)
    }
    wrongType(node, "true or false", repair: repair)
    return nil
  }

  mutating func text(_ node: JSONNode?, maximum: Int = 4096) -> String? {
    guard let node else { return nil }
    guard let text = node.string else {
      wrongType(node, "text")
      return nil
    }
    guard text.unicodeScalars.count <= maximum else {
      outOfRange(node, "must be at most \(maximum) characters long")
      return nil
    }
    return text
  }

  mutating func sha256(_ node: JSONNode?) -> String? {
    guard let node else { return nil }
    let isDigits =
      node.string.map { $0.utf8.count == 64 && $0.utf8.allSatisfy { hexValue($0) != nil } } ?? false
    guard isDigits, let text = node.string else {
      wrongType(node, "64 lower-case hexadecimal digits")
      return nil
    }
    if text == text.lowercased() { return text }
    wrongType(
      node, "64 lower-case hexadecimal digits",
      repair: Finding.Repair(
        change: .replace(.string(text.lowercased())), suggestion: text.lowercased()))
    return nil
  }

  mutating func word<Word: DocumentWord>(
    _ node: JSONNode?, as type: Word.Type = Word.self,
    foreign: @autoclosure () -> [String: String] = [:], later: @autoclosure () -> [String] = []
  ) -> Word? {
    guard let node else { return nil }
    guard let text = node.string else {
      wrongType(node, "text")
      return nil
    }
    if let word = Word(rawValue: text) { return word }
    if later().contains(text) {
      notSupported(
        value: node, "may not be '\(text)' yet: it comes in a later release of the compositor")
      return nil
    }
    notAWord(node, text, allowed: Word.allCases.map(\.rawValue), foreign: foreign())
    return nil
  }

  mutating func notAWord(
    _ node: JSONNode, _ text: String, allowed: [String], foreign: [String: String] = [:],
    within place: String = ""
  ) {
    var message =
      "must be one of \(allowed.joined(separator: ", "))\(place), not '\(excerpt(text))'"
    var repair: Finding.Repair?
    if let answer = Suggestions.nearest(to: text, among: allowed, foreign: foreign) {
      message += "; did you mean '\(answer.name)'?"
      repair = Finding.Repair(
        change: .replace(.string(answer.name)), suggestion: answer.name, isSingle: answer.isSingle)
    }
    findings.settle(
      Finding(.word, value: node, .aboutValue(message), allowed: allowed, repair: repair))
  }

  // MARK: Ids and references

  static let idRule =
    "an id of letters, digits, '.', '_' and '-' that begins with a letter or digit"

  static func isID(_ text: String) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, bytes.count <= 128, !text.hasPrefix("x-") else { return false }
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
    }
    return isAlphanumeric(first)
      && bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
  }

  mutating func id(_ node: JSONNode?) -> String? {
    guard let node else { return nil }
    guard let text = node.string, Self.isID(text) else {
      let isReserved = node.string?.hasPrefix("x-") == true
      wrongType(node, Self.idRule + (isReserved ? "; what begins with 'x-' is reserved" : ""))
      return nil
    }
    return text
  }

  mutating func assetID(_ node: JSONNode?) -> String? {
    guard let node else { return nil }
    guard let text = node.string else {
      wrongType(node, "the id of an asset")
      return nil
    }
    if assetKinds[text] != nil {
      usedAssets.insert(text)
      return text
    }
    unknownReference(node, text, to: "asset", among: assetKinds.keys.sorted())
    return nil
  }

  /// An asset that has to be of one of some kinds, or leaves its kind open.
  mutating func assetID(_ node: JSONNode?, kinds: Set<Asset.Kind>, _ wanted: String) -> String? {
    guard let node, let id = assetID(node) else { return nil }
    guard let kind = assetKinds[id], kind != .auto, !kinds.contains(kind) else { return id }
    findings.settle(
      Finding(
        .type, value: node,
        .aboutValue(
          "must be the asset of \(wanted), but '\(excerpt(id))' is of kind '\(kind.rawValue)'")))
    return nil
  }

  mutating func unknownReference(
    _ node: JSONNode, _ text: String, to what: String, among ids: [String]
  ) {
    var message = "names the \(what) '\(excerpt(text))', which the document does not have"
    var repair: Finding.Repair?
    if let answer = Suggestions.nearest(to: text, among: ids) {
      message += "; did you mean '\(answer.name)'?"
      repair = Finding.Repair(
        change: .replace(.string(answer.name)), suggestion: answer.name, isSingle: answer.isSingle)
    }
    findings.settle(
      Finding(
        .unknownReference, value: node, .aboutValue(message),
        allowed: ids.count <= 20 ? ids : [], repair: repair))
  }
}
