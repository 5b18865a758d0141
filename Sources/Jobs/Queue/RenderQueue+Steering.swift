internal import Storage

extension RenderQueue {
  /// Ends a job that has not ended, at once: its worker finds its lease gone. Parts that only this film needs go with
  /// it, and films with a part that is cancelled by itself.
  @discardableResult
  public func cancel(_ id: String) async throws -> RenderJob {
    let now = clock.now
    return try await database.write { db in
      let job = try RenderJob.require(db, id)
      guard !job.state.isEnded else {
        throw QueueError.wrongState(id: id, state: job.state, wanted: "cancelled")
      }
      try job.cancel(db, now: now)
      return try RenderJob.require(db, id)
    }
  }

  /// Begins a failed or cancelled film anew, with the parts of it that are not done.
  @discardableResult
  public func retry(_ id: String) async throws -> RenderJob {
    let now = clock.now
    return try await database.write { db in
      let job = try RenderJob.require(db, id)
      guard job.state == .failed || job.state == .cancelled else {
        throw QueueError.wrongState(id: id, state: job.state, wanted: "tried again")
      }
      guard job.kind == .film else {
        throw QueueError.wrongState(
          id: id, state: job.state, wanted: "tried again by itself: name its film")
      }
      try job.begin(db, now: now)
      return try RenderJob.require(db, id)
    }
  }

  /// Lets no job be claimed, or none of one film; what is under way goes on.
  public func pause(_ id: String? = nil) async throws {
    let now = clock.now
    try await database.write { db in
      guard let id else {
        try db.execute(
          "INSERT INTO render_queue_pause (name, since_ms) VALUES ('all', :now) ON CONFLICT (name) DO NOTHING",
          ["now": now])
        return
      }
      try RenderJob.setPaused(db, id: id, true)
    }
  }

  /// The opposite of `pause`.
  public func resume(_ id: String? = nil) async throws {
    try await database.write { db in
      guard let id else {
        try db.execute("DELETE FROM render_queue_pause")
        return
      }
      try RenderJob.setPaused(db, id: id, false)
    }
  }
}

extension RenderJob {
  fileprivate func cancel(_ db: any Connection, now: Int64) throws {
    try db.execute(
      """
      UPDATE render_job
      SET state = 'cancelled', owner = NULL, lease_until_ms = NULL, fence = fence + 1,
          ended_ms = :now
      WHERE id = :id AND state IN ('blocked', 'queued', 'leased')
      """, ["id": id, "now": now])
    for row in try db.rows(
      "SELECT job_id FROM render_job_need WHERE needs_id = :id ORDER BY job_id", ["id": id])
    {
      guard let film = try RenderJob.find(db, row.get("job_id")), !film.state.isEnded else {
        continue
      }
      try film.cancel(db, now: now)
    }
    try cancelOrphans(db, now: now)
  }

  fileprivate func begin(_ db: any Connection, now: Int64) throws {
    let needs = try db.rows(
      """
      SELECT part.* FROM render_job_need AS need JOIN render_job AS part ON part.id = need.needs_id
      WHERE need.job_id = :id ORDER BY part.id
      """, ["id": id]
    ).map(RenderJob.init)
    var isBlocked = false
    for part in needs where !part.state.isSuccess {
      isBlocked = true
      guard part.state.isEnded else { continue }
      // Another film may have begun the same part meanwhile.
      if let key = part.key, let live = try RenderJob.live(db, kind: part.kind, key: key) {
        try db.execute(
          "DELETE FROM render_job_need WHERE job_id = :job AND needs_id = :needs",
          ["job": id, "needs": part.id])
        try RenderJob.insertNeed(db, job: id, needs: live)
      } else {
        try part.reset(db, to: .queued, now: now)
      }
    }
    try reset(db, to: isBlocked ? .blocked : .queued, now: now)
  }

  private func reset(_ db: any Connection, to state: JobState, now: Int64) throws {
    try db.execute(
      """
      UPDATE render_job
      SET state = :state, attempt = 0, error_code = NULL, error_message = NULL, ended_ms = NULL,
          fence = fence + 1, run_at_ms = :now
      WHERE id = :id
      """, ["id": id, "state": state, "now": now])
  }

  fileprivate static func setPaused(_ db: any Connection, id: String, _ isPaused: Bool) throws {
    let job = try require(db, id)
    try db.execute(
      """
      UPDATE render_job SET is_paused = :paused
      WHERE (id = :id OR id IN (SELECT needs_id FROM render_job_need WHERE job_id = :id))
        AND state IN ('blocked', 'queued', 'leased')
      """, ["id": job.id, "paused": isPaused])
  }
}
