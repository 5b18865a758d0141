public import Storage

extension RenderQueue {
  /// Ends a job that has not ended, at once: its worker finds its lease gone. Parts that only this film needs go with
  /// it, and films with a part that is cancelled by itself. `also` is called with every film that ends by this.
  ///
  /// Throws `QueueError.noSuchJob` and `.wrongState`, as all that follow.
  @discardableResult
  public func cancel(
    _ id: String, also: @escaping Ending = { _, _ in }
  ) async throws -> RenderJob {
    try await database.write { try cancel(id, in: $0, also: also) }
  }

  /// `cancel` within the caller's transaction.
  @discardableResult
  public func cancel(
    _ id: String, in db: any Connection, also: Ending = { _, _ in }
  ) throws -> RenderJob {
    let job = try RenderJob.requireLive(db, id, wanted: "cancelled")
    for film in try job.cancel(db, now: clock.now) { try also(db, film) }
    return try RenderJob.require(db, id)
  }

  /// Begins a failed or cancelled film anew, with the parts of it that are not done. Attempts are counted anew, their
  /// failures stay on record. Throws `QueueError.quarantined` where it uses a file in quarantine.
  @discardableResult
  public func retry(_ id: String) async throws -> RenderJob {
    try await database.write { try retry(id, in: $0) }
  }

  /// `retry` within the caller's transaction.
  @discardableResult
  public func retry(_ id: String, in db: any Connection) throws -> RenderJob {
    let job = try RenderJob.require(db, id)
    if job.kind != .film {
      throw QueueError.notAFilm(id: id, kind: job.kind, wanted: "tried again")
    }
    guard job.state == .failed || job.state == .cancelled else {
      throw QueueError.wrongState(id: id, state: job.state, wanted: "tried again")
    }
    let bad = try QuarantinedAsset.of(db, job: id)
    if !bad.isEmpty { throw QueueError.quarantined(bad) }
    try job.begin(db, now: clock.now)
    return try RenderJob.require(db, id)
  }

  /// Lets no job be claimed, or none of one film; what is under way goes on, and so do parts that other films wait for.
  public func pause(_ id: String? = nil) async throws {
    try await database.write { try pause(id, in: $0) }
  }

  /// `pause` within the caller's transaction.
  public func pause(_ id: String? = nil, in db: any Connection) throws {
    if let id { return try RenderJob.hold(db, id, true) }
    try db.execute(
      "INSERT INTO render_queue_pause (name, since_ms) VALUES ('all', :now) ON CONFLICT (name) DO NOTHING",
      ["now": clock.now])
  }

  /// The opposite of `pause`. Resuming the queue leaves films paused that were paused by themselves.
  public func resume(_ id: String? = nil) async throws {
    try await database.write { try resume(id, in: $0) }
  }

  /// `resume` within the caller's transaction.
  public func resume(_ id: String? = nil, in db: any Connection) throws {
    if let id { return try RenderJob.hold(db, id, false) }
    try db.execute("DELETE FROM render_queue_pause")
  }
}

extension RenderJob {
  fileprivate static func hold(_ db: any Connection, _ id: String, _ isHeld: Bool) throws {
    let wanted = isHeld ? "paused" : "resumed"
    let film = try requireLive(db, id, wanted: wanted)
    if film.kind != .film { throw QueueError.notAFilm(id: id, kind: film.kind, wanted: wanted) }
    try db.execute(
      "UPDATE render_job SET is_paused = :held WHERE id = :id", ["id": id, "held": isHeld])
    try film.holdParts(db)
  }

  fileprivate func begin(_ db: any Connection, now: Int64) throws {
    var isBlocked = isOpen
    for part in try RenderJob.parts(db, of: id) where !part.state.isSuccess {
      isBlocked = true
      guard part.state.isEnded else { continue }
      // Another film may have begun the same part meanwhile.
      if let key = part.key, let live = try RenderJob.live(db, kind: part.kind, key: key) {
        try replaceNeed(db, part, by: live)
      } else {
        try part.reset(db, to: .queued, now: now)
      }
    }
    try reset(db, to: isBlocked ? .blocked : .queued, now: now)
    try holdParts(db)
  }

  /// The new part does not show less than the old one did.
  private func replaceNeed(_ db: any Connection, _ part: RenderJob, by id: String) throws {
    let isThere = try db.row(
      "SELECT 1 FROM render_job_need WHERE job_id = :job AND needs_id = :new",
      ["job": self.id, "new": id])
    if isThere == nil {
      try db.execute(
        "UPDATE render_job_need SET needs_id = :new WHERE job_id = :job AND needs_id = :old",
        ["job": self.id, "old": part.id, "new": id])
    } else {
      try db.execute(
        "DELETE FROM render_job_need WHERE job_id = :job AND needs_id = :old",
        ["job": self.id, "old": part.id])
    }
    try db.execute(
      """
      UPDATE render_job
      SET frames_done = CASE WHEN :done > frames THEN frames
            WHEN :done > frames_done THEN :done ELSE frames_done END,
          priority = CASE WHEN priority > :priority THEN :priority ELSE priority END
      WHERE id = :id
      """, ["id": id, "done": part.framesDone, "priority": priority])
  }

  private func reset(_ db: any Connection, to state: JobState, now: Int64) throws {
    try db.execute(
      """
      UPDATE render_job
      SET state = :state, attempt = 0, error_code = NULL, error_message = NULL,
          error_is_retryable = NULL, ended_ms = NULL, is_paused = 0, fence = fence + 1,
          run_at_ms = :now
      WHERE id = :id
      """, ["id": id, "state": state, "now": now])
  }
}
