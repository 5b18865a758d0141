internal import Foundation
internal import Storage
internal import Workflows

extension VideoStudio {
  /// `poster/make.requested` → a picture of the film beside it. A film without a poster is a film all the same: what
  /// goes wrong here is noted and fails nothing.
  var posterMaker: WorkflowFunction<PosterRequested, String?> {
    WorkflowFunction("poster-maker", on: PosterRequested.self, options: options()) { event, step in
      let film = try await step.transaction("begin") { db -> PosterPlan? in
        let asset = try ProjectAsset.find(db, project: event.project, scene: nil, .film)
        guard let asset else { return nil }
        return PosterPlan(
          film: asset.note, sha256: asset.sha256,
          title: try Project.require(db, event.project).title)
      }
      guard let film else { return nil }
      let poster = film.film.map { $0.withoutSuffix + ".poster.jpg" }
      do {
        let made = try await step.run("draw", retries: .never) { () -> PosterFile in
          try await draw(film, to: poster)
        }
        try await step.transaction("keep the poster") { db in
          try ProjectAsset(
            .poster, scene: nil, sha256: made.sha256, mediaType: "image/jpeg", bytes: made.bytes,
            provider: "poster-maker", note: poster
          ).insert(db, project: event.project, now: clock.now)
        }
        return poster
      } catch let error as StepError {
        try await step.transaction("note what went wrong") { db in
          try db.execute(
            "UPDATE project SET message = :message WHERE id = :id",
            ["id": event.project, "message": "no poster: \(error.cause.message)"])
        }
        return nil
      }
    }
  }

  /// Beside the film, or, of a film that is in the store alone, in the store.
  private func draw(_ film: PosterPlan, to poster: String?) async throws -> PosterFile {
    var path = film.film ?? ""
    if film.film == nil { path = try await assets.file(of: film.sha256) }
    try FileManager.default.createDirectory(
      atPath: callsFolder, withIntermediateDirectories: true)
    let drawn = poster ?? "\(callsFolder)/poster-\(UUID().uuidString).jpg"
    defer { if poster == nil { try? FileManager.default.removeItem(atPath: drawn) } }
    try await makePoster(path, drawn, film.title)
    let kept = try await keep(drawn)
    return PosterFile(sha256: kept.sha256, bytes: kept.bytes)
  }

  private struct PosterPlan: Codable, Sendable {
    /// Nil where it is in the store alone.
    var film: String?
    var sha256: String
    var title: String
  }

  private struct PosterFile: Codable, Sendable {
    var sha256: String
    var bytes: Int64
  }
}

extension String {
  /// A path without the suffix of its file's name.
  var withoutSuffix: String {
    guard let dot = lastIndex(of: "."), dot > (lastIndex(of: "/") ?? startIndex) else {
      return self
    }
    return String(self[..<dot])
  }
}
