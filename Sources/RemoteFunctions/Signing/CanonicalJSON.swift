/// RFC 8785 (JCS): the one text of a JSON value, which is what is signed.
public enum CanonicalJSON {
  /// UTF-8 with sorted keys, no white space, and numbers as ECMAScript writes them: beyond 2^53 they are rounded,
  /// as the other side does when it checks.
  public static func bytes(of value: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    write(value, to: &bytes)
    return bytes
  }

  private static func write(_ value: JSONValue, to bytes: inout [UInt8]) {
    switch value {
    case .number(let text): bytes += number(text).utf8
    case .array(let items):
      bytes.append(0x5B)
      for (place, item) in items.enumerated() {
        if place > 0 { bytes.append(0x2C) }
        write(item, to: &bytes)
      }
      bytes.append(0x5D)
    case .object(let members):
      bytes.append(0x7B)
      for (place, member) in members.sorted(by: { precedes($0.key, $1.key) }).enumerated() {
        if place > 0 { bytes.append(0x2C) }
        JSONValue.write(member.key, to: &bytes)
        bytes.append(0x3A)
        write(member.value, to: &bytes)
      }
      bytes.append(0x7D)
    case .null, .bool, .string: bytes += value.bytes
    }
  }

  /// A number too large for a `Double` has no canonical text; it keeps its own.
  private static func number(_ text: String) -> String {
    if text.utf8.count < 16, let small = Int64(text) { return String(small) }
    guard let number = Double(text), number.isFinite else { return text }
    return CanonicalNumber.text(number)
  }

  /// In the order of UTF-16 code units, which that of bytes is for ASCII.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    if left.utf8.count == left.utf16.count, right.utf8.count == right.utf16.count {
      return left.utf8.lexicographicallyPrecedes(right.utf8)
    }
    return left.utf16.lexicographicallyPrecedes(right.utf16)
  }
}
