import Storage
import Synchronization
import Testing

@testable import Workflows

@Suite struct ConcurrencyTests {
  private let clock = VirtualClock()

  /// A function of several steps; the seed lets its runs interleave at each of them.
  private func stepping(
    _ gauge: Gauge, _ limits: FlowLimits<Job>, resting: Bool = false
  ) -> any RegistrableFunction {
    WorkflowFunction("work", on: Job.self, options: FunctionOptions(limits: limits)) { job, step in
      for part in 0..<2 {
        gauge.enter(job.project)
        gauge.enter("all")
        for number in 0..<3 { try await step.run("work \(part) \(number)") {} }
        gauge.leave(job.project)
        gauge.leave("all")
        if resting, part == 0 { try await step.sleep("nap", for: .seconds(60)) }
      }
    }
  }

  @Test(
    "no more runs execute than the limit allows, and all of them do",
    arguments: 1...5 as ClosedRange<UInt64>)
  func limit(seed: UInt64) async throws {
    let gauge = Gauge()
    let node = try await TestEngine(
      [stepping(gauge, FlowLimits(concurrency: [.init(3)]))], seed: seed, clock: clock)
    try await node.engine.send((0..<20).map { try Job(number: $0).event() })
    try await node.finish()
    #expect(try await node.states().allSatisfy { $0 == .completed })
    #expect(gauge.most("all") == 3)
  }

  @Test(
    "a key has a limit of its own, beside that of the function",
    arguments: 1...5 as ClosedRange<UInt64>)
  func keyed(seed: UInt64) async throws {
    let gauge = Gauge()
    let limits = FlowLimits<Job>(concurrency: [.init(3), .init(1, key: \.project)])
    let node = try await TestEngine([stepping(gauge, limits)], seed: seed, clock: clock)
    try await node.engine.send((0..<24).map { try Job(number: $0, project: "p\($0 % 4)").event() })
    try await node.finish()
    #expect(try await node.states().allSatisfy { $0 == .completed })
    #expect(gauge.most("all") == 3)
    #expect((0..<4).allSatisfy { gauge.most("p\($0)") == 1 })
  }

