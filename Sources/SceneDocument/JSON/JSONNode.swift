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
  /// Of `key`; see `KeyMark`.
  private(set) var mark: KeyMark

  init(key: String, keyStart: Int32, keyEnd: Int32, node: JSONNode) {
    (self.key, self.keyStart, self.keyEnd, self.node) = (key, keyStart, keyEnd, node)
    mark = KeyMark(key)
  }

  mutating func rename(_ name: String) {
    key = name
    mark = KeyMark(name)
  }

  /// Ignored by the engine, kept for whoever wrote it.
  var isPrivate: Bool { key.hasPrefix("x-") }
}

/// Length and some letters of a key. Keys with different marks are different, and comparing two marks
/// takes one instruction: objects are small, so nothing is quicker than going through them.
struct KeyMark: Sendable, Equatable {
  private var bits: UInt32

  init(_ key: String) {
    let bytes = key.utf8
    guard let first = bytes.first, let last = bytes.last else {
      bits = 0
      return
    }
    let middle = bytes[bytes.index(bytes.startIndex, offsetBy: bytes.count / 2)]
    let count = UInt32(truncatingIfNeeded: bytes.count)
    bits = count << 24 | UInt32(first) << 16 | UInt32(middle) << 8 | UInt32(last)
  }
}

extension [JSONMember] {
  /// Of the first member with a key.
  func firstIndex(ofKey key: String) -> Int? {
    let mark = KeyMark(key)
    for index in indices where self[index].mark == mark && self[index].key == key { return index }
    return nil
  }
}
