internal import Storage

extension Commit {
  /// How long the node that has a run's task in memory is left to take the run itself.
  static let ownersTime: Int64 = 150

  /// A run that this node has taken: from its place in the queue, or because its rest is over.
  struct Claimed: Sendable {
    let run: Run
    let journal: [StepRecord]
    let events: [Event]
  }

  /// Takes runs that may execute now, at most as many as there is room for, those whose rest is over first.
  ///
  /// `isInMemory` tells for which runs the journal need not be read.
  mutating func claim(isInMemory: (String) -> Bool) throws -> [Claimed] {
    var claimed: [Claimed] = []
    for run in try due() + queued() where room > 0 {
      guard let function = functions[run.functionID] else { continue }
      if function.rules.limitsExecution, try !Admission.admits(run, of: function, in: &self) {
        continue
      }
      room -= 1
      let taken = run.begun(by: node, now: now, function: function)
      try take(taken)
      let here = isInMemory(run.id)
      claimed.append(
        Claimed(
          run: taken, journal: here ? [] : try StepRecord.fetchAll(db, run: run.id),
          events: here ? [] : try run.events(db)))
    }
    return claimed
  }

  private func queued() throws -> [Run] {
    try db.rows(
      """
      SELECT \(Run.columns) FROM workflow_run
      WHERE state = 'queued' AND is_held = 0
        AND EXISTS (
          SELECT 1 FROM workflow_node_function AS known
          WHERE known.node_id = :node AND known.function_id = workflow_run.function_id)
        AND (owner IS NULL OR owner = :node OR rank_ms <= :late
          OR owner NOT IN (SELECT id FROM workflow_node WHERE lease_until_ms > :now))
      ORDER BY rank_ms, id LIMIT :room /* FOR UPDATE SKIP LOCKED */
      """,
      ["node": node, "now": now, "late": now - Self.ownersTime, "room": room]
    ).map(Run.init)
  }

  private func due() throws -> [Run] {
    try db.rows(
      """
      SELECT \(Run.columns) FROM workflow_run
      WHERE state IN ('scheduled', 'sleeping', 'waiting') AND due_ms <= :now
        AND EXISTS (
          SELECT 1 FROM workflow_node_function AS known
          WHERE known.node_id = :node AND known.function_id = workflow_run.function_id)
        AND (owner IS NULL OR owner = :node OR due_ms <= :late
          OR owner NOT IN (SELECT id FROM workflow_node WHERE lease_until_ms > :now))
      ORDER BY due_ms LIMIT :room /* FOR UPDATE SKIP LOCKED */
      """,
      ["node": node, "now": now, "late": now - Self.ownersTime, "room": room]
    ).map(Run.init)
  }

  /// A rest that is over is over for good, also when the clock is set back later.
  private func take(_ run: Run) throws {
    try db.execute(
      """
      UPDATE workflow_run
      SET state = 'running', owner = :node, fence = :fence, due_ms = NULL, give_up_ms = :give_up,
        is_held = 0, started_ms = :started
      WHERE id = :id
      """,
      [
        "id": run.id, "node": node, "fence": run.fence, "give_up": run.giveUpAt,
        "started": run.startedAt,
      ])
    // A run that is taken for the first time has no journal yet.
    if run.fence == 1 { return }
    try db.execute(
      """
      UPDATE workflow_step SET state = 'done', ended_ms = :now
      WHERE run_id = :id AND state = 'sleeping' AND due_ms <= :now
      """, ["id": run.id, "now": now])
    try db.execute(
      "UPDATE workflow_wait SET is_hinted = 0 WHERE run_id = :id AND is_hinted = 1",
      ["id": run.id])
  }

}
