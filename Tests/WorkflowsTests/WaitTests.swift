import Storage
import Testing

@testable import Workflows

@Suite struct WaitTests {
  /// Waits for the scene's end and says how long it took.
  private func waiting(after pause: Duration = .zero, timeout: Duration = .seconds(60))
    -> WorkflowFunction<SceneReady, Int?>
  {
    WorkflowFunction("collect", on: SceneReady.self) { event, step in
      try await step.run("order") {}
      if pause > .zero { try await step.sleep("pause", for: pause) }
      let done = try await step.waitForEvent(
        "done", SceneDone.self, where: \.sceneID, equals: event.sceneID, timeout: timeout)
      return done?.seconds
    }
  }

  @Test("the event whose property has the value ends the wait, others do not")
  func match() async throws {
    let node = try await TestEngine([waiting()])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.engine.send(SceneReady(sceneID: "b"))
    try await node.settle()
    let waits = try await node.only().waits
    #expect(waits.map(\.property) == ["sceneID"])
    #expect(waits.map(\.value) == ["a"])
    try await node.engine.send(SceneDone(sceneID: "c", seconds: 1))
    try await node.settle()
    #expect(try await node.runs().map(\.state) == [.waiting, .waiting])
    try await node.engine.send(SceneDone(sceneID: "b", seconds: 2))
    try await node.settle()
    #expect(try await node.runs().map(\.state) == [.waiting, .completed])
    #expect(try await node.runs()[1].output == "2")
    try await node.finish()
    #expect(try await node.runs()[0].output == "null")
  }

  @Test("an answer that came before the wait was reached is not lost")
  func lookBack() async throws {
    let node = try await TestEngine([waiting(after: .seconds(10))])
    try await node.engine.send([
      OutgoingEvent(SceneReady(sceneID: "a")), OutgoingEvent(SceneDone(sceneID: "a", seconds: 7)),
    ])
    try await node.finish()
    #expect(try await node.only().run.output == "7")
  }

  @Test("an event from before the run, and the run's own, do not end it")
  func before() async throws {
    let function = WorkflowFunction("loop", on: SceneDone.self) { event, step in
      try await step.waitForEvent("next", SceneDone.self, timeout: .seconds(5))?.seconds
    }
    let node = try await TestEngine([function])
    node.engine.core.isRunning = false
    try await node.engine.send(SceneDone(sceneID: "a", seconds: 1))
    node.engine.core.isRunning = true
    try await node.finish()
    #expect(try await node.runs().map(\.output) == ["null"])
  }

  @Test("an event in time wins over the deadline even where it is seen after it")
  func inTime() async throws {
    let node = try await TestEngine([waiting(timeout: .seconds(60))])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    node.engine.core.isRunning = false
    node.clock.advance(milliseconds: 59_999)
    try await node.engine.send(SceneDone(sceneID: "a", seconds: 3))
    node.clock.advance(milliseconds: 10_000)
    node.engine.core.isRunning = true
    try await node.settle()
    #expect(try await node.only().run.output == "3")
  }

  @Test("an event after the deadline does not count, even where the deadline is seen later")
  func late() async throws {
    let node = try await TestEngine([waiting(timeout: .seconds(60))])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    node.engine.core.isRunning = false
    node.clock.advance(milliseconds: 60_001)
    try await node.engine.send(SceneDone(sceneID: "a", seconds: 3))
    node.engine.core.isRunning = true
    try await node.settle()
    #expect(try await node.only().run.output == "null")
  }

