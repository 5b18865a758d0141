/// Checks a tree against the specification and turns it into values, telling all that is wrong.
///
/// A value that is wrong is told and then replaced by its default, so that one reading finds every
/// mistake. The values are of use only when no error was found.
struct DocumentDecoder {
  var findings = Findings()
  /// The assets declared, by id; filled before anything that may refer to them is read.
  var assetKinds: [String: Asset.Kind] = [:]
  var usedAssets: Set<String> = []
  var frameRate = FrameRate(30)
  /// What is read of the brand kit so far.
  var styles = Styles()
  /// The colours declared, sound or not.
  var paletteNames: Set<String> = []
  /// The variants declared, by id, before any scene is read.
  var variants: [String: Variant] = [:]
  /// True while a scene is read as a variant sees it, where layers may be hidden.
  var isVariant = false
  /// True in `defaults`, where keys may be missing because a scene gives them.
  var isPartial = false
  /// `spec` of the document where it is newer than this reader.
  var newerSpec: String?

  // MARK: Objects

  /// An object whose keys have been checked.
  struct Fields {
    let node: JSONNode
    let members: [JSONMember]

    subscript(key: String) -> JSONNode? {
      members.firstIndex(ofKey: key).map { members[$0].node }
    }

    func member(_ key: String) -> JSONMember? {
      members.firstIndex(ofKey: key).map { members[$0] }
    }
  }

  /// The members of an object, after telling those that do not belong there. Nil if it is no object.
  mutating func fields(_ node: JSONNode, _ shape: Shape) -> Fields? {
    guard case .object(let members) = node.value else {
      wrongType(node, "an object")
      return nil
    }
    for member in members where !shape.has(member) && !member.isPrivate {
      if isVariant, member.key == "hidden", shape.elsewhere["hidden"] != nil { continue }
      unknownKey(member, shape)
    }
    return Fields(node: node, members: members)
  }

  mutating func unknownKey(_ member: JSONMember, _ shape: Shape) {
    if let owner = shape.elsewhere[member.key] {
      let message = "'\(member.key)' belongs to \(owner), not to \(shape.name)"
      findings.add(Finding(.unknownKey, key: member, message, allowed: shape.keys))
      return
    }
    var message = "unknown key '\(excerpt(member.key))' in \(shape.name)"
    if let newerSpec {
      message += "; the document says \(newerSpec), this reader knows scene/1.0"
    }
    var repair: Finding.Repair?
    if let answer = Suggestions.nearest(
      to: member.key, among: shape.keys, foreign: shape.foreign)
    {
      message += "; did you mean '\(answer.name)'?"
      repair = Finding.Repair(
        change: .rename(answer.name), suggestion: answer.name,
        isSingle: answer.isSingle && !shape.inexact.contains(member.key))
    }
    findings.add(
      Finding(.unknownKey, key: member, message, allowed: shape.keys, repair: repair))
  }

  mutating func missing(_ key: String, in fields: Fields, _ shape: Shape, advice: String = "") {
    guard !isPartial else { return }
    findings.add(
      Finding(
        .missingKey, value: fields.node,
        .whole("\(shape.name) needs '\(key)'\(advice.isEmpty ? "" : ": " + advice)")))
  }

  /// A part of the specification that comes in a later release.
  mutating func notSupported(key member: JSONMember, _ feature: String) {
    findings.add(
      Finding(
        .notSupported, key: member,
        "\(feature) come in a later release of the compositor; remove '\(member.key)'"))
  }

  mutating func notSupported(value node: JSONNode, _ message: String) {
    findings.settle(Finding(.notSupported, value: node, .aboutValue(message)))
  }

  /// The items of a list; an error and none for any other value.
  mutating func items(_ node: JSONNode?, limit: Int? = nil, of what: String = "") -> [JSONNode] {
    guard let node else { return [] }
    guard case .array(let items) = node.value else {
      wrongType(node, "a list")
      return []
    }
    guard let limit, items.count > limit else { return items }
    findings.add(
      Finding(.limit, value: items[limit], .whole("more than \(limit) \(what)")))
    return Array(items.prefix(limit))
  }

  // MARK: Telling

  mutating func wrongType(_ node: JSONNode, _ wanted: String, repair: Finding.Repair? = nil) {
    findings.settle(
      Finding(
        .type, value: node, .aboutValue("must be \(wanted), not \(describe(node))"), repair: repair)
    )
  }

  mutating func outOfRange(_ node: JSONNode, _ rule: String, repair: Finding.Repair? = nil) {
    findings.add(Finding(.range, value: node, .aboutValue(rule), repair: repair))
  }

  /// A value as a message quotes it.
  func describe(_ node: JSONNode) -> String {
    switch node.value {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let number): canonicalText(of: number)
    case .string(let text): "'\(excerpt(text))'"
    case .array: "a list"
    case .object: "an object"
    }
  }

  /// Text short enough for a message, on one line.
  func excerpt(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(61) {
      if result.unicodeScalars.count == 60 { return result + "…" }
      result.unicodeScalars.append(scalar.properties.generalCategory == .control ? "�" : scalar)
    }
    return result
  }
}
