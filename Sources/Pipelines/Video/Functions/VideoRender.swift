internal import Foundation
internal import Jobs
internal import Rendering
internal import Storage
internal import Workflows

extension VideoStudio {
  /// `video/render.requested` → a complete scene's segments in the render queue at once; with the last scene the film
  /// itself, its end awaited, its poster, the project's end.
  var videoRender: WorkflowFunction<RenderRequested, Void> {
    WorkflowFunction(
      "video-render", on: RenderRequested.self,
      options: options(concurrency: [.init(1, key: { $0.project })])
    ) { event, step in
      let isCurrent = try await step.transaction("begin") { try event.isCurrent($0) }
      guard isCurrent else { return }
      try await step.run("queue the scene's segments") {
        try await refusing { try await queueSegments(of: event.scene, in: event.project) }
      }
      let isLast = try await step.transaction("is it the last scene?") { db -> Bool in
        let scenes = try SceneRecord.all(db, of: event.project)
        guard try event.isCurrent(db), scenes.allSatisfy({ $0.render != .pending }) else {
          return false
        }
        return try Project.advance(db, event.project, to: .rendering, now: clock.now)
      }
      guard isLast else { return }
      try await step.run("queue the film") {
        try await refusing { try await closeFilm(event.project) }
      }
      let film = try await ended(event, step)
      try await step.transaction("keep the film") { db in try keep(film, event.project, db) }
      _ = try await step.invoke(
        "poster", posterMaker,
        PosterRequested(project: event.project, generation: event.generation))
      try await step.transaction("the project is done") { db -> Bool in
        try Project.finish(db, event.project, now: clock.now)
      }
      try await step.sendEvent(
        "tell that it is done",
        ProjectEnded(project: event.project, state: "done", path: film.path, message: nil))
    }
  }

  /// A document that gives no film will not give one the next time either.
  private func refusing(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let refused as FilmRefused where !refused.isRetryable {
      throw StepFailure.noRetry(refused)
    } catch let error as QueueError {
      throw StepFailure.noRetry(error)
    }
  }

  struct EndedFilm: Codable, Sendable {
    var job: String
    var state: String
    var sha256: String
    var bytes: Int64
    var path: String?
    var failure: String?
  }

  /// Waits for the film's end; looks for itself now and then, since a worker that cannot tell is no reason to wait.
  private func ended(_ event: RenderRequested, _ step: Step) async throws -> EndedFilm {
    let job = try await step.transaction("the film's job") { db -> String in
      try Project.require(db, event.project).filmJob ?? ""
    }
    var round = 1
    while true {
      let suffix = round == 1 ? "" : " (\(round))"
      _ = try await step.waitForEvent(
        "until the film has ended\(suffix)", FilmEnded.self, where: \.job, equals: job,
        timeout: .seconds(round == 1 ? 60 : 300))
      let film = try await step.run("look at the film\(suffix)") { try await look(at: job) }
      if let film {
        if let failure = film.failure {
          throw StepFailure.noRetry(SceneFailed(reason: failure))
        }
        return film
      }
      round += 1
    }
  }

  private func look(at job: String) async throws -> EndedFilm? {
    let film = try await queue.job(job)
    guard film.state.isEnded else { return nil }
    var ended = EndedFilm(job: job, state: film.state.rawValue, sha256: "", bytes: 0)
    if film.state.isSuccess, let made = FilmResult(film)?.films.first {
      (ended.sha256, ended.bytes, ended.path) = (made.sha256, made.bytes, made.path)
    } else if film.state == .cancelled {
      ended.failure = "the film was cancelled in the render queue\n  → start again to go on"
    } else {
      ended.failure =
        "rendering failed: \(film.errorMessage ?? "") [\(film.errorCode ?? "E_INTERNAL")]"
    }
    return ended
  }

  private func keep(_ film: EndedFilm, _ project: String, _ db: any Connection) throws {
    try ProjectAsset(
      .film, scene: nil, sha256: film.sha256, mediaType: "video/mp4", bytes: film.bytes,
      provider: "render-queue", note: film.path
    ).insert(db, project: project, now: clock.now)
    try db.execute(
      "UPDATE scene SET render_status = 'done', updated_ms = :now WHERE project_id = :project",
      ["project": project, "now": clock.now])
  }
}
