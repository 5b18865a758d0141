extension DocumentReading {
  /// The document with variables and defaults in place and every default written out: a scene document
  /// again, whose expansion is itself. Keys that begin with `x-` and `meta` are kept. Nil where the
  /// document has errors.
  ///
  /// Left out is only what the files decide: the kind of a layer, the motion of a background, the end of
  /// a layer that lasts as long as its scene.
  public var expanded: JSONValue? {
    guard let document else { return nil }
    var json = document.expanded
    if source.hasPrivateKeys { json = json.keepingPrivateKeys(of: source.effective) }
    if let meta = document.meta { json.append("meta", meta) }
    return json
  }

  /// `expanded` as text that ends with a line feed.
  public var expandedText: String? { expanded.map { $0.prettyText + "\n" } }
}

extension JSONValue {
  /// With the members of `node` that begin with `x-`, at every level where both have the same shape.
  fileprivate func keepingPrivateKeys(of node: JSONNode) -> JSONValue {
    switch (self, node.value) {
    case (.object(let members), .object(let written)):
      var result = members.map { member in
        let inner = written.first { $0.key == member.key }
        return Member(
          member.key, inner.map { member.value.keepingPrivateKeys(of: $0.node) } ?? member.value)
      }
      for member in written where member.isPrivate {
        result.append(Member(member.key, member.node.plain))
      }
      return .object(result)
    case (.array(let items), .array(let written)) where items.count == written.count:
      return .array(zip(items, written).map { $0.keepingPrivateKeys(of: $1) })
    default: return self
    }
  }

  mutating func append(_ key: String, _ value: JSONValue) {
    guard case .object(var members) = self else { return }
    members.append(Member(key, value))
    self = .object(members)
  }
}

/// An object under construction: members with nil are left out.
struct ObjectBuilder {
  private var members: [JSONValue.Member] = []

  var json: JSONValue { .object(members) }

  mutating func add(_ key: String, _ value: JSONValue?) {
    if let value { members.append(JSONValue.Member(key, value)) }
  }
  mutating func add(_ key: String, _ flag: Bool) { add(key, .bool(flag)) }
  mutating func add(_ key: String, _ number: Double?) { add(key, number.map(JSONValue.number)) }
  mutating func add(_ key: String, _ number: Int?) { add(key, number.map(JSONValue.integer)) }
  mutating func add(_ key: String, _ word: (some DocumentWord)?) {
    add(key, word.map { JSONValue.string($0.rawValue) })
  }
  mutating func add(_ key: String, _ time: Time?) { add(key, time?.json) }
  mutating func add(_ key: String, _ length: Length) { add(key, length.json) }
  mutating func add(_ key: String, _ color: Color) { add(key, .string(color.description)) }
  /// An id, in which nothing is replaced.
  mutating func add(_ key: String, id: String?) { add(key, id.map(JSONValue.string)) }
  /// Text in which variables would be replaced: its dollar signs are kept from that.
  mutating func add(_ key: String, text: String?) {
    add(key, text.map { .string($0.withDollarsKept) })
  }
}

extension String {
  /// Text that gives this one once its variables are replaced.
  fileprivate var withDollarsKept: String {
    guard utf8.contains(UInt8(ascii: "$")) else { return self }
    var result = ""
    let scalars = Array(unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      result.unicodeScalars.append(scalar)
      if scalar == "$", index + 1 < scalars.count, "${".unicodeScalars.contains(scalars[index + 1])
      {
        result += "$"
      }
    }
    return result
  }
}

extension Time {
  var json: JSONValue {
    switch self {
    case .microseconds(let time): .number(Double(time) / 1_000_000)
    case .frames(let count): .string("\(count)f")
    }
  }
}

extension Length {
  var json: JSONValue {
    switch unit {
    case .fraction: .number(value)
    case .percent: .string(decimalText + "%")
    case .pixels: .string(decimalText + "px")
    case .vmin: .string(decimalText + "vmin")
    }
  }

  /// Without an exponent, which a length may not have.
  private var decimalText: String {
    let text = canonicalText(of: value)
    guard text.contains("e") else { return text }
    return value < 0 ? "-0.000001" : "0.000001"
  }
}

extension Size {
  var json: JSONValue { .array([width, height].map { $0?.json ?? "auto" }) }
}

extension Point {
  var json: JSONValue { [.number(x), .number(y)] }
}
