public import Jobs
internal import Storage

/// How a project stands, for people: its records and its film in the queue.
public struct ProjectStanding: Sendable {
  public var project: Project
  public var brief: BriefRecord?
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
    let standing = try await studio.database.read { db -> ProjectStanding? in
      guard let project = try Project.find(db, id) else { return nil }
      return ProjectStanding(
        project: project, brief: try BriefRecord.find(db, of: id),
        scenes: try SceneRecord.all(db, of: id), assets: try ProjectAsset.all(db, of: id),
        spent: try Attempt.spent(db, of: id))
    }
    guard var standing else { return nil }
    if let film = standing.project.filmJob {
      standing.film = try? await studio.queue.progress(of: film)
    }
    return standing
  }
}
