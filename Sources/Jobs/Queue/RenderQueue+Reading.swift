public import Storage

extension RenderQueue {
  /// Jobs, the newest first.
  public func list(
    kinds: Set<JobKind> = [.film], states: Set<JobState> = Set(JobState.allCases), limit: Int = 100
  ) async throws -> [RenderJob] {
    if kinds.isEmpty || states.isEmpty { return [] }
    var conditions: [String] = []
    if kinds.count < JobKind.allCases.count {
      conditions.append("kind IN (\(Self.words(kinds.map(\.rawValue))))")
    }
    if states.count < JobState.allCases.count {
      conditions.append("state IN (\(Self.words(states.map(\.rawValue))))")
    }
    let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    return try await database.read { db in
      try db.rows(
        "SELECT * FROM render_job \(filter) ORDER BY id DESC LIMIT :limit", ["limit": limit]
      ).map(RenderJob.init)
    }
  }

  /// Words of the program's own, for `IN`.
  static func words(_ values: [String]) -> String {
    values.sorted().map { "'\($0)'" }.joined(separator: ", ")
  }

  /// Throws `QueueError.noSuchJob`.
  public func job(_ id: String) async throws -> RenderJob {
    try await database.read { try RenderJob.require($0, id) }
  }

  /// The id that begins or ends so, where there is just one: people need not type 26 characters. Throws
  /// `QueueError.noSuchJob` and `.ambiguousID`.
  public func fullID(_ part: String) async throws -> String {
    let wanted = part.uppercased()
    guard !wanted.isEmpty,
      wanted.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) })
    else { throw QueueError.noSuchJob(part) }
    let found = try await database.read { db in
      try db.rows(
        "SELECT id FROM render_job WHERE id LIKE :begin OR id LIKE :end ORDER BY id DESC LIMIT 4",
        ["begin": wanted + "%", "end": "%" + wanted]
      ).map { try $0.get("id", as: String.self) }
    }
    guard let id = found.first else { throw QueueError.noSuchJob(part) }
    if found.count > 1 { throw QueueError.ambiguousID(part, found) }
    return id
  }

  /// What a film needs, in the film's order.
  public func parts(of id: String) async throws -> [RenderJob] {
    try await database.read { try RenderJob.parts($0, of: id) }
  }

  /// The films that need a part, the oldest first.
  public func films(needing id: String) async throws -> [RenderJob] {
    try await database.read { try RenderJob.dependents($0, of: id) }
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
    try await database.read { try counts(in: $0) }
  }

  /// `counts` within the caller's transaction.
  public func counts(in db: any Connection) throws -> [JobState: Int] {
    let rows = try db.rows(
      """
      SELECT state, count(*) AS jobs FROM render_job WHERE \(RenderJob.isLive) GROUP BY state
      UNION ALL
      SELECT state, count(*) AS jobs FROM render_job WHERE ended_ms IS NOT NULL GROUP BY state
      """)
    var counts: [JobState: Int] = [:]
    for row in rows { counts[try row.get("state")] = try row.get("jobs") }
    return counts
  }

  /// Jobs that are queued, leased or wait for some that are.
  public func liveCount() async throws -> Int {
    try await database.read { db in
      try db.row(
        "SELECT count(*) AS jobs FROM render_job WHERE \(RenderJob.isLive)")?.get("jobs") ?? 0
    }
  }

  /// Since when the whole queue is paused, and jobs by state, at one moment.
  public func summary() async throws -> (pausedSince: Int64?, counts: [JobState: Int]) {
    try await database.read { (try pausedSince(in: $0), try counts(in: $0)) }
  }

  /// Since when the whole queue is paused, in UTC milliseconds.
  public func pausedSince() async throws -> Int64? {
    try await database.read { try pausedSince(in: $0) }
  }

  /// `pausedSince` within the caller's transaction.
  public func pausedSince(in db: any Connection) throws -> Int64? {
    try db.row("SELECT since_ms FROM render_queue_pause")?.get("since_ms")
  }

  /// How far a film is, or a part by itself.
  public func progress(of id: String) async throws -> FilmProgress {
    let now = clock.now
    return try await database.read { db in
      let film = try RenderJob.require(db, id)
      let parts = try RenderJob.parts(db, of: id)
      return FilmProgress(
        film, parts: parts, etaMS: try TimeLeft(db, now: now).of(film, parts: parts, db))
    }
  }
}

extension RenderJob {
  /// A job that has not ended, as the index on such jobs has it.
  static let isLive = "state IN ('blocked', 'queued', 'leased')"

  static func find(_ db: any Connection, _ id: String) throws -> RenderJob? {
    try db.row("SELECT * FROM render_job WHERE id = :id", ["id": id]).map(RenderJob.init)
  }

  static func require(_ db: any Connection, _ id: String) throws -> RenderJob {
    guard let job = try find(db, id) else { throw QueueError.noSuchJob(id) }
    return job
  }

  /// A job that has not ended. `wanted` says what for.
  static func requireLive(_ db: any Connection, _ id: String, wanted: String) throws -> RenderJob {
    let job = try require(db, id)
    if job.state.isEnded { throw QueueError.wrongState(id: id, state: job.state, wanted: wanted) }
    return job
  }

  static func parts(_ db: any Connection, of id: String) throws -> [RenderJob] {
    try db.rows(
      """
      SELECT part.* FROM render_job_need AS need JOIN render_job AS part ON part.id = need.needs_id
      WHERE need.job_id = :id ORDER BY need.position, part.id
      """, ["id": id]
    ).map(RenderJob.init)
  }

  static func dependents(_ db: any Connection, of id: String) throws -> [RenderJob] {
    try db.rows(
      """
      SELECT film.* FROM render_job_need AS need JOIN render_job AS film ON film.id = need.job_id
      WHERE need.needs_id = :id ORDER BY film.id
      """, ["id": id]
    ).map(RenderJob.init)
  }
}
