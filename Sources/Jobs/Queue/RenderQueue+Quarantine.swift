public import Storage

extension RenderQueue {
  /// Crashes after which a file is not used any more.
  static let crashesUntilQuarantine = 2

  /// Notes that decoding a file brought a process down. The second time puts it in quarantine: queued jobs that use it
  /// fail, and their films. True when that has happened. `also` is called with every film that failed by it.
  public func recordCrash(
    of sha256: String, name: String,
    also: @escaping @Sendable (any Connection, RenderJob) throws -> Void = { _, _ in }
  ) async throws -> Bool {
    let now = clock.now
    return try await database.write { db in
      let row = try db.row(
        """
        INSERT INTO asset_crash (sha256, name, crashes, last_ms)
        VALUES (:sha256, :name, 1, :now)
        ON CONFLICT (sha256) DO UPDATE SET crashes = asset_crash.crashes + 1, last_ms = :now
        RETURNING crashes
        """, ["sha256": sha256, "name": name, "now": now])
      guard let row, try row.get("crashes", as: Int.self) >= Self.crashesUntilQuarantine else {
        return false
      }
      try db.execute(
        "UPDATE asset_crash SET quarantined_ms = :now WHERE sha256 = :sha256 AND quarantined_ms IS NULL",
        ["sha256": sha256, "now": now])
      let jobs = try db.rows(
        """
        SELECT job.* FROM render_job_asset AS asset JOIN render_job AS job ON job.id = asset.job_id
        WHERE asset.sha256 = :sha256 AND job.state IN ('queued', 'blocked') ORDER BY job.id
        """, ["sha256": sha256]
      ).map(RenderJob.init)
      let bad = try RenderJob.quarantined(db, among: [sha256])
      for job in jobs {
        for film in try job.fail(
          db, code: "E_MEDIA_QUARANTINED", message: QueueError.quarantined(bad).description,
          now: now)
        { try also(db, film) }
      }
      return true
    }
  }

  public func quarantined() async throws -> [QuarantinedAsset] {
    try await database.read { db in
      try db.rows(
        """
        SELECT sha256, name, crashes, last_ms FROM asset_crash
        WHERE quarantined_ms IS NOT NULL ORDER BY quarantined_ms
        """
      ).map(QuarantinedAsset.init)
    }
  }

  /// Lets a file be used again and forgets its crashes. `prefix` is the beginning of its SHA-256. Gives those let out.
  public func releaseAsset(_ prefix: String) async throws -> [QuarantinedAsset] {
    let listed = try await quarantined().filter { $0.sha256.hasPrefix(prefix.lowercased()) }
    guard !prefix.isEmpty, listed.count == 1 else { return [] }
    try await database.write { db in
      try db.execute("DELETE FROM asset_crash WHERE sha256 = :sha256", ["sha256": listed[0].sha256])
    }
    return listed
  }
}

extension QuarantinedAsset {
  fileprivate init(_ row: Row) throws {
    self.init(
      sha256: try row.get("sha256"), name: try row.get("name"), crashes: try row.get("crashes"),
      lastMS: try row.get("last_ms"))
  }
}

extension RenderJob {
  /// Those of `assets` that are in quarantine.
  static func quarantined(_ db: any Connection, among assets: [String]) throws -> [QuarantinedAsset]
  {
    try Set(assets).sorted().compactMap { sha256 in
      try db.row(
        """
        SELECT sha256, name, crashes, last_ms FROM asset_crash
        WHERE sha256 = :sha256 AND quarantined_ms IS NOT NULL
        """, ["sha256": sha256]
      ).map(QuarantinedAsset.init)
    }
  }
}
