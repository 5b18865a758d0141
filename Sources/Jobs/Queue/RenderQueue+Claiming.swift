internal import Storage

extension RenderQueue {
  /// Leases the most urgent job that is due; nil when there is none.
  ///
  /// Looks before it writes, so that idle workers do not queue for the database's writer.
  public func claim(owner: String) async throws -> Lease? {
    let (now, lasting) = (clock.now, leaseMS)
    guard try await database.read({ try RenderJob.isAnyDue($0, now: now) }) else { return nil }
    return try await database.write { db in
      try RenderJob.leaseNext(db, owner: owner, now: now, until: now + lasting).map {
        Lease(job: $0, owner: owner, fence: $0.fence, until: now + lasting)
      }
    }
  }

  /// Lets the lease last on and notes how many frames are done. Throws `LeaseLost`.
  public func renew(_ lease: Lease, framesDone: Int? = nil) async throws -> Lease {
    let until = clock.now + leaseMS
    try await database.write { db in
      let changed = try db.execute(
        """
        UPDATE render_job
        SET lease_until_ms = :until,
            frames_done = CASE WHEN :done > frames_done THEN :done ELSE frames_done END
        WHERE id = :id AND state = 'leased' AND owner = :owner AND fence = :fence
        """,
        [
          "id": lease.id, "owner": lease.owner, "fence": lease.fence, "until": until,
          "done": framesDone ?? 0,
        ])
      if changed == 0 { throw LeaseLost(job: lease.id) }
    }
    var renewed = lease
    renewed.until = until
    return renewed
  }

  /// Those of `leases` that are not their worker's any more. One query, for looking often.
  public func lost(among leases: [Lease]) async throws -> [Lease] {
    guard let owner = leases.first?.owner else { return [] }
    let held = try await database.read { db in
      try db.rows(
        "SELECT id, fence FROM render_job WHERE state = 'leased' AND owner = :owner",
        ["owner": owner]
      ).map { (id: try $0.get("id", as: String.self), fence: try $0.get("fence", as: Int64.self)) }
    }
    return leases.filter { lease in
      !held.contains { $0.id == lease.id && $0.fence == lease.fence }
    }
  }

  /// Takes back leases that have run out: their jobs are queued again, or fail when no attempt is left. Any worker may
  /// do it at any time. Gives the number of jobs.
  @discardableResult
  public func sweep() async throws -> Int {
    let now = clock.now
    let isAny = try await database.read { db in
      try db.row(
        "SELECT id FROM render_job WHERE state = 'leased' AND lease_until_ms <= :now LIMIT 1",
        ["now": now]) != nil
    }
    guard isAny else { return 0 }
    return try await takeBack(
      """
      SELECT * FROM render_job WHERE state = 'leased' AND lease_until_ms <= :now
      ORDER BY id LIMIT 100 /* FOR UPDATE SKIP LOCKED */
      """, ["now": now], why: "its worker did not renew the lease")
  }

  /// Takes back all leases of a worker that is known to be gone.
  @discardableResult
  public func releaseAll(ofDead owner: String) async throws -> Int {
    let count = try await takeBack(
      "SELECT * FROM render_job WHERE state = 'leased' AND owner = :owner /* FOR UPDATE SKIP LOCKED */",
      ["owner": owner], why: "its worker died")
    try await forget(worker: owner)
    return count
  }

  private func takeBack(_ sql: String, _ arguments: SQLArguments, why: String) async throws -> Int {
    let (now, delays) = (clock.now, retryDelaysMS)
    return try await database.write { db in
      let jobs = try db.rows(sql, arguments).map(RenderJob.init)
      for job in jobs {
        let failure = JobFailure(
          code: "E_LEASE_LOST", message: "\(why) (attempt \(job.attempt))", isRetryable: true)
        // The worker is to blame and not the job: no waiting before the next attempt.
        try job.endAttempt(db, failure, now: now, delays: delays.map { _ in 0 })
      }
      return jobs.count
    }
  }

  /// Gives a job back that was not worked on, as it was before the claim.
  public func release(_ lease: Lease) async throws {
    let now = clock.now
    try await database.write { db in
      let changed = try db.execute(
        """
        UPDATE render_job
        SET state = 'queued', owner = NULL, lease_until_ms = NULL, attempt = attempt - 1,
            fence = fence + 1, run_at_ms = :now
        WHERE id = :id AND state = 'leased' AND owner = :owner AND fence = :fence
        """, ["id": lease.id, "owner": lease.owner, "fence": lease.fence, "now": now])
      if changed == 0 { throw LeaseLost(job: lease.id) }
    }
  }
}

extension RenderJob {
  static let claimable = """
    state = 'queued' AND run_at_ms <= :now AND is_paused = 0
      AND NOT EXISTS (SELECT 1 FROM render_queue_pause)
    """

  static func isAnyDue(_ db: any Connection, now: Int64) throws -> Bool {
    try db.row("SELECT id FROM render_job WHERE \(claimable) LIMIT 1", ["now": now]) != nil
  }

  /// Leases the job that goes first. Times are UTC milliseconds.
  static func leaseNext(
    _ db: any Connection, owner: String, now: Int64, until: Int64
  ) throws -> RenderJob? {
    try db.row(
      """
      WITH next AS MATERIALIZED (
        SELECT id FROM render_job
        WHERE \(claimable)
        ORDER BY priority, run_at_ms, id LIMIT 1 /* FOR UPDATE SKIP LOCKED */
      )
      UPDATE render_job
      SET state = 'leased', owner = :owner, lease_until_ms = :until, attempt = attempt + 1,
          fence = fence + 1, started_ms = COALESCE(started_ms, :now)
      WHERE id IN (SELECT id FROM next) AND state = 'queued'
      RETURNING *
      """, ["owner": owner, "now": now, "until": until]
    ).map(RenderJob.init)
  }
}
