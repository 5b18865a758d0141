import Foundation
import Jobs
import Providers
import SceneDocument
import Storage
import TestSupport
import Testing
import Workflows

@testable import NodeServer
@testable import Pipelines

/// A POST that must not act twice, with what it needs to be there.
struct RepeatedPost: Sendable, CustomTestStringConvertible {
  typealias Work = @Sendable (TestNode) async throws -> Void

  /// As the API's description has it.
  var path: String
  var body: String?
  var type = "application/json"
  var status = 200
  /// Makes what it acts on; gives that one's id.
  var prepare: @Sendable (TestNode) async throws -> String = { _ in "" }
  /// What others do after it: acting again would undo it.
  var meanwhile: @Sendable (TestNode, String) async throws -> Void = { _, _ in }

  var testDescription: String { path }

  static let all: [RepeatedPost] = [
    RepeatedPost(path: "/api/v1/events", body: #"{"name": "test/a"}"#, status: 201),
    RepeatedPost(path: "/api/v1/runs/{id}/cancel", prepare: run),
    RepeatedPost(
      path: "/api/v1/runs/{id}/retry", prepare: cancelledRun,
      meanwhile: { try await #require($0.engine.cancel(run: $1)) }),
    RepeatedPost(path: "/api/v1/runs/{id}/replay", status: 201, prepare: run),
    RepeatedPost(
      path: "/api/v1/render-queue/pause",
      meanwhile: { node, _ in try await node.backend.queue.resume() }),
    RepeatedPost(
      path: "/api/v1/render-queue/resume",
      prepare: { node in
        try await node.backend.queue.pause()
        return ""
      }, meanwhile: { node, _ in try await node.backend.queue.pause() }),
    RepeatedPost(
      path: "/api/v1/projects", body: #"{"text": "Words.", "avatar": "none"}"#, status: 201,
      meanwhile: { node, _ in try await fail(node) }),
    RepeatedPost(
      path: "/api/v1/projects/{id}/continue", body: #"{"budget_microdollars": 5}"#,
      prepare: project, meanwhile: { node, _ in try await fail(node) }),
    RepeatedPost(
      path: "/api/v1/projects/{id}/retry", prepare: failedProject,
      meanwhile: { node, _ in try await fail(node) }),
    RepeatedPost(
      path: "/api/v1/projects/{id}/cancel", prepare: project,
      meanwhile: { try await $0.backend.pipeline.retry($1, engine: $0.engine) }),
    RepeatedPost(
      path: "/api/v1/scenes/{id}/retry",
      prepare: { node in
        let project = try await failedProject(node)
        try await node.database.write { db in
          try ProductBench.insertScene(db, project)
        }
        return "SCENE1"
      }, meanwhile: { node, _ in try await fail(node) }),
    RepeatedPost(path: "/api/v1/documents", body: "Words.", type: "text/plain", status: 201),
    RepeatedPost(
      path: "/api/v1/render-jobs", body: #"{"document": \#(ProductBench.document)}"#, status: 201),
    RepeatedPost(
      path: "/api/v1/render-jobs/{id}/cancel", prepare: job,
      meanwhile: { try await $0.backend.queue.retry($1) }),
    RepeatedPost(
      path: "/api/v1/render-jobs/{id}/retry",
      prepare: { node in
        let id = try await job(node)
        try await node.backend.queue.cancel(id)
        return id
      }, meanwhile: { try await $0.backend.queue.cancel($1) }),
    RepeatedPost(
      path: "/api/v1/render-jobs/{id}/pause", prepare: job,
      meanwhile: { try await $0.backend.queue.resume($1) }),
    RepeatedPost(
      path: "/api/v1/render-jobs/{id}/resume",
      prepare: { node in
        let id = try await job(node)
        try await node.backend.queue.pause(id)
        return id
      }, meanwhile: { try await $0.backend.queue.pause($1) }),
  ]

  /// Those that change nothing in the node: the first two are looked at or drawn again, a link signed again, a browser
  /// signed in again.
  static let changingNothing: Set<String> = [
    "/api/v1/projects/estimate", "/api/v1/previews", "/api/v1/assets/{sha256}/links",
    "/api/v1/session",
  ]

  /// Apps speak a protocol without such keys. Events are told apart by their own ids; registering and cancelling twice
  /// come to the same; an app that repeats a signal or a call of a function means another one.
  static let asTheirProtocolSays: Set<String> = [
    "/e/{key}", "/invoke/{id}", "/fn/register", "/v1/cancellations", "/v1/signals",
  ]

  // MARK: What is there

  struct Started: WorkflowEvent { static let name = "test/started" }

  static let function = WorkflowFunction<Started, String>("test", on: Started.self) { _, _ in "" }

  @Sendable private static func run(_ node: TestNode) async throws -> String {
    try await node.engine.send(Started())
    return try #require(try await node.engine.overviews(RunFilter(limit: 1)).first).run.id
  }

  @Sendable private static func cancelledRun(_ node: TestNode) async throws -> String {
    let id = try await run(node)
    try await #require(node.engine.cancel(run: id))
    return id
  }

  @Sendable private static func project(_ node: TestNode) async throws -> String {
    let path = node.folder.file("brief.txt")
    try Data("Words.".utf8).write(to: URL(fileURLWithPath: path))
    var settings = ProjectSettings()
    settings.avatarProvider = ProjectSettings.noAvatar
    return try await node.backend.pipeline.begin(
      VideoPipeline.Order(briefPath: path, settings: settings), engine: node.engine
    ).id
  }

  @Sendable private static func failedProject(_ node: TestNode) async throws -> String {
    let id = try await project(node)
    try await fail(node)
    return id
  }

  /// All projects.
  @Sendable private static func fail(_ node: TestNode) async throws {
    try await node.database.write { db in
      _ = try db.execute(
        "UPDATE project SET state = 'failed', message = 'm', error_code = 'E', ended_ms = 9")
    }
  }

  @Sendable private static func job(_ node: TestNode) async throws -> String {
    let document = try JSONDecoder().decode(
      JSONValue.self, from: Data(ProductBench.document.utf8))
    let order = try await DocumentOrder(document, below: node.folder.path, node.backend)
    return try await order.submit(
      variants: [], output: nil, name: "film", priority: 0, node.backend
    ) { progress, _, _ in progress.film.id }
  }
}
