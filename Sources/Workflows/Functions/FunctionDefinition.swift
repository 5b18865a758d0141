/// A function as the engine handles it: without its input's and output's types.
struct FunctionDefinition: Sendable {
  struct Trigger: Sendable {
    var pattern: EventPattern
    var accepts: @Sendable (Event) -> Bool
    /// Makes its input from any number of events.
    var takesSeveral = false
  }

  let id: String
  let triggers: [Trigger]
  let crons: [CronRule]
  let retries: RetryPolicy
  let startTimeout: Int64?
  let finishTimeout: Int64?
  let rules: FlowRules
  /// Gives the output as JSON.
  let body: @Sendable ([Event], Step) async throws -> String
  /// The function that is told of this one's failures.
  let failureID: String?

  /// Names and patterns of the events that start its runs or cancel them.
  var eventPatterns: [String] { triggers.map(\.pattern.text) + rules.cancelOn.map(\.name) }

  /// Stands for a function that this process does not know; never executed.
  static func absent(_ id: String) -> FunctionDefinition {
    FunctionDefinition(
      id: id, triggers: [], crons: [], retries: .times(0), startTimeout: nil, finishTimeout: nil,
      rules: FlowRules(),
      body: { _, _ in throw InvalidFunction("function '\(id)' is not registered here") },
      failureID: nil)
  }

  func listens(to event: Event) -> Bool {
    triggers.contains { $0.pattern.covers(event.name) && $0.accepts(event) }
  }
}

/// An event's name, or all names below a `/` or `.`.
struct EventPattern: Sendable, Equatable {
  let text: String

  var isWildcard: Bool { text.hasSuffix("*") }

  func covers(_ name: String) -> Bool {
    isWildcard ? name.hasPrefix(text.dropLast()) && name.count >= text.count : name == text
  }

  /// Why it is no pattern; nil for a good one.
  var fault: String? {
    if text.isEmpty { return "it is empty" }
    guard let star = text.firstIndex(of: "*") else { return nil }
    let head = text[..<star]
    if text.index(after: star) != text.endIndex || !(head.hasSuffix("/") || head.hasSuffix(".")) {
      return "'*' may stand only at the end, after '/' or '.'"
    }
    return nil
  }
}
