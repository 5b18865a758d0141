internal import Foundation

/// A function as the engine handles it: without its input's and output's types.
package struct FunctionDefinition: Sendable {
  package struct Trigger: Sendable {
    package var pattern: EventPattern
    package var accepts: @Sendable (Event) -> Bool
    /// Makes its input from any number of events.
    package var takesSeveral: Bool

    package init(
      pattern: EventPattern, takesSeveral: Bool = false,
      accepts: @escaping @Sendable (Event) -> Bool
    ) {
      (self.pattern, self.accepts, self.takesSeveral) = (pattern, accepts, takesSeveral)
    }
  }

  package let id: String
  package var triggers: [Trigger]
  package var crons: [CronRule]
  package let retries: RetryPolicy
  let startTimeout: Int64?
  let finishTimeout: Int64?
  package let rules: FlowRules
  /// Gives the output as JSON.
  let body: @Sendable ([Event], Step) async throws -> String
  /// The function that is told of this one's failures.
  let failureID: String?
  /// A program outside executes it: events are shown to it as that program's protocol has them.
  let isOutside: Bool
  /// Its runs go on, and no new ones are made.
  package private(set) var isArchived = false

  package init(
    id: String, triggers: [Trigger], crons: [CronRule], retries: RetryPolicy,
    startTimeout: Int64?, finishTimeout: Int64?, rules: FlowRules,
    body: @escaping @Sendable ([Event], Step) async throws -> String, failureID: String? = nil,
    isOutside: Bool = false
  ) {
    (self.id, self.triggers, self.crons, self.retries) = (id, triggers, crons, retries)
    (self.startTimeout, self.finishTimeout, self.rules) = (startTimeout, finishTimeout, rules)
    (self.body, self.failureID, self.isOutside) = (body, failureID, isOutside)
  }

  /// The same without what starts runs. Events that cancel its runs still do.
  package var archived: FunctionDefinition {
    var function = self
    (function.triggers, function.crons, function.isArchived) = ([], [], true)
    return function
  }

  /// Names and patterns of the events that start its runs or cancel them.
  var eventPatterns: [String] { triggers.map(\.pattern.text) + rules.cancelOn.map(\.name) }

  /// Stands for a function that this process does not know; never executed.
  static func absent(_ id: String) -> FunctionDefinition {
    FunctionDefinition(
      id: id, triggers: [], crons: [], retries: .times(0), startTimeout: nil, finishTimeout: nil,
      rules: FlowRules(),
      body: { _, _ in throw InvalidFunction("function '\(id)' is not registered here") })
  }

  func listens(to event: Event) -> Bool {
    triggers.contains { $0.pattern.covers(event.name) && $0.accepts(event) }
  }

  // MARK: The engine's own events

  /// `fireAt`: when its run is to begin, UTC milliseconds.
  func dataOfTick(_ tick: CronTick, fireAt: Int64) throws -> String {
    if !isOutside { return try JSON.encode(tick) }
    let (instant, fire) = (CronTick.text(tick.scheduledAt), CronTick.text(fireAt))
    return """
      {"cron":\(try JSON.encode(tick.cron)),"scheduledAt":"\(instant)","fireAt":"\(fire)"}
      """
  }

  /// `input` is JSON; `caller` names the run and the place that invoke.
  func dataOfInvocation(_ input: String, by caller: String) throws -> String {
    if !isOutside { return "{\"input\":\(input)}" }
    let own = """
      "_inngest":{"fn_id":\(try JSON.encode(id)),"correlation_id":\(try JSON.encode(caller))}
      """
    let text = input.trimmingCharacters(in: .whitespacesAndNewlines)
    if text == JSON.null { return "{\(own)}" }
    if !text.hasPrefix("{") { return "{\"input\":\(text),\(own)}" }
    let inside = text.dropFirst().dropLast().trimmingCharacters(in: .whitespacesAndNewlines)
    return inside.isEmpty ? "{\(own)}" : "{\(inside),\(own)}"
  }
}

/// An event's name, or all names below a `/` or `.`.
package struct EventPattern: Sendable, Equatable {
  package let text: String

  package init(text: String) { self.text = text }

  var isWildcard: Bool { text.hasSuffix("*") }

  package func covers(_ name: String) -> Bool {
    isWildcard ? name.hasPrefix(text.dropLast()) && name.count >= text.count : name == text
  }

  /// Why it is no pattern; nil for a good one.
  package var fault: String? {
    if text.isEmpty { return "it is empty" }
    guard let star = text.firstIndex(of: "*") else { return nil }
    let head = text[..<star]
    if text.index(after: star) != text.endIndex || !(head.hasSuffix("/") || head.hasSuffix(".")) {
      return "'*' may stand only at the end, after '/' or '.'"
    }
    return nil
  }
}
