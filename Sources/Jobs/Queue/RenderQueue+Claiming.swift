internal import Storage

extension RenderQueue {
  /// Leases the most urgent job that is due or whose owner let the lease run out; nil when there is none.
  ///
  /// When the last time brought nothing it looks before it writes, so that idle workers do not wait for the database's
  /// writer. `kinds` are the jobs that the worker can do, `excluding` ids of jobs it does not want, such as those it
  /// gave back. Where `last` was a segment, the one that goes on where it ended comes before equally urgent ones.
  public func claim(
    owner: String, after last: RenderJob? = nil, kinds: Set<JobKind> = Set(JobKind.allCases),
    excluding: Set<String> = []
  ) async throws -> Lease? {
    let (now, lasting) = (clock.now, leaseMS)
    let isTrusted = watch.trusts(clock, lasting: leaseMS)
    let claim = RenderJob.Claim(
      kinds: kinds, excluding: excluding, owner: owner, following: last?.nextKey, now: now,
      until: now + lasting, lapsed: isTrusted ? now - graceMS : nil)
    if idleness.isIdle, try await !database.read({ try RenderJob.isAnyDue($0, claim) }) {
      return nil
    }
    let lease = try await database.write { db in
      try RenderJob.leaseNext(db, claim).map {
        Lease(job: $0, owner: owner, fence: $0.fence, until: now + lasting)
      }
    }
    idleness.isIdle = lease == nil
    return lease
  }

  /// Lets the lease last on and notes how many frames are done. Throws `LeaseLost`.
  @discardableResult
  public func renew(_ lease: Lease, framesDone: Int? = nil) async throws -> Lease {
    let until = clock.now + leaseMS
    try await database.write { db in
      let changed = try db.execute(
        """
        UPDATE render_job
        SET lease_until_ms = :until,
            frames_done = CASE WHEN :done > frames THEN frames
              WHEN :done > frames_done THEN :done ELSE frames_done END
        WHERE id = :id AND state = 'leased' AND owner = :owner AND fence = :fence
        """, lease.arguments(with: ["until": until, "done": framesDone ?? 0]))
      if changed == 0 { throw LeaseLost(job: lease.id) }
    }
    var renewed = lease
    renewed.until = until
    return renewed
  }

  /// Gives a job back that was not worked on: the attempt does not count. Throws `LeaseLost`.
  public func release(_ lease: Lease) async throws {
    let now = clock.now
    try await database.write { db in
      let changed = try db.execute(
        """
        UPDATE render_job
        SET state = 'queued', owner = NULL, lease_until_ms = NULL, attempt = attempt - 1,
            fence = fence + 1, run_at_ms = :now
        WHERE id = :id AND state = 'leased' AND owner = :owner AND fence = :fence
        """, lease.arguments(with: ["now": now]))
      if changed == 0 { throw LeaseLost(job: lease.id) }
    }
  }

  /// Those of `leases` that are not their worker's any more. One query, for looking often.
  public func lost(among leases: [Lease]) async throws -> [Lease] {
    if leases.isEmpty { return [] }
    let held = try await database.read { db in
      try db.rows("SELECT id, owner, fence FROM render_job WHERE state = 'leased'")
        .map(HeldJob.init)
    }
    return leases.filter { !held.contains(HeldJob(id: $0.id, owner: $0.owner, fence: $0.fence)) }
  }
}

/// What makes a lease the caller's.
private struct HeldJob: Equatable, Sendable {
  var id, owner: String
  var fence: Int64

  init(id: String, owner: String, fence: Int64) {
    (self.id, self.owner, self.fence) = (id, owner, fence)
  }

  init(_ row: Row) throws {
    (id, owner, fence) = (try row.get("id"), try row.get("owner"), try row.get("fence"))
  }
}

extension Lease {
  func arguments(with others: SQLArguments) -> SQLArguments {
    var arguments = others
    arguments["id"] = id.sqlValue
    arguments["owner"] = owner.sqlValue
    arguments["fence"] = fence.sqlValue
    return arguments
  }
}
