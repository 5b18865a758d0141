internal import Storage

extension RenderJob {
  /// What a worker wants. Times are UTC milliseconds.
  struct Claim: Sendable {
    /// How many of the most urgent jobs are looked at for a scene's beginning.
    static let choice = 16

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
      "WITH \(claim.candidates()) SELECT id FROM queued UNION ALL SELECT id FROM lapsed LIMIT 1",
      claim.filter) != nil
  }

  /// Leases the job that goes first, in one statement.
  ///
  /// Of equally urgent ones that is the segment where the worker's last one ended, then one whose owner let the lease run
  /// out, then one that nobody is working towards: a process goes on with its decoders open. An owner's silence
  /// is kept as the failure of that attempt; with no attempts left the job is left for the sweeper.
  static func leaseNext(_ db: any Connection, _ claim: Claim) throws -> RenderJob? {
    var arguments = claim.filter
    arguments["owner"] = claim.owner.sqlValue
    arguments["following"] = claim.following.sqlValue
    arguments["until"] = claim.until.sqlValue
    arguments["failure"] = try JobFailure.leaseRanOut.element(at: claim.now).sqlValue
    return try db.row(claim.statement, arguments).map(RenderJob.init)
  }
}

extension RenderJob.Claim {
  var statement: String {
    let locking = "/* FOR UPDATE SKIP LOCKED */"
    return """
      WITH \(candidates(locking: locking)), following AS MATERIALIZED (
        SELECT id, priority, run_at_ms FROM render_job
        WHERE kind = 'segment' AND key = :following AND key IS NOT NULL
          AND state IN ('queued', 'leased') AND \(isDue) \(locking)
      ), next AS MATERIALIZED (
        SELECT id FROM (
          SELECT id, priority, run_at_ms, 1 AS place FROM following
          UNION ALL SELECT id, priority, run_at_ms, 2 AS place FROM lapsed
          UNION ALL SELECT id, priority, run_at_ms, CASE WHEN EXISTS (
            SELECT 1 FROM render_job AS previous
            WHERE previous.next_key = queued.key AND previous.state IN ('queued', 'leased')
          ) THEN 4 ELSE 3 END AS place FROM queued
        ) AS candidate
        ORDER BY priority, place, run_at_ms, id LIMIT 1
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
      """
  }

  /// The first jobs that are due and the first one with a lapsed lease. Each is looked for with an index of its own.
  func candidates(locking: String = "") -> String {
    """
    queued AS MATERIALIZED (
      SELECT id, key, priority, run_at_ms FROM render_job
      WHERE \(isDue)
      ORDER BY priority, run_at_ms, id LIMIT \(Self.choice) \(locking)
    ), lapsed AS MATERIALIZED (
      SELECT id, priority, run_at_ms FROM render_job
      WHERE state = 'leased' AND lease_until_ms <= :lapsed AND is_paused = 0
        AND attempt < max_attempts AND \(isAllowed)
      ORDER BY priority, run_at_ms, id LIMIT 1 \(locking)
    )
    """
  }

  /// A queued job that may be begun now.
  private var isDue: String {
    "state = 'queued' AND is_paused = 0 AND run_at_ms <= :now AND \(isAllowed)"
  }

  /// The queue is not paused, and no file of the job's is in quarantine.
  private var isAllowed: String {
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
