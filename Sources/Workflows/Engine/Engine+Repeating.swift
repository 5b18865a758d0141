internal import Storage

extension Engine {
  /// Lets a run that failed or was cancelled go on where it ended: what it finished is kept, and the step that failed is
  /// executed anew with all its attempts. Throws `InvalidRun` for one in another state.
  public func retry(run id: String) async throws {
    try await core.commit { try $0.retry(id) }
  }

  /// Makes a new run with the same events that keeps the results of all steps before `step`, or of none; gives its id.
  ///
  /// `step` is a name as the journal has it. The function's limits on events do not apply. Throws `InvalidRun`.
  @discardableResult
  public func replay(run id: String, from step: String? = nil) async throws -> String {
    try await core.commit { try $0.replay(id, from: step) }
  }
}

/// A run with which something cannot be done.
public struct InvalidRun: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String
  /// There is no such run.
  public let isMissing: Bool

  init(_ description: String, isMissing: Bool = false) {
    (self.description, self.isMissing) = (description, isMissing)
  }

  /// No run, or more than one, has that id or ends or begins with it.
  public static func missing(_ id: String) -> InvalidRun {
    InvalidRun(
      "no run, or more than one, is meant by '\(id)'\n  → 'reelnode runs list' shows them",
      isMissing: true)
  }
}

extension Commit {
  mutating func retry(_ id: String) throws {
    let run = try existing(id)
    if run.state != .failed && run.state != .cancelled {
      throw InvalidRun(
        "run \(id) is \(run.state.rawValue), and only one that failed or was cancelled can be retried"
      )
    }
    let steps = try StepRecord.fetchAll(db, run: id)
    for step in steps where step.state != .done && !step.wasPassed(in: steps) {
      try db.execute(
        "DELETE FROM workflow_step WHERE run_id = :run AND place = :place",
        ["run": id, "place": step.place])
    }
    try db.execute("DELETE FROM workflow_wait WHERE run_id = :run", ["run": id])
    try setKeys(of: id, live: true)
    try db.execute(
      """
      UPDATE workflow_run SET state = 'queued', rank_ms = :now, fence = fence + 1, owner = NULL,
        failures = 0, losses = 0, error = NULL, cancel_reason = NULL, ended_ms = NULL
      WHERE id = :run
      """, ["run": id, "now": now])
    effects.hasQueued = true
  }

  mutating func replay(_ id: String, from step: String?) throws -> String {
    let run = try existing(id)
    // A process that does not know the function makes the run for one that does.
    let function = functions[run.functionID] ?? .absent(run.functionID)
    let steps = try StepRecord.fetchAll(db, run: id)
    let place = try step.map { name in
      guard let found = steps.first(where: { $0.name == name }) else {
        let names = steps.map { "'\($0.name)'" }.joined(separator: ", ")
        throw InvalidRun("run \(id) has no step '\(name)'\n  → it has \(names)")
      }
      return found.place
    }
    // The journal has to be there before the run begins, so it does not begin in this transaction.
    let room = self.room
    self.room = 0
    let copy = try start(
      function, for: run.events(db), at: now, rank: now, replayOf: id,
      beginSequence: run.beginSequence)
    self.room = room
    if let place {
      for kept in steps where kept.endedAt != nil && Place.isOrdered(kept.place, place) {
        try self.copy(kept.place, from: id, to: copy.id)
      }
    }
    return copy.id
  }

  private func copy(_ place: String, from old: String, to new: String) throws {
    try db.execute(
      """
      INSERT INTO workflow_step (
        run_id, place, name, kind, state, attempt, result, error, failures, due_ms, started_ms, ended_ms,
        request)
      SELECT :new, place, name, kind, state, attempt, result, error, failures, due_ms, started_ms, ended_ms,
        request
      FROM workflow_step WHERE run_id = :old AND place = :place
      """, ["new": new, "old": old, "place": place])
  }

  private func existing(_ id: String) throws -> Run {
    guard let run = try Run.fetch(db, id: id) else { throw InvalidRun.missing(id) }
    return run
  }
}

extension StepRecord {
  /// Whether the function went on after this step: it has a finished step further on in the same branch,
  /// or in one around it. A failure that it went on after is part of its course.
  fileprivate func wasPassed(in steps: [StepRecord]) -> Bool {
    let mine = place.split(separator: "/").compactMap { Int($0) }
    return steps.contains { step in
      guard step.endedAt != nil, !step.isFailedCall else { return false }
      let other = step.place.split(separator: "/").compactMap { Int($0) }
      // Numbers at even depths count steps, those at odd ones branches.
      let depth = zip(mine, other).prefix { $0 == $1 }.count
      return depth.isMultiple(of: 2) && depth < min(mine.count, other.count)
        && other[depth] > mine[depth]
    }
  }
}
