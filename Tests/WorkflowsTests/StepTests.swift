import Storage
import Testing

@testable import Workflows

@Suite struct StepTests {
  @Test("steps run in order, each once, and the output is kept")
  func order() async throws {
    let log = Log()
    let function = WorkflowFunction("render", on: SceneReady.self) { event, step in
      let name = try await step.run("name") {
        log.add("name")
        return event.sceneID.uppercased()
      }
      try await step.run("nothing") { log.add("nothing") }
      return try await step.run("name") { name + "!" }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    let detail = try await node.only()
    #expect(detail.run.state == .completed)
    #expect(detail.run.output == "\"A!\"")
    #expect(detail.steps.map(\.name) == ["name", "nothing", "name:1"])
    #expect(detail.steps.map(\.place) == ["1", "2", "3"])
    #expect(detail.steps.map(\.result) == ["\"A\"", "null", "\"A!\""])
    #expect(log.all == ["name", "nothing"])
  }

  @Test("a sleep is as long as it says, and what was done before it is not done again")
  func sleep() async throws {
    let log = Log()
    let function = WorkflowFunction("render", on: SceneReady.self) { _, step in
      try await step.run("before") { log.add("before") }
      try await step.sleep("night", for: .seconds(3600))
      try await step.run("after") { log.add("after") }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.advance(by: .seconds(3599))
    #expect(try await node.only().run.state == .sleeping)
    #expect(log.all == ["before"])
    try await node.advance(by: .seconds(1))
    #expect(try await node.only().run.state == .completed)
    #expect(log.all == ["before", "after"])
  }

  @Test("a transaction's records are there with the step, and not at all when it throws")
  func transaction() async throws {
    let migrations = MigrationSet(
      name: "test", files: [("m1", Array("CREATE TABLE film (id TEXT NOT NULL) STRICT;".utf8))])
    let function = WorkflowFunction(
      "render", on: SceneReady.self, options: .init(retries: .exact(1))
    ) { event, step in
      try await step.transaction("store") { db in
        try db.execute("INSERT INTO film (id) VALUES (:id)", ["id": event.sceneID])
        if event.sceneID == "bad" { throw RenderFault(text: "no") }
      }
    }
    let node = try await TestEngine([function], migrations: [migrations])
    try await node.engine.send(SceneReady(sceneID: "good"))
    try await node.engine.send(SceneReady(sceneID: "bad"))
    try await node.finish()
    let films = try await node.database.read { try $0.rows("SELECT id FROM film") }
    #expect(try films.map { try $0.get("id", as: String.self) } == ["good"])
    #expect(try await node.runs().map(\.state) == [.completed, .failed])
  }

  @Test("an event sent by a step starts its function, and its id comes back")
  func sendEvent() async throws {
    let sender = WorkflowFunction("render", on: SceneReady.self) { event, step in
      try await step.sendEvent("tell", SceneDone(sceneID: event.sceneID, seconds: 3))
    }
    let log = Log()
    let receiver = WorkflowFunction("collect", on: SceneDone.self) { event, step in
      log.add("\(event.sceneID) \(event.seconds)")
    }
    let node = try await TestEngine([sender, receiver])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    #expect(log.all == ["a 3"])
    let done = try #require(try await node.engine.events(EventFilter(name: SceneDone.name)).first)
    #expect(try await node.runs().first?.output == "\"\(done.id)\"")
  }

  @Test("a result of more than 4 MiB fails the step at once and says what to do")
  func largeResult() async throws {
    let log = Log()
    let function = WorkflowFunction("render", on: SceneReady.self) { _, step in
      try await step.run("large") {
        log.add("large")
        return String(repeating: "x", count: 4 << 20)
      }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.finish()
    let run = try await node.only().run
    #expect(run.state == .failed)
    #expect(run.error?.name == "ResultTooLarge")
    #expect(run.error?.message.contains("'large' has 4194306 bytes") == true)
    #expect(run.error?.message.contains("return where it is") == true)
    #expect(log.all == ["large"])
  }

  @Test("a function's output of more than 4 MiB fails the run")
  func largeOutput() async throws {
    let function = WorkflowFunction("render", on: SceneReady.self) { _, _ in
      String(repeating: "x", count: 4 << 20)
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.finish()
    #expect(try await node.only().run.error?.name == "ResultTooLarge")
  }

  @Test("a step inside another is refused, whatever the function makes of the error")
  func nested() async throws {
    let function = WorkflowFunction("render", on: SceneReady.self) { _, step in
      _ = try? await step.run("outer") { try await step.run("inner") { 1 } }
      return 0
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.finish()
    let error = try await node.only().run.error
    #expect(error?.name == "StepNested")
    #expect(error?.message.contains("'inner' was begun before step 'outer' had ended") == true)
  }

  @Test("dates, optionals and nested values come back from the journal as they were")
  func values() async throws {
    struct Result: Codable, Sendable, Equatable {
      var at: [Double?]
      var names: [String: [Int]]
      var text: String
    }
    let value = Result(at: [nil, 0.1, -1e300], names: ["a": [1, .max]], text: "하\u{0}\"\\\n✂️")
    let log = Log()
    let function = WorkflowFunction("render", on: SceneReady.self) { _, step in
      let first = try await step.run("value") { value }
      let none = try await step.run("none") { () -> Int? in nil }
      try await step.sleep("pause", for: .seconds(1))
      log.add("\(first == value) \(none == nil)")
    }
    var settings = EngineSettings()
    settings.maximumResting = 0
    let node = try await TestEngine([function], settings: settings)
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.finish()
    #expect(log.all == ["true true"])
  }
}
