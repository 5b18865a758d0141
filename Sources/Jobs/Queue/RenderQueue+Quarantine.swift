public import Storage

extension RenderQueue {
  /// Crashes after which a file is not used any more.
  public static let crashesUntilQuarantine = 2

  /// Notes that decoding a file brought a process down. The second time puts it in quarantine: queued jobs that use it
  /// fail, and their films; those under way may end, and are not tried again. True when it is in quarantine. `job` is the
  /// one that was at it. `also` is called with every film that failed by it.
  public func recordCrash(
    of sha256: String, name: String, job: String? = nil, also: @escaping Ending = { _, _ in }
  ) async throws -> Bool {
    let now = clock.now
    return try await database.write { db in
      let crashes = try QuarantinedAsset.count(db, sha256: sha256, name: name, job: job, now: now)
      guard crashes >= Self.crashesUntilQuarantine else { return false }
      try db.execute(
        "UPDATE asset_crash SET quarantined_ms = :now WHERE sha256 = :sha256 AND quarantined_ms IS NULL",
        ["sha256": sha256, "now": now])
      let jobs = try db.rows(
        """
        SELECT job.* FROM render_job_asset AS asset JOIN render_job AS job ON job.id = asset.job_id
        WHERE asset.sha256 = :sha256 AND job.state IN ('queued', 'blocked') ORDER BY job.id
        """, ["sha256": sha256]
      ).map(RenderJob.init)
      for film in try jobs.flatMap({ try $0.failQuarantined(db, now: now) }) { try also(db, film) }
      return true
    }
  }

  /// Files in quarantine, the longest there first.
  public func quarantined() async throws -> [QuarantinedAsset] {
    try await database.read { db in
      try db.rows(
        "SELECT * FROM asset_crash WHERE quarantined_ms IS NOT NULL ORDER BY quarantined_ms, sha256"
      ).map(QuarantinedAsset.init)
    }
  }

  /// Lets a file be used again and forgets its crashes. `prefix` is the beginning of its SHA-256, in either case. Gives
  /// the one let out; none where no file in quarantine, or more than one, begins so.
  @discardableResult
  public func releaseAsset(_ prefix: String) async throws -> [QuarantinedAsset] {
    let wanted = prefix.lowercased()
    if wanted.isEmpty { return [] }
    return try await database.write { db in
      let found = try db.rows("SELECT * FROM asset_crash WHERE quarantined_ms IS NOT NULL")
        .map(QuarantinedAsset.init).filter { $0.sha256.hasPrefix(wanted) }
      guard found.count == 1 else { return [] }
      try db.execute(
        "DELETE FROM asset_crash WHERE sha256 = :sha256", ["sha256": found[0].sha256])
      return found
    }
  }
}

extension QuarantinedAsset {
  /// Notes one more crash; how many there have been.
  fileprivate static func count(
    _ db: any Connection, sha256: String, name: String, job: String?, now: Int64
  ) throws -> Int {
    try db.row(
      """
      INSERT INTO asset_crash (sha256, name, crashes, last_job_id, last_ms)
      VALUES (:sha256, :name, 1, :job, :now)
      ON CONFLICT (sha256) DO UPDATE
      SET name = :name, crashes = asset_crash.crashes + 1, last_job_id = :job, last_ms = :now
      RETURNING crashes
      """, ["sha256": sha256, "name": name, "job": job, "now": now])?.get("crashes") ?? 0
  }

  /// Those of `assets` that are in quarantine.
  static func among(_ db: any Connection, _ assets: [String]) throws -> [QuarantinedAsset] {
    try Set(assets).sorted().compactMap { sha256 in
      try db.row(
        "SELECT * FROM asset_crash WHERE sha256 = :sha256 AND quarantined_ms IS NOT NULL",
        ["sha256": sha256]
      ).map(QuarantinedAsset.init)
    }
  }

  /// Files in quarantine that a job, or a part of a film, reads.
  static func of(_ db: any Connection, job: String) throws -> [QuarantinedAsset] {
    try db.rows(
      """
      SELECT crash.* FROM asset_crash AS crash
      WHERE crash.quarantined_ms IS NOT NULL AND EXISTS (
        SELECT 1 FROM render_job_asset AS asset
        WHERE asset.sha256 = crash.sha256 AND (asset.job_id = :job OR asset.job_id IN (
          SELECT needs_id FROM render_job_need WHERE job_id = :job)))
      ORDER BY crash.sha256
      """, ["job": job]
    ).map(QuarantinedAsset.init)
  }
}
