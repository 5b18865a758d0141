import Storage
import Testing

@testable import Workflows

@Suite struct GatheringTests {
  private let clock = VirtualClock()

  private func seconds(_ log: Diary) -> [Int64] { log.times.map { ($0 - dawn) / 1000 } }

  // MARK: Debounce

  @Test("the last event runs once it has been quiet")
  func debounce() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(debounce: .init(.seconds(10)))
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    for number in 0..<3 {
      try await node.send(Job(number: number))
      try await node.advance(by: .seconds(9))
    }
    #expect(log.texts.isEmpty)
    try await node.advance(by: .seconds(2))
    try await node.send(Job(number: 3))
    try await node.finish()
    #expect(log.texts == ["2", "3"])
    #expect(seconds(log) == [28, 39])
  }

  @Test("events that never end run at the time-out")
  func debounceTimeout() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(debounce: .init(.seconds(10), timeout: .seconds(25)))
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    for number in 0..<6 {
      try await node.send(Job(number: number))
      try await node.advance(by: .seconds(9))
    }
    try await node.finish()
    #expect(log.texts == ["2", "5"])
    #expect(seconds(log) == [25, 52])
  }

  @Test("each key is quiet by itself")
  func debounceKeys() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(debounce: .init(.seconds(10), key: \.project))
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    for number in 0..<4 { try await node.send(Job(number: number, project: "p\(number % 2)")) }
    try await node.finish()
    #expect(log.texts.sorted() == ["2", "3"])
  }

  @Test("a restart in the middle changes nothing, and another process may go on")
  func debounceRestart() async throws {
    let log = Diary()
    let limits = FlowLimits<Job>(debounce: .init(.seconds(10)))
    let nodes = try await TwoNodes([logging(log, clock: clock, limits)], clock: clock)
    try await nodes.first.send(Job(number: 0))
    try await nodes.advance(by: .seconds(5))
    try await nodes.second.send(Job(number: 1))
    try await nodes.first.crash()
    try await nodes.advance(by: .seconds(9), steps: 9)
    #expect(log.texts.isEmpty)
    try await nodes.advance(by: .seconds(2))
    #expect(log.texts == ["1"])
  }

  @Test("a debounced singleton that is skipped meets the others when it begins")
  func debouncedSingleton() async throws {
    let limits = FlowLimits<Job>(debounce: .init(.seconds(10)), singleton: .init(.skip))
    let function = WorkflowFunction(
      "work", on: Job.self, options: FunctionOptions(limits: limits)
    ) { _, step in try await step.sleep("long", for: .seconds(60)) }
    let node = try await TestEngine([function], clock: clock)
    for number in 0..<2 {
      try await node.send(Job(number: number))
      try await node.advance(by: .seconds(20))
    }
    try await node.finish()
    #expect(try await node.states() == [.completed, .cancelled])
  }

  // MARK: Batch

  private func batching(
    _ log: Diary, maxSize: Int, key: (@Sendable ([Job]) -> String)? = nil
  ) -> any RegistrableFunction {
    let clock = self.clock
    return WorkflowFunction(
      "work", on: [.list(of: Job.self)],
      options: FunctionOptions(
        limits: FlowLimits(batch: .init(maxSize: maxSize, timeout: .seconds(5), key: key)))
    ) { jobs, step in
      let text = jobs.map { String($0.number) }.joined(separator: ",")
      try await step.run("work") { log.write(text, at: clock.now) }
    }
  }

  @Test("a full batch runs at once, the rest at the time-out, with all events in order")
  func batch() async throws {
    let log = Diary()
    let node = try await TestEngine([batching(log, maxSize: 3)], clock: clock)
    for number in 0..<7 {
      try await node.send(Job(number: number))
      try await node.advance(by: .seconds(1))
    }
    try await node.finish()
    #expect(log.texts == ["0,1,2", "3,4,5", "6"])
    #expect(seconds(log) == [2, 5, 11])
  }

  @Test("many events of one transaction fill one batch after the other")
  func batchBurst() async throws {
    let log = Diary()
    let node = try await TestEngine([batching(log, maxSize: 100)], clock: clock)
    try await node.engine.send((0..<250).map { try Job(number: $0).event() })
    try await node.finish()
    let batches = log.texts.map { $0.split(separator: ",").compactMap { Int($0) } }
      .sorted { $0[0] < $1[0] }
    #expect(batches == [Array(0..<100), Array(100..<200), Array(200..<250)])
  }

  @Test("each key fills a batch of its own")
  func batchKeys() async throws {
    let log = Diary()
    let node = try await TestEngine(
      [batching(log, maxSize: 2) { $0[0].project }], clock: clock)
    for number in 0..<6 { try await node.send(Job(number: number, project: "p\(number % 2)")) }
    try await node.finish()
    #expect(log.texts.sorted() == ["0,2", "1,3", "4", "5"])
  }

  @Test(
    "a batch survives a crash, and dying at any commit neither loses an event nor runs it twice")
  func batchCrash() async throws {
    let log = Diary()
    let events = try (0..<5).map { try Job(number: $0).event() }
    let crashes = try await TestEngine.crashEverywhere(
      [batching(log, maxSize: 3)], sending: events
    ) { node in
      let runs = try await node.runs()
      #expect(runs.map(\.state) == [.completed, .completed])
      var numbers: [Int] = []
      for run in runs {
        let detail = try #require(try await node.engine.run(run.id))
        numbers += try detail.events.map { try $0.decode(Job.self).number }
      }
      #expect(numbers == [0, 1, 2, 3, 4])
    }
    #expect(crashes > 5)
  }

  @Test("an event that does not decode goes alone, and fails with its field named")
  func batchBadEvent() async throws {
    let log = Diary()
    let node = try await TestEngine([batching(log, maxSize: 2)], clock: clock)
    try await node.send(Job(number: 0))
    try await node.engine.send([
      OutgoingEvent(named: Job.name, data: #"{"number":"x","project":"p","priority":0}"#)
    ])
    try await node.send(Job(number: 1))
    try await node.finish()
    #expect(log.texts == ["0,1"])
    let failed = try #require(try await node.runs().first { $0.state == .failed })
    #expect(failed.error?.message.contains("number") == true)
  }
}
