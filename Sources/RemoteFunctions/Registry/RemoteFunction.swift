internal import Workflows

/// A function that an app executes, as the engine is given it.
struct RemoteFunction: RegistrableFunction {
  let configuration: FunctionConfiguration
  let isArchived: Bool
  let context: RemoteContext

  var id: String { configuration.id }

  var registration: FunctionRegistration {
    FunctionRegistration(definitions: [isArchived ? definition.archived : definition])
  }

  private var definition: FunctionDefinition {
    let (id, context) = (id, context)
    let settings = context.settings
    return FunctionDefinition(
      id: id, triggers: eventTriggers, crons: crons,
      retries: RetryPolicy(
        retries: configuration.retries, backOff: settings.backOff, jitter: settings.jitter),
      startTimeout: configuration.startTimeout.map(WireTime.milliseconds),
      finishTimeout: configuration.finishTimeout.map(WireTime.milliseconds),
      rules: configuration.rules(countsRatesByWindow: settings.countsRatesByWindow),
      body: { _, step in
        try await RemoteRun(id, step: step, context: context).execute(step)
      }, isOutside: true)
  }

  private var eventTriggers: [FunctionDefinition.Trigger] {
    configuration.triggers.compactMap { trigger in
      guard case .event(let pattern, let condition) = trigger else { return nil }
      return .init(pattern: EventPattern(text: pattern), takesSeveral: true) { event in
        guard let condition else { return true }
        return EventValues.value(event).map { condition.isTrue(event: $0) } ?? false
      }
    }
  }

  private var crons: [CronRule] {
    configuration.triggers.compactMap { trigger in
      guard case .cron(let schedule, let jitter) = trigger else { return nil }
      return CronRule(
        schedule: schedule, missed: context.settings.missedTicks, jitter: jitter ?? .zero)
    }
  }
}

/// What all runs of apps' functions share in one process.
struct RemoteContext: Sendable {
  let catalog: FunctionCatalog
  let settings: RemoteSettings
  let caller: any AppCaller
  let calls = OpenCalls()
}
