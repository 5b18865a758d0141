internal import Workflows

/// Events as apps are shown them.
enum WireEvent {
  /// Handlers always see an object as `user`.
  static func value(_ event: Event) throws -> JSONValue {
    let value = try JSONValue(parsing: try event.json())
    guard case .object(var members) = value else { return value }
    if !members.contains(where: { $0.key == "user" && $0.value.members != nil }) {
      members.removeAll { $0.key == "user" }
      members.append(.init("user", [:]))
    }
    return .object(members)
  }
}

/// Conditions of apps on events.
enum WireCondition {
  /// Whether an event fits to the one that started the run; all do without an expression. Throws `ExpressionError`.
  static func matching(_ text: String?, trigger: JSONValue) throws -> @Sendable (Event) -> Bool {
    guard let text, !text.isEmpty else { return { _ in true } }
    let expression = try Expression(parsing: text)
    return { event in
      guard let incoming = try? WireEvent.value(event) else { return false }
      return expression.isTrue(event: trigger, async: incoming)
    }
  }
}

extension JSONValue {
  /// The form of RFC 8785, which signatures need, but that whole numbers keep all their digits: those beyond 2^53
  /// would come out as others.
  var canonicalText: String {
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
    return Double(text).map(CanonicalNumber.text) ?? text
  }
}
