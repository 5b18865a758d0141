public import Storage

/// A film whose parts become known one after the other, while its first ones are already rendered: opened, extended as
/// often as there is more, and closed with what it is to be.
///
/// All of it is written with the caller's own records, in one transaction. Repeating a call changes nothing.
extension RenderQueue {
  /// Puts a film into the queue that waits for parts still to be named. `id` is a ULID of the caller's, so that a call
  /// repeated after a crash finds the film that is there.
  @discardableResult
  public func open(_ film: NewFilm, id: String, in db: any Connection) throws -> RenderJob {
    try film.check()
    if let known = try RenderJob.find(db, id) { return known }
    return try RenderJob.add(db, film, id: id, isOpen: true, now: clock.now)
  }

  /// Adds parts to an open film; one that has been closed since has all its parts, and is left as it is. Throws
  /// `QueueError.wrongState` where it has ended.
  public func extend(_ id: String, with film: NewFilm, in db: any Connection) throws {
    try film.check()
    if let job = try RenderJob.find(db, id), !job.isOpen, !job.state.isEnded { return }
    let job = try openFilm(db, id)
    try addParts(film, to: job, db)
    try db.execute(
      """
      UPDATE render_job
      SET frames = CASE WHEN frames < :frames THEN :frames ELSE frames END,
          weight = CASE WHEN weight < :weight THEN :weight ELSE weight END
      WHERE id = :id
      """, ["id": id, "frames": film.frames, "weight": film.weight])
  }

  /// Gives an open film its last parts and what it is joined from. It is joined when all its parts are done.
  @discardableResult
  public func close(_ id: String, as film: NewFilm, in db: any Connection) throws -> RenderJob {
    try film.check()
    if let job = try RenderJob.find(db, id), !job.isOpen, !job.state.isEnded { return job }
    let job = try openFilm(db, id)
    try addParts(film, to: job, db)
    try RenderJob.insertAssets(db, job: id, film.assets)
    let isMissing =
      try db.row(
        """
        SELECT 1 AS one FROM render_job_need AS need JOIN render_job AS part ON part.id = need.needs_id
        WHERE need.job_id = :id AND part.state NOT IN ('done', 'done_with_warnings') LIMIT 1
        """, ["id": id]) != nil
    try db.execute(
      """
      UPDATE render_job
      SET is_open = 0, state = :state, payload = :payload, label = :label, profile = :profile,
          frames = CASE WHEN frames_done > :frames THEN frames_done ELSE :frames END,
          weight = :weight, run_at_ms = :now
      WHERE id = :id
      """,
      [
        "id": id, "state": isMissing ? JobState.blocked : .queued, "payload": film.payload,
        "label": film.label, "profile": film.profile, "frames": film.frames,
        "weight": film.weight, "now": clock.now,
      ])
    return try RenderJob.require(db, id)
  }

  private func openFilm(_ db: any Connection, _ id: String) throws -> RenderJob {
    let job = try RenderJob.require(db, id)
    guard job.isOpen, job.state == .blocked else {
      throw QueueError.wrongState(id: id, state: job.state, wanted: "extended")
    }
    return job
  }

  private func addParts(_ film: NewFilm, to job: RenderJob, _ db: any Connection) throws {
    try RenderJob.refuseQuarantined(db, film)
    let now = clock.now
    let ids = ULID.make(max(1, film.parts.count), at: now).map(\.description)
    let needs = try RenderJob.needs(db, film, ids: ids, now: now).ids
    let last: Int? = try db.row(
      "SELECT max(position) AS last FROM render_job_need WHERE job_id = :id", ["id": job.id])?
      .get("last")
    for (number, need) in needs.enumerated() {
      try RenderJob.insertNeed(db, job: job.id, needs: need, position: (last ?? -1) + 1 + number)
    }
    if job.isPaused { try job.holdParts(db) }
  }
}

extension RenderQueue {
  /// Cancels a film within the caller's transaction, if it has not ended; nobody is told but the caller.
  public func abandon(_ id: String, in db: any Connection) throws {
    guard let job = try RenderJob.find(db, id), !job.state.isEnded else { return }
    _ = try job.cancel(db, now: clock.now)
  }
}
