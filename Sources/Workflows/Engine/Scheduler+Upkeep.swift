internal import Storage

extension Scheduler {
  /// What comes from other processes: cancelled runs of this node's, hinted waits, events to take in, runs out of time.
  func lookAround() async throws {
    let (node, now, core) = (core.nodeID, core.clock.now, self.core)
    let found = try await core.database.read { db in try Outside(db, node: node, now: now) }
    for id in found.hinted { core.live[id]?.callWaiting() }
    if !found.cancelled.isEmpty { try await stop(found.cancelled) }
    if found.hasIntake { try await core.commit { try $0.takeIn() } }
    if !found.late.isEmpty { try await giveUp(found.late) }
  }

  private func stop(_ cancelled: [String]) async throws {
    for id in cancelled { core.live[id]?.stop(.lost) }
    try await core.commit { commit in
      for id in cancelled {
        try commit.db.execute(
          "UPDATE workflow_run SET owner = NULL WHERE id = :id AND state = 'cancelled'", ["id": id])
      }
    }
  }

  private func giveUp(_ late: [String]) async throws {
    try await core.commit { commit in
      for id in late { try commit.giveUp(id) }
    }
  }

  /// Renews this node's lease. After a long silence, such as a laptop's sleep, others have taken it for dead and
  /// have its runs; then it begins anew under the same id.
  func renewLease() async throws {
    let until = core.clock.now + core.settings.lease.milliseconds
    let renewed = try await core.commit { commit in
      try commit.db.execute(
        "UPDATE workflow_node SET lease_until_ms = :until WHERE id = :node",
        ["node": commit.node, "until": until])
    }
    if renewed > 0 { return }
    try await dropLost()
    try await register()
    core.bell.ring()
  }

  /// The nodes whose lease has run out, with the lease they had.
  func silentNodes() async throws -> [String: Int64] {
    let (node, now) = (core.nodeID, core.clock.now)
    return try await core.database.read { db in
      let rows = try db.rows(
        """
        SELECT id, lease_until_ms FROM workflow_node WHERE lease_until_ms < :now AND id <> :node
        """, ["now": now, "node": node])
      return try Dictionary(
        uniqueKeysWithValues: rows.map { (try $0.get("id"), try $0.get("lease_until_ms")) })
    }
  }

  /// Queues the runs that dead nodes were executing. `nodes` have the lease that was seen: one that has renewed
  /// it since is alive.
  func takeOver(_ nodes: [String: Int64]) async throws {
    try await core.commit { commit in
      for (id, lease) in nodes { try commit.takeOver(id, lease: lease) }
    }
  }

  /// Puts steps into the journal that have been executing for a while, so that they can be seen.
  func showSlowSteps() async throws {
    let before = core.clock.now - core.settings.showsStepsAfter.milliseconds
    for live in core.live.all {
      for step in live.slowSteps(before: before) {
        guard let ticket = try? live.ticket() else { continue }
        try await core.commit { try $0.show(step, ticket) }
        live.shown(step.place)
      }
    }
  }

  /// Tasks in memory whose runs others have taken since.
  func dropLost() async throws {
    let resting = core.live.all.filter(\.isAtRest)
    let fences = Dictionary(resting.map { ($0.run.id, $0.fence) }) { first, _ in first }
    let lost = try await core.database.read { db in
      try fences.filter { id, fence in
        let row = try db.row("SELECT fence FROM workflow_run WHERE id = :id", ["id": id])
        return try row?.get("fence") != fence
      }.keys
    }
    for live in resting where lost.contains(live.run.id) && live.fence == fences[live.run.id] {
      live.stop(.lost)
    }
  }

  /// Deletes a few ended runs and events past their time; whether there are more.
  func deleteOld() async throws -> Bool {
    guard let retention = core.settings.retention else { return false }
    let before = core.clock.now - retention.milliseconds
    return try await core.commit { try $0.deleteOld(before: before) }
  }
}

/// What other processes have left for this node.
private struct Outside: Sendable {
  var hinted: [String]
  var cancelled: [String]
  var late: [String]
  var hasIntake: Bool

  init(_ db: any Connection, node: String, now: Int64) throws {
    func ids(_ sql: String, _ arguments: SQLArguments) throws -> [String] {
      try db.rows(sql, arguments).map { try $0.get("id") }
    }
    hinted = try ids(
      """
      SELECT DISTINCT run_id AS id FROM workflow_wait
      WHERE is_hinted = 1 AND EXISTS (
        SELECT 1 FROM workflow_run
        WHERE id = workflow_wait.run_id AND state = 'running' AND owner = :node)
      """, ["node": node])
    cancelled = try ids(
      "SELECT id FROM workflow_run WHERE state = 'cancelled' AND owner = :node", ["node": node])
    late = try ids(
      """
      SELECT id FROM workflow_run WHERE give_up_ms <= :now AND ended_ms IS NULL LIMIT 100
      """, ["now": now])
    hasIntake =
      try db.row(
        """
        SELECT 1 AS one FROM workflow_intake WHERE function_id IN (
          SELECT function_id FROM workflow_node_function WHERE node_id = :node) LIMIT 1
        """, ["node": node]) != nil
  }
}

