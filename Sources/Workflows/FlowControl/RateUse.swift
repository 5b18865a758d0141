internal import Storage

extension Commit {
  /// Counts an event against a rate limit; false when there is no room for it.
  func useRate(
    _ rule: FlowRules.Rate, of functionID: String, key: String, event: Event
  ) throws -> Bool {
    if rule.isWindow { return try useWindow(rule, of: functionID, key: key, event: event) }
    switch try askRate(rule, FlowRuleName.rate, of: functionID, key: key) {
    case .refused: return false
    case .admitted(let arrival):
      try keepArrival(arrival, FlowRuleName.rate, of: functionID, key: key)
      return true
    }
  }

  func askRate(
    _ rule: FlowRules.Rate, _ name: String, of functionID: String, key: String
  ) throws -> CellRate.Answer {
    let row = try db.row(
      """
      SELECT arrival_us FROM workflow_rate
      WHERE function_id = :function AND rule = :rule AND key = :key
      """, ["function": functionID, "rule": name, "key": key])
    return rule.cells.ask(arrival: try row?.get("arrival_us"), now: now)
  }

  func keepArrival(_ arrival: Int64, _ name: String, of functionID: String, key: String) throws {
    try db.execute(
      """
      INSERT INTO workflow_rate (function_id, rule, key, arrival_us)
      VALUES (:function, :rule, :key, :arrival)
      ON CONFLICT (function_id, rule, key) DO UPDATE SET arrival_us = excluded.arrival_us
      """, ["function": functionID, "rule": name, "key": key, "arrival": arrival])
  }

  /// Every event that was let through counts for one period from then on. What was counted before the clock was
  /// set back counts as of now.
  private func useWindow(
    _ rule: FlowRules.Rate, of functionID: String, key: String, event: Event
  ) throws -> Bool {
    try db.execute(
      """
      UPDATE workflow_rate_use SET at_ms = :now, until_ms = :until
      WHERE function_id = :function AND key = :key AND at_ms > :now
      """,
      [
        "function": functionID, "key": key, "now": now, "until": now + rule.period.milliseconds,
      ])
    let counted: Int =
      try db.row(
        """
        SELECT count(*) AS counted FROM (
          SELECT 1 FROM workflow_rate_use
          WHERE function_id = :function AND key = :key AND at_ms > :since LIMIT :limit) AS uses
        """,
        [
          "function": functionID, "key": key, "since": now - rule.period.milliseconds,
          "limit": rule.limit,
        ])?.get("counted") ?? 0
    if counted >= rule.limit { return false }
    try db.execute(
      """
      INSERT INTO workflow_rate_use (function_id, key, event_id, at_ms, until_ms)
      VALUES (:function, :key, :event, :now, :until)
      ON CONFLICT (function_id, key, event_id) DO NOTHING
      """,
      [
        "function": functionID, "key": key, "event": event.id, "now": now,
        "until": now + rule.period.milliseconds,
      ])
    return true
  }

  /// Forgets what no longer counts, a few at a time; whether there is more.
  func forgetOldRates() throws -> Bool {
    let batch = 500
    let uses = try db.execute(
      """
      DELETE FROM workflow_rate_use WHERE until_ms < :now AND event_id IN (
        SELECT event_id FROM workflow_rate_use WHERE until_ms < :now ORDER BY until_ms LIMIT :batch)
      """, ["now": now, "batch": batch])
    let rates = try db.execute(
      """
      DELETE FROM workflow_rate WHERE arrival_us < :now_us AND (function_id, rule, key) IN (
        SELECT function_id, rule, key FROM workflow_rate WHERE arrival_us < :now_us
        ORDER BY arrival_us LIMIT :batch)
      """, ["now_us": now * 1000, "batch": batch])
    return uses >= batch || rates >= batch
  }
}
