internal import Storage

extension RenderQueue {
  /// Puts a film and its missing parts into the queue; a part that another film is waiting for is shared. The film waits
  /// until all its parts are done. All of it happens, or nothing.
  ///
  /// Throws `QueueError.quarantined` where a file of it is in quarantine, and `.impossible` for numbers that cannot be.
  public func add(_ film: NewFilm) async throws -> RenderJob {
    try film.check()
    let now = clock.now
    return try await database.write { db in
      try RenderJob.add(db, film, id: nil, isOpen: false, now: now)
    }
  }
}

extension RenderJob {
  /// Adds a film with its parts, all of it or nothing.
  static func add(
    _ db: any Connection, _ film: NewFilm, id: String?, isOpen: Bool, now: Int64
  ) throws -> RenderJob {
    try refuseQuarantined(db, film)
    // In order, since of equally urgent jobs the first one goes first.
    var ids = ULID.make(film.parts.count + 1, at: now).map(\.description)
    let made = ids.removeFirst()
    let (needs, isBlocked) = try needs(db, film, ids: ids, now: now)
    let id = id ?? made
    try insert(db, film, id: id, isBlocked: isBlocked || isOpen, isOpen: isOpen, now: now)
    for (position, need) in needs.enumerated() {
      try insertNeed(db, job: id, needs: need, position: position)
    }
    return try require(db, id)
  }

  static func refuseQuarantined(_ db: any Connection, _ film: NewFilm) throws {
    let bad = try QuarantinedAsset.among(db, film.assets + film.parts.flatMap(\.assets))
    if !bad.isEmpty { throw QueueError.quarantined(bad) }
  }

  /// The jobs that make a film's parts, each once, and whether one of them is not done.
  static func needs(
    _ db: any Connection, _ film: NewFilm, ids: [String], now: Int64
  ) throws -> (ids: [String], areMissing: Bool) {
    var (needs, known, areMissing): ([String], Set<String>, Bool) = ([], [], false)
    for (part, id) in zip(film.parts, ids) {
      let need = try need(db, part, id: id, of: film, now: now)
      if known.insert(need.id).inserted { needs.append(need.id) }
      if !need.isDone { areMissing = true }
    }
    return (needs, areMissing)
  }
}

extension NewFilm {
  func check() throws(QueueError) {
    try Self.check(label, frames: frames, weight: weight)
    if maxAttempts < 1 {
      throw .impossible("film '\(label)' allows \(maxAttempts) attempts\n  → give at least one")
    }
    for part in parts {
      try Self.check(part.label, frames: part.frames, weight: part.weight)
      if part.kind == .film || part.key.isEmpty {
        throw .impossible(
          "part '\(part.label)' of film '\(label)' has the kind '\(part.kind.rawValue)' and the key '\(part.key)'\n  → a part is a segment or the sound, and has a key"
        )
      }
    }
  }

  private static func check(_ label: String, frames: Int, weight: Double) throws(QueueError) {
    if frames < 0 || !(weight >= 0 && weight.isFinite) {
      throw .impossible(
        "'\(label)' has \(frames) frames of weight \(weight)\n  → give numbers that are not negative"
      )
    }
  }
}

extension RenderJob {
  /// The job that makes `part`: one that is there already, or a new one with `id`.
  fileprivate static func need(
    _ db: any Connection, _ part: NewFilm.Part, id: String, of film: NewFilm, now: Int64
  ) throws -> (id: String, isDone: Bool) {
    if let shared = try live(db, kind: part.kind, key: part.key) {
      try hasten(db, id: shared, priority: film.priority)
      return (shared, false)
    }
    switch part.finished {
    case .earlier(let result):
      if let done = try done(db, part, result: result) { return (done, true) }
      return (try insert(db, part, id: id, of: film, result: nil, now: now), false)
    case .elsewhere(let result):
      if let done = try done(db, part, result: result) { return (done, true) }
      return (try insert(db, part, id: id, of: film, result: result, now: now), true)
    case nil: return (try insert(db, part, id: id, of: film, result: nil, now: now), false)
    }
  }

