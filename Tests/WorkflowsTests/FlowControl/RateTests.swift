import Storage
import Testing

@testable import Workflows

@Suite struct RateTests {
  private let clock = VirtualClock()

  /// Sends one job at each second; which of them ran, and when.
  private func run(_ limits: FlowLimits<Job>, at seconds: [Int64], projects: [String] = ["p"])
    async throws -> Diary
  {
    let log = Diary()
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    for (number, second) in seconds.enumerated() {
      try await node.advance(by: .milliseconds(dawn + second * 1000 - clock.now))
      try await node.send(Job(number: number, project: projects[number % projects.count]))
    }
    try await node.finish()
    return log
  }

  @Test("a rate limit lets events through evenly and drops the others")
  func even() async throws {
    let limits = FlowLimits<Job>(rateLimit: .init(2, per: .seconds(60)))
    let log = try await run(limits, at: [0, 1, 29, 30, 31, 59, 60])
    #expect(log.texts == ["0", "3", "6"])
  }

  @Test("a window lets the whole limit through at once, and never more in any period")
  func window() async throws {
    let limits = FlowLimits<Job>(rateLimit: .init(2, per: .seconds(60), mode: .window))
    let log = try await run(limits, at: [0, 10, 11, 59, 60, 61, 69, 70, 71])
    #expect(log.texts == ["0", "1", "4", "7"])
  }

  @Test("a key is counted by itself, and an event without one not at all")
  func keys() async throws {
    let limits = FlowLimits<Job>(
      rateLimit: .init(1, per: .seconds(60), key: { $0.project == "free" ? nil : $0.project }))
    let log = try await run(
      limits, at: [0, 0, 0, 0, 0, 0], projects: ["a", "b", "free"])
    #expect(log.texts == ["0", "1", "2", "5"])
  }

  @Test("one event of a value runs in 24 hours with an idempotency key")
  func idempotency() async throws {
    let limits = FlowLimits<Job>(idempotency: \.project)
    let log = try await run(
      limits, at: [0, 1, 2, 86_399, 86_399, 86_401], projects: ["a", "b"])
    #expect(log.texts == ["0", "1", "5"])
  }

