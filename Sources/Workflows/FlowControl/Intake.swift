internal import Storage

/// Decides, in the transaction that receives an event, what a function does about it.
///
/// `event` is stored when this is called, is no repeat, and is one of the function's.
enum Intake {
  enum Decision: Equatable, Sendable {
    /// A run of its own, at `at` or later; `rank` is its place among those that are due, smaller first.
    case start(at: Int64, rank: Int64)
    /// Taken into a run that starts later: a batch, a debounce.
    case joined(runID: String)
    /// Nothing starts, because of one of the function's rules.
    case dropped(by: String)
  }

  static func decide(
    _ function: FunctionDefinition, _ event: Event, in commit: inout Commit
  ) throws -> Decision {
    let at = max(commit.now, event.timestamp)
    let rules = function.rules
    guard !rules.startsAlways, let keys = try? rules.keys(event) else {
      return .start(at: at, rank: at)
    }
    try commit.lockLimits(of: function.id)
    if let batch = rules.batch, batch.accepts(event) {
      let gathering = Gathering(function, event, at: at)
      if let open = try gathering.join(batch, keys, in: &commit) {
        return .joined(runID: open)
      }
      // A batch counts as the one run that it becomes, when it is opened.
      if let rate = rules.rate, let key = keys.rate,
        try !commit.useRate(rate, of: function.id, key: key, event: event)
      {
        return .dropped(by: "rate limit")
      }
      return gathering.opened(batch)
    }
    if let rate = rules.rate, let key = keys.rate,
      try !commit.useRate(rate, of: function.id, key: key, event: event)
    {
      return .dropped(by: "rate limit")
    }
    if let debounce = rules.debounce {
      return try Gathering(function, event, at: at).join(debounce, keys, in: &commit)
    }
    if let singleton = rules.singleton,
      try !commit.isOnly(singleton, of: function.id, key: keys.singleton, except: nil)
    {
      return .dropped(by: "singleton rule")
    }
    return .start(at: at, rank: at - keys.advance)
  }

  /// Called in the same transaction for each run that was made for an event.
  static func scheduled(
    _ run: Run, of function: FunctionDefinition, for event: Event, in commit: inout Commit
  ) throws {
    guard function.rules.keepsKeys, let keys = try? function.rules.keys(event) else { return }
    try commit.keep(keys, of: run.id, function)
    guard run.state == .scheduled else { return }
    if let batch = function.rules.batch {
      guard batch.accepts(event) else { return }
      try commit.keep(.init(rule: FlowRuleName.gather, key: keys.batch), of: run.id, function.id)
    } else if let debounce = function.rules.debounce {
      let until = debounce.timeout.map { commit.now + $0.milliseconds }
      try commit.keep(
        .init(rule: FlowRuleName.gather, key: keys.debounce, until: until), of: run.id, function.id)
    }
  }
}
