public import Storage

/// The brief of a project.
public struct BriefRecord: Sendable, Identifiable {
  public var id: String
  public var projectID: String
  /// What the file was called.
  public var name: String
  public var sha256: String
  public var bytes: Int64
  public var mediaType: String?
  public var language: String?
  public var pages: Int?
  /// What was read, in the asset store.
  public var parsed: String?
  public var warnings: [String]
  public var status: SceneRecord.Status
  public var createdMS: Int64

  init(_ row: Row) throws {
    (id, projectID, name) = (try row.get("id"), try row.get("project_id"), try row.get("name"))
    (sha256, bytes) = (try row.get("sha256"), try row.get("bytes"))
    (mediaType, language) = (try row.get("media_type"), try row.get("language"))
    (pages, parsed) = (try row.get("pages"), try row.get("parsed_sha256"))
    warnings = try RecordJSON.read([String].self, row.get("warnings"))
    (status, createdMS) = (try row.get("status"), try row.get("created_ms"))
  }

  public static func find(_ db: any Connection, of project: String) throws -> BriefRecord? {
    try db.row(
      "SELECT * FROM document WHERE project_id = :id ORDER BY created_ms, id LIMIT 1",
      ["id": project]
    ).map(BriefRecord.init)
  }

  static func require(_ db: any Connection, of project: String) throws -> BriefRecord {
    guard let brief = try find(db, of: project) else {
      throw StorageError(.misuse, "project '\(project)' has no brief")
    }
    return brief
  }

  static func insert(
    _ db: any Connection, id: String, project: String, name: String, sha256: String, bytes: Int64,
    now: Int64
  ) throws {
    try db.execute(
      """
      INSERT INTO document (
        id, project_id, name, sha256, bytes, warnings, status, created_ms, updated_ms)
      VALUES (:id, :project, :name, :sha256, :bytes, '[]', 'pending', :now, :now)
      """,
      [
        "id": id, "project": project, "name": name, "sha256": sha256, "bytes": bytes, "now": now,
      ])
  }

  static func set(
    _ db: any Connection, of project: String, _ status: SceneRecord.Status, now: Int64
  ) throws {
    try db.execute(
      """
      UPDATE document SET status = :status, updated_ms = :now
      WHERE project_id = :project AND status <> 'done'
      """, ["project": project, "status": status, "now": now])
  }
}
