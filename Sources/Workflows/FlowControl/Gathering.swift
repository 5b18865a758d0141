internal import Storage

/// A run that has not begun and takes in further events: a debounce or a batch.
///
/// It is an ordinary run whose time is yet to come, so it survives a restart as every other does.
struct Gathering {
  let function: FunctionDefinition
  let event: Event
  /// When the event may have an effect.
  let at: Int64

  init(_ function: FunctionDefinition, _ event: Event, at: Int64) {
    (self.function, self.event, self.at) = (function, event, at)
  }

  // MARK: Debounce

  /// The last event counts, and quiet begins anew with it.
  func join(
    _ rule: FlowRules.Debounce, _ keys: FlowKeys, in commit: inout Commit
  ) throws -> Intake.Decision {
    let due = at + rule.period.milliseconds
    guard let open = try commit.openGathering(of: function.id, key: keys.debounce) else {
      let latest = rule.timeout.map { commit.now + $0.milliseconds } ?? .max
      return .start(at: min(due, latest), rank: min(due, latest) - keys.advance)
    }
    let begins = min(due, open.until ?? .max)
    try commit.replaceEvent(
      of: open.runID, with: event, due: begins, rank: begins - keys.advance,
      giveUp: function.startTimeout.map { begins + $0 })
    try commit.keep(keys, of: open.runID, function)
    return .joined(runID: open.runID)
  }

  // MARK: Batch

  /// The run that the event is in then; nil where no batch is open.
  func join(
    _ rule: FlowRules.Batch, _ keys: FlowKeys, in commit: inout Commit
  ) throws -> String? {
    guard let open = try commit.openGathering(of: function.id, key: keys.batch) else {
      return nil
    }
    let size = try commit.append(event, to: open.runID)
    if size >= rule.maxSize { try commit.beginNow(open.runID, function) }
    return open.runID
  }

  /// The batch that begins with the event.
  func opened(_ rule: FlowRules.Batch) -> Intake.Decision {
    let due = at + rule.timeout.milliseconds
    return .start(at: due, rank: due)
  }
}

extension Commit {
  /// The run that still gathers for a key.
  fileprivate func openGathering(
    of functionID: String, key: String
  ) throws -> (runID: String, until: Int64?)? {
    let row = try db.row(
      """
      SELECT k.run_id, k.until_ms FROM workflow_run_key k JOIN workflow_run r ON r.id = k.run_id
      WHERE k.function_id = :function AND k.rule = :rule AND k.key = :key AND k.is_live = 1
        AND r.state = 'scheduled' AND r.due_ms > :now
      ORDER BY k.run_id DESC LIMIT 1
      """,
      ["function": functionID, "rule": FlowRuleName.gather, "key": key, "now": now])
    return try row.map { (try $0.get("run_id"), try $0.get("until_ms")) }
  }

  fileprivate mutating func replaceEvent(
    of runID: String, with event: Event, due: Int64, rank: Int64, giveUp: Int64?
  ) throws {
    try db.execute(
      """
      UPDATE workflow_run SET event_id = :event, begin_seq = :sequence, due_ms = :due, rank_ms = :rank,
        give_up_ms = :give_up
      WHERE id = :run AND state = 'scheduled'
      """,
      [
        "run": runID, "event": event.id, "sequence": event.sequence, "due": due, "rank": rank,
        "give_up": giveUp,
      ])
    effects.rests(until: due)
  }

  /// Gives how many events the run has then.
  fileprivate func append(_ event: Event, to runID: String) throws -> Int {
    let last: Int =
      try db.row(
        """
        SELECT coalesce(max(position), 0) AS last FROM workflow_run_event WHERE run_id = :run
        """, ["run": runID])?.get("last") ?? 0
    try db.execute(
      """
      INSERT INTO workflow_run_event (run_id, position, event_id) VALUES (:run, :position, :event)
      """, ["run": runID, "position": last + 1, "event": event.id])
    try db.execute(
      "UPDATE workflow_run SET begin_seq = :sequence WHERE id = :run",
      ["run": runID, "sequence": event.sequence])
    return last + 2
  }

  fileprivate mutating func beginNow(_ runID: String, _ function: FunctionDefinition) throws {
    try db.execute(
      """
      UPDATE workflow_run SET state = 'queued', due_ms = NULL, rank_ms = :now, give_up_ms = :give_up
      WHERE id = :run AND state = 'scheduled'
      """,
      ["run": runID, "now": now, "give_up": function.startTimeout.map { now + $0 }])
    effects.hasQueued = true
  }
}
