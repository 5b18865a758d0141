import Foundation
import Jobs
import Providers
import Rendering
import Storage
import TestSupport
import Testing

@testable import Pipelines
@testable import Workflows

/// A project on a test engine, with fake providers and a farm that only counts.
final class PipelineBench: Sendable {
  let folder: TempFolder
  let database: SQLiteDatabase
  let clock: VirtualClock
  let pipeline: VideoPipeline
  let node: TestEngine
  let settings: ProjectSettings

  init(
    writer: FakeWriter = FakeWriter(), voice: FakeVoice = FakeVoice(),
    avatar: FakeMaker<Providers.AvatarRequest> = PipelineBench.avatar,
    background: FakeMaker<Providers.BackgroundRequest> = PipelineBench.background,
    faults: FaultPlan = FaultPlan(), seed: UInt64 = 1,
    change: (inout ProjectSettings, inout VideoStudio) -> Void = { _, _ in }
  ) async throws {
    folder = try TempFolder()
    clock = VirtualClock()
    database = try SQLiteDatabase(
      path: folder.file("test.db"),
      migrations: [Engine.migrations, RenderQueue.migrations, VideoPipeline.migrations])
    var shelf = ProviderShelf()
    shelf.scripts = ["fake-script": writer]
    shelf.speech = ["fake-voice": voice]
    shelf.avatars = ["fake-avatar": avatar]
    shelf.backgrounds = ["fake-background": background]
    var studio = VideoStudio(
      database: database, assets: try FolderAssetStore(folder: folder.file("assets")),
      queue: RenderQueue(database: database, clock: clock), clock: clock, shelf: shelf,
      folder: folder.path, cacheFolder: folder.file("cache"),
      readBrief: { path in
        let text = String(decoding: try readBytes(path), as: UTF8.self)
        if text == "broken" { throw BriefTrouble() }
        return BriefReading(
          mediaType: "text/plain",
          document: ParsedDocument(
            title: "Brief", language: "en",
            pages: [.init(number: 1, blocks: [.init(.paragraph, text)])]))
      }, makePoster: { _, poster, _ in try writeBytes([0xFF, 0xD8], to: poster) })
    var settings = ProjectSettings()
    (settings.scriptProvider, settings.speechProvider) = ("fake-script", "fake-voice")
    (settings.avatarProvider, settings.backgroundProvider) = ("fake-avatar", "fake-background")
    (settings.width, settings.height) = (320, 180)
    settings.outputPath = folder.file("film.mp4")
    change(&settings, &studio)
    self.settings = settings
    pipeline = VideoPipeline(studio)
    node = try await TestEngine(
      pipeline.functions, database: database, migrations: [], seed: seed,
      settings: EngineSettings(), clock: clock, faults: faults)
  }

  struct BriefTrouble: Error, CustomStringConvertible {
    var description: String { "page 1 has no text" }
  }

  static var avatar: FakeMaker<Providers.AvatarRequest> {
    FakeMaker("fake-avatar") { $0.audioSHA256 }
  }

  static var background: FakeMaker<Providers.BackgroundRequest> {
    FakeMaker("fake-background") { "\($0.position)" }
  }

  @discardableResult
  func begin(_ brief: String = "A brief.", budget: Int64? = nil) async throws -> (
    String, VideoPipeline.Begun
  ) {
    let path = try folder.write(brief, to: "brief.txt")
    return try await pipeline.begin(
      VideoPipeline.Order(briefPath: path, settings: settings, budgetMicrodollars: budget),
      engine: node.engine)
  }

  /// Lets time pass until the project has ended or is paused, at most for `limit` seconds; the farm works meanwhile.
  func work(_ id: String, seconds limit: Int = 4000, stopsWhenPaused: Bool = true) async throws {
    var passed = 0
    while passed < limit {
      try await node.settle()
      if node.isDead { return }
      try await farm()
      try await node.settle()
      let state = try await project(id).state
      let live = try await node.runs().contains { $0.endedAt == nil }
      if state.isEnded, !live { return }
      if state == .paused, stopsWhenPaused { return }
      try await node.advance(by: .seconds(5))
      passed += 5
    }
  }

  /// Does every job of the queue, as workers would, and tells of films that end.
  func farm() async throws {
    let queue = pipeline.studio.queue
    while let lease = try await queue.claim(owner: "farm") {
      var result = #"{"asset":"\#(lease.job.key ?? "")"}"#
      if lease.job.kind == .film {
        try writeBytes(Array("film".utf8), to: settings.outputPath ?? "")
        result =
          #"{"films":[{"variant":"main","path":"\#(settings.outputPath ?? "")","sha256":"abc","bytes":4,"frames":1,"stored":{}}],"document":"{}"}"#
      }
      let engine = node.engine
      try await queue.finish(lease, result: result, withWarnings: false, elapsedMS: 1) { db, job in
        if job.kind == .film { _ = try engine.send(FilmEvents.of(job), in: db) }
      }
    }
  }

  func project(_ id: String) async throws -> Project {
    try await database.read { try Project.require($0, id) }
  }

  func scenes(_ id: String) async throws -> [SceneRecord] {
    try await database.read { try SceneRecord.all($0, of: id) }
  }

  func attempts(_ id: String) async throws -> [Attempt] {
    try await database.read { try Attempt.all($0, of: id) }
  }

  func runs(of function: String) async throws -> [Run] {
    try await node.runs().filter { $0.functionID == function }
  }
}
