public import Storage

/// One step of a run, as the journal has it.
public struct StepRecord: Sendable, Equatable {
  public enum Kind: String, Sendable, Codable, SQLConvertible {
    case run, transaction, send, sleep, wait, invoke, parallel
  }

  public enum State: String, Sendable, Codable, SQLConvertible {
    /// Being executed, for a while already.
    case running
    /// Failed, and is tried again.
    case retrying
    case sleeping
    case waiting
    case done, failed
  }

  /// An attempt that failed.
  public struct Failure: Sendable, Equatable, Codable {
    public var attempt: Int
    /// When it ended.
    public var at: Int64
    public var error: StoredError
    /// When the next attempt was to begin; nil after the last one.
    public var retryAt: Int64?
    /// How many attempts the step had in all.
    public var attempts: Int?
  }

  /// Where the function meets it: `3`, or `3/2/1` in the second branch of the parallel at 3.
  public let place: String
  /// Its name; used again in the same branch, followed by `:1`, `:2`, …
  public let name: String
  public let kind: Kind
  public let state: State
  /// The attempt that ended, runs or is to come, from 1.
  public let attempt: Int
  /// What it returned, as JSON.
  public let result: String?
  /// The last attempt's error where it has failed for good.
  public let error: StoredError?
  /// Attempts that failed, the last one of a failed step included.
  public let failures: [Failure]
  /// When its sleep ends or its next attempt begins.
  public let dueAt: Int64?
  public let startedAt: Int64
  public let endedAt: Int64?
  /// What a program outside said the step is, as JSON; nil for a step of a function in Swift.
  public let request: String?

  init(row: Row) throws {
    place = try row.get("place")
    name = try row.get("name")
    kind = try row.get("kind")
    state = try row.get("state")
    attempt = try row.get("attempt")
    result = try row.get("result")
    error = try row.get("error", as: String?.self).map {
      try JSON.decode(StoredError.self, from: $0)
    }
    failures =
      try row.get("failures", as: String?.self).map {
        try JSON.decode([Failure].self, from: $0)
      } ?? []
    dueAt = try row.get("due_ms")
    startedAt = try row.get("started_ms")
    endedAt = try row.get("ended_ms")
    request = try row.get("request")
  }

  static let columns = """
    place, name, kind, state, attempt, result, error, failures, due_ms, started_ms, ended_ms, request
    """

  /// The journal of a run in the order of places.
  static func fetchAll(_ db: any Connection, run id: String) throws -> [StepRecord] {
    let rows = try db.rows(
      "SELECT \(columns) FROM workflow_step WHERE run_id = :run", ["run": id])
    return try rows.map(StepRecord.init).sorted { Place.isOrdered($0.place, $1.place) }
  }
}

/// Places as text, in the order in which the function's text has them.
enum Place {
  static func isOrdered(_ left: String, _ right: String) -> Bool {
    numbers(left).lexicographicallyPrecedes(numbers(right))
  }

  private static func numbers(_ place: String) -> [Int] {
    place.split(separator: "/").map { Int($0) ?? 0 }
  }
}
