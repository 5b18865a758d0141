internal import Foundation
internal import Providers
internal import Storage
internal import Workflows

extension VideoStudio {
  /// `background/generate.requested` → what is seen behind the speaker: drawn, stock, a generated picture or clip.
  var backgroundGenerator: WorkflowFunction<BackgroundRequested, Void> {
    WorkflowFunction("background-generator", on: BackgroundRequested.self, options: options()) {
      event, step in
      let plan = try await step.transaction("begin") { db -> BackgroundPlan? in
        guard try event.isCurrent(db) else { return nil }
        return try backgroundPlan(db, event.project, event.scene)
      }
      guard let plan else { return }
      if !plan.isMade { try await make(plan, event, step) }
      try await step.sendEvent(
        "tell that it is there",
        ScenePartEnded(
          project: event.project, generation: event.generation, scene: event.scene,
          part: "background"))
    }
  }

  /// `veo/polling.start` → a vendor's clip asked after until it is done.
  var veoPoller: WorkflowFunction<VideoPollingStarted, Fetched> {
    WorkflowFunction("veo-poller", on: VideoPollingStarted.self, options: options()) {
      event, step in
      let plan = try await step.transaction("begin") { db in
        try backgroundPlan(db, event.project, event.scene)
      }
      let request = plan.request
      return try await poll(
        try backgroundMaker(plan), MediaRequest(plain: request) { _ in request },
        attempt: event.attempt, step)
    }
  }

  private func make(
    _ plan: BackgroundPlan, _ event: BackgroundRequested, _ step: Step
  ) async throws {
    let maker = try backgroundMaker(plan)
    let request = plan.request
    let calls = calls(step, event, scene: event.scene, .background, maker.provider)
    let media = MediaRequest(plain: request) { _ in
      var placed = request
      placed.earlier = try await earlier(than: request, event.project, plan.provider)
      return placed
    }
    let made = try await generate("make the background", maker, media, calls) { attempt in
      try await step.invoke(
        "poll", veoPoller,
        VideoPollingStarted(
          project: event.project, generation: event.generation, scene: event.scene,
          attempt: attempt))
    }
    try await step.transaction("keep the background") { db in
      let now = clock.now
      try made.finish(db, now: now)
      try ProjectAsset(
        .background, scene: event.scene, sha256: made.media.sha256,
        mediaType: made.media.mediaType, bytes: made.media.bytes, provider: maker.provider,
        note: try BackgroundTone(request, provider: maker.provider).map(RecordJSON.text)
      ).insert(db, project: event.project, now: now)
      try SceneRecord.set(db, event.scene, .background, .done, now: now)
    }
  }

  private struct BackgroundPlan: Codable, Sendable {
    var provider: String
    var request: Providers.BackgroundRequest
    var isMade: Bool
  }

  private func backgroundPlan(_ db: any Connection, _ projectID: String, _ id: String) throws
    -> BackgroundPlan
  {
    let scene = try SceneRecord.require(db, id)
    let project = try Project.require(db, projectID)
    let count = try SceneRecord.all(db, of: projectID).count
    let (name, request) = request(scene, project, count)
    let isMade = scene.background == .done
    if !isMade { try SceneRecord.set(db, id, .background, .running, now: clock.now) }
    return BackgroundPlan(provider: name, request: request, isMade: isMade)
  }

  private func request(_ scene: SceneRecord, _ project: Project, _ count: Int) -> (
    provider: String, request: Providers.BackgroundRequest
  ) {
    let settings = project.settings
    let (name, kind) = shelf.background(for: scene.script, settings)
    return (
      name,
      Providers.BackgroundRequest(
        kind: kind, title: scene.script.title, prompt: scene.script.visual,
        keywords: scene.script.keywords, width: settings.width, height: settings.height,
        rate: settings.rate, duration: scene.duration ?? 8, position: scene.position,
        count: count, style: project.title, language: scene.script.language)
    )
  }

  /// What the scenes before that of `request` ask of the same provider. Script and settings say it, which stay as they
  /// are: it is the same however far those scenes have come.
  private func earlier(
    than request: Providers.BackgroundRequest, _ projectID: String, _ provider: String
  ) async throws -> [Providers.BackgroundRequest] {
    try await database.read { db in
      let project = try Project.require(db, projectID)
      let scenes = try SceneRecord.all(db, of: projectID)
      return scenes.filter { $0.position < request.position }
        .map { self.request($0, project, scenes.count) }
        .filter { $0.provider == provider }.map(\.request)
    }
  }

  private func backgroundMaker(_ plan: BackgroundPlan) throws
    -> any MediaMaker<Providers.BackgroundRequest>
  {
    do { return try shelf.background(plan.provider) } catch { throw StepFailure.noRetry(error) }
  }
}
