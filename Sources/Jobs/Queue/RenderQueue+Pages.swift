public import Storage

extension RenderQueue {
  /// Jobs, the newest first, that come after the job with the id `before` in such a list.
  public func page(
    kinds: Set<JobKind> = Set(JobKind.allCases), states: Set<JobState> = Set(JobState.allCases),
    before: String? = nil, limit: Int = 50
  ) async throws -> [RenderJob] {
    if kinds.isEmpty || states.isEmpty { return [] }
    var conditions = ["id < :before"]
    if kinds.count < JobKind.allCases.count {
      conditions.append("kind IN (\(Self.words(kinds.map(\.rawValue))))")
    }
    if states.count < JobState.allCases.count {
      conditions.append("state IN (\(Self.words(states.map(\.rawValue))))")
    }
    let filter = conditions.joined(separator: " AND ")
    return try await database.read { db in
      try db.rows(
        "SELECT * FROM render_job WHERE \(filter) ORDER BY id DESC LIMIT :limit",
        ["before": before ?? "~", "limit": limit]
      ).map(RenderJob.init)
    }
  }
}

extension RenderQueue {
  /// `add` within the caller's transaction.
  public func add(_ film: NewFilm, in db: any Connection) throws -> RenderJob {
    try film.check()
    return try RenderJob.add(db, film, id: nil, isOpen: false, now: clock.now)
  }

  /// `progress` within the caller's transaction.
  public func progress(of id: String, in db: any Connection) throws -> FilmProgress {
    let film = try RenderJob.require(db, id)
    let parts = try RenderJob.parts(db, of: id)
    return FilmProgress(
      film, parts: parts, etaMS: try TimeLeft(db, now: clock.now).of(film, parts: parts, db))
  }

  /// `parts` within the caller's transaction.
  public func parts(of id: String, in db: any Connection) throws -> [RenderJob] {
    try RenderJob.parts(db, of: id)
  }
}
