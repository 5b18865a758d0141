internal import Foundation
internal import Storage
internal import Workflows

extension VideoStudio {
  /// `scene/process.requested` → speech, then avatar and background at the same time, then captions → the scene's segments
  /// asked for, and after the rate pause the next scene.
  var sceneProcessor: WorkflowFunction<SceneRequested, Void> {
    WorkflowFunction("scene-processor", on: SceneRequested.self, options: options()) {
      event, step in
      let begun = try await step.transaction("begin") { db -> Begun? in
        guard try event.isCurrent(db) else { return nil }
        try db.execute(
          "UPDATE scene SET started_ms = COALESCE(started_ms, :now), updated_ms = :now WHERE id = :id",
          ["id": event.scene, "now": clock.now])
        let project = try Project.require(db, event.project)
        return Begun(
          isComplete: try SceneRecord.require(db, event.scene).isComplete,
          pauseMS: project.settings.ratePauseMS)
      }
      guard let begun else { return }
      if !begun.isComplete { try await produce(event, step) }
      let isCurrent = try await step.transaction("the scene is complete") { db -> Bool in
        try db.execute(
          "UPDATE scene SET ended_ms = COALESCE(ended_ms, :now), message = NULL, updated_ms = :now WHERE id = :id",
          ["id": event.scene, "now": clock.now])
        return try event.isCurrent(db)
      }
      guard isCurrent else { return }
      try await step.sendEvent(
        "ask for its segments",
        RenderRequested(project: event.project, generation: event.generation, scene: event.scene))
      if begun.pauseMS > 0 {
        try await step.sleep("rate pause", for: .milliseconds(begun.pauseMS))
      }
      let next = try await step.transaction("choose the next scene") { db -> [String] in
        guard try event.isCurrent(db) else { return [] }
        return try SceneRecord.request(db, of: event.project, limit: 1, now: clock.now)
      }
      try await step.sendEvents(
        "ask for the next scene",
        try next.map {
          try OutgoingEvent(
            SceneRequested(project: event.project, generation: event.generation, scene: $0))
        })
    }
  }

  private struct Begun: Codable, Sendable {
    var isComplete: Bool
    var pauseMS: Int64
  }

  private func produce(_ event: SceneRequested, _ step: Step) async throws {
    let (project, generation, scene) = (event.project, event.generation, event.scene)
    try await step.invoke(
      "speech", speechGenerator,
      SpeechRequested(project: project, generation: generation, scene: scene))
    try await step.sendEvents(
      "ask for avatar and background",
      [
        OutgoingEvent(AvatarRequested(project: project, generation: generation, scene: scene)),
        OutgoingEvent(BackgroundRequested(project: project, generation: generation, scene: scene)),
      ])
    try await step.run("queue the film's sound if all is said") {
      try await queueSound(of: project)
    }
    // Either may end first, and one that fails ends the scene without waiting for the other.
    var ended: Set<String> = []
    while ended.count < 2 {
      let seen = ended
      let part = try await step.waitForEvent(
        ended.isEmpty ? "avatar or background" : "the other of them", ScenePartEnded.self,
        timeout: .seconds(90 * 24 * 3600)
      ) { $0.scene == scene && $0.generation == generation && !seen.contains($0.part) }
      guard let part else {
        throw StepFailure.noRetry(SceneFailed(reason: "avatar and background did not come"))
      }
      if let failure = part.failure { throw StepFailure.noRetry(SceneFailed(reason: failure)) }
      ended.insert(part.part)
    }
    try await step.invoke(
      "captions", captionBuilder,
      CaptionsRequested(project: project, generation: generation, scene: scene))
  }
}

/// A scene that cannot be made, with the reason of the part that failed.
struct SceneFailed: Error, CustomStringConvertible {
  var reason: String
  var description: String { reason }
}
