public import Jobs
public import Storage

/// How a project stands, for people: its records and its film in the queue.
public struct ProjectStanding: Sendable {
  public var project: Project
  public var brief: BriefRecord?
  /// What an ended project has not made of them is `cancelled`.
  public var scenes: [SceneRecord]
  public var assets: [ProjectAsset]
  /// Millionths of a dollar, estimates of what is under way included.
  public var spent: Int64
  /// The film in the render queue.
  public var film: FilmProgress?
}

extension VideoPipeline {
  /// Nil where there is no such project.
  public func standing(of id: String) async throws -> ProjectStanding? {
    try await studio.database.read { try standing(of: id, in: $0) }
  }

  /// `standing` within the caller's transaction.
  public func standing(of id: String, in db: any Connection) throws -> ProjectStanding? {
    guard let project = try Project.find(db, id) else { return nil }
    var standing = ProjectStanding(
      project: project, brief: try BriefRecord.find(db, of: id),
      scenes: try SceneRecord.all(db, of: id).map { $0.told(in: project) },
      assets: try ProjectAsset.all(db, of: id),
      spent: try Attempt.spent(db, of: id))
    standing.film = try project.filmJob.flatMap { try studio.progress(ofFilm: $0, in: db) }
    return standing
  }
}

extension VideoStudio {
  /// Nil where the queue has forgotten it.
  func progress(ofFilm job: String, in db: any Connection) throws -> FilmProgress? {
    do { return try queue.progress(of: job, in: db) } catch QueueError.noSuchJob { return nil }
  }
}
