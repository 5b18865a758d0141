internal import Storage

extension RenderQueue {
  /// Jobs, the newest first.
  public func list(
    kinds: Set<JobKind> = [.film], states: Set<JobState> = Set(JobState.allCases), limit: Int = 100
  ) async throws -> [RenderJob] {
    let kinds = kinds.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
    let states = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
    return try await database.read { db in
      try db.rows(
        """
        SELECT * FROM render_job WHERE kind IN (\(kinds)) AND state IN (\(states))
        ORDER BY id DESC LIMIT :limit
        """, ["limit": limit]
      ).map(RenderJob.init)
    }
  }

  /// Throws `QueueError.noSuchJob`.
  public func job(_ id: String) async throws -> RenderJob {
    try await database.read { try RenderJob.require($0, id) }
  }

  /// The id that begins or ends so, where there is just one: people need not type 26 characters. Throws
  /// `QueueError.noSuchJob`.
  public func fullID(_ part: String) async throws -> String {
    let part = part.uppercased()
    guard !part.isEmpty, part.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) })
    else { throw QueueError.noSuchJob(part) }
    let found = try await database.read { db in
      try db.rows(
        "SELECT id FROM render_job WHERE id LIKE :begin OR id LIKE :end ORDER BY id LIMIT 2",
        ["begin": part + "%", "end": "%" + part]
      ).map { try $0.get("id", as: String.self) }
    }
    guard found.count == 1 else { throw QueueError.noSuchJob(part) }
    return found[0]
  }

  /// What a film needs, in the film's order.
  public func parts(of id: String) async throws -> [RenderJob] {
    try await database.read { try RenderJob.parts($0, of: id) }
  }

  /// SHA-256 of the files a job reads.
  public func assets(of id: String) async throws -> [String] {
    try await database.read { db in
      try db.rows(
        "SELECT sha256 FROM render_job_asset WHERE job_id = :id ORDER BY sha256", ["id": id]
      ).map { try $0.get("sha256") }
    }
  }

  /// Jobs by state.
  public func counts() async throws -> [JobState: Int] {
    try await database.read { db in
      let rows = try db.rows("SELECT state, count(*) AS jobs FROM render_job GROUP BY state")
      var counts: [JobState: Int] = [:]
      for row in rows { counts[try row.get("state")] = try row.get("jobs") }
      return counts
    }
  }

  /// Jobs that are queued, leased or wait for some that are.
  public func liveCount() async throws -> Int {
    let counts = try await counts()
    return [JobState.blocked, .queued, .leased].reduce(0) { $0 + (counts[$1] ?? 0) }
  }

  /// Since when the whole queue is paused, in UTC milliseconds.
  public func pausedSince() async throws -> Int64? {
    try await database.read {
      try $0.row("SELECT since_ms FROM render_queue_pause")?.get("since_ms")
    }
  }

  public func progress(of id: String) async throws -> FilmProgress {
    try await database.read { db in
      let film = try RenderJob.require(db, id)
      let parts = try RenderJob.parts(db, of: id)
      return FilmProgress(film, parts: parts, pace: try Pace(db))
    }
  }

  /// Forgets jobs that ended before `time`, the oldest first, and parts that no film refers to. Gives how many.
  @discardableResult
  public func prune(endedBefore time: Int64, limit: Int = 500) async throws -> Int {
    try await database.write { db in
      let films = try db.execute(
        """
        DELETE FROM render_job WHERE id IN (
          SELECT id FROM render_job WHERE kind = 'film' AND ended_ms < :time
          ORDER BY ended_ms LIMIT :limit)
        """, ["time": time, "limit": limit])
      let parts = try db.execute(
        """
        DELETE FROM render_job WHERE id IN (
          SELECT id FROM render_job WHERE kind IN ('segment', 'sound') AND ended_ms < :time
            AND NOT EXISTS (SELECT 1 FROM render_job_need WHERE needs_id = render_job.id)
          ORDER BY ended_ms LIMIT :limit)
        """, ["time": time, "limit": limit])
      return films + parts
    }
  }

  /// Results of done parts whose films are all done, each given once: what they name may leave the store.
  public func takeSpentResults(limit: Int = 200) async throws -> [String] {
    try await database.write { db in
      let spent = try db.rows(
        """
        SELECT part.id, part.result FROM render_job AS part
        WHERE part.kind IN ('segment', 'sound') AND part.state IN ('done', 'done_with_warnings')
          AND part.result <> '{}'
          AND NOT EXISTS (
            SELECT 1 FROM render_job_need AS need JOIN render_job AS film ON film.id = need.job_id
            WHERE need.needs_id = part.id AND film.state NOT IN ('done', 'done_with_warnings'))
        ORDER BY part.id LIMIT :limit
        """, ["limit": limit])
      return try spent.map { row in
        let id: String = try row.get("id")
        try db.execute("UPDATE render_job SET result = '{}' WHERE id = :id", ["id": id])
        return try row.get("result")
      }
    }
  }
}

extension RenderJob {
  static func parts(_ db: any Connection, of id: String) throws -> [RenderJob] {
    try db.rows(
      """
      SELECT part.* FROM render_job_need AS need JOIN render_job AS part ON part.id = need.needs_id
      WHERE need.job_id = :id ORDER BY part.id
      """, ["id": id]
    ).map(RenderJob.init)
  }
}
