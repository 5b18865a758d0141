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
        guard let path = asset?.note else { return nil }
        return PosterPlan(film: path, title: try Project.require(db, event.project).title)
      }
      guard let film else { return nil }
      let poster = film.film.withoutSuffix + ".poster.jpg"
      do {
        let made = try await step.run("draw", retries: .never) { () -> PosterFile in
          try await makePoster(film.film, poster, film.title)
          let kept = try await keep(poster)
          return PosterFile(sha256: kept.sha256, bytes: kept.bytes)
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

  private struct PosterPlan: Codable, Sendable {
    var film: String
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
