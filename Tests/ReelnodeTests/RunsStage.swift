import Foundation
import SceneDocument
import Storage
import TestSupport
import Workflows

@testable import reelnode

/// A node's folder with a few runs in it, made by an engine whose time is told.
///
/// The program reads the machine's clock, so the engine's begins there.
final class RunsStage: Sendable {
  struct SceneReady: WorkflowEvent {
    static let name = "scene/ready"
    var sceneId: String
    var outcome = "good"
  }

  struct Approved: WorkflowEvent {
    static let name = "scene/approved"
    var sceneId: String
  }

  struct RenderFault: Error, CustomStringConvertible { var description: String }

  let folder: String
  let engine: TestEngine

  init() async throws {
    folder = NSTemporaryDirectory() + "runs-stage-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let database = try SQLiteDatabase(path: folder + "/reelnode.db", migrations: Schema.sets)
    engine = try await TestEngine(
      [Self.render, Self.limited], database: database, clock: VirtualClock(now: SystemClock().now))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private static var render: any RegistrableFunction {
    WorkflowFunction(
      "render-scene", on: SceneReady.self,
      options: FunctionOptions(
        retries: RetryPolicy(retries: 2, backOff: .delays([.seconds(10)]), jitter: .zero))
    ) { scene, step in
      let text = try await step.run("load") { "scene " + scene.sceneId }
      _ = try await step.run("speak") { attempt in
        if scene.outcome == "bad" || (scene.outcome == "flaky" && attempt.number == 1) {
          throw RenderFault(description: "voice service is busy")
        }
        return text.count
      }
      if scene.outcome == "wait" {
        _ = try await step.waitForEvent(
          "approval", Approved.self, where: \.sceneId, equals: scene.sceneId,
          timeout: .seconds(3600))
      }
      return text
    }
  }

  private static var limited: any RegistrableFunction {
    WorkflowFunction(
      "publish", on: Approved.self,
      options: FunctionOptions(limits: FlowLimits(throttle: .init(1, per: .seconds(600))))
    ) { scene, step in
      let id = scene.sceneId
      return try await step.run("publish") { id }
    }
  }

  /// Sends a scene and lets what follows happen; gives the run's id.
  func scene(_ id: String, _ outcome: String, then time: Duration = .zero) async throws -> String {
    try await engine.engine.send(SceneReady(sceneId: id, outcome: outcome))
    try await engine.settle()
    try await engine.advance(by: time)
    return try await engine.engine.runs(RunFilter(functionID: "render-scene", limit: 1))[0].id
  }

  func reelnode(_ arguments: String...) throws -> Tool.Outcome {
    try ReelnodeProgram.run(
      arguments, environment: ["REELNODE_NODE": folder, "COLUMNS": "90", "LANG": "C.UTF-8"])
  }
}
