/// Puts variables in place of `${name}` in a document's strings.
struct Variables {
  var findings = Findings()
  private var members: [JSONMember] = []
  private var values: [String: JSONNode] = [:]
  private var used: Set<String> = []

  /// Reads `vars`; a value that is no string, number, true or false is told.
  init(_ root: JSONNode) {
    guard let vars = root["vars"], case .object(let members) = vars.value else {
      if let vars = root["vars"] {
        findings.settle(
          Finding(.type, value: vars, .aboutValue("must be an object of values by name")))
      }
      return
    }
    self.members = members
    for member in members {
      if !DocumentDecoder.isID(member.key) {
        findings.add(
          Finding(
            .type, key: member, "the variable's name must be \(DocumentDecoder.idRule)"))
      }
      switch member.node.value {
      case .string, .number, .bool:
        if values[member.key] == nil { values[member.key] = member.node }
      default:
        findings.settle(
          Finding(
            .type, value: member.node, .aboutValue("must be text, a number, true or false")))
      }
    }
  }

  /// The document with every variable replaced, and warnings for those never used.
  mutating func substitute(in root: JSONNode) -> JSONNode {
    var result = root
    if case .object(var members) = root.value {
      let untouched: Set = ["spec", "id", "vars", "meta"]
      for index in members.indices
      where !members[index].isPrivate && !untouched.contains(members[index].key) {
        apply(to: &members[index].node)
      }
      result.value = .object(members)
    }
    return result
  }

  mutating func warnOfUnused() {
    for member in members where !used.contains(member.key) {
      findings.add(
        Finding(
          .unusedVariable, key: member,
          "the variable '\(member.key)' is not used: remove it, or write ${\(member.key)} somewhere"
        ))
    }
  }

  private mutating func apply(to node: inout JSONNode) {
    switch node.value {
    case .string(let text): replace(text, in: &node)
    case .array(var items):
      node.value = .null
      for index in items.indices { apply(to: &items[index]) }
      node.value = .array(items)
    case .object(var members):
      node.value = .null
      for index in members.indices
      where !members[index].isPrivate && members[index].key != "id" {
        apply(to: &members[index].node)
      }
      node.value = .object(members)
    default: break
    }
  }

  private mutating func replace(_ text: String, in node: inout JSONNode) {
    let bytes = Array(text.utf8)
    guard bytes.contains(UInt8(ascii: "$")) else { return }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      guard bytes[index] == UInt8(ascii: "$"),
        next == UInt8(ascii: "$") || next == UInt8(ascii: "{")
      else {
        result.append(bytes[index])
        index += 1
        continue
      }
      if next == UInt8(ascii: "$") {
        result.append(next)
        index += 2
        continue
      }
      let end = bytes[index...].firstIndex(of: UInt8(ascii: "}")) ?? bytes.count
      let name = String(decoding: bytes[index + 2..<end], as: UTF8.self)
      guard end < bytes.count, let value = values[name] else {
        undefined(end < bytes.count ? name : "", in: node, text)
        return
      }
      used.insert(name)
      if index == 0, end + 1 == bytes.count {
        node.value = value.value
        return
      }
      result.append(contentsOf: Self.text(of: value).utf8)
      index = end + 1
      guard result.count <= JSONReader.maximumString else {
        findings.settle(
          Finding(
            .limit, value: node,
            .aboutValue("is longer than 64 KiB once its variables are put in place")))
        return
      }
    }
    node.value = .string(String(decoding: result, as: UTF8.self))
  }

  private static func text(of node: JSONNode) -> String {
    switch node.value {
    case .string(let text): text
    case .number(let number): canonicalText(of: number)
    case .bool(let flag): flag ? "true" : "false"
    default: ""
    }
  }

  private mutating func undefined(_ name: String, in node: JSONNode, _ text: String) {
    let names = values.keys.sorted()
    var message =
      name.isEmpty
      ? "has '${' without a variable's name: write '$$' for a dollar sign"
      : "uses the variable '\(name)', which 'vars' does not define"
    var repair: Finding.Repair?
    if let answer = Suggestions.nearest(to: name, among: names) {
      message += "; did you mean '\(answer.name)'?"
      let parts = text.split(separator: "${\(name)}", omittingEmptySubsequences: false)
      repair = Finding.Repair(
        change: .replace(.string(parts.joined(separator: "${\(answer.name)}"))),
        suggestion: answer.name, isSingle: answer.isSingle)
    }
    findings.settle(
      Finding(
        .undefinedVariable, value: node, .aboutValue(message),
        allowed: names.count <= 20 ? names : [], repair: repair))
  }
}
