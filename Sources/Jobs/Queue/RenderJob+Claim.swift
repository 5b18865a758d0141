internal import Storage

extension RenderJob {
  /// What a worker wants. Times are UTC milliseconds.
  struct Claim: Sendable {
    var kinds: Set<JobKind>
    var excluding: Set<String>
    var owner: String
    /// Key of the segment that goes on where the worker's last one ended.
    var following: String?
    var now: Int64
    var until: Int64
    /// Leases that ended by then are free; nil to leave all to their owners.
    var lapsed: Int64?
  }

  /// Whether there is a job for `claim`.
  static func isAnyDue(_ db: any Connection, _ claim: Claim) throws -> Bool {
    try db.row(
      claim.selection() + " SELECT id FROM queued UNION ALL SELECT id FROM lapsed LIMIT 1",
      claim.filter) != nil
  }

  /// Leases the job that goes first, in one statement. Of equally urgent ones that is the segment where the worker's last
  /// one ended, then one that nobody is working towards: a process goes on with its decoders open. One whose owner let the lease run out keeps that as the failure of
  /// its last attempt; with no attempts left it is left for the sweeper.
  static func leaseNext(_ db: any Connection, _ claim: Claim) throws -> RenderJob? {
    var arguments = claim.filter
    arguments["owner"] = claim.owner.sqlValue
    arguments["following"] = claim.following.sqlValue
    arguments["until"] = claim.until.sqlValue
    arguments["failure"] = try JobFailure.leaseRanOut.element(at: claim.now).sqlValue
    return try db.row(
      claim.selection(locking: "/* FOR UPDATE SKIP LOCKED */") + """
        , urgent AS MATERIALIZED (
          SELECT id, priority FROM (SELECT * FROM queued UNION ALL SELECT * FROM lapsed) AS due
          ORDER BY priority, run_at_ms, id LIMIT 1
        ), following AS MATERIALIZED (
          SELECT id FROM render_job
          WHERE kind = 'segment' AND key = :following AND \(claim.due)
            AND priority <= (SELECT priority FROM urgent) /* FOR UPDATE SKIP LOCKED */
        ), beginning AS MATERIALIZED (
          SELECT id FROM render_job
          WHERE \(claim.due) AND priority = (SELECT priority FROM urgent)
            AND NOT EXISTS (
              SELECT 1 FROM render_job AS previous
              WHERE previous.next_key = render_job.key AND previous.state IN ('queued', 'leased'))
          ORDER BY priority, run_at_ms, id LIMIT 1 /* FOR UPDATE SKIP LOCKED */
        ), next AS MATERIALIZED (
          SELECT id, 0 AS place FROM following
          UNION ALL SELECT id, 1 AS place FROM urgent WHERE id IN (SELECT id FROM lapsed)
          UNION ALL SELECT id, 2 AS place FROM beginning
          UNION ALL SELECT id, 3 AS place FROM urgent
          ORDER BY place LIMIT 1
        )
        UPDATE render_job
        SET state = 'leased', owner = :owner, lease_until_ms = :until, attempt = attempt + 1,
            fence = fence + 1, started_ms = COALESCE(started_ms, :now),
            failures = CASE
              WHEN state = 'queued' THEN failures
              WHEN failures = '[]' THEN '[' || :failure || ']'
              ELSE substr(failures, 1, length(failures) - 1) || ',' || :failure || ']' END
        WHERE id IN (SELECT id FROM next) AND state IN ('queued', 'leased')
        RETURNING *
        """, arguments
    ).map(RenderJob.init)
  }
}

extension RenderJob.Claim {
  /// The first job that is due and the first one with a lapsed lease. Each is looked for with an index of its own.
  func selection(locking: String = "") -> String {
    """
    WITH queued AS MATERIALIZED (
      SELECT id, priority, run_at_ms FROM render_job
      WHERE \(due)
      ORDER BY priority, run_at_ms, id LIMIT 1 \(locking)
    ), lapsed AS MATERIALIZED (
      SELECT id, priority, run_at_ms FROM render_job
      WHERE state = 'leased' AND lease_until_ms <= :lapsed AND is_paused = 0
        AND attempt < max_attempts AND \(allowed)
      ORDER BY priority, run_at_ms, id LIMIT 1 \(locking)
    )
    """
  }

  /// A queued job that may be begun now.
  fileprivate var due: String {
    "state = 'queued' AND is_paused = 0 AND run_at_ms <= :now AND \(allowed)"
  }

  /// The queue is not paused, and no file of the job's is in quarantine.
  private var allowed: String {
    var conditions = """
      NOT EXISTS (SELECT 1 FROM render_queue_pause)
        AND NOT EXISTS (
          SELECT 1 FROM render_job_asset AS asset
          JOIN asset_crash AS crash ON crash.sha256 = asset.sha256
          WHERE asset.job_id = render_job.id AND crash.quarantined_ms IS NOT NULL)
      """
    if kinds.count < JobKind.allCases.count {
      let words = kinds.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
      // Not the bare column: an index on it would be taken, and all queued jobs sorted.
      conditions += " AND kind || '' IN (\(words))"
    }
    if !excluding.isEmpty {
      let names = excluding.indices.enumerated().map { ":excluded\($0.offset)" }
      conditions += " AND id NOT IN (\(names.joined(separator: ", ")))"
    }
    return conditions
  }

  var filter: SQLArguments {
    var arguments: SQLArguments = ["now": now, "lapsed": lapsed ?? Int64.min]
    for (number, id) in excluding.enumerated() { arguments["excluded\(number)"] = id.sqlValue }
    return arguments
  }
}
