internal import Foundation
internal import Providers
internal import Storage
internal import Workflows

extension VideoStudio {
  /// `avatar/generate.requested` → the speaker of a scene, from its speech.
  var avatarGenerator: WorkflowFunction<AvatarRequested, Void> {
    WorkflowFunction("avatar-generator", on: AvatarRequested.self, options: options()) {
      event, step in
      let plan = try await step.transaction("begin") { db -> AvatarPlan? in
        guard try event.isCurrent(db) else { return nil }
        return try avatarPlan(db, event.project, event.scene)
      }
      guard let plan else { return }
      if !plan.isMade { try await make(plan, event, step) }
      try await step.sendEvent(
        "tell that it is there",
        ScenePartEnded(
          project: event.project, generation: event.generation, scene: event.scene,
          part: "avatar"))
    }
  }

  /// `avatar/polling.start` → a vendor's job asked after until it is done.
  var avatarPoller: WorkflowFunction<AvatarPollingStarted, Fetched> {
    WorkflowFunction("avatar-poller", on: AvatarPollingStarted.self, options: options()) {
      event, step in
      let plan = try await step.transaction("begin") { db in
        try avatarPlan(db, event.project, event.scene)
      }
      let maker = try avatarMaker(plan)
      return try await poll(maker, try await request(plan), attempt: event.attempt, step)
    }
  }

  private func make(_ plan: AvatarPlan, _ event: AvatarRequested, _ step: Step) async throws {
    let maker = try avatarMaker(plan)
    let request = try await request(plan)
    let calls = calls(step, event, scene: event.scene, .avatar, maker.provider)
    let made = try await generate("make the avatar", maker, request, calls) { attempt in
      try await step.invoke(
        "poll", avatarPoller,
        AvatarPollingStarted(
          project: event.project, generation: event.generation, scene: event.scene,
          attempt: attempt))
    }
    try await step.transaction("keep the avatar") { db in
      let now = clock.now
      try made.finish(db, now: now)
      try ProjectAsset(
        .avatar, scene: event.scene, sha256: made.media.sha256, mediaType: made.media.mediaType,
        bytes: made.media.bytes, provider: maker.provider,
        note: made.media.hasAlpha ? "alpha" : nil
      ).insert(db, project: event.project, now: now)
      try SceneRecord.set(db, event.scene, .avatar, .done, now: now)
    }
  }

  private struct AvatarPlan: Codable, Sendable {
    var settings: ProjectSettings
    var speech: ProjectAsset
    var duration: Double
    var language: String
    /// It is there already, or the film has no speaker.
    var isMade: Bool
  }

  private func avatarPlan(_ db: any Connection, _ project: String, _ id: String) throws
    -> AvatarPlan
  {
    let scene = try SceneRecord.require(db, id)
    let settings = try Project.require(db, project).settings
    let speech = try ProjectAsset.find(db, project: project, scene: id, .speech)
    guard let speech, let duration = scene.duration else {
      throw StepFailure.noRetry(SceneFailed(reason: "the scene has no speech yet"))
    }
    var isMade = scene.avatar == .done || scene.avatar == .skipped
    if settings.avatarProvider == ProjectSettings.noAvatar {
      try SceneRecord.set(db, id, .avatar, .skipped, now: clock.now)
      isMade = true
    } else if !isMade {
      try SceneRecord.set(db, id, .avatar, .running, now: clock.now)
    }
    return AvatarPlan(
      settings: settings, speech: speech, duration: duration, language: scene.script.language,
      isMade: isMade)
  }

  private func avatarMaker(_ plan: AvatarPlan) throws -> any MediaMaker<Providers.AvatarRequest> {
    do { return try shelf.avatar(plan.settings.avatarProvider) } catch {
      throw StepFailure.noRetry(error)
    }
  }

  private func request(_ plan: AvatarPlan) async throws -> MediaRequest<Providers.AvatarRequest> {
    let timing = try await stored(Speech.self, plan.speech.note ?? "")
    let size = FilmLook(plan.settings).avatarSize
    let plain = Providers.AvatarRequest(
      audioPath: "", audioSHA256: plan.speech.sha256, duration: plan.duration,
      phonemes: timing.phonemes, words: timing.words, character: plan.settings.character,
      portraitSHA256: plan.settings.portrait, width: size.width, height: size.height,
      rate: plan.settings.rate, language: plan.language)
    return MediaRequest(plain: plain) { folder in
      var placed = plain
      placed.audioPath = try await named(
        plan.speech.sha256, suffix: MediaSuffix.of(plan.speech.mediaType), in: folder)
      if let portrait = plan.settings.portrait {
        placed.portraitPath = try await named(portrait, suffix: "png", in: folder)
      }
      return placed
    }
  }
}
