/// A JSON value with its place in the text it was read from.
///
/// A node that was merged or imported keeps the place of the text that gave its value, so a place is
/// also its origin.
struct JSONNode: Sendable {
  enum Value: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
  }

  var value: Value
  /// Byte offsets in the text; the end is open.
  var start: Int32
  var end: Int32

  init(_ value: Value, from start: Int, to end: Int) {
    (self.value, self.start, self.end) = (value, Int32(start), Int32(end))
  }

  /// A value that stands where `place` stands in the text.
  init(_ value: Value, at place: JSONNode) {
    (self.value, self.start, self.end) = (value, place.start, place.end)
  }

  /// The members of an object; none for any other value.
  var members: [JSONMember] { if case .object(let members) = value { members } else { [] } }
  /// The items of an array; none for any other value.
  var items: [JSONNode] { if case .array(let items) = value { items } else { [] } }
  var string: String? { if case .string(let text) = value { text } else { nil } }

  var isNull: Bool { if case .null = value { true } else { false } }
  var isObject: Bool { if case .object = value { true } else { false } }

  subscript(key: String) -> JSONNode? { member(key)?.node }

  /// The first member with this key.
  func member(_ key: String) -> JSONMember? {
    guard case .object(let members) = value else { return nil }
    return members.firstIndex(ofKey: key).map { members[$0] }
  }

  /// The value without its places.
  var plain: JSONValue {
    switch value {
    case .null: .null
    case .bool(let flag): .bool(flag)
    case .number(let number): .number(number)
    case .string(let text): .string(text)
    case .array(let items): .array(items.map(\.plain))
    case .object(let members): .object(members.map { JSONValue.Member($0.key, $0.node.plain) })
    }
  }
}

/// One key of an object and its value.
struct JSONMember: Sendable {
  var key: String
  /// Byte offset of the key's opening quote, and of the first byte after the closing one.
  var keyStart: Int32
  var keyEnd: Int32
  var node: JSONNode
  /// Bytes of `key`. Objects are small: going through them by length first is quicker than hashing.
  private(set) var keyLength: Int32

  init(key: String, keyStart: Int32, keyEnd: Int32, node: JSONNode) {
    (self.key, self.keyStart, self.keyEnd, self.node) = (key, keyStart, keyEnd, node)
    keyLength = Int32(truncatingIfNeeded: key.utf8.count)
  }

  mutating func rename(_ name: String) {
    key = name
    keyLength = Int32(truncatingIfNeeded: name.utf8.count)
  }

  /// Ignored by the engine, kept for whoever wrote it.
  var isPrivate: Bool { key.hasPrefix("x-") }
}

extension [JSONMember] {
  /// Of the first member with a key.
  func firstIndex(ofKey key: String) -> Int? {
    let length = Int32(truncatingIfNeeded: key.utf8.count)
    for index in indices where self[index].keyLength == length && self[index].key == key {
      return index
    }
    return nil
  }
}
