internal import Storage
public import Workflows

/// A film that is not made, for those who watch a node.
public struct FailedFilm: Sendable, Hashable {
  /// The project's id; the event's where the request itself was refused.
  public var id: String
  public var reason: String
  /// UTC milliseconds.
  public var endedMS: Int64
}

extension VideoPipeline {
  /// Projects that failed and requests that were refused at `begin` (UTC milliseconds) or later, the first one first.
  public func failures(since begin: Int64, engine: Engine) async throws -> [FailedFilm] {
    let projects = try await studio.database.read { db in
      try db.rows(
        "SELECT * FROM project WHERE state = 'failed' AND ended_ms >= :begin", ["begin": begin]
      ).map(Project.init)
    }
    var films = projects.map {
      FailedFilm(id: $0.id, reason: $0.message ?? "", endedMS: $0.endedMS ?? 0)
    }
    let runs = try await engine.runs(
      RunFilter(functionID: "project-starter", states: [.failed], limit: 50))
    for run in runs {
      guard let ended = run.endedAt, ended >= begin else { continue }
      films.append(
        FailedFilm(
          id: run.id, reason: run.error?.message ?? "", endedMS: ended))
    }
    return films.sorted { ($0.endedMS, $0.id) < ($1.endedMS, $1.id) }
  }
}
