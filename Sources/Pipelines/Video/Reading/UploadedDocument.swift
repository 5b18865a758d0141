internal import Foundation
public import Storage

/// A document that the node has: one that was uploaded, or the brief of a project.
public struct UploadedDocument: Sendable, Identifiable {
  public var id: String
  /// What the file was called.
  public var name: String
  /// Empty until it was read.
  public var mediaType: String
  public var sha256: String
  public var bytes: Int64
  /// The project that was made of it last.
  public var projectID: String?
  public var createdMS: Int64

  init(_ row: Row) throws {
    (id, name, sha256) = (try row.get("id"), try row.get("name"), try row.get("sha256"))
    (mediaType, bytes) = (try row.get("media_type"), try row.get("bytes"))
    (projectID, createdMS) = (try row.get("project_id"), try row.get("created_ms"))
  }
}

extension VideoPipeline {
  /// Takes over a file that was uploaded: it is in the asset store and on record afterwards, and may be deleted.
  ///
  /// `also` writes in the transaction of the record.
  public func keepDocument<Value: Sendable>(
    fileAt path: String, name: String, mediaType: String,
    also: @escaping @Sendable (UploadedDocument, any Connection) throws -> Value
  ) async throws -> Value {
    let sha256 = try await studio.assets.put(fileAt: path)
    let bytes = try await studio.assets.size(of: sha256) ?? 0
    let (now, id) = (studio.clock.now, ULID.make(at: studio.clock.now).description)
    return try await studio.database.write { db in
      try db.execute(
        """
        INSERT INTO upload (id, name, media_type, sha256, bytes, created_ms)
        VALUES (:id, :name, :type, :sha256, :bytes, :now)
        """,
        [
          "id": id, "name": name, "type": mediaType, "sha256": sha256, "bytes": bytes, "now": now,
        ])
      guard let row = try db.row("SELECT * FROM upload WHERE id = :id", ["id": id]) else {
        throw StorageError(.misuse, "the upload '\(id)' is not there")
      }
      return try also(try UploadedDocument(row), db)
    }
  }

  /// Documents, the newest first: uploads, and briefs of projects that were begun without one. `before` is the id of the
  /// last one of the page before.
  public func documents(before: String? = nil, limit: Int = 50) async throws -> [UploadedDocument] {
    try await studio.database.read { db in
      try db.rows(
        """
        SELECT * FROM (\(Self.documents)) AS document
        WHERE id < :before ORDER BY id DESC LIMIT :limit
        """, ["before": before ?? "~", "limit": limit]
      ).map(UploadedDocument.init)
    }
  }

  /// Nil where there is none of that id.
  public func document(_ id: String) async throws -> UploadedDocument? {
    try await studio.database.read { db in
      try db.row("SELECT * FROM (\(Self.documents)) AS document WHERE id = :id", ["id": id])
        .map(UploadedDocument.init)
    }
  }

  private static var documents: String {
    """
    SELECT id, name, media_type, sha256, bytes, project_id, created_ms FROM upload
    UNION ALL
    SELECT id, name, COALESCE(media_type, '') AS media_type, sha256, bytes, project_id, created_ms
    FROM document
    WHERE NOT EXISTS (
      SELECT 1 FROM upload WHERE upload.sha256 = document.sha256
        AND upload.project_id = document.project_id)
    """
  }

  /// Notes which project was made of an upload, within the caller's transaction.
  public func note(project: String, ofDocument id: String, in db: any Connection) throws {
    try db.execute(
      "UPDATE upload SET project_id = :project WHERE id = :id", ["project": project, "id": id])
  }
}

extension VideoStudio {
  /// Forgets uploads past their time of which there is no project, with the files that nobody else uses.
  func removeOldUploads() async throws -> Int {
    let before = clock.now - Int64(retention / .milliseconds(1))
    let unused = try await database.write { db -> [String] in
      let hashes = try db.rows(
        """
        DELETE FROM upload WHERE created_ms < :before AND project_id IS NULL RETURNING sha256
        """, ["before": before]
      ).map { try $0.get("sha256", as: String.self) }
      return try Set(hashes).filter { try !isUsed($0, db) }
    }
    for sha256 in unused { try await assets.remove(sha256) }
    return unused.count
  }
}
