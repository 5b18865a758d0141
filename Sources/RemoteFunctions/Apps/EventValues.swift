internal import Synchronization
internal import Workflows

/// Events as expressions see them.
///
/// One event is looked at by many functions in a row, so the last one is kept.
enum EventValues {
  private static let last = Mutex<(event: Event, value: JSONValue)?>(nil)

  /// Nil where its data is no JSON that can be read.
  static func value(_ event: Event) -> JSONValue? {
    if let known = last.withLock({ $0 }), known.event == event { return known.value }
    guard let text = try? event.json(), case .object(var members)? = try? JSONValue(parsing: text)
    else { return nil }
    if !members.contains(where: { $0.key == "user" && $0.value.members != nil }) {
      members.removeAll { $0.key == "user" }
      members.append(.init("user", [:]))
    }
    let value = JSONValue.object(members)
    last.withLock { $0 = (event, value) }
    return value
  }
}
