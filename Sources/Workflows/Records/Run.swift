public import Storage

/// One execution of a function for its event, or its batch of events.
public struct Run: Sendable, Equatable {
  public enum State: String, Sendable, Codable, CaseIterable, SQLConvertible {
    /// Begins at a time to come.
    case scheduled
    /// May begin or go on, and waits for its turn.
    case queued
    /// A node executes it.
    case running
    /// Nothing of it executes before a time.
    case sleeping
    /// Nothing of it executes before an event, another run's end, or a deadline.
    case waiting
    case completed, failed, cancelled

    public var isEnd: Bool { self == .completed || self == .failed || self == .cancelled }
  }

  public let id: String
  public let functionID: String
  public let state: State
  /// The event that started it; the first of a batch.
  public let eventID: String
  /// Events beyond this place in the order of receipt came since it began.
  public let beginSequence: Int64
  /// Its place among runs that may execute: smaller first.
  public let rank: Int64
  /// When something is to be done about it without anything happening; nil for never.
  public let dueAt: Int64?
  /// When it is cancelled for not having begun, or ended, in time.
  public let giveUpAt: Int64?
  /// A limit of its function is full.
  public let isHeld: Bool
  /// The node that executes it or has its task in memory.
  public let owner: String?
  /// Grows each time a node takes it; what a node writes under an older number is refused.
  public let fence: Int64
  /// Executions in a row that ended with an error outside its steps.
  public let failures: Int
  /// Nodes in a row that died while they executed it, without a step finished between.
  public let losses: Int
  /// The function's result as JSON.
  public let output: String?
  public let error: StoredError?
  public let cancelReason: String?
  /// The run that invoked it, and at which of its places.
  public let parent: Parent?
  /// The run whose first steps it took over.
  public let replayOf: String?
  public let createdAt: Int64
  public let startedAt: Int64?
  public let endedAt: Int64?

  public struct Parent: Sendable, Equatable {
    public let runID: String
    public let place: String
  }
}

extension Run {
  static let columns = """
    id, function_id, state, event_id, begin_seq, rank_ms, due_ms, give_up_ms, is_held, owner, fence, \
    failures, losses, output, error, cancel_reason, parent_run_id, parent_place, replay_of, \
    created_ms, started_ms, ended_ms
    """

  init(row: Row) throws {
    id = try row.get("id")
    functionID = try row.get("function_id")
    state = try row.get("state")
    eventID = try row.get("event_id")
    beginSequence = try row.get("begin_seq")
    rank = try row.get("rank_ms")
    dueAt = try row.get("due_ms")
    giveUpAt = try row.get("give_up_ms")
    isHeld = try row.get("is_held")
    owner = try row.get("owner")
    fence = try row.get("fence")
    failures = try row.get("failures")
    losses = try row.get("losses")
    output = try row.get("output")
    error = try row.get("error", as: String?.self).map {
      try JSON.decode(StoredError.self, from: $0)
    }
    cancelReason = try row.get("cancel_reason")
    let parentID: String? = try row.get("parent_run_id")
    let place: String? = try row.get("parent_place")
    parent = parentID.flatMap { id in place.map { Parent(runID: id, place: $0) } }
    replayOf = try row.get("replay_of")
    createdAt = try row.get("created_ms")
    startedAt = try row.get("started_ms")
    endedAt = try row.get("ended_ms")
  }

  static func fetch(_ db: any Connection, id: String) throws -> Run? {
    try db.row("SELECT \(columns) FROM workflow_run WHERE id = :id", ["id": id]).map(Run.init)
  }

  /// Its events in order; more than one for a batch.
  func events(_ db: any Connection) throws -> [Event] {
    let first = try Event.fetch(db, id: eventID).map { [$0] } ?? []
    let more = try db.rows(
      """
      SELECT event_id FROM workflow_run_event WHERE run_id = :id ORDER BY position
      """, ["id": id])
    return try first + more.compactMap { try Event.fetch(db, id: $0.get("event_id")) }
  }
}
