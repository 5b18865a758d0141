internal import Storage

/// What a step waits for at present.
public struct WaitRecord: Sendable, Equatable {
  public let place: String
  /// The event's name; nil for an invoked run.
  public let eventName: String?
  /// The property that must have `value`; nil when the function looks at each event itself.
  public let property: String?
  public let value: String?
  /// The run whose end is waited for.
  public let childRunID: String?
  public let deadline: Int64?

  init(row: Row) throws {
    place = try row.get("place")
    eventName = try row.get("event_name")
    let path: String = try row.get("match_path")
    property = path == WaitMatch.anyPath ? nil : path
    let text: String = try row.get("match_value")
    value =
      property == nil
      ? nil : text.first.map { "'#".contains($0) } == true ? String(text.dropFirst()) : text
    childRunID = try row.get("child_run_id")
    deadline = try row.get("deadline_ms")
  }

  static func fetchAll(_ db: any Connection, run id: String) throws -> [WaitRecord] {
    let rows = try db.rows(
      """
      SELECT place, event_name, match_path, match_value, child_run_id, deadline_ms
      FROM workflow_wait WHERE run_id = :run
      """, ["run": id])
    return try rows.map(WaitRecord.init).sorted { Place.isOrdered($0.place, $1.place) }
  }
}
