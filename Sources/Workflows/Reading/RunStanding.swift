internal import Storage

/// Why a run is where it is: all that it waits for at the moment.
public struct RunStanding: Sendable, Equatable {
  public let run: Run
  public let reasons: [Reason]

  public enum Reason: Sendable, Equatable {
    case ended(Run.State)
    /// Begins at that time.
    case scheduled(at: Int64)
    /// A step is being executed. Nil: between steps, or one that has only just begun.
    case executing(step: String?, since: Int64, node: String)
    /// The node that executes it has not renewed its lease, and others take the run over soon.
    case nodeSilent(node: String, since: Int64)
    case sleeping(step: String, until: Int64)
    /// A step failed and is tried again: attempt number `attempt` is the next.
    case retrying(step: String, at: Int64, attempt: Int, of: Int?, error: StoredError?)
    /// The function failed outside its steps and is executed again.
    case restarting(at: Int64, failures: Int, error: StoredError?)
    case waitingForEvent(
      step: String, name: String, property: String?, value: String?, until: Int64?)
    case waitingForRun(step: String, runID: String, state: Run.State?, until: Int64?)
    /// Before it in the queue are that many runs.
    case queued(ahead: Int)
    /// A limit of the function is full; by which runs.
    case limitFull(limit: String, holders: [String])
    /// A throttle lets others begin before it; the first of them at that time.
    case throttled(ahead: Int, next: Int64?)
    /// A debounce or a batch still takes events in.
    case gathering(events: Int, until: Int64)
    /// No living node has the function.
    case noNode(functionID: String)
  }
}

extension Engine {
  /// Why a run does not move; nil when it is not there.
  public func standing(ofRun id: String) async throws -> RunStanding? {
    let now = core.clock.now
    return try await core.database.read { db in
      guard let detail = try RunDetail.fetch(db, id: id) else { return nil }
      return RunStanding(run: detail.run, reasons: try detail.reasons(db, now: now))
    }
  }
}

extension RunDetail {
  func reasons(_ db: any Connection, now: Int64) throws -> [RunStanding.Reason] {
    if run.state.isEnd { return [.ended(run.state)] }
    var reasons: [RunStanding.Reason] = []
    if try run.state != .running && !isKnown(db, now: now) {
      reasons.append(.noNode(functionID: run.functionID))
    }
    switch run.state {
    case .scheduled: reasons.append(try beginning(db, now: now))
    case .queued where run.isHeld: reasons += try Admission.blockers(of: run, db)
    case .queued: reasons.append(.queued(ahead: try ahead(db)))
    case .running: reasons += try executing(db, now: now)
    default: break
    }
    return try reasons + rests(db)
  }

  private func beginning(_ db: any Connection, now: Int64) throws -> RunStanding.Reason {
    let begin = run.dueAt ?? now
    if try run.isGathering(db) { return .gathering(events: events.count, until: begin) }
    return try run.isThrottled(db) ? .throttled(ahead: 0, next: begin) : .scheduled(at: begin)
  }

  private func isKnown(_ db: any Connection, now: Int64) throws -> Bool {
    try db.row(
      """
      SELECT 1 AS one FROM workflow_node_function AS known
      JOIN workflow_node AS node ON node.id = known.node_id
      WHERE known.function_id = :function AND node.lease_until_ms > :now LIMIT 1
      """, ["function": run.functionID, "now": now]) != nil
  }

  private func ahead(_ db: any Connection) throws -> Int {
    try db.row(
      """
      SELECT count(*) AS n FROM workflow_run
      WHERE state = 'queued' AND is_held = 0 AND (rank_ms < :rank OR (rank_ms = :rank AND id < :id))
      """, ["rank": run.rank, "id": run.id])?.get("n") ?? 0
  }

  private func executing(_ db: any Connection, now: Int64) throws -> [RunStanding.Reason] {
    let node = run.owner ?? ""
    let lease: Int64? = try db.row(
      "SELECT lease_until_ms FROM workflow_node WHERE id = :id", ["id": node])?
      .get("lease_until_ms")
    if lease ?? 0 <= now { return [.nodeSilent(node: node, since: lease ?? now)] }
    let running = steps.filter { $0.state == .running }
    if running.isEmpty {
      let since = steps.compactMap(\.endedAt).max() ?? run.startedAt ?? run.createdAt
      return [.executing(step: nil, since: since, node: node)]
    }
    return running.map { .executing(step: $0.name, since: $0.startedAt, node: node) }
  }

  /// What single steps, and the function itself, wait for.
  private func rests(_ db: any Connection) throws -> [RunStanding.Reason] {
    let names = Dictionary(steps.map { ($0.place, $0.name) }) { first, _ in first }
    var reasons = steps.compactMap(\.rest)
    for wait in waits {
      let step = names[wait.place] ?? wait.place
      if let name = wait.eventName {
        reasons.append(
          .waitingForEvent(
            step: step, name: name, property: wait.property, value: wait.value,
            until: wait.deadline))
      } else if let child = wait.childRunID {
        let state = try Run.fetch(db, id: child)?.state
        reasons.append(
          .waitingForRun(step: step, runID: child, state: state, until: wait.deadline))
      }
    }
    if run.state == .sleeping, reasons.isEmpty, let due = run.dueAt {
      reasons.append(.restarting(at: due, failures: run.failures, error: run.error))
    }
    return reasons
  }
}

extension StepRecord {
  fileprivate var rest: RunStanding.Reason? {
    switch (state, dueAt) {
    case (.sleeping, let due?): .sleeping(step: name, until: due)
    case (.retrying, let due?):
      .retrying(
        step: name, at: due, attempt: attempt, of: failures.last?.attempts,
        error: failures.last?.error)
    default: nil
    }
  }
}
