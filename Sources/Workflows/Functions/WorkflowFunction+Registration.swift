extension WorkflowFunction: RegistrableFunction {
  public var registration: FunctionRegistration {
    FunctionRegistration(definitions: [definition] + (failureDefinition.map { [$0] } ?? []))
  }

  private var failureID: String? { options.onFailure == nil ? nil : "\(id)-failure" }

  private var definition: FunctionDefinition {
    let input = self.input
    let (body, output) = (self.body, self.output)
    return FunctionDefinition(
      id: id, triggers: eventTriggers, crons: crons, retries: options.retries,
      startTimeout: options.timeouts.start?.milliseconds,
      finishTimeout: options.timeouts.finish?.milliseconds,
      rules: options.limits.erased(input: input),
      body: { events, step in try await output.write(body(Self.read(events, input), step)) },
      failureID: failureID)
  }

  private var eventTriggers: [FunctionDefinition.Trigger] {
    triggers.compactMap { trigger in
      guard case .event(let pattern) = trigger.kind else { return nil }
      return .init(
        pattern: EventPattern(text: pattern), takesSeveral: trigger.takesSeveral,
        accepts: trigger.accepts)
    }
  }

  private var crons: [CronRule] {
    triggers.compactMap { trigger in
      guard case .cron(let rule) = trigger.kind else { return nil }
      return rule
    }
  }

  /// How the events of a run become the function's input.
  private var input: @Sendable ([Event]) throws -> Input {
    let triggers = self.triggers
    return { events in
      guard let first = events.first else { throw InvalidFunction("a run has no event") }
      if first.name == OwnEvent.invoked { return try first.decode(Invocation<Input>.self).input }
      let trigger = triggers.first { $0.takes(first) }
      guard let trigger else {
        throw InvalidFunction(
          "event '\(first.name)' (\(first.visibleID)) no longer starts this function")
      }
      return try trigger.input(events)
    }
  }

  /// An input that cannot be read will not be readable at the next attempt either.
  private static func read<Value>(
    _ events: [Event], _ input: @Sendable ([Event]) throws -> Value
  ) throws -> Value {
    do { return try input(events) } catch { throw StepFailure.noRetry(error) }
  }

  private var failureDefinition: FunctionDefinition? {
    guard let failureID, let onFailure = options.onFailure else { return nil }
    let (id, input) = (self.id, self.input)
    return FunctionDefinition(
      id: failureID,
      triggers: [
        .init(pattern: EventPattern(text: OwnEvent.failed)) { event in
          (try? event.decode(FunctionEnd.self))?.functionID == id
        }
      ],
      crons: [], retries: options.retries, startTimeout: nil, finishTimeout: nil,
      rules: FlowRules(),
      body: { events, step in
        let end = try Self.read(events) { try $0[0].decode(FunctionEnd.self) }
        let trigger = try await step.triggers(ofRun: end.runID)
        let failed = FailedRun(
          runID: end.runID, functionID: id, input: try? input(trigger),
          error: end.error ?? StoredError(name: "", message: ""))
        try await onFailure(failed, step)
        return JSON.null
      },
      failureID: nil)
  }
}

extension FunctionTrigger {
  fileprivate func takes(_ event: Event) -> Bool {
    switch kind {
    case .event(let pattern): EventPattern(text: pattern).covers(event.name) && accepts(event)
    case .cron(let rule):
      event.name == OwnEvent.scheduled
        && (try? event.decode(CronTick.self))?.cron == rule.schedule
    }
  }
}

/// The data of `inngest/function.invoked`.
struct Invocation<Input: Codable>: Codable {
  var input: Input
}

/// The engine's own events.
enum OwnEvent {
  static let invoked = "inngest/function.invoked"
  static let scheduled = "inngest/scheduled.timer"
  static let failed = "inngest/function.failed"
  static let finished = "inngest/function.finished"
  static let cancelled = "inngest/function.cancelled"

  /// The ends of runs, of whose own runs no end is told: otherwise one failure would go round for ever.
  static let ends: Set<String> = [failed, finished, cancelled]
}

/// The data of the events that tell of a run's end.
struct FunctionEnd: Codable, Sendable {
  var functionID: String
  var runID: String
  var error: StoredError?

  enum CodingKeys: String, CodingKey {
    case functionID = "function_id"
    case runID = "run_id"
    case error
  }
}
