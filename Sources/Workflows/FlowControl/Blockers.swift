internal import Storage

extension Admission {
  /// Which limits keep a held run waiting, and which runs fill them.
  static func blockers(of run: Run, _ db: any Connection) throws -> [RunStanding.Reason] {
    let row = try db.row(
      """
      SELECT rule, key FROM workflow_hold WHERE run_id = :run AND is_waiting = 1
      """, ["run": run.id])
    guard let row else { return [.limitFull(limit: "a limit of the function", holders: [])] }
    let place = HoldPlace(
      functionID: run.functionID, rule: try row.get("rule"), key: try row.get("key"))
    if place.rule == FlowRuleName.throttle { return [try throttled(run, at: place, db)] }
    let kind = place.isPool ? "shared concurrency" : "concurrency"
    let name = place.key.isEmpty ? kind : "\(kind) of key '\(place.key)'"
    return [.limitFull(limit: name, holders: try holders(of: place, db))]
  }

  private static func throttled(
    _ run: Run, at place: HoldPlace, _ db: any Connection
  ) throws -> RunStanding.Reason {
    let row = try db.row(
      """
      SELECT count(*) AS ahead, min(r.due_ms) AS next FROM workflow_hold h
        JOIN workflow_run r ON r.id = h.run_id
      WHERE h.function_id = :function AND h.rule = :rule AND h.key = :key
        AND (h.is_waiting = 0 OR (h.rank_ms, h.run_id) < (:rank, :run))
      """, place.arguments(["rank": run.rank, "run": run.id]))
    return .throttled(ahead: try row?.get("ahead") ?? 0, next: try row?.get("next"))
  }

  private static func holders(of place: HoldPlace, _ db: any Connection) throws -> [String] {
    let isOwn = place.isPool ? ":function = ''" : "r.function_id = :function"
    return try db.rows(
      """
      SELECT r.id FROM workflow_run r
        JOIN workflow_run_key k ON k.run_id = r.id AND k.rule = :rule AND k.key = :key
      WHERE \(isOwn) AND r.state = 'running'
      """, place.arguments()
    ).map { try $0.get("id", as: String.self) }.sorted()
  }
}

extension Run {
  /// Whether it has not begun and still takes in events.
  func isGathering(_ db: any Connection) throws -> Bool {
    try db.row(
      "SELECT 1 AS one FROM workflow_run_key WHERE run_id = :run AND rule = :rule",
      ["run": id, "rule": FlowRuleName.gather]) != nil
  }

  /// Whether it is the next one that a throttle lets begin.
  func isThrottled(_ db: any Connection) throws -> Bool {
    try db.row(
      "SELECT 1 AS one FROM workflow_hold WHERE run_id = :run AND rule = :rule",
      ["run": id, "rule": FlowRuleName.throttle]) != nil
  }
}
