import Storage
import Testing

@testable import Workflows

/// What can be done with runs: cancelling, time-outs, retrying, replaying, deleting, reading.
@Suite struct RunTests {
  private func failing(_ log: Log, until attempts: Int) -> WorkflowFunction<SceneReady, String> {
    WorkflowFunction("film", on: SceneReady.self, options: .init(retries: .never)) { _, step in
      let first = try await step.run("first") {
        log.add("first")
        return "1"
      }
      do {
        try await step.run("caught") {
          log.add("caught")
          throw RenderFault(text: "caught")
        }
      } catch is StepError {}
      try await step.run("between") { log.add("between") }
      try await step.run("bad") {
        log.add("bad")
        if log.count("bad") <= attempts { throw RenderFault(text: "bad") }
      }
      return try await step.run("last") {
        log.add("last")
        return first
      }
    }
  }

  @Test("a retried run goes on at the step that failed; a failure it had gone on after stays")
  func retry() async throws {
    let log = Log()
    let node = try await TestEngine([failing(log, until: 2)])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    for _ in 0..<2 {
      let run = try await node.only().run
      #expect(run.state == .failed)
      try await node.engine.retry(run: run.id)
      try await node.settle()
    }
    #expect(try await node.only().run.state == .completed)
    #expect(log.all == ["first", "caught", "between", "bad", "bad", "bad", "last"])
    let id = try await node.only().run.id
    await #expect(throws: InvalidRun.self) { try await node.engine.retry(run: id) }
    await #expect(throws: InvalidRun.self) { try await node.engine.retry(run: "nobody") }
  }

  @Test("each failure of a run that is retried is told")
  func retriedFailure() async throws {
    let node = try await TestEngine([failing(Log(), until: 9)])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    try await node.engine.retry(run: node.only().run.id)
    try await node.settle()
    let failed = try await node.engine.events(EventFilter(name: "inngest/function.failed"))
    #expect(failed.map(\.isRepeat) == [false, false])
  }

