internal import Storage

extension RenderQueue {
  /// Puts a film and its missing parts into the queue; a part that another film is waiting for is shared.
  ///
  /// Throws `QueueError.quarantined` where a file of it is in quarantine.
  public func add(_ film: NewFilm) async throws -> RenderJob {
    let now = clock.now
    return try await database.write { db in
      let bad = try RenderJob.quarantined(db, among: film.assets)
      if !bad.isEmpty { throw QueueError.quarantined(bad) }
      let id = ULID.make(at: now).description
      var needs: [String] = []
      for part in film.parts {
        if let shared = try RenderJob.live(db, kind: part.kind, key: part.key) {
          try RenderJob.raise(db, id: shared, to: film.priority)
          needs.append(shared)
        } else {
          needs.append(try RenderJob.insert(db, part, of: film, now: now))
        }
      }
      try RenderJob.insert(db, film, id: id, isBlocked: !needs.isEmpty, now: now)
      for need in Set(needs) { try RenderJob.insertNeed(db, job: id, needs: need) }
      return try RenderJob.require(db, id)
    }
  }
}

extension RenderJob {
  static func insert(
    _ db: any Connection, _ part: NewFilm.Part, of film: NewFilm, now: Int64
  ) throws -> String {
    let id = ULID.make(at: now).description
    try insert(
      db, id: id, kind: part.kind, state: .queued, key: part.key, label: part.label,
      priority: film.priority, payload: part.payload, maxAttempts: film.maxAttempts,
      frames: part.frames, weight: part.weight, now: now)
    try insertAssets(db, job: id, part.assets)
    return id
  }

  static func insert(
    _ db: any Connection, _ film: NewFilm, id: String, isBlocked: Bool, now: Int64
  ) throws {
    try insert(
      db, id: id, kind: .film, state: isBlocked ? .blocked : .queued, key: nil, label: film.label,
      priority: film.priority, payload: film.payload, maxAttempts: film.maxAttempts,
      frames: film.frames, weight: film.weight, now: now)
    try insertAssets(db, job: id, film.assets)
  }

  private static func insert(
    _ db: any Connection, id: String, kind: JobKind, state: JobState, key: String?, label: String,
    priority: Int, payload: String, maxAttempts: Int, frames: Int, weight: Double, now: Int64
  ) throws {
    try db.execute(
      """
      INSERT INTO render_job (
        id, kind, state, key, label, priority, payload, failures, attempt, max_attempts, fence,
        is_paused, frames, frames_done, weight, run_at_ms, created_ms)
      VALUES (
        :id, :kind, :state, :key, :label, :priority, :payload, '[]', 0, :max_attempts, 0,
        0, :frames, 0, :weight, :now, :now)
      """,
      [
        "id": id, "kind": kind, "state": state, "key": key, "label": label,
        "priority": priority, "payload": payload, "max_attempts": maxAttempts, "frames": frames,
        "weight": weight, "now": now,
      ])
  }

  private static func insertAssets(_ db: any Connection, job: String, _ assets: [String]) throws {
    for sha256 in Set(assets) {
      try db.execute(
        "INSERT INTO render_job_asset (job_id, sha256) VALUES (:job, :sha256)",
        ["job": job, "sha256": sha256])
    }
  }

  static func insertNeed(_ db: any Connection, job: String, needs: String) throws {
    try db.execute(
      """
      INSERT INTO render_job_need (job_id, needs_id) VALUES (:job, :needs)
      ON CONFLICT (job_id, needs_id) DO NOTHING
      """, ["job": job, "needs": needs])
  }

  /// The job that is making `key`, if there is one.
  static func live(_ db: any Connection, kind: JobKind, key: String) throws -> String? {
    try db.row(
      """
      SELECT id FROM render_job
      WHERE kind = :kind AND key = :key AND state IN ('queued', 'leased')
      """, ["kind": kind, "key": key])?.get("id")
  }

  /// A part goes as early as the most urgent film that wants it.
  static func raise(_ db: any Connection, id: String, to priority: Int) throws {
    try db.execute(
      "UPDATE render_job SET priority = :priority WHERE id = :id AND priority > :priority",
      ["id": id, "priority": priority])
  }

  static func find(_ db: any Connection, _ id: String) throws -> RenderJob? {
    try db.row("SELECT * FROM render_job WHERE id = :id", ["id": id]).map(RenderJob.init)
  }

  static func require(_ db: any Connection, _ id: String) throws -> RenderJob {
    guard let job = try find(db, id) else { throw QueueError.noSuchJob(id) }
    return job
  }
}
