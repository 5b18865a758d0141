internal import Workflows

/// An app's condition on the events that it waits for.
struct WireCondition: Sendable {
  /// Whether an event fits to the one that started the run; all do without an expression.
  let accepts: @Sendable (Event) -> Bool
  /// What all those events have in common, by which they find the run.
  let property: WaitProperty?

  init(_ text: String?, trigger: JSONValue) throws(ExpressionError) {
    guard let text, !text.isEmpty else {
      accepts = { _ in true }
      property = nil
      return
    }
    let expression = try Expression(parsing: text)
    property = expression.equality?.property(own: trigger)
    accepts = { event in
      guard let incoming = EventValues.value(event) else { return false }
      return expression.isTrue(event: trigger, async: incoming)
    }
  }
}

extension ExpressionEquality {
  /// Nil where it is not about a plain field of the event's data.
  fileprivate func property(own event: JSONValue) -> WaitProperty? {
    guard let path, path.first == "data", let value = value(own: event) else { return nil }
    return WaitProperty(names: Array(path.dropFirst()), json: value.text)
  }
}
