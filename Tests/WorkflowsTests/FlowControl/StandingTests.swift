import Storage
import Testing

@testable import Workflows

@Suite struct StandingTests {
  private let clock = VirtualClock()

  private func reasons(_ node: TestEngine, _ number: Int) async throws -> [RunStanding.Reason] {
    let run = try await node.runs()[number]
    return try #require(try await node.engine.standing(ofRun: run.id)).reasons
  }

  @Test("a run that a concurrency limit holds names the rule and the runs that fill it")
  func concurrency() async throws {
    let gate = Gate()
    let limits = FlowLimits<Job>(concurrency: [.init(1, key: \.project)])
    let function = WorkflowFunction(
      "work", on: Job.self, options: FunctionOptions(limits: limits)
    ) { _, step in
      try await step.run("slow") { await gate.pass() }
    }
    let node = try await TestEngine([function], clock: clock)
    node.engine.core.isRunning = false
    for number in 0..<2 { try await node.send(Job(number: number)) }
    node.engine.core.isRunning = true
    _ = try await Scheduler(core: node.engine.core).claim()
    await gate.reached()
    let holder = try await node.runs()[0].id
    #expect(
      try await reasons(node, 1) == [
        .limitFull(limit: "concurrency of key 'p'", holders: [holder])
      ])
    gate.open()
    try await node.finish()
    #expect(try await reasons(node, 1) == [.ended(.completed)])
  }

  @Test("a throttled run names its place and time")
  func throttle() async throws {
    let limits = FlowLimits<Job>(throttle: .init(1, per: .seconds(60)))
    let node = try await TestEngine([logging(Diary(), clock: clock, limits)], clock: clock)
    for number in 0..<4 { try await node.send(Job(number: number)) }
    try await node.settle()
    let next = dawn + 60_000
    #expect(try await reasons(node, 1) == [.throttled(ahead: 0, next: next)])
    #expect(try await reasons(node, 2) == [.throttled(ahead: 1, next: next)])
    #expect(try await reasons(node, 3) == [.throttled(ahead: 2, next: next)])
  }

  @Test("a batch that is not full names how many it has")
  func gathering() async throws {
    let limits = FlowLimits<[Job]>(batch: .init(maxSize: 5, timeout: .seconds(60)))
    let function = WorkflowFunction(
      "work", on: [.list(of: Job.self)], options: FunctionOptions(limits: limits)
    ) { _, _ in }
    let node = try await TestEngine([function], clock: clock)
    for number in 0..<3 { try await node.send(Job(number: number)) }
    try await node.settle()
    #expect(try await reasons(node, 0) == [.gathering(events: 3, until: dawn + 60_000)])
  }

  @Test("a run is found by its beginning or its end, in either case, when it is the only one")
  func ids() async throws {
    let node = try await TestEngine([logging(Diary(), clock: clock, FlowLimits())], clock: clock)
    for number in 0..<2 { try await node.send(Job(number: number)) }
    try await node.finish()
    let id = try await node.runs()[1].id
    let engine = node.engine
    #expect(try await engine.fullID(ofRun: id) == id)
    #expect(try await engine.fullID(ofRun: id.suffix(8).lowercased()) == id)
    for part in ["", "0", "!", "%", String(id.prefix(4)), id + "0", "ZZZZZZ"] {
      await #expect(throws: InvalidRun.self) { try await engine.fullID(ofRun: part) }
    }
  }

  @Test("a process that knows no function can replay a run from a step, and a limit still holds")
  func strangerReplays() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(concurrency: [.init(1)])
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    try await node.send(Job(number: 7))
    try await node.finish()
    let stranger = try Engine(database: node.database, functions: [], clock: clock)
    let id = try await stranger.replay(run: node.runs()[0].id, from: "work")
    try await node.finish()
    #expect(log.texts == ["7", "7"])
    #expect(try await node.engine.run(id)?.run.state == .completed)
  }
}
