public import Storage

/// A file of a project. Its bytes are in the asset store.
public struct ProjectAsset: Sendable, Codable, Hashable {
  public enum Role: String, Sendable, Codable, SQLConvertible {
    case brief, portrait, speech, words, avatar, background, document, film, poster, captions
  }

  public var role: Role
  /// Nil for what belongs to the project as a whole.
  public var scene: String?
  public var sha256: String
  public var mediaType: String
  public var bytes: Int64
  public var provider: String
  /// More about it, as JSON.
  public var note: String?
  /// When it was made, in UTC milliseconds; 0 before it is stored.
  public var createdMS: Int64 = 0

  init(
    _ role: Role, scene: String?, sha256: String, mediaType: String, bytes: Int64,
    provider: String, note: String? = nil
  ) {
    (self.role, self.scene, self.sha256) = (role, scene, sha256)
    (self.mediaType, self.bytes, self.provider) = (mediaType, bytes, provider)
    self.note = note
  }

  init(_ row: Row) throws {
    let scene: String = try row.get("scene_id")
    (role, self.scene) = (try row.get("role"), scene.isEmpty ? nil : scene)
    (sha256, mediaType) = (try row.get("sha256"), try row.get("media_type"))
    (bytes, provider) = (try row.get("bytes"), try row.get("provider"))
    (note, createdMS) = (try row.get("note"), try row.get("created_ms"))
  }
}

extension ProjectAsset {
  static func find(
    _ db: any Connection, project: String, scene: String?, _ role: Role
  ) throws -> ProjectAsset? {
    try db.row(
      "SELECT * FROM asset WHERE project_id = :project AND scene_id = :scene AND role = :role",
      ["project": project, "scene": scene ?? "", "role": role]
    ).map(ProjectAsset.init)
  }

  public static func all(_ db: any Connection, of project: String) throws -> [ProjectAsset] {
    try db.rows(
      "SELECT * FROM asset WHERE project_id = :project ORDER BY scene_id, role",
      ["project": project]
    ).map(ProjectAsset.init)
  }

  /// Takes the place of an earlier one of the same role.
  func insert(_ db: any Connection, project: String, now: Int64) throws {
    try db.execute(
      """
      INSERT INTO asset (
        project_id, scene_id, role, sha256, media_type, bytes, provider, note, created_ms)
      VALUES (:project, :scene, :role, :sha256, :type, :bytes, :provider, :note, :now)
      ON CONFLICT (project_id, scene_id, role) DO UPDATE SET
        sha256 = excluded.sha256, media_type = excluded.media_type, bytes = excluded.bytes,
        provider = excluded.provider, note = excluded.note, created_ms = excluded.created_ms
      """,
      [
        "project": project, "scene": scene ?? "", "role": role, "sha256": sha256,
        "type": mediaType, "bytes": bytes, "provider": provider, "note": note, "now": now,
      ])
  }
}
