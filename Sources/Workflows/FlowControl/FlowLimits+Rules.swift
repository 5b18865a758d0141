extension FlowLimits {
  /// The same for the engine, which knows no input's type.
  func erased(input: @escaping @Sendable ([Event]) throws -> Input) -> FlowRules {
    var rules = FlowRules()
    rules.concurrency = concurrency.map { .init($0.limit) }
    (rules.rate, rules.throttle) = (rate, throttle.map(\.rule))
    rules.debounce = debounce.map { .init(period: $0.period, timeout: $0.timeout) }
    rules.batch = batch.map { .init(maxSize: $0.maxSize, timeout: $0.timeout) }
    rules.singleton = singleton.map { $0.mode == .skip ? .skip : .cancel }
    rules.hasPriority = priority != nil
    rules.cancelOn = cancelOn.map {
      .init(name: $0.eventName, timeout: $0.timeout, key: $0.eventKey)
    }
    rules.keys = { event in keys(try input([event])) }
    return rules
  }

  private var rate: FlowRules.Rate? {
    if idempotency != nil {
      return .init(limit: 1, period: .seconds(24 * 3600), burst: 0, isWindow: false)
    }
    return rateLimit.map {
      .init(limit: $0.limit, period: $0.period, burst: $0.limit / 10, isWindow: $0.mode == .window)
    }
  }

  private func keys(_ input: Input) -> FlowKeys {
    FlowKeys(
      concurrency: concurrency.map { $0.key?(input) ?? "" },
      rate: idempotency?(input) ?? rateLimit.flatMap { $0.key.map { $0(input) } ?? "" },
      throttle: throttle?.key?(input) ?? "", debounce: debounce?.key?(input) ?? "",
      batch: batch?.key?(input) ?? "", singleton: singleton?.key?(input) ?? "",
      priority: priority?(input) ?? 0, cancelOn: cancelOn.map { $0.inputKey(input) })
  }
}

extension FlowLimits.Throttle {
  fileprivate var rule: FlowRules.Rate {
    .init(limit: limit, period: period, burst: burst - 1, isWindow: false)
  }
}
