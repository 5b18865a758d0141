internal import Foundation
public import Storage

extension RenderQueue {
  /// Ends a job with its result, and lets go on what waited for it. `also` writes in the same transaction and sees the
  /// ended job. Throws `LeaseLost`; then nothing has changed, and `also` was not called.
  public func finish(
    _ lease: Lease, result: String, withWarnings: Bool = false, elapsedMS: Int64? = nil,
    also: @escaping @Sendable (any Connection, RenderJob) throws -> Void = { _, _ in }
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
        [
          "state": withWarnings ? JobState.doneWithWarnings : .done, "result": result,
          "elapsed": elapsedMS, "now": now, "id": lease.id, "owner": lease.owner,
          "fence": lease.fence,
        ])
      guard let job = try row.map(RenderJob.init) else { throw LeaseLost(job: lease.id) }
      try job.releaseDependents(db, now: now)
      try also(db, job)
    }
  }

  /// Ends an attempt without a result: the job is tried again where the failure allows it and attempts are left,
  /// otherwise it has failed, and with it the films that need it. `also` is called with every film that has failed by
  /// this. Throws `LeaseLost`. Gives the job as it is now.
  @discardableResult
  public func fail(
    _ lease: Lease, _ failure: JobFailure,
    also: @escaping @Sendable (any Connection, RenderJob) throws -> Void = { _, _ in }
  ) async throws -> RenderJob {
    let (now, delays) = (clock.now, retryDelaysMS)
    return try await database.write { db in
      let row = try db.row(
        """
        SELECT * FROM render_job
        WHERE id = :id AND state = 'leased' AND owner = :owner AND fence = :fence
        """, ["id": lease.id, "owner": lease.owner, "fence": lease.fence])
      guard let job = try row.map(RenderJob.init) else { throw LeaseLost(job: lease.id) }
      for film in try job.endAttempt(db, failure, now: now, delays: delays) { try also(db, film) }
      return try RenderJob.require(db, job.id)
    }
  }
}

extension RenderJob {
  /// Jobs whose last need this was are queued.
  func releaseDependents(_ db: any Connection, now: Int64) throws {
    try db.execute(
      """
      UPDATE render_job SET state = 'queued', run_at_ms = :now
      WHERE state = 'blocked'
        AND id IN (SELECT job_id FROM render_job_need WHERE needs_id = :id)
        AND NOT EXISTS (
          SELECT 1 FROM render_job_need AS need
          JOIN render_job AS part ON part.id = need.needs_id
          WHERE need.job_id = render_job.id
            AND part.state NOT IN ('done', 'done_with_warnings'))
      """, ["id": id, "now": now])
  }

  /// Notes a failed attempt of this leased job, and queues it again or fails it for good. Gives the films that have
  /// failed by it.
  @discardableResult
  func endAttempt(
    _ db: any Connection, _ failure: JobFailure, now: Int64, delays: [Int64]
  ) throws -> [RenderJob] {
    var noted = failure
    noted.atMS = now
    let isRetried = failure.isRetryable && attempt < maxAttempts
    let text = String(decoding: try JSONEncoder().encode(failures + [noted]), as: UTF8.self)
    if isRetried {
      let delay = delays.isEmpty ? 0 : delays[min(attempt - 1, delays.count - 1)]
      try db.execute(
        """
        UPDATE render_job
        SET state = 'queued', owner = NULL, lease_until_ms = NULL, fence = fence + 1,
            failures = :failures, run_at_ms = :run_at
        WHERE id = :id
        """, ["id": id, "failures": text, "run_at": now + delay])
      return []
    }
    try db.execute(
      "UPDATE render_job SET failures = :failures WHERE id = :id", ["id": id, "failures": text])
    return try fail(db, code: failure.code, message: failure.message, now: now)
  }

  /// Fails this job, the films that need it, and what those alone needed. Gives the films.
  func fail(
    _ db: any Connection, code: String, message: String, now: Int64
  ) throws -> [RenderJob] {
    let row = try db.row(
      """
      UPDATE render_job
      SET state = 'failed', error_code = :code, error_message = :message, owner = NULL,
          lease_until_ms = NULL, fence = fence + 1, ended_ms = :now
      WHERE id = :id AND state IN ('blocked', 'queued', 'leased')
      RETURNING *
      """, ["id": id, "code": code, "message": message, "now": now])
    guard let failed = try row.map(RenderJob.init) else { return [] }
    var films = failed.kind == .film ? [failed] : []
    let dependents = try db.rows(
      "SELECT job_id FROM render_job_need WHERE needs_id = :id", ["id": id]
    ).map { try $0.get("job_id", as: String.self) }
    for id in dependents {
      guard let film = try RenderJob.find(db, id), !film.state.isEnded else { continue }
      films += try film.fail(db, code: code, message: "\(label): \(message)", now: now)
    }
    if failed.kind == .film { try failed.cancelOrphans(db, now: now) }
    return films
  }

  /// Cancels parts of this ended film that no other film waits for.
  func cancelOrphans(_ db: any Connection, now: Int64) throws {
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
  }
}
