internal import Storage

/// A run in a list: with its event's name and how far it is.
public struct RunOverview: Sendable, Equatable {
  public let run: Run
  public let eventName: String
  /// Steps that the journal has, those that have ended well, and those that have failed for good.
  public let steps: Int
  public let stepsDone: Int
  public let stepsFailed: Int
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
  /// What an overview has beside the run's own columns, for a query of `workflow_run`.
  static let columns = """
    (SELECT name FROM workflow_event WHERE id = workflow_run.event_id) AS event_name,
    (SELECT count(*) FROM workflow_step WHERE run_id = workflow_run.id) AS steps,
    (SELECT count(*) FROM workflow_step
     WHERE run_id = workflow_run.id AND state = 'done') AS steps_done,
    (SELECT count(*) FROM workflow_step
     WHERE run_id = workflow_run.id AND state = 'failed') AS steps_failed
    """

  init(_ run: Run, _ row: Row) throws {
    self.run = run
    eventName = try row.get("event_name", as: String?.self) ?? ""
    (steps, stepsDone) = (try row.get("steps"), try row.get("steps_done"))
    stepsFailed = try row.get("steps_failed")
  }

  init(_ run: Run, _ db: any Connection) throws {
    let row = try db.row(
      "SELECT \(Self.columns) FROM workflow_run WHERE id = :run", ["run": run.id])
    guard let row else { throw StorageError(.misuse, "there is no run '\(run.id)'") }
    try self.init(run, row)
  }
}