  @Test("two waits of one run take two events, in their order")
  func twice() async throws {
    let function = WorkflowFunction("pair", on: SceneReady.self) { _, step in
      let first = try await step.waitForEvent("first", SceneDone.self, timeout: .seconds(9))
      let second = try await step.waitForEvent(
        "second", SceneDone.self, timeout: .seconds(9)
      ) { $0 != first }
      return [first?.seconds, second?.seconds]
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    try await node.engine.send(SceneDone(sceneID: "x", seconds: 1))
    try await node.settle()
    try await node.engine.send(SceneDone(sceneID: "x", seconds: 2))
    try await node.settle()
    #expect(try await node.only().run.output == "[1,2]")
  }

  @Test("what the function asks of an event decides; one that does not decode is no match")
  func closure() async throws {
    let function = WorkflowFunction("any", on: SceneReady.self) { _, step in
      try await step.waitForEvent("long", SceneDone.self, timeout: .seconds(9)) { $0.seconds > 10 }?
        .seconds
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    try await node.engine.send([OutgoingEvent(named: SceneDone.name, data: "{\"seconds\":11}")])
    try await node.engine.send(SceneDone(sceneID: "x", seconds: 9))
    try await node.settle()
    #expect(try await node.only().run.state == .waiting)
    try await node.engine.send(SceneDone(sceneID: "x", seconds: 12))
    try await node.settle()
    #expect(try await node.only().run.output == "12")
  }

  @Test("numbers and truth values are found as well as text")
  func numbers() async throws {
    let function = WorkflowFunction("close", on: SceneReady.self) { event, step in
      try await step.waitForEvent(
        "closed", ProjectClosed.self, where: \.number, equals: 7, timeout: .seconds(9))?.number
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    #expect(try await node.only().waits.map(\.value) == ["7"])
    try await node.engine.send([OutgoingEvent(named: ProjectClosed.name, data: "{\"number\":8}")])
    try await node.engine.send([OutgoingEvent(named: ProjectClosed.name, data: "{\"number\":7.0}")])
    try await node.settle()
    #expect(try await node.only().run.output == "7")
  }

  @Test("a property is found by its path, and a renamed one by looking at each event")
  func paths() async throws {
    struct Renamed: WorkflowEvent {
      static let name = "renamed"
      var identifier: String
      enum CodingKeys: String, CodingKey { case identifier = "id" }
    }
    #expect((\SceneDone.sceneID).propertyPath == "sceneID")
    #expect(
      (\SceneDone.sceneID.count).propertyPath == nil
        || (\SceneDone.sceneID.count).propertyPath == "sceneID.count")
    let function = WorkflowFunction("renamed", on: SceneReady.self) { event, step in
      try await step.waitForEvent(
        "renamed", Renamed.self, where: \.identifier, equals: event.sceneID, timeout: .seconds(9))?
        .identifier
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    try await node.engine.send(Renamed(identifier: "b"))
    try await node.settle()
    #expect(try await node.only().run.state == .waiting)
    try await node.engine.send(Renamed(identifier: "a"))
    try await node.settle()
    #expect(try await node.only().run.output == "\"a\"")
  }

  @Test("a waiting run says what for, and until when")
  func standing() async throws {
    let node = try await TestEngine([waiting(timeout: .seconds(60))])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    let standing = try await node.engine.standing(ofRun: node.only().run.id)
    #expect(
      standing?.reasons == [
        .waitingForEvent(
          step: "done", name: "scene/done", property: "sceneID", value: "a",
          until: node.clock.now + 60_000)
      ])
  }
}

/// Events that another process sends.
@Suite struct ForeignWaitTests {
  private let function = WorkflowFunction("collect", on: SceneReady.self) { event, step in
    try await step.waitForEvent(
      "done", SceneDone.self, where: \.sceneID, equals: event.sceneID, timeout: .seconds(60))?
      .seconds
  }

  @Test("an event from a process without functions ends the wait")
  func atRest() async throws {
    let node = try await TestEngine([function])
    let sender = try Engine(database: node.database, functions: [], clock: node.clock)
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    try await sender.send(SceneDone(sceneID: "a", seconds: 3))
    try await node.settle()
    #expect(try await node.only().run.output == "3")
  }

  @Test("it is seen while another branch of the run executes")
  func executing() async throws {
    let (gate, log) = (Gate(), Log())
    let function = WorkflowFunction("both", on: SceneReady.self) { _, step in
      _ = try await step.parallel(
        "both",
        { step in
          _ = try await step.waitForEvent("done", SceneDone.self, timeout: .seconds(60))
          log.add("done")
        }, { step in try await step.run("slow") { await gate.pass() } })
    }
    let scratch = try Scratch()
    let engine = try Engine(database: try scratch.database(), functions: [function])
    let sender = try Engine(database: try scratch.database(), functions: [])
    let task = Task { try await engine.run() }
    try await engine.send(SceneReady(sceneID: "a"))
    await gate.reached()
    let run = try #require(try await engine.runs().first)
    while try await engine.run(run.id)?.waits.count != 1 { await Task.yield() }
    try await sender.send(SceneDone(sceneID: "a"))
    while log.all.isEmpty { await Task.yield() }
    #expect(try await engine.runs().map(\.state) == [.running])
    gate.open()
    task.cancel()
    try await task.value
  }

  @Test("of runs that wait at rest for one name, an event wakes those alone that want its value")
  func alone() async throws {
    let node = try await TestEngine([function])
    for number in 0..<50 { try await node.engine.send(SceneReady(sceneID: "\(number)")) }
    try await node.settle()
    let before = try await node.runs().map(\.fence)
    try await node.engine.send(SceneDone(sceneID: "7", seconds: 1))
    try await node.settle()
    let after = try await node.runs().map(\.fence)
    #expect(zip(before, after).filter { $0 != $1 }.count == 1)
  }
}
