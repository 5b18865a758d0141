internal import Foundation
internal import Jobs
internal import Providers
internal import Storage
internal import Workflows

extension VideoStudio {
  /// `script/generate.requested` → scenes in the store → the first of them asked for by their ids.
  var scriptGenerator: WorkflowFunction<ScriptRequested, Void> {
    WorkflowFunction("script-generator", on: ScriptRequested.self, options: options()) {
      event, step in
      let plan = try await step.transaction("begin") { db -> ScriptPlan? in
        guard try event.isCurrent(db) else { return nil }
        try Project.advance(db, event.project, to: .writing, now: clock.now)
        let brief = try BriefRecord.require(db, of: event.project)
        let project = try Project.require(db, event.project)
        return ScriptPlan(
          brief: brief.sha256, mediaType: brief.mediaType ?? "text/plain",
          parsed: brief.parsed ?? "", settings: project.settings,
          isWritten: try !SceneRecord.all(db, of: event.project).isEmpty)
      }
      guard let plan else { return }
      if !plan.isWritten { try await write(plan, event, step) }
      let first = try await step.transaction("choose the first scenes") { db -> [String] in
        guard try event.isCurrent(db) else { return [] }
        try Project.advance(db, event.project, to: .producing, now: clock.now)
        try openFilm(db, event.project)
        return try SceneRecord.request(
          db, of: event.project, limit: max(1, plan.settings.sceneLimit), now: clock.now)
      }
      try await step.sendEvents(
        "ask for the first scenes",
        try first.map {
          try OutgoingEvent(
            SceneRequested(project: event.project, generation: event.generation, scene: $0))
        })
    }
  }

  private struct ScriptPlan: Codable, Sendable {
    var brief: String
    var mediaType: String
    var parsed: String
    var settings: ProjectSettings
    var isWritten: Bool
  }

  private func write(_ plan: ScriptPlan, _ event: ScriptRequested, _ step: Step) async throws {
    let writer: any ScriptWriter
    do { writer = try shelf.script(plan.settings.scriptProvider) } catch {
      throw StepFailure.noRetry(error)
    }
    let reading = try await stored(BriefReading.self, plan.parsed)
    let request = ScriptRequest(
      path: "", mediaType: plan.mediaType, sha256: plan.brief, document: reading.document,
      maximumScenes: plan.settings.maximumScenes, targetSeconds: plan.settings.targetSeconds,
      language: plan.settings.language)
    let calls = calls(step, event, .script, writer.provider)
    let placed = { @Sendable () async throws -> ScriptRequest in
      var placed = request
      placed.path = try await assets.file(of: plan.brief)
      return placed
    }
    let called = try await calls.call(
      "write the script", hash: try calls.requestHash(request), estimate: writer.estimate(request)
    ) { call in
      let made = try await writer.write(try await placed(), call)
      return .made(made.value, cost: made.cost, requestID: made.requestID)
    } recover: { call in
      switch try await writer.recover(try await placed(), call) {
      case .found(let made):
        .found(.made(made.value, cost: made.cost, requestID: made.requestID))
      case .notStarted: .notStarted
      case .unknown: .unknown
      }
    }
    guard case .done(let script, let finish) = called else { return }
    try await step.transaction("keep the scenes") { db in
      let now = clock.now
      try finish(db, now: now)
      guard try event.isCurrent(db) else { return }
      let ids = ULID.make(script.scenes.count, at: now)
      for (position, scene) in script.scenes.enumerated() {
        try SceneRecord.insert(
          db, id: ids[position].description, project: event.project, position: position,
          script: scene, now: now)
      }
      try db.execute(
        "UPDATE project SET title = :title, updated_ms = :now WHERE id = :id",
        ["id": event.project, "title": script.title, "now": now])
    }
  }
}
