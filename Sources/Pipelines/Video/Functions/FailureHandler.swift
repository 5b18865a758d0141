internal import Foundation
internal import Jobs
internal import Storage
internal import Workflows

extension VideoStudio {
  /// The end of a run that failed or was cancelled → its scene and project say so at once, with the reason and its place,
  /// and those that wait for the part are told.
  var failureHandler: WorkflowFunction<FailedFunction, Void> {
    WorkflowFunction(
      "failure-handler",
      on: [
        .events(matching: "inngest/function.failed") { try FailedFunction($0) },
        .events(matching: FailedFunction.cancelledName) { try FailedFunction($0) },
      ],
      options: FunctionOptions(
        retries: RetryPolicy(retries: 8, backOff: .delays([.seconds(1), .seconds(10)])))
    ) { failed, step in
      guard let part = Self.parts[failed.function], let project = failed.project else { return }
      let told = try await step.transaction("note the failure") { db -> Bool in
        try note(failed, part, project, db)
      }
      if let scene = failed.scene, let ended = part.ended {
        try await step.sendEvent(
          "tell those that wait",
          ScenePartEnded(
            project: project, generation: failed.generation, scene: scene, part: ended,
            failure: failed.reason))
      }
      if told {
        try await step.sendEvent(
          "tell that it failed",
          ProjectEnded(project: project, state: "failed", path: nil, message: failed.reason))
      }
    }
  }

  private struct Part: Sendable {
    /// Column of the scene; nil for what has no scene.
    var column: SceneRecord.Part?
    /// The part's name in `ScenePartEnded`.
    var ended: String?
  }

  private static let parts: [String: Part] = [
    "document-parser": Part(), "script-generator": Part(), "scene-processor": Part(),
    "speech-generator": Part(column: .speech), "caption-builder": Part(column: .captions),
    "avatar-generator": Part(column: .avatar, ended: "avatar"),
    "avatar-poller": Part(column: .avatar),
    "background-generator": Part(column: .background, ended: "background"),
    "veo-poller": Part(column: .background), "video-render": Part(),
  ]

  /// True where the project has failed by it.
  private func note(
    _ failed: FailedFunction, _ part: Part, _ id: String, _ db: any Connection
  ) throws -> Bool {
    guard let project = try Project.find(db, id), project.generation == failed.generation else {
      return false
    }
    var place = ""
    // A film is rendered at the request of the scene that came last, which has no part in its failing.
    if failed.function != "video-render",
      let scene = try failed.scene.flatMap({ try SceneRecord.find(db, $0) })
    {
      place = "scene \(scene.position + 1): "
      // What somebody has cancelled has not failed: it is told as cancelled once the project has ended.
      if failed.isCancelled {
        if part.column != nil, !project.state.isEnded {
          try SceneRecord.note(db, scene.id, message: failed.reason, now: clock.now)
        }
      } else if let column = part.column {
        try SceneRecord.set(db, scene.id, column, .failed, message: failed.reason, now: clock.now)
      }
    }
    if failed.function == "document-parser" {
      try BriefRecord.set(db, of: id, .failed, now: clock.now)
    }
    if failed.function == "video-render", !failed.isCancelled {
      try db.execute(
        """
        UPDATE scene SET render_status = 'failed', updated_ms = :now
        WHERE project_id = :id AND render_status = 'queued'
        """, ["id": id, "now": clock.now])
    }
    let message = failed.reason.hasPrefix("scene ") ? failed.reason : place + failed.reason
    let isFailed = try Project.fail(
      db, id, code: failed.code, message: message, now: clock.now)
    if isFailed, let job = project.filmJob {
      // What is queued of it need not be rendered now; what is done stays in the cache.
      try queue.abandon(job, in: db)
    }
    return isFailed
  }
}

/// The end of a run, as the engine tells it.
struct FailedFunction: Codable, Sendable {
  var function: String
  /// Somebody has ended it.
  var isCancelled: Bool
  var reason: String
  var code: String
  var project: String?
  var scene: String?
  var generation: Int

  static let cancelledName = "inngest/function.cancelled"

  init(_ event: Event) throws {
    let end = try event.decode(FunctionEnding.self)
    (function, isCancelled) = (end.functionID, event.name == Self.cancelledName)
    reason = end.error?.message ?? "it was cancelled"
    code = end.error?.name ?? ""
    // What an invoked function was given is one level further in.
    let data = end.event.data
    let subject = data.input ?? data.subject
    (project, scene, generation) = (subject.project, subject.scene, subject.generation ?? 0)
  }

  private struct FunctionEnding: Codable {
    var functionID: String
    var error: StoredError?
    var event: Trigger

    enum CodingKeys: String, CodingKey {
      case functionID = "function_id"
      case error, event
    }

    struct Trigger: Codable { var data: TriggerData }
    struct Subject: Codable {
      var project: String?
      var scene: String?
      var generation: Int?
    }
    struct TriggerData: Codable {
      var input: Subject?
      var subject: Subject

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        input = try container.decodeIfPresent(Subject.self, forKey: .input)
        subject = try Subject(from: decoder)
      }

      func encode(to encoder: any Encoder) throws { try subject.encode(to: encoder) }

      enum CodingKeys: CodingKey { case input }
    }
  }
}
