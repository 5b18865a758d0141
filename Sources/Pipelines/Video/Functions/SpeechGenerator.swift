internal import Foundation
internal import Providers
internal import Storage
internal import Workflows

extension VideoStudio {
  /// `speech/generate.requested` → the scene's speech and its times.
  var speechGenerator: WorkflowFunction<SpeechRequested, Void> {
    WorkflowFunction("speech-generator", on: SpeechRequested.self, options: options()) {
      event, step in
      let plan = try await step.transaction("begin") { db -> SpeechPlan? in
        guard try event.isCurrent(db) else { return nil }
        let scenes = try SceneRecord.all(db, of: event.project)
        guard let place = scenes.firstIndex(where: { $0.id == event.scene }),
          scenes[place].speech != .done
        else { return nil }
        try SceneRecord.set(db, event.scene, .speech, .running, now: clock.now)
        let settings = try Project.require(db, event.project).settings
        let script = scenes[place].script
        return SpeechPlan(
          provider: settings.speechProvider,
          request: SpeechRequest(
            text: script.narration, language: script.language, voice: settings.voice,
            previousText: place > 0 ? scenes[place - 1].script.narration : nil,
            nextText: place + 1 < scenes.count ? scenes[place + 1].script.narration : nil))
      }
      guard let plan else { return }
      let (spoken, finish) = try await speak(plan, event, step)
      try await step.transaction("keep the speech") { db in
        let now = clock.now
        try finish(db, now: now)
        try ProjectAsset(
          .speech, scene: event.scene, sha256: spoken.sha256, mediaType: spoken.mediaType,
          bytes: spoken.bytes, provider: plan.provider, note: spoken.timing
        ).insert(db, project: event.project, now: now)
        try db.execute(
          "UPDATE scene SET duration = :duration WHERE id = :id",
          ["id": event.scene, "duration": spoken.duration])
        try SceneRecord.set(db, event.scene, .speech, .done, now: now)
      }
    }
  }

  private struct SpeechPlan: Codable, Sendable {
    var provider: String
    var request: SpeechRequest
  }

  struct Spoken: Codable, Sendable {
    var sha256: String
    var mediaType: String
    var bytes: Int64
    var duration: Double
    /// The times of words and sounds: a `Speech` as JSON, in the asset store.
    var timing: String
  }

  private func speak(
    _ plan: SpeechPlan, _ event: SpeechRequested, _ step: Step
  ) async throws -> (Spoken, ProviderCalls.Finish) {
    let voice: any SpeechSynthesizer
    do { voice = try shelf.speech(plan.provider) } catch { throw StepFailure.noRetry(error) }
    let request = plan.request
    let calls = calls(step, event, scene: event.scene, .speech, voice.provider)
    let kept = { @Sendable (made: Made<Speech>) async throws -> ProviderCalls.Outcome<Spoken> in
      let file = try await keep(made.value.path)
      let type = MediaSuffix.mediaType(ofSound: made.value.path)
      var timing = made.value
      timing.path = ""
      return .made(
        Spoken(
          sha256: file.sha256, mediaType: type, bytes: file.bytes, duration: timing.duration,
          timing: try await keep(timing)), cost: made.cost, requestID: made.requestID)
    }
    let called = try await calls.call(
      "speak", hash: try calls.requestHash(request), estimate: voice.estimate(request)
    ) { call in
      try await kept(try await voice.speak(request, call))
    } recover: { call in
      switch try await voice.recover(request, call) {
      case .found(let made): .found(try await kept(made))
      case .notStarted: .notStarted
      case .unknown: .unknown
      }
    }
    guard case .done(let spoken, let finish) = called else {
      throw StepFailure.noRetry(
        SceneFailed(reason: "\(voice.provider) gave a job instead of speech"))
    }
    return (spoken, finish)
  }
}
