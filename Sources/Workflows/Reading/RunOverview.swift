internal import Storage

/// A run in a list: with its event's name and how far it is.
public struct RunOverview: Sendable, Equatable {
  public let run: Run
  public let eventName: String
  /// Steps that the journal has, and those that have ended.
  public let steps: Int
  public let stepsDone: Int
}

extension Engine {
  /// Runs, the newest first.
  public func overviews(_ filter: RunFilter = RunFilter()) async throws -> [RunOverview] {
    try await core.database.read { db in
      try Run.fetchAll(db, filter).map { try RunOverview($0, db) }
    }
  }

  /// Nil when it is not there.
  public func overview(ofRun id: String) async throws -> RunOverview? {
    try await core.database.read { db in
      try Run.fetch(db, id: id).map { try RunOverview($0, db) }
    }
  }

  /// Runs by state, of all that are kept.
  public func runCounts() async throws -> [Run.State: Int] {
    try await core.database.read { db in
      let rows = try db.rows("SELECT state, count(*) AS runs FROM workflow_run GROUP BY state")
      var counts: [Run.State: Int] = [:]
      for row in rows { counts[try row.get("state")] = try row.get("runs") }
      return counts
    }
  }
}

extension RunOverview {
  init(_ run: Run, _ db: any Connection) throws {
    let row = try db.row(
      """
      SELECT (SELECT name FROM workflow_event WHERE id = :event) AS name,
        (SELECT count(*) FROM workflow_step WHERE run_id = :run) AS steps,
        (SELECT count(*) FROM workflow_step WHERE run_id = :run AND ended_ms IS NOT NULL) AS done
      """, ["event": run.eventID, "run": run.id])
    self.run = run
    eventName = try row?.get("name", as: String?.self) ?? ""
    (steps, stepsDone) = (try row?.get("steps") ?? 0, try row?.get("done") ?? 0)
  }
}
