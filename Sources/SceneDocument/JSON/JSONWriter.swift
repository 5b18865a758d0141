extension JSONValue {
  /// Text for people: two spaces for each level, short lists of plain values on one line.
  public var prettyText: String {
    var writer = JSONWriter()
    writer.pretty(self, indent: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Text without white space, members in their own order.
  public var compactText: String {
    var writer = JSONWriter()
    writer.compact(self, sorted: false)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

struct JSONWriter {
  var bytes: [UInt8] = []

  mutating func compact(_ value: JSONValue, sorted: Bool) {
    switch value {
    case .array(let items):
      write("[")
      for (index, item) in items.enumerated() {
        if index > 0 { write(",") }
        compact(item, sorted: sorted)
      }
      write("]")
    case .object(let members):
      write("{")
      let isOrdered =
        !sorted || zip(members, members.dropFirst()).allSatisfy { Self.precedes($0.key, $1.key) }
      let ordered = isOrdered ? members : members.sorted { Self.precedes($0.key, $1.key) }
      for (index, member) in ordered.enumerated() {
        if index > 0 { write(",") }
        string(member.key)
        write(":")
        compact(member.value, sorted: sorted)
      }
      write("}")
    default: scalar(value)
    }
  }

  /// In the order of UTF-16 code units, which that of bytes is for ASCII.
  private static func precedes(_ a: String, _ b: String) -> Bool {
    if a.utf8.count == a.utf16.count, b.utf8.count == b.utf16.count {
      return a.utf8.lexicographicallyPrecedes(b.utf8)
    }
    return a.utf16.lexicographicallyPrecedes(b.utf16)
  }

  mutating func pretty(_ value: JSONValue, indent: Int) {
    switch value {
    case .array(let items) where items.allSatisfy(\.isScalar):
      write("[")
      for (index, item) in items.enumerated() {
        if index > 0 { write(", ") }
        scalar(item)
      }
      write("]")
    case .array(let items):
      write("[")
      for (index, item) in items.enumerated() {
        newLine(indent + 1, comma: index > 0)
        pretty(item, indent: indent + 1)
      }
      newLine(indent)
      write("]")
    case .object(let members) where members.isEmpty: write("{}")
    case .object(let members):
      write("{")
      for (index, member) in members.enumerated() {
        newLine(indent + 1, comma: index > 0)
        string(member.key)
        write(": ")
        pretty(member.value, indent: indent + 1)
      }
      newLine(indent)
      write("}")
    default: scalar(value)
    }
  }

  private static let spaces = [UInt8](repeating: 0x20, count: 2 * JSONReader.maximumDepth)

  private mutating func newLine(_ indent: Int, comma: Bool = false) {
    if comma { write(",") }
    bytes.append(0x0A)
    bytes.append(contentsOf: Self.spaces[..<min(2 * indent, Self.spaces.count)])
  }

  private mutating func scalar(_ value: JSONValue) {
    switch value {
    case .null: write("null")
    case .bool(let flag): write(flag ? "true" : "false")
    case .number(let number):
      if 0..<1e9 ~= number, number == number.rounded() {
        digits(Int(number))
      } else {
        write(canonicalText(of: number))
      }
    case .string(let text): string(text)
    case .array, .object: break
    }
  }

  private mutating func digits(_ number: Int) {
    if number > 9 { digits(number / 10) }
    bytes.append(UInt8(0x30 + number % 10))
  }

  private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// The least escaping that JSON allows, as RFC 8785 asks.
  private mutating func string(_ text: String) {
    bytes.append(0x22)
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    var isPlain = true
    for index in start..<bytes.count {
      let byte = bytes[index]
      if byte < 0x20 || byte == 0x22 || byte == 0x5C { isPlain = false }
    }
    if isPlain {
      bytes.append(0x22)
      return
    }
    bytes.removeSubrange(start...)
    for byte in text.utf8 {
      switch byte {
      case 0x22: write("\\\"")
      case 0x5C: write("\\\\")
      case 0x08: write("\\b")
      case 0x09: write("\\t")
      case 0x0A: write("\\n")
      case 0x0C: write("\\f")
      case 0x0D: write("\\r")
      case 0..<0x20: write("\\u00" + hexadecimal([byte]))
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }
}

extension JSONValue {
  fileprivate var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }
}
