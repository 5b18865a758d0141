internal import Storage

/// The runs that are other than a reader knows them.
public struct RunChanges: Sendable {
  /// By id; those that execute are among them in any case.
  public let runs: [RunOverview]
  /// The ids of all runs that were looked at.
  public let looked: Set<String>
  /// There were more changes than are looked at: the reader has to read its list anew.
  public let isPartial: Bool
}

/// How many runs of each kind are looked at for changes.
package struct RunChangeLimits: Sendable {
  package var newest = 1_000
  package var running = 2_000
  package var ended = 4_000

  package init() {}
}

extension Engine {
  /// What has changed of the runs that a reader knows and of those that it follows, and which others are new, execute, or
  /// have ended since `time`, UTC milliseconds. `newest` is the highest id that the reader has seen; nil at first.
  ///
  /// Ended runs that the reader knows are looked at only where they are among those.
  public func changes(
    of known: [String: RunOverview], newest: String?, endedSince time: Int64,
    and ids: Set<String> = []
  ) async throws -> RunChanges {
    try await changes(
      of: known, newest: newest, endedSince: time, and: ids, limits: RunChangeLimits())
  }

  package func changes(
    of known: [String: RunOverview], newest: String?, endedSince time: Int64,
    and ids: Set<String>, limits: RunChangeLimits
  ) async throws -> RunChanges {
    try await core.database.read { db in
      var marks = RunMarks(limits: limits)
      try marks.look(db, newest: newest, endedSince: time)
      let open = known.values.filter { !$0.run.state.isEnd }.map(\.run.id)
      try marks.look(db, at: ids.union(open))
      let changed = marks.found.filter { id, mark in
        mark.state == .running || known[id]?.run.mark != mark
      }
      return RunChanges(
        runs: try RunOverview.fetchAll(db, changed.keys.sorted()),
        looked: Set(marks.found.keys), isPartial: marks.isPartial)
    }
  }

  /// The journals of several runs, each in the order of places; those that have none are left out.
  public func steps(ofRuns ids: Set<String>) async throws -> [String: [StepRecord]] {
    if ids.isEmpty { return [:] }
    return try await core.database.read { db in
      var found: [String: [StepRecord]] = [:]
      try db.eachRow(of: ids.sorted()) { list in
        "SELECT run_id, \(StepRecord.columns) FROM workflow_step WHERE run_id IN (\(list))"
      } _: { row in
        found[try row.get("run_id"), default: []].append(try StepRecord(row: row))
      }
      return found.mapValues { $0.sorted { Place.isOrdered($0.place, $1.place) } }
    }
  }
}

/// The few values of a run that differ after every change of one that does not execute.
private struct RunMark: Equatable {
  var state: Run.State
  var fence: Int64
  var dueAt: Int64?
  var isHeld: Bool
  var eventID: String

  static let columns = "id, state, fence, due_ms, is_held, event_id"
}

extension RunMark {
  init(row: Row) throws {
    state = try row.get("state")
    fence = try row.get("fence")
    dueAt = try row.get("due_ms")
    isHeld = try row.get("is_held")
    eventID = try row.get("event_id")
  }
}

extension Run {
  fileprivate var mark: RunMark {
    RunMark(state: state, fence: fence, dueAt: dueAt, isHeld: isHeld, eventID: eventID)
  }
}

private struct RunMarks {
  let limits: RunChangeLimits
  var found: [String: RunMark] = [:]
  var isPartial = false

  init(limits: RunChangeLimits) { self.limits = limits }

  mutating func look(_ db: any Connection, newest: String?, endedSince time: Int64) throws {
    let last = try add(
      db.rows(
        "SELECT \(RunMark.columns) FROM workflow_run ORDER BY id DESC LIMIT :limit",
        ["limit": limits.newest]))
    if let newest, let first = last.last, last.count == limits.newest, first > newest {
      isPartial = true
    }
    let running = try add(
      db.rows(
        "SELECT \(RunMark.columns) FROM workflow_run WHERE state = 'running' LIMIT :limit",
        ["limit": limits.running]))
    let ended = try add(
      db.rows(
        """
        SELECT \(RunMark.columns) FROM workflow_run WHERE ended_ms >= :time
        ORDER BY ended_ms DESC LIMIT :limit
        """, ["time": time, "limit": limits.ended]))
    if running.count == limits.running || ended.count == limits.ended { isPartial = true }
  }

  mutating func look(_ db: any Connection, at ids: Set<String>) throws {
    try db.eachRow(of: ids.subtracting(found.keys).sorted()) { list in
      "SELECT \(RunMark.columns) FROM workflow_run WHERE id IN (\(list))"
    } _: { row in
      found[try row.get("id")] = try RunMark(row: row)
    }
  }

  private mutating func add(_ rows: [Row]) throws -> [String] {
    try rows.map { row in
      let id: String = try row.get("id")
      found[id] = try RunMark(row: row)
      return id
    }
  }
}

extension RunOverview {
  fileprivate static func fetchAll(_ db: any Connection, _ ids: [String]) throws -> [RunOverview] {
    var found: [RunOverview] = []
    try db.eachRow(of: ids) { list in
      """
      SELECT \(Run.columns), \(RunOverview.columns)
      FROM workflow_run WHERE id IN (\(list)) ORDER BY id
      """
    } _: { row in
      found.append(try RunOverview(try Run(row: row), row))
    }
    return found
  }
}

extension Connection {
  /// Reads rows that belong to many ids, some hundreds of them in one query. `sql` is given what stands between the
  /// parentheses of `IN ()`.
  fileprivate func eachRow(
    of ids: [String], _ sql: (String) -> String, _ body: (Row) throws -> Void
  ) throws {
    for start in stride(from: 0, to: ids.count, by: 500) {
      var arguments: SQLArguments = [:]
      let part = ids[start..<min(start + 500, ids.count)]
      for (number, id) in part.enumerated() { arguments["id\(number)"] = id.sqlValue }
      let list = part.indices.map { ":id\($0 - start)" }.joined(separator: ", ")
      for row in try rows(sql(list), arguments) { try body(row) }
    }
  }
}