  @Test("a project with much to do does not keep another one waiting")
  func fairness() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(concurrency: [.init(1, key: \.project)])
    let function = WorkflowFunction(
      "work", on: Job.self, options: FunctionOptions(limits: limits)
    ) { job, step in
      try await step.run("begin") { log.write("\(job.number)") }
      if job.project == "busy" { _ = try await step.run("work") {} }
    }
    let node = try await TestEngine([function], clock: clock)
    try await node.engine.send((0..<50).map { try Job(number: $0, project: "busy").event() })
    try await node.send(Job(number: 99, project: "idle"))
    try await node.finish()
    let place = try #require(log.texts.firstIndex(of: "99"))
    #expect(place < 3)
    #expect(log.texts.filter { $0 != "99" } == (0..<50).map(String.init))
  }

  @Test("a run that sleeps holds no place")
  func sleepers() async throws {
    let gauge = Gauge()
    let function = stepping(gauge, FlowLimits(concurrency: [.init(1)]), resting: true)
    let node = try await TestEngine([function], clock: clock)
    try await node.engine.send((0..<5).map { try Job(number: $0).event() })
    try await node.settle()
    #expect(try await node.states() == Array(repeating: .sleeping, count: 5))
    try await node.finish()
    #expect(try await node.states() == Array(repeating: .completed, count: 5))
    #expect(gauge.most("all") == 1)
  }

  @Test("those that wait go on by priority, then in the order of coming")
  func order() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(concurrency: [.init(1)], priority: { $0.priority })
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    node.engine.core.isRunning = false
    let priorities = [0, 0, 600, -600, 5, 5]
    for (number, priority) in priorities.enumerated() {
      try await node.send(Job(number: number, priority: priority))
      clock.advance(milliseconds: 10)
    }
    node.engine.core.isRunning = true
    try await node.finish()
    #expect(log.texts == ["2", "4", "5", "0", "1", "3"])
  }

  @Test("the limit holds over two processes", arguments: 1...3 as ClosedRange<UInt64>)
  func twoProcesses(seed: UInt64) async throws {
    let gauge = Gauge()
    let limits = FlowLimits<Job>(concurrency: [.init(2), .init(1, key: \.project)])
    let nodes = try await TwoNodes([stepping(gauge, limits, resting: true)], clock: clock)
    for number in 0..<12 {
      let node = number.isMultiple(of: 2) ? nodes.first : nodes.second
      try await node.engine.send(Job(number: number, project: "p\(number % 3)"))
    }
    for _ in 0..<6 { try await nodes.advance(by: .seconds(60)) }
    #expect(try await nodes.first.states().allSatisfy { $0 == .completed })
    #expect(gauge.most("all") <= 2)
    #expect((0..<3).allSatisfy { gauge.most("p\($0)") == 1 })
  }

  @Test("a process that dies does not keep its places for ever")
  func crash() async throws {
    let gauge = Gauge()
    let node = try await TestEngine(
      [stepping(gauge, FlowLimits(concurrency: [.init(1)]), resting: true)], clock: clock)
    try await node.engine.send((0..<4).map { try Job(number: $0).event() })
    try await node.settle()
    try await node.crash()
    try await node.finish()
    #expect(try await node.states() == Array(repeating: .completed, count: 4))
  }

  @Test("dying at any commit loses no place and no run")
  func crashEverywhere() async throws {
    let function = stepping(Gauge(), FlowLimits(concurrency: [.init(1), .init(1, key: \.project)]))
    let events = try (0..<3).map { try Job(number: $0, project: "p\($0 % 2)").event() }
    let crashes = try await TestEngine.crashEverywhere([function], sending: events) { node in
      let states = try await node.states()
      #expect(states == Array(repeating: .completed, count: 3))
    }
    #expect(crashes > 20)
  }

  @Test("a cancelled run gives its place, or its turn, away")
  func cancelled() async throws {
    let log = Diary()
    let node = try await TestEngine(
      [logging(log, clock: clock, FlowLimits(concurrency: [.init(1)]))], clock: clock)
    node.engine.core.isRunning = false
    try await node.engine.send((0..<4).map { try Job(number: $0).event() })
    let runs = try await node.runs()
    // By a process that knows no function, as the command line is.
    let stranger = try Engine(database: node.database, functions: [], clock: clock)
    #expect(try await stranger.cancel(run: runs[0].id))
    #expect(try await stranger.cancel(run: runs[2].id))
    node.engine.core.isRunning = true
    try await node.finish()
    #expect(log.texts == ["1", "3"])
    #expect(try await node.states() == [.cancelled, .completed, .cancelled, .completed])
  }

  @Test("a limit that another version of the function has made larger counts at once")
  func larger() async throws {
    let held = try await TestEngine(
      [logging(Diary(), clock: clock, FlowLimits(concurrency: [.init(1)]))], clock: clock)
    held.engine.core.isRunning = false
    try await held.engine.send((0..<6).map { try Job(number: $0).event() })
    let ids = try await held.runs().map(\.id)
    try await held.engine.core.commit { commit in
      let place = HoldPlace(
        functionID: "work", rule: FlowRuleName.concurrency(0), key: "")
      for id in ids { try commit.hold(id, at: place, rank: commit.now) }
    }
    let gauge = Gauge()
    let node = try await TestEngine(
      [stepping(gauge, FlowLimits(concurrency: [.init(4)]))], database: held.database, seed: 3,
      clock: clock)
    try await node.finish()
    #expect(try await node.states().allSatisfy { $0 == .completed })
    #expect(gauge.most("all") == 4)
  }

  @Test("two real processes' worth of engines at work at the same time", .timeLimit(.minutes(10)))
  func real() async throws {
    let (gauge, folder) = (Gauge(), try Scratch())
    let (ends, end) = AsyncStream<Int>.makeStream()
    let function = WorkflowFunction(
      "work", on: Job.self,
      options: FunctionOptions(limits: FlowLimits(concurrency: [.init(3)]))
    ) { job, step in
      gauge.enter("all")
      try await step.run("work") { for _ in 0..<50 { await Task.yield() } }
      gauge.leave("all")
      end.yield(job.number)
    }
    let engines = try (0..<2).map { _ in
      try Engine(database: folder.database(), functions: [function])
    }
    let tasks = engines.map { engine in Task { try await engine.run() } }
    for number in 0..<60 { try await engines[number % 2].send(Job(number: number)) }
    var seen: Set<Int> = []
    for await number in ends {
      seen.insert(number)
      if seen.count == 60 { break }
    }
    for task in tasks { task.cancel() }
    for task in tasks { try await task.value }
    #expect(gauge.most("all") <= 3)
  }
}
