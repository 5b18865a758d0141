internal import Storage

extension RenderJob {
  /// Jobs whose last need this was are queued.
  func releaseDependents(_ db: any Connection, now: Int64) throws {
    try db.execute(
      """
      UPDATE render_job SET state = 'queued', run_at_ms = :now
      WHERE state = 'blocked' AND is_open = 0
        AND id IN (SELECT job_id FROM render_job_need WHERE needs_id = :id)
        AND NOT EXISTS (
          SELECT 1 FROM render_job_need AS need
          JOIN render_job AS part ON part.id = need.needs_id
          WHERE need.job_id = render_job.id
            AND part.state NOT IN ('done', 'done_with_warnings'))
      """, ["id": id, "now": now])
  }

  /// Notes a failed attempt of this leased job, and queues it again after `delay` milliseconds or fails it for good. Gives
  /// the films that have failed by it.
  func endAttempt(
    _ db: any Connection, _ failure: JobFailure, now: Int64, delay: Int64
  ) throws -> [RenderJob] {
    var noted = failure
    noted.atMS = now
    try db.execute(
      """
      UPDATE render_job
      SET state = 'queued', owner = NULL, lease_until_ms = NULL, fence = fence + 1,
          failures = :failures, run_at_ms = :run_at
      WHERE id = :id
      """, ["id": id, "failures": try JobFailure.text(failures + [noted]), "run_at": now + delay])
    guard failure.isRetryable, attempt < maxAttempts else {
      return try fail(db, failure, now: now)
    }
    return try failQuarantined(db, now: now)
  }

  /// Fails this job if a file of it is in quarantine. Gives the films that have failed by it.
  func failQuarantined(_ db: any Connection, now: Int64) throws -> [RenderJob] {
    let bad = try QuarantinedAsset.of(db, job: id)
    return bad.isEmpty ? [] : try fail(db, .quarantined(bad), now: now)
  }

  /// Fails this job, the films that need it, and what those alone needed. Gives the films.
  func fail(_ db: any Connection, _ failure: JobFailure, now: Int64) throws -> [RenderJob] {
    let row = try db.row(
      """
      UPDATE render_job
      SET state = 'failed', error_code = :code, error_message = :message,
          error_is_retryable = :retryable, owner = NULL, lease_until_ms = NULL, fence = fence + 1,
          ended_ms = :now
      WHERE id = :id AND state IN ('blocked', 'queued', 'leased')
      RETURNING *
      """,
      [
        "id": id, "code": failure.code, "message": failure.message,
        "retryable": failure.isRetryable, "now": now,
      ])
    guard let failed = try row.map(RenderJob.init) else { return [] }
    if failed.kind == .film {
      try failed.dropParts(db, now: now)
      return [failed]
    }
    var reason = failure
    reason.message = "\(label): \(failure.message)"
    return try RenderJob.dependents(db, of: id).flatMap { try $0.fail(db, reason, now: now) }
  }

  /// Ends this job, which has not ended, as cancelled, and the films that need it. Gives the films.
  func cancel(_ db: any Connection, now: Int64) throws -> [RenderJob] {
    let row = try db.row(
      """
      UPDATE render_job
      SET state = 'cancelled', owner = NULL, lease_until_ms = NULL, fence = fence + 1,
          ended_ms = :now
      WHERE id = :id AND state IN ('blocked', 'queued', 'leased')
      RETURNING *
      """, ["id": id, "now": now])
    guard let cancelled = try row.map(RenderJob.init) else { return [] }
    if cancelled.kind == .film {
      try cancelled.dropParts(db, now: now)
      return [cancelled]
    }
    return try RenderJob.dependents(db, of: id).flatMap { try $0.cancel(db, now: now) }
  }

  /// Cancels parts of this ended film that no other film waits for. Those that are left are held if all are that
  /// wait for them.
  private func dropParts(_ db: any Connection, now: Int64) throws {
    try db.execute(
      """
      UPDATE render_job
      SET state = 'cancelled', owner = NULL, lease_until_ms = NULL, fence = fence + 1,
          ended_ms = :now
      WHERE state IN ('queued', 'leased')
        AND id IN (SELECT needs_id FROM render_job_need WHERE job_id = :id)
        AND NOT EXISTS (
          SELECT 1 FROM render_job_need AS need
          JOIN render_job AS film ON film.id = need.job_id
          WHERE need.needs_id = render_job.id AND film.state IN ('blocked', 'queued', 'leased'))
      """, ["id": id, "now": now])
    try holdParts(db)
  }

  /// A part is held when all films that wait for it are.
  func holdParts(_ db: any Connection) throws {
    try db.execute(
      """
      UPDATE render_job
      SET is_paused = CASE WHEN EXISTS (
        SELECT 1 FROM render_job_need AS need
        JOIN render_job AS film ON film.id = need.job_id
        WHERE need.needs_id = render_job.id AND film.is_paused = 0
          AND film.state IN ('blocked', 'queued', 'leased')) THEN 0 ELSE 1 END
      WHERE state IN ('queued', 'leased')
        AND id IN (SELECT needs_id FROM render_job_need WHERE job_id = :id)
      """, ["id": id])
  }
}
