internal import Storage

/// A value that one of a run's rules gave for its event.
struct RunKey: Sendable, Equatable {
  var rule: String
  var key: String
  var until: Int64?
}

extension RunKey {
  init(row: Row) throws {
    rule = try row.get("rule")
    key = try row.get("key")
    until = try row.get("until_ms")
  }

  /// Whether a run holds its place under this rule while it executes, or waits for one.
  var isLimit: Bool { rule.hasPrefix("concurrency.") || rule == FlowRuleName.throttle }
}

extension Commit {
  /// Keeps what a run's rules say of its event, in the place of what they said of an earlier one.
  func keep(_ keys: FlowKeys, of runID: String, _ function: FunctionDefinition) throws {
    let rules = function.rules
    for (rule, key) in zip(rules.concurrencyNames, keys.concurrency) {
      try keep(.init(rule: rule, key: key), of: runID, function.id)
    }
    if rules.throttle != nil {
      try keep(.init(rule: FlowRuleName.throttle, key: keys.throttle), of: runID, function.id)
    }
    if rules.singleton != nil {
      try keep(.init(rule: FlowRuleName.singleton, key: keys.singleton), of: runID, function.id)
    }
    for (place, rule) in rules.cancelOn.enumerated() {
      let until = rule.timeout.map { now + $0.milliseconds }
      try keep(
        .init(rule: FlowRuleName.cancel(place), key: keys.cancelOn[place], until: until), of: runID,
        function.id)
    }
  }

  func keep(_ key: RunKey, of runID: String, _ functionID: String) throws {
    try db.execute(
      """
      INSERT INTO workflow_run_key (run_id, rule, function_id, key, until_ms)
      VALUES (:run, :rule, :function, :key, :until)
      ON CONFLICT (run_id, rule) DO UPDATE SET key = excluded.key, until_ms = excluded.until_ms
      """,
      [
        "run": runID, "rule": key.rule, "function": functionID, "key": key.key, "until": key.until,
      ])
  }

  /// Whether a run counts among those that have not ended.
  func setKeys(of runID: String, live isLive: Bool) throws {
    try db.execute(
      "UPDATE workflow_run_key SET is_live = :live WHERE run_id = :run",
      ["live": isLive, "run": runID])
  }

  func keys(ofRun runID: String) throws -> [RunKey] {
    try db.rows(
      "SELECT rule, key, until_ms FROM workflow_run_key WHERE run_id = :run ORDER BY rule",
      ["run": runID]
    ).map(RunKey.init)
  }

  /// The runs of a function that have not ended and for which a rule gave this value, the oldest first.
  func liveRuns(of functionID: String, rule: String, key: String) throws -> [String] {
    try db.rows(
      """
      SELECT r.id FROM workflow_run_key k JOIN workflow_run r ON r.id = k.run_id
      WHERE k.function_id = :function AND k.rule = :rule AND k.key = :key AND k.is_live = 1
        AND (k.until_ms IS NULL OR k.until_ms > :now)
      ORDER BY r.id
      """, ["function": functionID, "rule": rule, "key": key, "now": now]
    ).map { try $0.get("id") }
  }

  /// Whether a run may be the only one of its key; in the cancelling mode it is so after this.
  mutating func isOnly(
    _ mode: FlowRules.Singleton, of functionID: String, key: String, except runID: String?
  ) throws -> Bool {
    let others = try liveRuns(of: functionID, rule: FlowRuleName.singleton, key: key)
      .filter { $0 != runID }
    if mode == .skip { return others.isEmpty }
    for other in others { _ = try cancel(other, reason: "a newer run took its place (singleton)") }
    return true
  }

  /// Cancels the runs of a function that came before an event and are to be cancelled by it.
  mutating func cancelRuns(of function: FunctionDefinition, for event: Event) throws {
    for (place, rule) in function.rules.cancelOn.enumerated() where rule.name == event.name {
      guard let key = try? rule.key(event) else { continue }
      let runs = try liveRuns(of: function.id, rule: FlowRuleName.cancel(place), key: key)
      for id in runs where try begins(id, before: event) && isMeant(rule, id, event) {
        _ = try cancel(id, reason: "event '\(event.name)' (\(event.visibleID)) came")
      }
    }
  }

  private func isMeant(_ rule: FlowRules.CancelOn, _ runID: String, _ event: Event) throws -> Bool {
    guard let matches = rule.matches else { return true }
    guard let trigger = try Run.fetch(db, id: runID)?.events(db).first else { return false }
    return matches(trigger, event)
  }

  private func begins(_ runID: String, before event: Event) throws -> Bool {
    try db.row(
      "SELECT 1 AS one FROM workflow_run WHERE id = :run AND begin_seq < :sequence",
      ["run": runID, "sequence": event.sequence]) != nil
  }
}
