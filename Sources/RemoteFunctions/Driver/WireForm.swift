/// How JSON is written in calls: in the form of RFC 8785 either way.
enum WireForm: Sendable {
  /// As signatures need it: numbers beyond 2^53 are rounded, as the other side does when it checks.
  case signed
  /// Whole numbers keep all their digits.
  case exact

  func text(_ value: JSONValue) -> String {
    switch self {
    case .signed: String(decoding: CanonicalJSON.bytes(of: value), as: UTF8.self)
    case .exact: value.canonicalText
    }
  }
}

extension JSONValue {
  fileprivate var canonicalText: String {
    switch self {
    case .number(let text): return Self.canonicalNumber(text)
    case .array(let items): return "[\(items.map(\.canonicalText).joined(separator: ","))]"
    case .object(let members):
      let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
      let parts = sorted.map { "\(JSONValue.string($0.key).text):\($0.value.canonicalText)" }
      return "{\(parts.joined(separator: ","))}"
    default: return text
    }
  }

  private static func canonicalNumber(_ text: String) -> String {
    let isWhole = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2D }
    if isWhole { return text == "-0" ? "0" : text }
    guard let number = Double(text), number.isFinite else { return text }
    return CanonicalNumber.text(number)
  }
}
