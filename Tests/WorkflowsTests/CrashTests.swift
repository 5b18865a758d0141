import Storage
import Synchronization
import Testing

@testable import Workflows

@Suite struct CrashTests {
  private static let films = MigrationSet(
    name: "test", files: [("m1", Array("CREATE TABLE film (id TEXT NOT NULL) STRICT;".utf8))])

  /// Every kind of step, after each other and side by side.
  private func everything(_ log: Log) -> [any RegistrableFunction] {
    let voice = WorkflowFunction<SceneReady, String>(invoked: "voice") { scene, step in
      try await step.run("speak") {
        log.add("speak")
        return scene.sceneID + ".wav"
      }
    }
    let answer = WorkflowFunction("answer", on: ProjectClosed.self) { closed, step in
      try await step.sendEvent("done", SceneDone(sceneID: "a", seconds: closed.number))
    }
    let film = WorkflowFunction(
      "film", on: SceneReady.self, options: .init(retries: .exact(2))
    ) { scene, step in
      try await step.run("flaky") { (attempt: StepAttempt) in
        if attempt.number == 1 { throw RenderFault(text: "first") }
      }
      let file = try await step.invoke("voice", voice, scene)
      try await step.transaction("store") { db in
        try db.execute("INSERT INTO film (id) VALUES (:id)", ["id": file])
      }
      try await step.sendEvent("ask", ProjectClosed(number: 4))
      let done = try await step.waitForEvent(
        "answer", SceneDone.self, where: \.sceneID, equals: scene.sceneID, timeout: .seconds(50))
      let (left, _) = try await step.parallel(
        "both", { step in try await step.run("left") { 1 } },
        { step in try await step.sleep("right", for: .seconds(20)) })
      return "\(file) \(done?.seconds ?? -1) \(left)"
    }
    return [voice, answer, film]
  }

  @Test("a crash at any commit loses nothing, repeats no finished step and sends no event twice")
  func everywhere() async throws {
    let log = Log()
    let crashes = try await TestEngine.crashEverywhere(
      everything(log), migrations: [Self.films],
      sending: [OutgoingEvent(SceneReady(sceneID: "a"))]
    ) { node in
      let runs = try await node.runs()
      #expect(runs.count == 3)
      #expect(runs.allSatisfy { $0.state == .completed })
      #expect(runs.first { $0.functionID == "film" }?.output == "\"a.wav 4 1\"")
      let films = try await node.database.read { try $0.rows("SELECT id FROM film") }
      #expect(films.count == 1)
      #expect(try await node.engine.events(EventFilter(name: SceneDone.name)).count == 1)
      #expect(try await node.engine.events(EventFilter(name: ProjectClosed.name)).count == 1)
    }
    #expect(crashes > 30)
    // 'speak' may be repeated only where it died after the work and before its commit: once for that crash.
    #expect(log.count("speak") <= crashes + 2 + 1)
  }

  @Test("a run that was replayed does not repeat finished steps, after any number of crashes")
  func again() async throws {
    let log = Log()
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      for number in 0..<5 {
        try await step.run("step") { log.add("step \(number)") }
        try await step.sleep("pause", for: .seconds(60))
      }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    for _ in 0..<5 {
      try await node.advance(by: .seconds(60))
      try await node.crash()
    }
    try await node.finish()
    #expect(log.all == (0..<5).map { "step \($0)" })
    #expect(try await node.only().run.state == .completed)
  }

  @Test("a run that takes its process down each time is given up after five")
  func losses() async throws {
    let log = Log()
    let box = Mutex<TestEngine?>(nil)
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      try await step.run("first") {}
      try await step.run("deadly") {
        log.add("deadly")
        box.withLock { $0 }?.engine.core.faults?.die()
      }
    }
    let node = try await TestEngine([function])
    box.withLock { $0 = node }
    try await node.engine.send(SceneReady(sceneID: "a"))
    for _ in 0..<7 where try await node.only().run.endedAt == nil {
      do { try await node.settle() } catch is RunStopped {}
      if node.isDead { try await node.crash() }
    }
    let run = try await node.only().run
    #expect(run.state == .failed)
    #expect(run.error?.name == "NodeLost")
    #expect(log.all.count == 5)
  }

  @Test("a replay that meets another step ends the run and names both")
  func mismatch() async throws {
    let path = try Scratch()
    let database = try SQLiteDatabase(path: path.file, migrations: [Engine.migrations])
    func function(_ second: String) -> WorkflowFunction<SceneReady, Void> {
      WorkflowFunction("film", on: SceneReady.self) { _, step in
        try await step.run("first") {}
        try await step.run(second) {}
        try await step.sleep("pause", for: .seconds(10))
        try? await step.run("third") {}
      }
    }
    let clock = VirtualClock()
    let before = try await TestEngine([function("old")], database: database, clock: clock)
    try await before.engine.send(SceneReady(sceneID: "a"))
    try await before.settle()
    before.engine.core.live.close()
    for live in before.engine.core.live.all { live.stop(.drained) }
    let after = try await TestEngine([function("new")], database: database, seed: 2, clock: clock)
    try await after.finish()
    let error = try await after.only().run.error
    #expect(error?.name == "ReplayMismatch")
    #expect(
      error?.message.hasPrefix(
        "at place 2 the function has the step 'new', and the journal has the step 'old'") == true)
  }

  @Test("a stored result that the type cannot read names the place")
  func resultMismatch() async throws {
    struct Old: Codable, Sendable { var scenes = [["length": "long"]] }
    struct New: Codable, Sendable { var scenes: [[String: Int]] }
    let path = try Scratch()
    let database = try SQLiteDatabase(path: path.file, migrations: [Engine.migrations])
    let clock = VirtualClock()
    let old = WorkflowFunction("film", on: SceneReady.self) { _, step in
      _ = try await step.run("plan") { Old() }
      try await step.sleep("pause", for: .seconds(10))
    }
    let new = WorkflowFunction("film", on: SceneReady.self) { _, step in
      _ = try await step.run("plan") { New(scenes: []) }
      try await step.sleep("pause", for: .seconds(10))
    }
    let before = try await TestEngine([old], database: database, clock: clock)
    try await before.engine.send(SceneReady(sceneID: "a"))
    try await before.settle()
    before.engine.core.live.close()
    for live in before.engine.core.live.all { live.stop(.drained) }
    let after = try await TestEngine([new], database: database, seed: 2, clock: clock)
    try await after.finish()
    let error = try await after.only().run.error
    #expect(error?.name == "ResultMismatch")
    #expect(error?.message.contains("at scenes[0].length: it is no Int") == true)
  }

  @Test("no row refers to one that is not there")
  func sound() async throws {
    let log = Log()
    let node = try await TestEngine(everything(log), migrations: [Self.films])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.finish()
    let database = try #require(node.database as? SQLiteDatabase)
    #expect(try await database.faults() == [])
  }
}
