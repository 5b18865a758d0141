import Storage
import Testing

@testable import Workflows

@Suite struct RetryTests {
  @Test("a failing step is tried again after each delay, sees its attempt, and keeps every error")
  func retries() async throws {
    let log = Log()
    let function = WorkflowFunction(
      "render", on: SceneReady.self, options: .init(retries: .exact(3))
    ) { _, step in
      try await step.run("flaky") { (attempt: StepAttempt) in
        log.add("attempt \(attempt.number) of \(attempt.last)")
        if attempt.number < 3 { throw RenderFault(text: "fault \(attempt.number)") }
        return attempt.number
      }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.advance(by: .milliseconds(9_999))
    #expect(log.all == ["attempt 1 of 4"])
    let standing = try await node.engine.standing(ofRun: node.only().run.id)
    let error = StoredError(name: "RenderFault", message: "fault 1")
    #expect(
      standing?.reasons == [
        .retrying(step: "flaky", at: node.clock.now + 1, attempt: 2, of: 4, error: error)
      ])
    try await node.advance(by: .milliseconds(1))
    #expect(log.all.count == 2)
    try await node.advance(by: .seconds(20))
    let detail = try await node.only()
    #expect(detail.run.state == .completed)
    #expect(detail.run.output == "3")
    #expect(detail.steps[0].failures.map(\.error.message) == ["fault 1", "fault 2"])
    #expect(detail.steps[0].attempt == 3)
  }

  @Test("a step whose attempts are used up fails the run, or is caught and the function goes on")
  func usedUp() async throws {
    let function = WorkflowFunction(
      "render", on: SceneReady.self, options: .init(retries: .exact(1))
    ) { event, step in
      do {
        try await step.run("bad") { throw RenderFault(text: "broken") }
      } catch let error as StepError where event.sceneID == "caught" {
        return try await step.run("instead") { "\(error.step) \(error.attempts)" }
      }
      return ""
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "caught"))
    try await node.engine.send(SceneReady(sceneID: "not caught"))
    try await node.finish()
    let runs = try await node.runs()
    #expect(runs.map(\.state) == [.completed, .failed])
    #expect(runs[0].output == "\"bad 2\"")
    #expect(runs[1].error == StoredError(name: "RenderFault", message: "broken"))
  }

  @Test("noRetry ends a step at its first attempt; retryAfter decides the delay")
  func decided() async throws {
    let log = Log()
    let function = WorkflowFunction(
      "render", on: SceneReady.self, options: .init(retries: .exact(4))
    ) { event, step in
      try await step.run("decided") { (attempt: StepAttempt) in
        log.add("\(event.sceneID) \(attempt.number)")
        let fault = RenderFault(text: "f")
        if event.sceneID == "never" { throw StepFailure.noRetry(fault) }
        if attempt.number == 1 { throw StepFailure.retryAfter(fault, .seconds(77)) }
      }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "never"))
    try await node.engine.send(SceneReady(sceneID: "after"))
    try await node.advance(by: .milliseconds(76_999))
    #expect(log.all.sorted() == ["after 1", "never 1"])
    try await node.advance(by: .milliseconds(1))
    #expect(log.all.last == "after 2")
    #expect(try await node.runs().map(\.state) == [.failed, .completed])
  }

  @Test("a step's own policy counts, not the function's")
  func override() async throws {
    let log = Log()
    let function = WorkflowFunction(
      "render", on: SceneReady.self, options: .init(retries: .exact(4))
    ) { _, step in
      try await step.run("once", retries: .never) {
        log.add("once")
        throw RenderFault(text: "f")
      }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.finish()
    #expect(log.all == ["once"])
  }

  @Test("an error outside steps executes the function again, and its finished steps are not")
  func function() async throws {
    let log = Log()
    let function = WorkflowFunction(
      "render", on: SceneReady.self, options: .init(retries: .exact(2))
    ) { _, step in
      try await step.run("first") { log.add("first") }
      log.add("failures \(step.failures)")
      if step.failures < 2 { throw RenderFault(text: "outside") }
      return step.failures
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    let run = try await node.only().run
    #expect(
      try await node.engine.standing(ofRun: run.id)?.reasons == [
        .restarting(
          at: node.clock.now + 10_000, failures: 1,
          error: StoredError(name: "RenderFault", message: "outside"))
      ])
    try await node.finish()
    #expect(log.all == ["first", "failures 0", "failures 1", "failures 2"])
    #expect(try await node.only().run.state == .completed)
  }

  @Test(
    "delays grow as the policy says",
    arguments: [
      (
        RetryPolicy(retries: 12, jitter: .zero),
        [15, 30, 60, 120, 300, 600, 1200, 2400, 3600, 7200, 7200, 7200, nil]
      ),
      (RetryPolicy(retries: 2, backOff: .delays([]), jitter: .zero), [0, 0, nil]),
      (
        RetryPolicy(
          retries: 3, backOff: .exponential(first: .seconds(1), factor: 10, cap: .seconds(50)),
          jitter: .zero), [1, 10, 50, nil]
      ),
      (RetryPolicy.never, [nil]),
    ])
  func delays(policy: RetryPolicy, seconds: [Int64?]) {
    let delays = seconds.indices.map { policy.delay(afterAttempt: $0 + 1, random: 0.9) }
    #expect(delays == seconds.map { $0.map { $0 * 1000 } })
  }

  @Test("jitter adds up to its length")
  func jitter() {
    let policy = RetryPolicy(retries: 1, jitter: .seconds(30))
    #expect(policy.delay(afterAttempt: 1, random: 0) == 15_000)
    #expect(policy.delay(afterAttempt: 1, random: 0.5) == 30_000)
  }

  @Test(
    "a failed run tells its onFailure once, with its input and error, and that one's failure tells nobody"
  )
  func onFailure() async throws {
    let log = Log()
    let function = WorkflowFunction(
      "render", on: [.event(SceneReady.self)],
      options: .init(
        retries: .never,
        onFailure: { failed, step in
          try await step.run("note") {
            log.add("\(failed.functionID) \(failed.input?.sceneID ?? "-") \(failed.error.message)")
          }
          throw RenderFault(text: "again")
        })
    ) { _, step in
      try await step.run("bad") { throw RenderFault(text: "broken") }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.finish()
    #expect(log.all == ["render a broken"])
    #expect(try await node.states(of: "render-failure") == [.failed])
    let failed = try await node.engine.events(EventFilter(name: "inngest/function.failed"))
    #expect(failed.count == 1)
    #expect(failed[0].senderID == (try await node.runs().first { $0.functionID == "render" })?.id)
  }
}
