internal import Workflows

/// Conditions of apps on events.
enum WireCondition {
  /// Whether an event fits to the one that started the run; all do without an expression. Throws `ExpressionError`.
  static func matching(_ text: String?, trigger: JSONValue) throws -> @Sendable (Event) -> Bool {
    guard let text, !text.isEmpty else { return { _ in true } }
    let expression = try Expression(parsing: text)
    return { event in
      guard let incoming = EventValues.value(event) else { return false }
      return expression.isTrue(event: trigger, async: incoming)
    }
  }
}
