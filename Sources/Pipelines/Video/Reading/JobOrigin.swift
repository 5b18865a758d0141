internal import Foundation
public import Jobs
internal import Rendering
public import Storage

/// What a job of the render queue was queued for.
public struct JobOrigin: Sendable, Hashable {
  public var projectID: String
  /// The scene that a segment shows; nil for films and sounds.
  public var sceneID: String?
}

extension VideoPipeline {
  /// The projects that jobs were queued for, by the jobs' ids. Jobs of films that no project made, and of projects that
  /// are gone, are left out.
  ///
  /// A segment that several films need was queued for the first of them.
  public func origins(of jobs: [RenderJob], in db: any Connection) throws -> [String: JobOrigin] {
    var scenes: [String: [Int: String]?] = [:]
    var found: [String: JobOrigin] = [:]
    for job in jobs {
      guard let project = try project(of: job, in: db) else { continue }
      if scenes[project] == nil {
        scenes.updateValue(try Self.scenes(of: project, in: db), forKey: project)
      }
      guard let ids = scenes[project] ?? nil else { continue }
      let position = job.kind == .segment ? Self.position(ofSegment: job.label) : nil
      found[job.id] = JobOrigin(projectID: project, sceneID: position.flatMap { ids[$0] })
    }
    return found
  }

  /// The project that has ended without a film, and with which alone a job of its own is made again; nil for other jobs.
  public func endedProject(of job: RenderJob, in db: any Connection) throws -> String? {
    guard let id = try origins(of: [job], in: db)[job.id]?.projectID,
      let project = try Project.find(db, id),
      project.state == .failed || project.state == .cancelled
    else { return nil }
    return id
  }

  /// As the project's record says for its film, and as the place of its files does for all that was queued of it.
  private func project(of job: RenderJob, in db: any Connection) throws -> String? {
    if job.kind == .film {
      let row = try db.row("SELECT id FROM project WHERE film_job_id = :job", ["job": job.id])
      if let row { return try row.get("id") }
    }
    let folders = studio.projectFolder("")
    // Most that is no project's is told without reading all of the payload.
    guard job.payload.contains("/projects/"),
      let folder = FilmSubmission.assetFolder(of: job), folder.hasPrefix(folders)
    else { return nil }
    return String(folder.dropFirst(folders.count))
  }

  /// The ids of a project's scenes by their positions; nil where there is no such project.
  private static func scenes(
    of project: String, in db: any Connection
  ) throws -> [Int: String]? {
    guard try Project.find(db, project) != nil else { return nil }
    let rows = try db.rows(
      "SELECT position, id FROM scene WHERE project_id = :id", ["id": project])
    return try Dictionary(
      rows.map { (try $0.get("position", as: Int.self), try $0.get("id", as: String.self)) }
    ) { first, _ in first }
  }
}
