import Storage
import Testing

@testable import Workflows

@Suite struct StorageFaultTests {
  @Test("a full disk delays a run and loses nothing of it", .timeLimit(.minutes(10)))
  func diskFull() async throws {
    let scratch = try Scratch()
    let database = FaultyDatabase(try scratch.database())
    let (done, log) = (Gate(), Log())
    let full = StorageError(.diskFull, "the disk is full")
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      try await step.run("first") {
        log.add("first")
        database.fail([full, full])
      }
      try await step.run("second") { log.add("second") }
      done.open()
    }
    let engine = try Engine(database: database, functions: [function])
    let task = Task { try await engine.run() }
    try await engine.send(SceneReady(sceneID: "a"))
    await done.pass()
    task.cancel()
    try await task.value
    #expect(log.all == ["first", "second"])
    #expect(database.isDone)
  }

  @Test("a damaged database ends the engine with its error", .timeLimit(.minutes(10)))
  func damaged() async throws {
    let scratch = try Scratch()
    let database = FaultyDatabase(try scratch.database())
    let damaged = StorageError(.damaged, "the database is damaged")
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      try await step.run("first") { database.fail([damaged]) }
    }
    let engine = try Engine(database: database, functions: [function])
    let task = Task { try await engine.run() }
    try await engine.send(SceneReady(sceneID: "a"))
    let error = await #expect(throws: StorageError.self) { try await task.value }
    #expect(error == damaged)
    #expect(engine.core.live.all.isEmpty)
  }

  @Test("an event that cannot be stored is its sender's error")
  func send() async throws {
    let scratch = try Scratch()
    let database = FaultyDatabase(try scratch.database())
    let engine = try Engine(database: database, functions: [])
    database.fail([StorageError(.diskFull, "full")])
    await #expect(throws: StorageError.self) { try await engine.send(SceneReady(sceneID: "a")) }
    #expect(try await engine.events().isEmpty)
  }
}
