internal import Storage

/// An event in a list, with the runs that it started or was gathered for.
public struct EventOverview: Sendable, Equatable {
  public let event: Event
  /// In the order in which they were made; the first hundred.
  public let runs: [String]
}

extension Engine {
  /// Events, the last received first.
  public func eventOverviews(_ filter: EventFilter = EventFilter()) async throws -> [EventOverview]
  {
    try await core.database.read { db in
      try Event.fetchAll(db, filter).map { try EventOverview($0, db) }
    }
  }

  /// Nil when it is not there.
  public func eventOverview(_ id: String) async throws -> EventOverview? {
    try await core.database.read { db in
      try Event.fetch(db, id: id).map { try EventOverview($0, db) }
    }
  }

  /// Events received after the one at a place in the order of receipt, the first of them first.
  public func eventOverviews(after sequence: Int64, limit: Int = 100) async throws
    -> [EventOverview]
  {
    try await core.database.read { db in
      try db.rows(
        """
        SELECT \(Event.columns) FROM workflow_event WHERE seq > :after ORDER BY seq LIMIT :limit
        """, ["after": sequence, "limit": limit]
      ).map { try EventOverview(Event(row: $0), db) }
    }
  }

  /// The place of the event received last; 0 before the first.
  public func lastEventSequence() async throws -> Int64 {
    try await core.database.read { db in
      try db.row("SELECT value FROM workflow_counter WHERE name = 'event'")?.get("value") ?? 0
    }
  }
}

extension EventOverview {
  init(_ event: Event, _ db: any Connection) throws {
    let rows = try db.rows(
      """
      SELECT id FROM workflow_run WHERE event_id = :event
      UNION SELECT run_id AS id FROM workflow_run_event WHERE event_id = :event
      ORDER BY id LIMIT 100
      """, ["event": event.id])
    self.event = event
    runs = try rows.map { try $0.get("id") }
  }
}
