import Storage
import Testing
import Workflows

/// What the guide shows, from outside the module: its example as it stands there, and its tests.
@Suite struct GuideTests {
  struct SceneReady: WorkflowEvent {
    static let name = "scene/ready"
    var sceneID: String
    var text: String
  }

  struct AvatarReady: WorkflowEvent {
    static let name = "avatar/ready"
    var sceneID: String
    var file: String
  }

  protocol Studio: Sendable {
    func speak(_ text: String) async throws -> String
    func orderAvatar(_ sceneID: String, voice: String, key: String) async throws
  }

  enum StudioError: Error { case noAvatar }

  struct FakeStudio: Studio {
    func speak(_ text: String) async throws -> String { "voice.wav" }
    func orderAvatar(_ sceneID: String, voice: String, key: String) async throws {}
  }

  static let studioTables = MigrationSet(
    name: "studio",
    files: [
      ("m1", Array("CREATE TABLE film (scene_id TEXT NOT NULL, file TEXT NOT NULL) STRICT;".utf8))
    ])

  static func renderScene(_ studio: any Studio) -> WorkflowFunction<SceneReady, String> {
    WorkflowFunction(
      "render-scene", on: SceneReady.self, options: .init(retries: .times(3))
    ) { scene, step in
      // Done again where it throws; once it has returned, never again.
      let voice = try await step.run("speak") { try await studio.speak(scene.text) }

      // A service that recognises a request sent again is told so.
      try await step.run("order avatar") { (attempt: StepAttempt) in
        try await studio.orderAvatar(scene.sceneID, voice: voice, key: attempt.idempotencyKey)
      }

      // Sees the answer also where it came before this line was reached.
      let avatar = try await step.waitForEvent(
        "avatar", AvatarReady.self, where: \.sceneID, equals: scene.sceneID,
        timeout: .seconds(1800))
      guard let avatar else { throw StepFailure.noRetry(StudioError.noAvatar) }

      // The step and your own records are there together, or neither.
      try await step.transaction("store") { db in
        try db.execute(
          "INSERT INTO film (scene_id, file) VALUES (:scene, :file)",
          ["scene": scene.sceneID, "file": avatar.file])
      }
      return avatar.file
    }
  }

  @Test("the guide's function waits for its avatar")
  func avatarComesLate() async throws {
    let studio = FakeStudio()
    let node = try await TestEngine(
      [Self.renderScene(studio)], migrations: [Self.studioTables], seed: 7)
    try await node.engine.send(SceneReady(sceneID: "s3", text: "Hello."))
    try await node.advance(by: .seconds(1700))
    #expect(try await node.runs().map(\.state) == [.waiting])
    try await node.engine.send(AvatarReady(sceneID: "s3", file: "avatar.mp4"))
    try await node.settle()
    #expect(try await node.runs().map(\.output) == ["\"avatar.mp4\""])
  }

  @Test("the guide's function survives a crash at every commit")
  func crashes() async throws {
    try await TestEngine.crashEverywhere(
      [Self.renderScene(FakeStudio())], migrations: [Self.studioTables],
      sending: [
        OutgoingEvent(SceneReady(sceneID: "s3", text: "Hello.")),
        OutgoingEvent(AvatarReady(sceneID: "s3", file: "avatar.mp4")),
      ]
    ) { node in
      #expect(try await node.runs().map(\.state) == [.completed])
      let films = try await node.database.read { try $0.rows("SELECT scene_id FROM film") }
      #expect(films.count == 1)
    }
  }

  @Test("a film renders its scenes side by side through another function")
  func film() async throws {
    struct Film: WorkflowEvent {
      static let name = "film/ordered"
      var scenes: [String]
    }
    let scene = WorkflowFunction<String, String>(invoked: "scene") { name, step in
      try await step.run("render") { name + ".mp4" }
    }
    let function = WorkflowFunction("film", on: Film.self) { film, step in
      try await step.parallel("scenes", over: film.scenes, limit: 4) { name, step in
        try await step.invoke("render", scene, name)
      }
    }
    let node = try await TestEngine([scene, function])
    try await node.engine.send(Film(scenes: ["a", "b", "c", "d", "e", "f"]))
    try await node.finish()
    let film = try await node.runs().first { $0.functionID == "film" }
    #expect(film?.output == #"["a.mp4","b.mp4","c.mp4","d.mp4","e.mp4","f.mp4"]"#)
  }
}
