internal import Storage

extension RenderQueue {
  /// Results of parts that are done, by key: those that the caller finds to be there still can be given as
  /// `NewFilm.Finished.earlier`. Keys without a result are missing.
  public func results(of kind: JobKind, keys: [String]) async throws -> [String: String] {
    try await database.read { db in
      var results: [String: String] = [:]
      for key in Set(keys) {
        results[key] = try db.row(
          """
          SELECT result FROM render_job WHERE kind = :kind AND key = :key AND \(RenderJob.hasResult)
          ORDER BY id DESC LIMIT 1
          """, ["kind": kind, "key": key])?.get("result")
      }
      return results
    }
  }

  /// Results of done parts whose films are all done, each given once: what they name may leave the store.
  public func takeSpentResults(limit: Int = 200) async throws -> [String] {
    try await database.write { db in
      let spent = try db.rows(
        """
        SELECT part.id, part.result FROM render_job AS part
        WHERE \(RenderJob.hasResult) AND NOT EXISTS (
          SELECT 1 FROM render_job_need AS need JOIN render_job AS film ON film.id = need.job_id
          WHERE need.needs_id = part.id AND film.state NOT IN ('done', 'done_with_warnings'))
        ORDER BY part.id LIMIT :limit
        """, ["limit": limit])
      return try spent.map { row in
        try db.execute(
          "UPDATE render_job SET result = '{}' WHERE id = :id",
          ["id": try row.get("id", as: String.self)])
        return try row.get("result")
      }
    }
  }

  /// Forgets jobs that ended before `time`, the oldest first: at most `limit` films, and `limit` parts that no film
  /// refers to and whose result has been taken. Without a time those older than the retention. Gives how many.
  ///
  /// Looks before it writes, so that it may be called often.
  @discardableResult
  public func prune(endedBefore time: Int64? = nil, limit: Int = 500) async throws -> Int {
    let time = time ?? clock.now - Self.retentionMS
    let arguments: SQLArguments = ["time": time, "limit": limit]
    let isAny = try await database.read { db in
      try db.row(RenderJob.oldFilms, arguments) != nil
        || db.row(RenderJob.oldParts, arguments) != nil
    }
    guard isAny else { return 0 }
    return try await database.write { db in
      // Films first: with them goes what kept their parts.
      try [RenderJob.oldFilms, RenderJob.oldParts].reduce(0) { count, old in
        try count + db.execute("DELETE FROM render_job WHERE id IN (\(old))", arguments)
      }
    }
  }
}

extension RenderJob {
  /// A part that was made and whose result has not been taken, as the index on such parts has it.
  static let hasResult =
    "key IS NOT NULL AND state IN ('done', 'done_with_warnings') AND result <> '{}'"

  fileprivate static let oldFilms = """
    SELECT id FROM render_job WHERE kind = 'film' AND ended_ms < :time
    ORDER BY ended_ms, id LIMIT :limit
    """

  fileprivate static let oldParts = """
    SELECT id FROM render_job WHERE kind IN ('segment', 'sound') AND ended_ms < :time
      AND (result IS NULL OR result = '{}')
      AND NOT EXISTS (SELECT 1 FROM render_job_need WHERE needs_id = render_job.id)
    ORDER BY ended_ms, id LIMIT :limit
    """
}