  private static func insert(
    _ db: any Connection, _ part: NewFilm.Part, id: String, of film: NewFilm, result: String?,
    now: Int64
  ) throws -> String {
    try insert(
      db,
      [
        "id": id, "kind": part.kind, "state": result == nil ? JobState.queued : .done,
        "key": part.key, "next_key": part.nextKey, "label": part.label, "profile": film.profile,
        "priority": film.priority,
        "payload": part.payload, "result": result, "max_attempts": film.maxAttempts,
        "frames": part.frames, "frames_done": result == nil ? 0 : part.frames,
        "weight": part.weight, "now": now, "ended": result.map { _ in now },
      ])
    try insertAssets(db, job: id, part.assets)
    return id
  }

  fileprivate static func insert(
    _ db: any Connection, _ film: NewFilm, id: String, isBlocked: Bool, isOpen: Bool, now: Int64
  ) throws {
    try insert(
      db,
      [
        "id": id, "kind": JobKind.film, "state": isBlocked ? JobState.blocked : .queued,
        "key": String?.none, "next_key": String?.none, "label": film.label, "profile": film.profile,
        "priority": film.priority, "payload": film.payload, "result": String?.none,
        "max_attempts": film.maxAttempts, "frames": film.frames, "frames_done": 0,
        "weight": film.weight, "now": now, "ended": Int64?.none,
      ])
    if isOpen {
      try db.execute("UPDATE render_job SET is_open = 1 WHERE id = :id", ["id": id])
    }
    try insertAssets(db, job: id, film.assets)
  }

  private static func insert(_ db: any Connection, _ values: SQLArguments) throws {
    try db.execute(
      """
      INSERT INTO render_job (
        id, kind, state, key, next_key, label, profile, priority, payload, result, failures, attempt,
        max_attempts, fence, is_paused, frames, frames_done, weight, run_at_ms, created_ms, ended_ms)
      VALUES (
        :id, :kind, :state, :key, :next_key, :label, :profile, :priority, :payload, :result, '[]', 0,
        :max_attempts, 0, 0, :frames, :frames_done, :weight, :now, :now, :ended)
      """, values)
  }

  static func insertAssets(_ db: any Connection, job: String, _ assets: [String]) throws {
    for sha256 in Set(assets) {
      try db.execute(
        """
        INSERT INTO render_job_asset (job_id, sha256) VALUES (:job, :sha256)
        ON CONFLICT (job_id, sha256) DO NOTHING
        """,
        ["job": job, "sha256": sha256])
    }
  }

  static func insertNeed(
    _ db: any Connection, job: String, needs: String, position: Int
  ) throws {
    try db.execute(
      """
      INSERT INTO render_job_need (job_id, needs_id, position) VALUES (:job, :needs, :position)
      ON CONFLICT (job_id, needs_id) DO NOTHING
      """, ["job": job, "needs": needs, "position": position])
  }

  /// The job that is making `key`, if there is one.
  static func live(_ db: any Connection, kind: JobKind, key: String) throws -> String? {
    try db.row(
      """
      SELECT id FROM render_job
      WHERE kind = :kind AND key = :key AND key IS NOT NULL AND state IN ('queued', 'leased')
      """, ["kind": kind, "key": key])?.get("id")
  }

  /// The job that made `part` with this result, if it still has it.
  private static func done(
    _ db: any Connection, _ part: NewFilm.Part, result: String
  ) throws -> String? {
    try db.row(
      """
      SELECT id FROM render_job
      WHERE kind = :kind AND key = :key AND \(hasResult) AND result = :result
      ORDER BY id DESC LIMIT 1
      """, ["kind": part.kind, "key": part.key, "result": result])?.get("id")
  }

  /// A part goes as early as the most urgent film that wants it, and is not held when one film is not.
  private static func hasten(_ db: any Connection, id: String, priority: Int) throws {
    try db.execute(
      """
      UPDATE render_job
      SET priority = CASE WHEN priority > :priority THEN :priority ELSE priority END, is_paused = 0
      WHERE id = :id AND (priority > :priority OR is_paused = 1)
      """, ["id": id, "priority": priority])
  }
}