  @Test("a replay keeps the steps before the named one, or none, and leaves the old run")
  func replay() async throws {
    let log = Log()
    let node = try await TestEngine([failing(log, until: 1)])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    let old = try await node.only().run
    let copy = try await node.engine.replay(run: old.id, from: "between")
    try await node.settle()
    #expect(log.all == ["first", "caught", "between", "bad", "between", "bad", "last"])
    let new = try #require(try await node.engine.run(copy))
    #expect(new.run.replayOf == old.id)
    #expect(new.run.state == .completed)
    #expect(try await node.engine.run(old.id)?.run.state == .failed)
    try await node.engine.replay(run: old.id)
    try await node.settle()
    #expect(log.count("first") == 2)
    let error = await #expect(throws: InvalidRun.self) {
      try await node.engine.replay(run: old.id, from: "typo")
    }
    #expect(error?.description.contains("it has 'first', 'caught', 'between', 'bad'") == true)
  }

  @Test("a cancelled run stops where it is, says why, and tells of it")
  func cancel() async throws {
    let log = Log()
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      _ = try await step.waitForEvent("done", SceneDone.self, timeout: .seconds(60))
      try await step.run("after") { log.add("after") }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    let id = try await node.only().run.id
    #expect(try await node.engine.cancel(run: id, reason: "not wanted"))
    #expect(try await !node.engine.cancel(run: id))
    try await node.engine.send(SceneDone(sceneID: "a"))
    try await node.finish()
    let detail = try await node.only()
    #expect(detail.run.state == .cancelled)
    #expect(detail.run.cancelReason == "not wanted")
    #expect(detail.waits.isEmpty)
    #expect(log.all.isEmpty)
    #expect(node.engine.core.live.all.isEmpty)
    let told = try await node.engine.events(EventFilter(name: "inngest/function.cancelled"))
    #expect(told.map(\.senderID) == [id])
    #expect(try await node.engine.standing(ofRun: id)?.reasons == [.ended(.cancelled)])
  }

  @Test("a cancelled run that is retried goes on")
  func retryCancelled() async throws {
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      try await step.sleep("pause", for: .seconds(60))
      return try await step.waitForEvent("done", SceneDone.self, timeout: .seconds(60))?.seconds
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.advance(by: .seconds(70))
    let id = try await node.only().run.id
    try await node.engine.cancel(run: id)
    try await node.engine.send(SceneDone(sceneID: "a", seconds: 8))
    try await node.engine.retry(run: id)
    try await node.finish()
    #expect(try await node.only().run.output == "8")
  }

  @Test("what a step in flight still returns after the cancel is refused")
  func cancelInFlight() async throws {
    let gate = Gate()
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      try await step.run("slow") { await gate.pass() }
      try await step.run("after") {}
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    await gate.reached()
    try await node.engine.cancel(run: node.only().run.id)
    gate.open()
    try await node.settle()
    let detail = try await node.only()
    #expect(detail.run.state == .cancelled)
    #expect(detail.steps.isEmpty)
  }

  @Test("a run that does not end in time is cancelled")
  func finishTimeout() async throws {
    let function = WorkflowFunction(
      "film", on: SceneReady.self, options: .init(timeouts: .init(finish: .seconds(30)))
    ) { _, step in
      try await step.sleep("long", for: .seconds(3600))
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.advance(by: .seconds(29))
    #expect(try await node.only().run.state == .sleeping)
    try await node.advance(by: .seconds(1))
    #expect(try await node.only().run.cancelReason == "it did not end in time")
  }

  @Test("a run that does not begin in time is cancelled")
  func startTimeout() async throws {
    let function = WorkflowFunction(
      "film", on: SceneReady.self, options: .init(timeouts: .init(start: .seconds(30)))
    ) { _, _ in }
    let node = try await TestEngine([function])
    node.engine.core.isRunning = false
    try await node.engine.send(SceneReady(sceneID: "a"))
    node.clock.advance(milliseconds: 30_000)
    try await node.settle()
    #expect(try await node.only().run.cancelReason == "it did not begin in time")
  }

  @Test("an invoked function's failure, cancelling and delay are errors of the step")
  func invokeEnds() async throws {
    let bad = WorkflowFunction<Int, Int>(
      invoked: "bad", options: .init(retries: .never)
    ) { number, step in
      if number == 1 { throw RenderFault(text: "one") }
      try await step.sleep("long", for: .seconds(100))
      return number
    }
    let function = WorkflowFunction<ProjectClosed, String>(
      "film", on: [.event(ProjectClosed.self)], options: .init(retries: .never)
    ) { closed, step in
      do {
        return try await String(
          step.invoke("call", bad, closed.number, timeout: .seconds(50)))
      } catch let error as StepError {
        return error.cause.name
      }
    }
    let node = try await TestEngine([bad, function])
    for number in 1...3 { try await node.engine.send(ProjectClosed(number: number)) }
    try await node.settle()
    let third = try await node.runs().filter { $0.functionID == "film" }[2]
    let child = try #require(try await node.engine.run(third.id)?.children.first)
    try await node.engine.cancel(run: child)
    try await node.finish()
    let outputs = try await node.runs().filter { $0.functionID == "film" }.map(\.output)
    #expect(outputs == ["\"RenderFault\"", "\"InvokeTimeout\"", "\"Cancelled\""])
  }

  @Test("ended runs and their events go after 30 days, others stay")
  func retention() async throws {
    let quick = WorkflowFunction("quick", on: SceneReady.self) { _, step in
      try await step.run("one") {}
    }
    let slow = WorkflowFunction("slow", on: SceneDone.self) { _, step in
      try await step.sleep("long", for: .seconds(90 * 24 * 3600))
    }
    let node = try await TestEngine([quick, slow])
    for number in 0..<250 { try await node.engine.send(SceneReady(sceneID: "\(number)")) }
    try await node.engine.send(SceneDone(sceneID: "a"))
    try await node.settle()
    try await node.advance(by: .seconds(30 * 24 * 3600 + 1))
    try await node.engine.send(SceneReady(sceneID: "new"))
    try await node.settle()
    let scheduler = Scheduler(core: node.engine.core)
    #expect(try await scheduler.deleteOld())
    while try await scheduler.deleteOld() {}
    #expect(
      try await node.runs().map(\.state).sorted { $0.rawValue < $1.rawValue } == [
        .completed, .sleeping,
      ])
    #expect(try await node.engine.events().map(\.name) == [SceneReady.name, SceneDone.name])
    let steps = try await node.database.read { try $0.rows("SELECT 1 AS one FROM workflow_step") }
    #expect(steps.count == 2)
  }

  @Test("lists are the newest first, filtered and in pages")
  func lists() async throws {
    let film = WorkflowFunction("film", on: SceneReady.self) { event, step in
      if event.sceneID == "bad" { throw StepFailure.noRetry(RenderFault(text: "x")) }
    }
    let other = WorkflowFunction("other", on: SceneReady.self) { _, _ in }
    let node = try await TestEngine([film, other])
    var ids: [String] = []
    for scene in ["a", "bad", "c"] {
      ids.append(try await node.engine.send(SceneReady(sceneID: scene)))
      try await node.settle()
    }
    let engine = node.engine
    #expect(try await engine.runs().count == 6)
    #expect(try await engine.runs(RunFilter(functionID: "film")).map(\.eventID) == ids.reversed())
    #expect(try await engine.runs(RunFilter(states: [.failed])).map(\.eventID) == [ids[1]])
    #expect(
      try await engine.runs(RunFilter(eventID: ids[2])).map(\.functionID).sorted() == [
        "film", "other",
      ])
    let page = try await engine.runs(RunFilter(limit: 4))
    let rest = try await engine.runs(RunFilter(before: page[3].id))
    #expect((page + rest).map(\.id) == (try await node.runs()).map(\.id).reversed())
  }

  @Test("watching a run gives it as it is, and again when it changes, until it ends")
  func watch() async throws {
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      _ = try await step.waitForEvent("done", SceneDone.self, timeout: .seconds(60))
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    var states: [Run.State] = []
    for try await detail in node.engine.watch(run: try await node.only().run.id) {
      if states.isEmpty {
        try await node.engine.send(SceneDone(sceneID: "a"))
        try await node.settle()
      }
      states.append(detail.run.state)
    }
    #expect(states.first == .waiting)
    #expect(states.last == .completed)
  }
}
