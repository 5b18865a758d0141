extension FlowRules {
  /// Throws an `InvalidFunction` where a value makes no sense.
  func check(_ function: FunctionDefinition) throws {
    let check = FlowCheck(subject: "function '\(function.id)'")
    try check.expect(
      concurrency.count <= 2, "it has \(concurrency.count) concurrency rules", "give two at most")
    for rule in concurrency { try check.range(rule.limit, 1...1_000_000, "concurrency") }
    try rate.map { try check.rate($0, "rateLimit", longest: .seconds(24 * 3600)) }
    try throttle.map { rule in
      try check.rate(rule, "throttle", longest: .seconds(7 * 24 * 3600))
      try check.range(rule.burst + 1, 1...rule.limit, "throttle burst")
    }
    try debounce.map { rule in
      try check.range(rule.period, .seconds(1), .seconds(7 * 24 * 3600), "debounce")
      try rule.timeout.map {
        try check.range($0, rule.period, .seconds(366 * 24 * 3600), "debounce timeout")
      }
    }
    try batch.map { rule in
      try check.range(rule.maxSize, 2...100, "batch maxSize")
      try check.range(rule.timeout, .seconds(1), .seconds(7 * 24 * 3600), "batch timeout")
      try checkAlone(check)
      try check.expect(
        function.triggers.allSatisfy(\.takesSeveral) && function.crons.isEmpty,
        "batch goes with triggers that take lists", "write its triggers as '.list(of: …)'")
    }
    try check.expect(
      cancelOn.count <= 5, "it has \(cancelOn.count) cancelOn rules", "give five at most")
    for rule in cancelOn {
      try check.expect(
        !rule.name.isEmpty, "a cancelOn names an empty event", "give the event's type a name")
      try rule.timeout.map {
        try check.range($0, .milliseconds(1), .seconds(366 * 24 * 3600), "cancelOn 'within'")
      }
    }
  }

  /// With these a batch would have no one event to go by.
  private func checkAlone(_ check: FlowCheck) throws {
    let others = [
      ("debounce", debounce != nil), ("singleton", singleton != nil), ("priority", hasPriority),
      ("cancelOn", !cancelOn.isEmpty),
    ]
    for (name, isThere) in others {
      try check.expect(!isThere, "batch and \(name) exclude each other", "leave one of them out")
    }
  }
}

/// Refuses a function with a sentence on what is wrong.
struct FlowCheck {
  var subject: String

  func expect(_ isGood: Bool, _ problem: String, _ remedy: String) throws {
    if !isGood { throw InvalidFunction("\(subject): \(problem)\n  → \(remedy)") }
  }

  func range(_ value: Int, _ allowed: ClosedRange<Int>, _ name: String) throws {
    try expect(
      allowed.contains(value), "\(name) is \(value)",
      "give a number from \(allowed.lowerBound) to \(allowed.upperBound)")
  }

  func range(_ value: Duration, _ least: Duration, _ most: Duration, _ name: String) throws {
    try expect(
      least <= value && value <= most, "\(name) is \(value.text)",
      "give a time from \(least.text) to \(most.text)")
  }

  func rate(_ rule: FlowRules.Rate, _ name: String, longest: Duration) throws {
    try range(rule.limit, 1...1_000_000, "\(name) limit")
    try range(rule.period, .seconds(1), longest, "\(name) period")
  }
}
