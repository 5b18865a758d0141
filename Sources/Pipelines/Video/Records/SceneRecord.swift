public import Providers
public import Storage

/// A scene of a project and how far each part of it is.
public struct SceneRecord: Sendable, Identifiable {
  public enum Status: String, Sendable, Codable, SQLConvertible {
    case pending, running
    /// For a free place, a quota or the vendor's job.
    case waiting
    case queued, done, failed, skipped
    /// Does not come any more, because its project has ended. It is told and never stored: a project that is begun again
    /// goes on from what is stored.
    case cancelled
  }

  /// What a scene is made of.
  public enum Part: String, Sendable, CaseIterable {
    case speech = "tts_status"
    case avatar = "avatar_status"
    case background = "background_status"
    case captions = "caption_status"
    case render = "render_status"
  }

  public var id: String
  public var projectID: String
  /// From 0.
  public var position: Int
  public var script: Script.Scene
  public var isRequested: Bool
  public var speech: Status
  public var avatar: Status
  public var background: Status
  public var captions: Status
  public var render: Status
  public var message: String?
  /// Seconds of its speech.
  public var duration: Double?
  public var createdMS: Int64
  public var updatedMS: Int64
  public var startedMS: Int64?
  public var endedMS: Int64?

  init(_ row: Row) throws {
    (id, projectID) = (try row.get("id"), try row.get("project_id"))
    position = try row.get("position")
    script = try RecordJSON.read(Script.Scene.self, row.get("script"))
    isRequested = try row.get("is_requested")
    (speech, avatar) = (try row.get("tts_status"), try row.get("avatar_status"))
    (background, captions) = (try row.get("background_status"), try row.get("caption_status"))
    (render, message) = (try row.get("render_status"), try row.get("message"))
    (duration, startedMS) = (try row.get("duration"), try row.get("started_ms"))
    endedMS = try row.get("ended_ms")
    (createdMS, updatedMS) = (try row.get("created_ms"), try row.get("updated_ms"))
  }

  /// Its files are all there.
  public var isComplete: Bool {
    [speech, avatar, background, captions].allSatisfy { $0 == .done || $0 == .skipped }
  }
}

extension SceneRecord {
  /// As people are told of it: of a project that has ended nothing is on its way.
  func told(in project: Project) -> SceneRecord {
    guard project.state.isEnded else { return self }
    var scene = self
    for part in [\SceneRecord.speech, \.avatar, \.background, \.captions, \.render] {
      switch scene[keyPath: part] {
      case .done, .skipped, .cancelled: break
      // A part that fails ends its project, so none of one that was cancelled has failed.
      case .failed where project.state != .cancelled: break
      case .pending, .running, .waiting, .queued, .failed: scene[keyPath: part] = .cancelled
      }
    }
    if project.state == .cancelled { scene.message = nil }
    return scene
  }

  static func find(_ db: any Connection, _ id: String) throws -> SceneRecord? {
    try db.row("SELECT * FROM scene WHERE id = :id", ["id": id]).map(SceneRecord.init)
  }

  static func require(_ db: any Connection, _ id: String) throws -> SceneRecord {
    guard let scene = try find(db, id) else {
      throw StorageError(.misuse, "there is no scene '\(id)'")
    }
    return scene
  }

  /// In the film's order.
  public static func all(_ db: any Connection, of project: String) throws -> [SceneRecord] {
    try db.rows("SELECT * FROM scene WHERE project_id = :id ORDER BY position", ["id": project])
      .map(SceneRecord.init)
  }

  static func insert(
    _ db: any Connection, id: String, project: String, position: Int, script: Script.Scene,
    now: Int64
  ) throws {
    try db.execute(
      """
      INSERT INTO scene (id, project_id, position, script, created_ms, updated_ms)
      VALUES (:id, :project, :position, :script, :now, :now)
      """,
      [
        "id": id, "project": project, "position": position,
        "script": try RecordJSON.text(script), "now": now,
      ])
  }

  static func set(
    _ db: any Connection, _ id: String, _ part: Part, _ status: Status, message: String? = nil,
    now: Int64
  ) throws {
    try db.execute(
      """
      UPDATE scene SET \(part.rawValue) = :status, message = :message, updated_ms = :now,
        started_ms = COALESCE(started_ms, :now)
      WHERE id = :id
      """, ["id": id, "status": status, "message": message, "now": now])
  }

  static func note(_ db: any Connection, _ id: String, message: String, now: Int64) throws {
    try db.execute(
      "UPDATE scene SET message = :message, updated_ms = :now WHERE id = :id",
      ["id": id, "message": message, "now": now])
  }

  /// Marks the first scenes that nobody has asked for, `limit` at most, and gives their ids.
  static func request(_ db: any Connection, of project: String, limit: Int, now: Int64) throws
    -> [String]
  {
    let rows = try db.rows(
      """
      SELECT id FROM scene WHERE project_id = :project AND is_requested = 0
      ORDER BY position LIMIT :limit
      """, ["project": project, "limit": limit])
    return try rows.map { row in
      let id: String = try row.get("id")
      try db.execute(
        "UPDATE scene SET is_requested = 1, updated_ms = :now WHERE id = :id",
        ["id": id, "now": now])
      return id
    }
  }
}
