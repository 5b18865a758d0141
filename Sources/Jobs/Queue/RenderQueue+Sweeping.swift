internal import Storage

extension RenderQueue {
  /// Takes back leases that have run out: their jobs are queued again, or fail when no attempt is left. Any worker may
  /// do it at any time. `also` is called with every film that has failed by it. Gives the number of jobs.
  ///
  /// Times that lie in the future because somebody has set the clock back are brought to what they would be now.
  /// Queued jobs that use a file in quarantine fail.
  @discardableResult
  public func sweep(also: @escaping Ending = { _, _ in }) async throws -> Int {
    let now = clock.now
    let isTrusted = watch.trusts(clock, lasting: leaseMS)
    let limits = SweepLimits(
      now: now, lapsed: isTrusted ? now - graceMS : nil, lease: now + leaseMS,
      latestLease: now + leaseMS + graceMS,
      latestRun: now + (retryDelaysMS.max() ?? 0) + graceMS)
    guard try await database.read({ try limits.isAnyBeyond($0) }) else { return 0 }
    return try await database.write { db in
      try limits.bringBack(db)
      let jobs = try limits.lapsed(db)
      var films = try jobs.flatMap { try $0.takeBack(db, .leaseRanOut, now: now) }
      let spoiled = try limits.spoiled(db)
      films += try spoiled.flatMap { try $0.failQuarantined(db, now: now) }
      for film in films { try also(db, film) }
      return jobs.count + spoiled.count
    }
  }

  /// Takes back all leases of a worker that is known to be gone, and forgets it. As `sweep` otherwise.
  @discardableResult
  public func releaseAll(
    ofDead owner: String, also: @escaping Ending = { _, _ in }
  ) async throws -> Int {
    let now = clock.now
    return try await database.write { db in
      let jobs = try db.rows(
        "SELECT * FROM render_job WHERE state = 'leased' AND owner = :owner ORDER BY id",
        ["owner": owner]
      ).map(RenderJob.init)
      for film in try jobs.flatMap({ try $0.takeBack(db, .workerDied, now: now) }) {
        try also(db, film)
      }
      try WorkerRecord.delete(db, id: owner)
      return jobs.count
    }
  }
}

extension RenderJob {
  /// Ends the attempt of a worker that is gone. The worker is to blame and not the job: no waiting before the next one.
  fileprivate func takeBack(
    _ db: any Connection, _ failure: JobFailure, now: Int64
  ) throws -> [RenderJob] {
    try endAttempt(db, failure, now: now, delay: 0)
  }
}

/// What times in the table may be. UTC milliseconds.
private struct SweepLimits: Sendable {
  var now: Int64
  /// Leases that ended by then are taken back; nil for none.
  var lapsed: Int64?
  /// Until when a lease lasts that is renewed now.
  var lease: Int64
  /// Later ones are by a clock that has since been set back.
  var latestLease: Int64
  var latestRun: Int64

  /// Leases that have run out, the first one first. A part of them, so that a sweep is short.
  private static let lapsed = """
    SELECT * FROM render_job WHERE state = 'leased' AND lease_until_ms <= :lapsed
    ORDER BY lease_until_ms, id LIMIT 100 /* FOR UPDATE SKIP LOCKED */
    """

  /// Ids of jobs that came back to the queue after a file of theirs was put in quarantine.
  private static let spoiled = """
    SELECT job.id FROM asset_crash AS crash
    JOIN render_job_asset AS asset ON asset.sha256 = crash.sha256
    JOIN render_job AS job ON job.id = asset.job_id
    WHERE crash.quarantined_ms IS NOT NULL AND job.state IN ('queued', 'blocked')
    """

  /// Whether there is anything to do, so that a sweep that finds nothing does not write.
  func isAnyBeyond(_ db: any Connection) throws -> Bool {
    let found = try db.row(
      """
      SELECT 1 AS found
      WHERE EXISTS (SELECT 1 FROM render_job WHERE state = 'leased' AND lease_until_ms <= :lapsed)
        OR EXISTS (SELECT 1 FROM render_job WHERE state = 'leased' AND lease_until_ms > :lease)
        OR EXISTS (
          SELECT 1 FROM render_job WHERE state = 'queued' AND is_paused = 0 AND run_at_ms > :run)
        OR EXISTS (\(Self.spoiled))
      """, ["lapsed": lapsed ?? Int64.min, "lease": latestLease, "run": latestRun])
    return found != nil
  }

  func bringBack(_ db: any Connection) throws {
    try db.execute(
      "UPDATE render_job SET lease_until_ms = :until WHERE state = 'leased' AND lease_until_ms > :latest",
      ["until": lease, "latest": latestLease])
    try db.execute(
      """
      UPDATE render_job SET run_at_ms = :now
      WHERE state = 'queued' AND is_paused = 0 AND run_at_ms > :latest
      """, ["now": now, "latest": latestRun])
  }

  func lapsed(_ db: any Connection) throws -> [RenderJob] {
    guard let lapsed else { return [] }
    return try db.rows(Self.lapsed, ["lapsed": lapsed]).map(RenderJob.init)
  }

  func spoiled(_ db: any Connection) throws -> [RenderJob] {
    try db.rows("SELECT * FROM render_job WHERE id IN (\(Self.spoiled)) ORDER BY id LIMIT 100")
      .map(RenderJob.init)
  }
}