  @Test("an event sent again under its id uses nothing up")
  func repeats() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(rateLimit: .init(2, per: .seconds(60), mode: .window))
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    for number in [1, 1, 1, 2, 3] {
      try await node.engine.send([Job(number: number).event(id: "job-\(number)")])
    }
    try await node.finish()
    #expect(log.texts.sorted() == ["1", "2"])
  }

  @Test(
    "what was counted is known after a restart",
    arguments: [FlowLimits<Job>.RateLimit.Mode.even, .window])
  func restart(mode: FlowLimits<Job>.RateLimit.Mode) async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(rateLimit: .init(1, per: .seconds(60), mode: mode))
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    try await node.send(Job(number: 0))
    try await node.settle()
    try await node.crash()
    try await node.send(Job(number: 1))
    try await node.advance(by: .seconds(61))
    try await node.send(Job(number: 2))
    try await node.finish()
    #expect(log.texts == ["0", "2"])
  }

  @Test("a process that does not know the function leaves the counting to one that does")
  func stranger() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(rateLimit: .init(1, per: .seconds(60)))
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    let stranger = try Engine(database: node.database, functions: [], clock: clock)
    for number in 0..<3 {
      let event = try await stranger.send([Job(number: number).event()])[0]
      #expect(!event.isUnheard)
    }
    try await node.finish()
    #expect(log.texts == ["0"])
  }

  @Test("what no longer counts is forgotten")
  func forgetting() async throws {
    let limits = FlowLimits<Job>(
      rateLimit: .init(5, per: .seconds(60), mode: .window, key: \.project))
    let node = try await TestEngine([logging(Diary(), clock: clock, limits)], clock: clock)
    for number in 0..<10 { try await node.send(Job(number: number, project: "p\(number)")) }
    clock.advance(milliseconds: 120_000)
    let isMore = try await node.engine.core.commit { try $0.forgetOldRates() }
    #expect(!isMore)
    let left = try await node.database.read { try $0.rows("SELECT * FROM workflow_rate_use").count }
    #expect(left == 0)
  }

  // MARK: Throttle

  @Test("throttled runs begin one after the other, and none is lost")
  func throttle() async throws {
    let limits = FlowLimits<Job>(throttle: .init(2, per: .seconds(60)))
    let log = try await run(limits, at: [0, 0, 0, 1, 200])
    #expect(log.texts == ["0", "1", "2", "3", "4"])
    #expect(log.times.map { ($0 - dawn) / 1000 } == [0, 30, 60, 90, 200])
  }

  @Test("a burst begins at once")
  func burst() async throws {
    let limits = FlowLimits<Job>(throttle: .init(3, per: .seconds(60), burst: 2))
    let log = try await run(limits, at: [0, 0, 0, 0])
    #expect(log.times.map { ($0 - dawn) / 1000 } == [0, 0, 20, 40])
  }

  @Test("a key is throttled by itself")
  func throttleKeys() async throws {
    let limits = FlowLimits<Job>(throttle: .init(1, per: .seconds(10), key: \.project))
    let log = try await run(limits, at: [0, 0, 0, 0], projects: ["a", "b"])
    #expect(log.times.map { ($0 - dawn) / 1000 } == [0, 0, 10, 10])
  }

  @Test("of those that a throttle keeps waiting, the one of the highest priority is next")
  func throttlePriority() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(
      throttle: .init(1, per: .seconds(10)), priority: { $0.priority })
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    for number in 0..<4 { try await node.send(Job(number: number)) }
    try await node.settle()
    try await node.send(Job(number: 4, priority: 60))
    try await node.finish()
    #expect(log.texts == ["0", "4", "1", "2", "3"])
  }

  @Test("a version of the function without the throttle runs at once what the old one kept waiting")
  func throttleRemoved() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(throttle: .init(1, per: .seconds(600)))
    let old = try await TestEngine([logging(Diary(), clock: clock, limits)], clock: clock)
    for number in 0..<5 { try await old.send(Job(number: number)) }
    try await old.settle()
    old.engine.core.isRunning = false
    let new = try await TestEngine(
      [logging(log, clock: clock, FlowLimits())], database: old.database, seed: 2, clock: clock)
    try await new.settle()
    // The one that was next has its time already.
    #expect(log.texts.sorted() == ["2", "3", "4"])
    try await new.finish()
    #expect(log.texts.last == "1")
  }

  @Test("a throttled run that is cancelled lets the next one go first, and uses no time up")
  func throttleCancelled() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(throttle: .init(1, per: .seconds(10)))
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    for number in 0..<4 { try await node.send(Job(number: number)) }
    try await node.settle()
    let runs = try await node.runs()
    try await node.engine.cancel(run: runs[1].id)
    try await node.engine.cancel(run: runs[2].id)
    try await node.finish()
    #expect(log.texts == ["0", "3"])
    #expect(log.times.map { ($0 - dawn) / 1000 } == [0, 10])
  }

  @Test(
    "throttle and concurrency together lose nothing and hold both",
    arguments: 1...8 as ClosedRange<UInt64>)
  func both(seed: UInt64) async throws {
    let (log, gauge, clock) = (Diary(), Gauge(), self.clock)
    let limits = FlowLimits<Job>(
      concurrency: [.init(2), .init(1, key: \.project)],
      throttle: .init(4, per: .seconds(60), burst: 2, key: \.project), priority: { $0.priority })
    let function = WorkflowFunction(
      "work", on: Job.self, options: FunctionOptions(limits: limits)
    ) { job, step in
      gauge.enter(job.project)
      gauge.enter("all")
      try await step.run("begin") { log.write(job.project, at: clock.now) }
      try await step.run("work") {}
      gauge.leave(job.project)
      gauge.leave("all")
      try await step.sleep("nap", for: .seconds(job.number % 40))
      try await step.run("end") {}
    }
    let node = try await TestEngine([function], seed: seed, clock: clock)
    var generator = SeededGenerator(seed: seed)
    for number in 0..<40 {
      let project = "p\(Int.random(in: 0..<3, using: &generator))"
      try await node.send(
        Job(number: number, project: project, priority: Int.random(in: -5...5, using: &generator)))
      try await node.advance(by: .seconds(Int.random(in: 0...4, using: &generator)))
      if number == 20 { try await node.crash() }
      if number % 7 == 3, let run = try await node.runs().last(where: { !$0.state.isEnd }) {
        try await node.engine.cancel(run: run.id)
      }
    }
    try await node.finish()
    #expect(try await node.states().allSatisfy { $0 == .completed || $0 == .cancelled })
    #expect(gauge.most("all") <= 2)
    for project in ["p0", "p1", "p2"] {
      #expect(gauge.most(project) <= 1)
      let times = zip(log.texts, log.times).filter { $0.0 == project }.map(\.1)
      for (place, time) in times.enumerated() {
        #expect(times[place...].prefix { $0 < time + 60_000 }.count <= 4 + 2)
        #expect(times[place...].prefix { $0 < time + 15_000 }.count <= 1 + 2)
      }
    }
  }
}
