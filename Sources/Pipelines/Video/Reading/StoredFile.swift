internal import Foundation
internal import Jobs
public import Storage

/// A file that the node may give out.
public struct StoredFile: Sendable {
  public var sha256: String
  /// On this machine; not to be written to.
  public var path: String
  public var bytes: Int64
  /// Empty where nobody said.
  public var mediaType: String
}

extension VideoPipeline {
  /// A file by the SHA-256 of its content: one of the asset store, or a film at the path that it was written to, as long as
  /// it is still the file that was written. Nil where it is not there.
  public func file(_ sha256: String) async throws -> StoredFile? {
    let row = try await studio.database.read { db in
      try db.row(
        """
        SELECT media_type, note, bytes FROM (
          SELECT media_type, CASE WHEN role = 'film' THEN note ELSE NULL END AS note, bytes, 0 AS rank
            FROM asset WHERE sha256 = :sha256
          UNION ALL SELECT media_type, NULL, bytes, 1 FROM upload WHERE sha256 = :sha256
          UNION ALL SELECT COALESCE(media_type, ''), NULL, bytes, 1 FROM document WHERE sha256 = :sha256
        ) AS known ORDER BY CASE WHEN media_type = '' THEN 1 ELSE 0 END, rank LIMIT 1
        """, ["sha256": sha256])
    }
    let type: String = try row?.get("media_type") ?? ""
    if let bytes = try await studio.assets.size(of: sha256) {
      return StoredFile(
        sha256: sha256, path: try await studio.assets.file(of: sha256), bytes: bytes,
        mediaType: type)
    }
    guard let row, let path: String = try row.get("note") else { return nil }
    return Self.film(sha256, at: path, bytes: try row.get("bytes"))
  }

  /// A film outside the store; nil where another file is there now.
  public static func film(_ sha256: String, at path: String, bytes: Int64) -> StoredFile? {
    let facts = try? FileManager.default.attributesOfItem(atPath: path)
    guard facts?[.type] as? FileAttributeType == .typeRegular,
      (facts?[.size] as? NSNumber)?.int64Value == bytes
    else { return nil }
    return StoredFile(sha256: sha256, path: path, bytes: bytes, mediaType: "video/mp4")
  }

  /// The projects whose films these jobs are, by the jobs' ids.
  public func projects(ofFilms jobs: [String]) async throws -> [String: Project] {
    try await studio.database.read { db in
      var found: [String: Project] = [:]
      for job in jobs {
        let row = try db.row("SELECT * FROM project WHERE film_job_id = :job", ["job": job])
        if let row { found[job] = try Project(row) }
      }
      return found
    }
  }
}

extension VideoPipeline {
  /// A scene, told as `ProjectStanding` does, with its project and the files that it has; nil where it is not there.
  public func scene(_ id: String, in db: any Connection) throws
    -> (SceneRecord, Project, [ProjectAsset])?
  {
    guard let scene = try SceneRecord.find(db, id),
      let project = try Project.find(db, scene.projectID)
    else { return nil }
    return (scene.told(in: project), project, try ProjectAsset.all(db, of: project.id))
  }

  /// How far the segments of each scene of a film are: 0 … 1 by the scenes' positions.
  public func rendering(ofFilm job: String?, in db: any Connection) throws -> [Int: Double] {
    guard let job else { return [:] }
    let parts = try studio.queue.parts(of: job, in: db)
    var sums: [Int: (done: Int, all: Int)] = [:]
    for part in parts where part.kind == .segment {
      guard let scene = Self.position(ofSegment: part.label) else { continue }
      let sum = sums[scene, default: (0, 0)]
      let done = part.state.isSuccess ? part.frames : part.framesDone
      sums[scene] = (sum.done + done, sum.all + part.frames)
    }
    return sums.mapValues { $0.all > 0 ? Double($0.done) / Double($0.all) : 0 }
  }

  /// `…: scene 's03', frames 0-59` is of the scene at 2.
  static func position(ofSegment label: String) -> Int? {
    guard let match = label.firstMatch(of: #/: scene 's([0-9]+)', frames [0-9]+-[0-9]+$/#),
      let number = Int(match.output.1), number > 0
    else { return nil }
    return number - 1
  }
}
