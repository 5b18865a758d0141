internal import Foundation
internal import Glibc
internal import Storage

/// Finds what this node has to do: runs to take, runs to give up, events to take in.
struct Scheduler: Sendable {
  let core: EngineCore

  // MARK: The node

  /// Makes this process known, with its functions; or again, when others took it for dead.
  func register() async throws {
    let id = core.nodeID
    let until = core.clock.now + core.settings.lease.milliseconds
    try await core.commit { commit in
      try commit.db.execute(
        """
        INSERT INTO workflow_node (id, host, pid, started_ms, lease_until_ms)
        VALUES (:id, :host, :pid, :now, :until)
        """,
        [
          "id": id, "host": ProcessInfo.processInfo.hostName, "pid": Int(getpid()),
          "now": commit.now, "until": until,
        ])
      for function in commit.functions.all { try commit.register(function, isNode: true) }
    }
  }

  /// Gives back what this node has, so that others need not wait for its lease to run out.
  func unregister() async throws {
    try await core.commit { commit in
      try commit.db.execute(
        """
        UPDATE workflow_run SET state = 'queued', rank_ms = :now, owner = NULL, fence = fence + 1
        WHERE state = 'running' AND owner = :node
        """, ["node": commit.node, "now": commit.now])
      try commit.db.execute("DELETE FROM workflow_node WHERE id = :node", ["node": commit.node])
    }
  }

  // MARK: Taking runs

  /// Takes and begins what may execute now; whether there was anything, and there may be more.
  func claim() async throws -> Bool {
    let core = self.core
    for id in core.timers.takeDue(core.clock.now) { core.live[id]?.callDue(now: core.clock.now) }
    // Said first, so that a run that ends just now rings.
    core.isCrowded = true
    let room = core.settings.maximumExecuting - core.live.executing
    guard room > 0 else { return false }
    core.isCrowded = false
    let (claimed, now, isMore) = try await core.commit { commit in
      commit.room = room
      let nextTick = try commit.tick()
      let claimed = try commit.claim { core.live[$0] != nil }
      core.timers.set([nextTick, try commit.nextDue()].compactMap { $0 }.min())
      return (claimed, commit.now, commit.effects.hasQueued)
    }
    if claimed.count >= room { core.isCrowded = true }
    for item in claimed { try await goOn(item, now: now) }
    return !claimed.isEmpty || isMore
  }

  private func goOn(_ item: Commit.Claimed, now: Int64) async throws {
    if let live = core.live[item.run.id] {
      if live.resume(fence: item.run.fence, now: now) { return }
      live.stop(.lost)
    }
    guard item.events.isEmpty else {
      return core.begin(item.run, events: item.events, journal: item.journal)
    }
    // Its task was in memory when the run was taken, and is no longer.
    let (events, journal) = try await core.database.read { db in
      (try item.run.events(db), try StepRecord.fetchAll(db, run: item.run.id))
    }
    core.begin(item.run, events: events, journal: journal)
  }

  /// Whether a claim would find something; asked often, and without the writer's lock.
  func hasWork() async throws -> Bool {
    let (node, now) = (core.nodeID, core.clock.now)
    return try await core.database.read { db in
      try db.row(
        """
        SELECT EXISTS (
            SELECT 1 FROM workflow_run WHERE state = 'queued' AND is_held = 0
              AND (owner IS NULL OR owner = :node OR rank_ms <= :late)
              AND EXISTS (
          SELECT 1 FROM workflow_node_function AS known
          WHERE known.node_id = :node AND known.function_id = workflow_run.function_id))
          OR EXISTS (
            SELECT 1 FROM workflow_run
            WHERE state IN ('scheduled', 'sleeping', 'waiting') AND due_ms <= :now
              AND EXISTS (
          SELECT 1 FROM workflow_node_function AS known
          WHERE known.node_id = :node AND known.function_id = workflow_run.function_id)) AS found
        """, ["node": node, "now": now, "late": now - Commit.ownersTime])?.get("found") ?? false
    }
  }
}

extension Commit {
  /// `isNode`: this process executes functions already, and not only sends events.
  mutating func register(_ function: FunctionDefinition, isNode: Bool) throws {
    try db.execute(
      """
      INSERT INTO workflow_function (id, triggers, registered_ms) VALUES (:id, :triggers, :now)
      ON CONFLICT (id) DO UPDATE SET triggers = excluded.triggers, registered_ms = excluded.registered_ms
      """,
      [
        "id": function.id, "now": now,
        "triggers": try JSON.encode(function.eventPatterns),
      ])
    if isNode {
      try db.execute(
        """
        INSERT INTO workflow_node_function (node_id, function_id) VALUES (:node, :function)
        ON CONFLICT (node_id, function_id) DO NOTHING
        """, ["node": node, "function": function.id])
    }
    try register(try CronTicker.all(of: function))
    try reconsiderHolds(of: function)
  }

  /// When something has to be done next. A rest that is over and was not taken is left to the node that has its task
  /// in memory, for as long as that node has.
  fileprivate func nextDue() throws -> Int64? {
    let rest: Int64? = try db.row(
      """
      SELECT min(due_ms) AS due FROM workflow_run
      WHERE state IN ('scheduled', 'sleeping', 'waiting') AND due_ms > :late
      """, ["late": now - Self.ownersTime])?.get("due")
    let limit: Int64? = try db.row(
      """
      SELECT min(give_up_ms) AS due FROM workflow_run WHERE give_up_ms > :now AND ended_ms IS NULL
      """, ["now": now])?.get("due")
    let look = rest.map { $0 > now ? $0 : $0 + Self.ownersTime }
    return [look, limit].compactMap(\.self).min()
  }
}
