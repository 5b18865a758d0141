internal import Storage

/// Where and as what a run's task writes: what it does under an older fence than the run's is refused.
struct RunTicket: Sendable {
  let runID: String
  let fence: Int64
}

/// What is written about a step.
struct StepEntry: Sendable {
  var place: String
  var name: String
  var kind: StepRecord.Kind
  var state: StepRecord.State
  var attempt = 1
  var result: String?
  var error: StoredError?
  var failures: [StepRecord.Failure] = []
  var due: Int64?
  var startedAt: Int64
  var request: String?
}

extension Commit {
  /// Writes a step's state. Throws `RunStopped` when the run is no longer this node's under the ticket's fence.
  func record(_ step: StepEntry, _ ticket: RunTicket) throws {
    let written = try db.execute(
      """
      INSERT INTO workflow_step (
        run_id, place, name, kind, state, attempt, result, error, failures, due_ms, started_ms, ended_ms,
        request)
      SELECT id, :place, :name, :kind, :state, :attempt, :result, :error, :failures, :due, :started, :ended,
        :request
      FROM workflow_run WHERE id = :run AND fence = :fence AND state = 'running'
      ON CONFLICT (run_id, place) DO UPDATE SET
        name = excluded.name, kind = excluded.kind,
        request = excluded.request,
        state = excluded.state, attempt = excluded.attempt, result = excluded.result,
        error = excluded.error, failures = excluded.failures, due_ms = excluded.due_ms,
        ended_ms = excluded.ended_ms
      """,
      [
        "run": ticket.runID, "fence": ticket.fence, "place": step.place, "name": step.name,
        "kind": step.kind, "state": step.state, "attempt": step.attempt, "result": step.result,
        "error": try step.error.map(JSON.encode),
        "failures": step.failures.isEmpty ? String?.none : try JSON.encode(step.failures),
        "due": step.due, "started": step.startedAt,
        "ended": step.state == .done || step.state == .failed ? now : Int64?.none,
        "request": step.request,
      ])
    if written == 0 { throw RunStopped(.lost) }
  }

  /// The run executes nothing until `due`, or until an event when it waits.
  mutating func rest(_ ticket: RunTicket, isWaiting: Bool, until due: Int64?, functionID: String)
    throws
  {
    // An event that came while the run was executing has hinted the wait and could not queue the run.
    let hinted = try db.execute(
      "UPDATE workflow_wait SET is_hinted = 0 WHERE run_id = :run AND is_hinted = 1",
      ["run": ticket.runID])
    let state: Run.State = hinted > 0 ? .queued : isWaiting ? .waiting : .sleeping
    let written = try db.execute(
      """
      UPDATE workflow_run SET state = :state, due_ms = :due, rank_ms = :rank
      WHERE id = :run AND fence = :fence AND state = 'running'
      """,
      [
        "run": ticket.runID, "fence": ticket.fence, "state": state,
        "due": hinted > 0 ? nil : due, "rank": hinted > 0 ? now : due ?? now,
      ])
    if written == 0 { throw RunStopped(.lost) }
    if hinted > 0 { effects.hasQueued = true } else { effects.rests(until: due) }
    try released(ticket.runID, functionID: functionID)
  }

  /// Tells the function's limits that one of its runs no longer executes.
  mutating func released(_ runID: String, functionID: String, hasEnded: Bool = false) throws {
    if let rules = functions[functionID]?.rules {
      guard hasEnded ? rules.keepsKeys : rules.limitsExecution else { return }
    }
    try Admission.released(runID, hasEnded: hasEnded, in: &self)
  }
}
