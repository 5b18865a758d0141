internal import Foundation
internal import Providers
public import Storage

/// A film on its way, from the brief to the file.
public struct Project: Sendable, Identifiable {
  public enum State: String, Sendable, Codable, SQLConvertible, CaseIterable {
    case created, parsing, writing, producing, rendering
    /// Waits for somebody: a budget, credits, a key.
    case paused
    case done, failed, cancelled

    public var isEnded: Bool { self == .done || self == .failed || self == .cancelled }
  }

  public var id: String
  public var title: String
  public var state: State
  /// What it waits for, or why it failed.
  public var message: String?
  public var errorCode: String?
  public var generation: Int
  public var settings: ProjectSettings
  public var budgetMicrodollars: Int64?
  /// The film in the render queue.
  public var filmJob: String?
  public var createdMS: Int64
  public var updatedMS: Int64
  public var endedMS: Int64?

  init(_ row: Row) throws {
    (id, title, state) = (try row.get("id"), try row.get("title"), try row.get("state"))
    (message, errorCode) = (try row.get("message"), try row.get("error_code"))
    generation = try row.get("generation")
    settings = try RecordJSON.read(ProjectSettings.self, row.get("settings"))
    budgetMicrodollars = try row.get("budget_microdollars")
    filmJob = try row.get("film_job_id")
    (createdMS, updatedMS) = (try row.get("created_ms"), try row.get("updated_ms"))
    endedMS = try row.get("ended_ms")
  }
}

extension Project {
  public static func find(_ db: any Connection, _ id: String) throws -> Project? {
    try db.row("SELECT * FROM project WHERE id = :id", ["id": id]).map(Project.init)
  }

  static func require(_ db: any Connection, _ id: String) throws -> Project {
    guard let project = try find(db, id) else {
      throw StorageError(.misuse, "there is no project '\(id)'")
    }
    return project
  }

  /// The newest first.
  public static func list(_ db: any Connection, limit: Int = 50) throws -> [Project] {
    try db.rows(
      "SELECT * FROM project ORDER BY created_ms DESC, id DESC LIMIT :limit", ["limit": limit]
    )
    .map(Project.init)
  }

  static func insert(
    _ db: any Connection, id: String, title: String, settings: ProjectSettings,
    budgetMicrodollars: Int64?, now: Int64
  ) throws {
    try db.execute(
      """
      INSERT INTO project (id, title, state, generation, settings, budget_microdollars, created_ms, updated_ms)
      VALUES (:id, :title, 'created', 1, :settings, :budget, :now, :now)
      """,
      [
        "id": id, "title": title, "settings": try RecordJSON.text(settings),
        "budget": budgetMicrodollars, "now": now,
      ])
  }

  /// Moves a project on. One that has ended, been stopped or is further on is left as it is; whether it was moved.
  @discardableResult
  static func advance(_ db: any Connection, _ id: String, to state: State, now: Int64) throws
    -> Bool
  {
    let order: [State] = [.created, .parsing, .writing, .producing, .rendering]
    let earlier = order.prefix { $0 != state }.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try db.execute(
      """
      UPDATE project SET state = :state, message = NULL, updated_ms = :now
      WHERE id = :id AND state IN (\(earlier.isEmpty ? "''" : earlier))
      """, ["id": id, "state": state, "now": now]) > 0
  }

  static func pause(_ db: any Connection, _ id: String, message: String, now: Int64) throws {
    try db.execute(
      """
      UPDATE project
      SET paused_from = CASE WHEN state = 'paused' THEN paused_from ELSE state END, state = 'paused',
          message = :message, updated_ms = :now
      WHERE id = :id AND state IN ('created', 'parsing', 'writing', 'producing', 'rendering', 'paused')
      """, ["id": id, "message": message, "now": now])
  }

  /// Goes on where it was paused.
  @discardableResult
  static func resume(_ db: any Connection, _ id: String, now: Int64) throws -> Bool {
    try db.execute(
      """
      UPDATE project SET state = paused_from, paused_from = NULL, message = NULL, updated_ms = :now
      WHERE id = :id AND state = 'paused'
      """, ["id": id, "now": now]) > 0
  }

  /// The first failure is the reason; a project that has ended keeps its end.
  @discardableResult
  static func fail(
    _ db: any Connection, _ id: String, code: String, message: String, now: Int64
  ) throws -> Bool {
    try db.execute(
      """
      UPDATE project
      SET state = 'failed', paused_from = NULL, error_code = :code, message = :message,
          updated_ms = :now, ended_ms = :now
      WHERE id = :id AND state NOT IN ('done', 'failed', 'cancelled')
      """, ["id": id, "code": code, "message": message, "now": now]) > 0
  }

  @discardableResult
  static func finish(_ db: any Connection, _ id: String, now: Int64) throws -> Bool {
    try db.execute(
      """
      UPDATE project
      SET state = 'done', message = NULL, updated_ms = :now, ended_ms = :now
      WHERE id = :id AND state IN ('producing', 'rendering')
      """, ["id": id, "now": now]) > 0
  }

  /// Begins an ended project again, keeping what is finished. Gives its new generation.
  static func restart(_ db: any Connection, _ id: String, now: Int64) throws -> Int {
    try db.execute(
      """
      UPDATE project
      SET state = 'created', paused_from = NULL, message = NULL, error_code = NULL, ended_ms = NULL,
          generation = generation + 1, film_job_id = NULL, updated_ms = :now
      WHERE id = :id
      """, ["id": id, "now": now])
    for column in ["tts_status", "avatar_status", "background_status", "caption_status"] {
      try db.execute(
        """
        UPDATE scene SET \(column) = 'pending', message = NULL, updated_ms = :now
        WHERE project_id = :id AND \(column) NOT IN ('done', 'pending', 'skipped')
        """, ["id": id, "now": now])
    }
    try db.execute(
      """
      UPDATE scene SET render_status = 'pending', is_requested = 0, ended_ms = NULL, updated_ms = :now
      WHERE project_id = :id
      """, ["id": id, "now": now])
    try db.execute(
      "UPDATE document SET status = 'pending' WHERE project_id = :id AND status IN ('running', 'failed')",
      ["id": id])
    return try require(db, id).generation
  }
}

/// JSON in columns: sorted keys, so that equal values are equal texts.
enum RecordJSON {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func read<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw StorageError(.damaged, "a record is no \(type): \(text.prefix(80))")
    }
  }
}