extension Commit {
  /// Takes in events that a process left which did not know the function.
  fileprivate mutating func takeIn() throws {
    let left = try db.rows(
      """
      SELECT function_id, event_id FROM workflow_intake WHERE function_id IN (
        SELECT function_id FROM workflow_node_function WHERE node_id = :node)
      ORDER BY seq LIMIT 100
      """, ["node": node])
    for row in left {
      let functionID: String = try row.get("function_id")
      let eventID: String = try row.get("event_id")
      let taken = try db.execute(
        "DELETE FROM workflow_intake WHERE function_id = :function AND event_id = :event",
        ["function": functionID, "event": eventID])
      guard taken == 1, let function = functions[functionID],
        let event = try Event.fetch(db, id: eventID)
      else { continue }
      try cancelRuns(of: function, for: event)
      if function.listens(to: event) { try take(event, for: function) }
    }
  }

  /// Cancels a run that did not begin, or end, in time.
  fileprivate mutating func giveUp(_ id: String) throws {
    guard let run = try Run.fetch(db, id: id), let limit = run.giveUpAt, limit <= now else {
      return
    }
    let reason = run.startedAt == nil ? "it did not begin in time" : "it did not end in time"
    _ = try cancel(id, reason: reason)
  }

  /// Nil for `lease` where it is certain that the node is gone.
  mutating func takeOver(_ id: String, lease: Int64?) throws {
    let dead = try db.execute(
      "DELETE FROM workflow_node WHERE id = :id AND (:lease IS NULL OR lease_until_ms = :lease)",
      ["id": id, "lease": lease])
    if dead == 0 { return }
    try db.execute(
      "UPDATE workflow_run SET owner = NULL WHERE state = 'cancelled' AND owner = :id", ["id": id])
    let runs = try db.execute(
      """
      UPDATE workflow_run SET state = 'queued', rank_ms = :now, owner = NULL, fence = fence + 1,
        losses = 1 + CASE WHEN losses_at_steps = (
            SELECT count(*) FROM workflow_step WHERE run_id = workflow_run.id AND ended_ms IS NOT NULL)
          THEN losses ELSE 0 END,
        losses_at_steps = (
          SELECT count(*) FROM workflow_step WHERE run_id = workflow_run.id AND ended_ms IS NOT NULL)
      WHERE state = 'running' AND owner = :id
      """, ["id": id, "now": now])
    if runs > 0 { effects.hasQueued = true }
  }

  fileprivate func show(_ step: StepEntry, _ ticket: RunTicket) throws {
    // The step may have ended since; what it wrote stays.
    try db.execute(
      """
      INSERT INTO workflow_step (run_id, place, name, kind, state, attempt, failures, started_ms)
      SELECT id, :place, :name, :kind, 'running', :attempt, :failures, :started
      FROM workflow_run WHERE id = :run AND fence = :fence AND state = 'running'
      ON CONFLICT (run_id, place) DO UPDATE SET state = 'running', due_ms = NULL
        WHERE workflow_step.state = 'retrying' AND workflow_step.attempt = excluded.attempt
      """,
      [
        "run": ticket.runID, "fence": ticket.fence, "place": step.place, "name": step.name,
        "kind": step.kind, "attempt": step.attempt, "started": step.startedAt,
        "failures": step.failures.isEmpty ? String?.none : try JSON.encode(step.failures),
      ])
  }

  /// Runs go with their steps; an event goes when no run is left that it started.
  fileprivate func deleteOld(before: Int64) throws -> Bool {
    let batch = 200
    let runs = try db.execute(
      """
      DELETE FROM workflow_run WHERE id IN (
        SELECT id FROM workflow_run WHERE ended_ms < :before ORDER BY ended_ms LIMIT :batch)
      """, ["before": before, "batch": batch])
    let events = try db.execute(
      """
      DELETE FROM workflow_event WHERE id IN (
        SELECT id FROM workflow_event
        WHERE received_ms < :before
          AND NOT EXISTS (SELECT 1 FROM workflow_run WHERE event_id = workflow_event.id)
          AND NOT EXISTS (SELECT 1 FROM workflow_run_event WHERE event_id = workflow_event.id)
        ORDER BY received_ms LIMIT :batch)
      """, ["before": before, "batch": batch])
    try db.execute(
      """
      DELETE FROM workflow_function WHERE registered_ms < :before
        AND id NOT IN (SELECT function_id FROM workflow_node_function)
      """, ["before": before])
    return runs == batch || events == batch
  }
}
