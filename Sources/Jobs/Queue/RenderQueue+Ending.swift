public import Storage

extension RenderQueue {
  /// Ends a job with its result, and lets go on what waited for it. `also` writes in the same transaction and sees the
  /// ended job, of any kind. Throws `LeaseLost`; then nothing has changed, and `also` was not called.
  public func finish(
    _ lease: Lease, result: String, withWarnings: Bool = false, elapsedMS: Int64? = nil,
    also: @escaping Ending = { _, _ in }
  ) async throws {
    let now = clock.now
    try await database.write { db in
      let row = try db.row(
        """
        UPDATE render_job
        SET state = :state, result = :result, elapsed_ms = :elapsed, frames_done = frames,
            owner = NULL, lease_until_ms = NULL, ended_ms = :now
        WHERE id = :id AND state = 'leased' AND owner = :owner AND fence = :fence
        RETURNING *
        """,
        lease.arguments(with: [
          "state": withWarnings ? JobState.doneWithWarnings : .done, "result": result,
          "elapsed": elapsedMS.map { max(0, $0) }, "now": now,
        ]))
      guard let job = try row.map(RenderJob.init) else { throw LeaseLost(job: lease.id) }
      if job.kind != .film { try job.releaseDependents(db, now: now) }
      try also(db, job)
    }
  }

  /// Ends an attempt without a result: the job is tried again where the failure allows it and attempts are left,
  /// otherwise it has failed, and with it the films that need it. `also` is called with every film that has failed by
  /// this. Throws `LeaseLost`. Gives the job as it is now.
  @discardableResult
  public func fail(
    _ lease: Lease, _ failure: JobFailure, also: @escaping Ending = { _, _ in }
  ) async throws -> RenderJob {
    let (now, delays) = (clock.now, retryDelaysMS)
    return try await database.write { db in
      let row = try db.row(
        """
        SELECT * FROM render_job
        WHERE id = :id AND state = 'leased' AND owner = :owner AND fence = :fence
        """, lease.arguments(with: [:]))
      guard let job = try row.map(RenderJob.init) else { throw LeaseLost(job: lease.id) }
      let delay = delays.isEmpty ? 0 : delays[min(job.attempt - 1, delays.count - 1)]
      for film in try job.endAttempt(db, failure, now: now, delay: delay) { try also(db, film) }
      return try RenderJob.require(db, job.id)
    }
  }
}
