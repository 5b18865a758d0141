internal import Storage

/// Where runs wait for room: a rule of a function, or of several that share a pool, and the value it has for them.
struct HoldPlace: Sendable, Equatable {
  /// Empty for a pool, which is no one function's.
  private(set) var functionID: String
  private(set) var rule: String
  private(set) var key: String

  init(functionID: String, rule: String, key: String) {
    self.functionID = FlowRuleName.isPool(rule) ? "" : functionID
    (self.rule, self.key) = (rule, key)
  }

  var isPool: Bool { functionID.isEmpty }

  func arguments(_ more: SQLArguments = [:]) -> SQLArguments {
    var arguments = more
    arguments["function"] = functionID.sqlValue
    arguments["rule"] = rule.sqlValue
    arguments["key"] = key.sqlValue
    return arguments
  }
}

extension Commit {
  /// Puts a run aside until there is room at `place`.
  mutating func hold(_ runID: String, at place: HoldPlace, rank: Int64) throws {
    let before = try heldAt(runID)
    try write(runID, at: place, rank: rank, isWaiting: true)
    try db.execute(
      """
      UPDATE workflow_run SET state = 'queued', is_held = 1, due_ms = NULL, rank_ms = :rank
      WHERE id = :run
      """, ["run": runID, "rank": rank])
    // A claim looks at a few runs at a time, and behind those that are held there may be others.
    effects.hasQueued = true
    // It was let go elsewhere and does not take that room: another one may, unless the same wall is in front of it.
    if let before, before != place, !place.key.isEmpty { try letNextGo(at: before) }
  }

  /// Has a run be the next one at `place`, at a time that is known.
  mutating func putFirst(
    _ runID: String, at place: HoldPlace, rank: Int64, until due: Int64
  ) throws {
    try write(runID, at: place, rank: rank, isWaiting: false)
    try db.execute(
      """
      UPDATE workflow_run SET state = 'scheduled', is_held = 0, due_ms = :due, rank_ms = :rank
      WHERE id = :run
      """, ["run": runID, "due": due, "rank": rank])
    effects.rests(until: due)
  }

  /// Lets the first of those that wait at `place` try again. A throttle has one at a time that tries.
  /// False when there is none.
  @discardableResult
  mutating func letNextGo(at place: HoldPlace) throws -> Bool {
    if place.rule == FlowRuleName.throttle, try firstHeld(at: place, waiting: false) != nil {
      return false
    }
    let next = try place.isPool ? firstKnown(at: place) : firstHeld(at: place, waiting: true)
    guard let next else { return false }
    try db.execute(
      "UPDATE workflow_hold SET is_waiting = 0 WHERE run_id = :run", ["run": next])
    try db.execute(
      "UPDATE workflow_run SET is_held = 0 WHERE id = :run AND is_held = 1", ["run": next])
    effects.hasQueued = true
    return true
  }

  func forgetHold(of runID: String) throws {
    try db.execute("DELETE FROM workflow_hold WHERE run_id = :run", ["run": runID])
  }

  /// The first run at `place`, of those that wait or of those that were let go.
  func firstHeld(at place: HoldPlace, waiting: Bool) throws -> String? {
    try db.row(
      """
      SELECT run_id FROM workflow_hold
      WHERE function_id = :function AND rule = :rule AND key = :key AND is_waiting = :waiting
      ORDER BY rank_ms, run_id LIMIT 1
      """, place.arguments(["waiting": waiting]))?.get("run_id")
  }

  /// The first that waits for room in a pool and whose function a node has: room that is given to another is lost to all.
  private func firstKnown(at place: HoldPlace) throws -> String? {
    try db.row(
      """
      SELECT h.run_id FROM workflow_hold h JOIN workflow_run r ON r.id = h.run_id
      WHERE h.function_id = :function AND h.rule = :rule AND h.key = :key AND h.is_waiting = 1
        AND EXISTS (SELECT 1 FROM workflow_node_function WHERE function_id = r.function_id)
      ORDER BY h.rank_ms, h.run_id LIMIT 1
      """, place.arguments())?.get("run_id")
  }

  func isAnyWaiting(at place: HoldPlace, before runID: String, rank: Int64) throws -> Bool {
    try db.row(
      """
      SELECT 1 AS one FROM workflow_hold
      WHERE function_id = :function AND rule = :rule AND key = :key AND is_waiting = 1
        AND run_id <> :run AND (rank_ms, run_id) < (:rank, :run) LIMIT 1
      """, place.arguments(["run": runID, "rank": rank])) != nil
  }

  /// Has held runs of a function looked at again whose rules may be others by now: all of a rule that is gone, and of the
  /// others as many as might have room.
  mutating func reconsiderHolds(of function: FunctionDefinition) throws {
    let rows = try db.rows(
      """
      SELECT DISTINCT h.rule, h.key FROM workflow_run r JOIN workflow_hold h ON h.run_id = r.id
      WHERE r.function_id = :function AND r.is_held = 1 AND h.is_waiting = 1
      """, ["function": function.id])
    for row in rows {
      let place = HoldPlace(
        functionID: function.id, rule: try row.get("rule"), key: try row.get("key"))
      guard let room = function.rules.room(under: place.rule) else {
        try letAllGo(of: function.id, at: place)
        continue
      }
      for _ in 0..<room {
        if try !letNextGo(at: place) { break }
      }
    }
  }

  private mutating func letAllGo(of functionID: String, at place: HoldPlace) throws {
    let own = place.arguments(["own": functionID])
    try db.execute(
      """
      UPDATE workflow_run SET is_held = 0
      WHERE is_held = 1 AND function_id = :own AND id IN (
        SELECT run_id FROM workflow_hold
        WHERE function_id = :function AND rule = :rule AND key = :key AND is_waiting = 1)
      """, own)
    try db.execute(
      """
      DELETE FROM workflow_hold WHERE function_id = :function AND rule = :rule AND key = :key
        AND run_id IN (SELECT id FROM workflow_run WHERE function_id = :own AND ended_ms IS NULL)
      """, own)
    effects.hasQueued = true
  }

  private func heldAt(_ runID: String) throws -> HoldPlace? {
    let row = try db.row(
      "SELECT function_id, rule, key FROM workflow_hold WHERE run_id = :run", ["run": runID])
    return try row.map {
      HoldPlace(
        functionID: try $0.get("function_id"), rule: try $0.get("rule"), key: try $0.get("key"))
    }
  }

  private func write(
    _ runID: String, at place: HoldPlace, rank: Int64, isWaiting: Bool
  ) throws {
    try db.execute(
      """
      INSERT INTO workflow_hold (run_id, function_id, rule, key, rank_ms, is_waiting)
      VALUES (:run, :function, :rule, :key, :rank, :waiting)
      ON CONFLICT (run_id) DO UPDATE SET rule = excluded.rule, key = excluded.key,
        rank_ms = excluded.rank_ms, is_waiting = excluded.is_waiting
      """, place.arguments(["run": runID, "rank": rank, "waiting": isWaiting]))
  }
}
