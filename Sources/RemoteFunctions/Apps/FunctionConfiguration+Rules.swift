package import Workflows

extension FunctionConfiguration {
  /// Its limits as the engine takes them. `countsRatesByWindow`: a rate limit lets its whole number through at once.
  package func rules(countsRatesByWindow: Bool = false) -> FlowRules {
    var rules = FlowRules()
    rules.concurrency = concurrency.map { .init($0.limit, pool: $0.pool) }
    rules.rate = rate(isWindow: countsRatesByWindow)
    rules.throttle = throttle.map {
      .init(limit: $0.limit, period: $0.period, burst: $0.burst - 1, isWindow: false)
    }
    rules.debounce = debounce.map { .init(period: $0.period, timeout: $0.timeout) }
    rules.batch = batch.map { batch in
      .init(maxSize: batch.maxSize, timeout: batch.timeout) { event in
        guard let condition = batch.condition else { return true }
        return EventValues.value(event).map { condition.isTrue(event: $0) } ?? false
      }
    }
    rules.singleton = singleton.map { $0.mode == .skip ? .skip : .cancel }
    rules.hasPriority = priority != nil
    rules.cancelOn = cancel.map(\.rule)
    rules.keys = { event in
      guard let value = EventValues.value(event) else { throw UnreadableEvent(id: event.id) }
      return keys(of: value)
    }
    return rules
  }

  /// What its limits say of an event.
  func keys(of event: JSONValue) -> FlowKeys {
    func key(_ expression: Expression?) -> String {
      Self.short(expression?.text(event: event) ?? "")
    }
    var keys = FlowKeys()
    keys.concurrency = concurrency.map { key($0.key) }
    keys.rate = rateKey(of: event)
    keys.throttle = key(throttle?.key)
    keys.debounce = key(debounce?.key)
    keys.batch = key(batch?.key)
    keys.singleton = key(singleton?.key)
    keys.priority = seconds(of: event)
    keys.cancelOn = cancel.map { $0.condition?.equality?.key(own: event) ?? "" }
    return keys
  }

  private func rate(isWindow: Bool) -> FlowRules.Rate? {
    if idempotency != nil {
      return .init(limit: 1, period: .seconds(86_400), burst: 0, isWindow: false)
    }
    return rateLimit.map {
      .init(limit: $0.limit, period: $0.period, burst: $0.limit / 10, isWindow: isWindow)
    }
  }

  /// Nil where the event is not counted: the key is `false`, or an idempotency key is missing, which would make all
  /// events without it one.
  private func rateKey(of event: JSONValue) -> String? {
    if let idempotency { return idempotency.text(event: event).map(Self.short) }
    guard let expression = rateLimit?.key else { return "" }
    let text = expression.text(event: event) ?? ""
    return text == "false" ? nil : Self.short(text)
  }

  private func seconds(of event: JSONValue) -> Int {
    guard let value = try? priority?.value(["event": event]), let number = value.double else {
      return 0
    }
    return Int(max(-43_200, min(43_200, number)))
  }

  /// Long values are told apart by their hash.
  private static func short(_ key: String) -> String {
    key.utf8.count <= 200 ? key : "sha256:" + KeyHash.text(key)
  }
}

extension FunctionConfiguration.Concurrency {
  /// Functions share a limit where their keys are written alike, in the same scope.
  fileprivate var pool: String? {
    guard scope != .function, let key else { return nil }
    return "\(scope.rawValue).\(KeyHash.text(key.text))"
  }
}

extension FunctionConfiguration.Cancel {
  /// Runs are found by what the condition demands to be equal, and then looked at one by one.
  fileprivate var rule: FlowRules.CancelOn {
    let equality = condition?.equality
    var rule = FlowRules.CancelOn(name: event, timeout: timeout) { event in
      guard let equality else { return "" }
      guard let value = EventValues.value(event), let key = equality.key(incoming: value) else {
        throw UnreadableEvent(id: event.id)
      }
      return key
    }
    if let condition {
      rule.matches = { trigger, incoming in
        guard let own = EventValues.value(trigger), let value = EventValues.value(incoming) else {
          return false
        }
        return condition.isTrue(event: own, async: value)
      }
    }
    return rule
  }
}

/// An event whose data cannot be read as JSON.
struct UnreadableEvent: Error {
  let id: String
}
