internal import Workflows

/// A function that an app executes, as the engine is given it.
struct RemoteFunction: RegistrableFunction {
  /// What starts a run: events of a name or pattern for which a condition holds, or a schedule.
  enum Trigger: Sendable {
    case event(String, condition: Expression?)
    case cron(String)
  }

  /// `<app>-<function>`.
  let id: String
  var triggers: [Trigger]
  /// Attempts after the first, of each of its steps.
  var retries: Int
  var startTimeout: Duration?
  var finishTimeout: Duration?
  var rules = FlowRules()
  var isArchived = false
  let context: RemoteContext

  var registration: FunctionRegistration {
    FunctionRegistration(definitions: [isArchived ? definition.archived : definition])
  }

  private var definition: FunctionDefinition {
    let (id, context) = (id, context)
    return FunctionDefinition(
      id: id, triggers: eventTriggers, crons: crons, retries: retryPolicy,
      startTimeout: startTimeout.map(WireTime.milliseconds),
      finishTimeout: finishTimeout.map(WireTime.milliseconds), rules: rules,
      body: { _, step in
        try await RemoteRun(id, step: step, context: context).execute(step)
      }, isOutside: true)
  }

  private var retryPolicy: RetryPolicy {
    RetryPolicy(
      retries: retries, backOff: context.settings.backOff, jitter: context.settings.jitter)
  }

  private var eventTriggers: [FunctionDefinition.Trigger] {
    triggers.compactMap { trigger in
      guard case .event(let pattern, let condition) = trigger else { return nil }
      return .init(pattern: EventPattern(text: pattern), takesSeveral: true) { event in
        guard let condition else { return true }
        guard let value = try? WireEvent.value(event) else { return false }
        return condition.isTrue(event: value)
      }
    }
  }

  private var crons: [CronRule] {
    triggers.compactMap { trigger in
      guard case .cron(let schedule) = trigger else { return nil }
      return CronRule(schedule: schedule, missed: .last)
    }
  }
}

/// What all runs of apps' functions share in one process.
struct RemoteContext: Sendable {
  let catalog: FunctionCatalog
  let settings: RemoteSettings
  let caller: any AppCaller
}
