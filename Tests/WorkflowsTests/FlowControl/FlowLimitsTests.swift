import Storage
import Testing

@testable import Workflows

@Suite struct FlowLimitsTests {
  /// Limits that make no sense, and what is said of them.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var limits: FlowLimits<Job>
    var testDescription: String

    init(_ limits: FlowLimits<Job>, _ problem: String) {
      (self.limits, testDescription) = (limits, problem)
    }
  }

  private static let refusals: [Refusal] = [
    Refusal(FlowLimits<Job>(concurrency: [.init(0)]), "concurrency is 0"),
    Refusal(FlowLimits<Job>(concurrency: [.init(1), .init(1), .init(1)]), "3 concurrency rules"),
    Refusal(FlowLimits<Job>(rateLimit: .init(0, per: .seconds(1))), "rateLimit limit is 0"),
    Refusal(
      FlowLimits<Job>(rateLimit: .init(1, per: .seconds(86_401))), "rateLimit period is 1d1s"),
    Refusal(
      FlowLimits<Job>(rateLimit: .init(1, per: .milliseconds(10))), "rateLimit period is 10ms"),
    Refusal(FlowLimits<Job>(throttle: .init(-1, per: .seconds(1))), "throttle limit is -1"),
    Refusal(FlowLimits<Job>(throttle: .init(5, per: .seconds(1), burst: 0)), "throttle burst is 0"),
    Refusal(FlowLimits<Job>(throttle: .init(5, per: .seconds(1), burst: 6)), "throttle burst is 6"),
    Refusal(FlowLimits<Job>(debounce: .init(.milliseconds(5))), "debounce is 5ms"),
    Refusal(FlowLimits<Job>(debounce: .init(.seconds(700_000))), "debounce is 1w1d"),
    Refusal(
      FlowLimits<Job>(debounce: .init(.seconds(9), timeout: .seconds(3))), "debounce timeout is 3s"),
    Refusal(FlowLimits<Job>(batch: .init(maxSize: 1, timeout: .seconds(1))), "batch maxSize is 1"),
    Refusal(
      FlowLimits<Job>(batch: .init(maxSize: 101, timeout: .seconds(1))), "batch maxSize is 101"),
    Refusal(FlowLimits<Job>(batch: .init(maxSize: 5, timeout: .seconds(0))), "batch timeout is 0s"),
    Refusal(
      FlowLimits<Job>(batch: .init(maxSize: 5, timeout: .seconds(1))), "triggers that take lists"),
    Refusal(
      FlowLimits<Job>(batch: .init(maxSize: 5, timeout: .seconds(1)), singleton: .init(.skip)),
      "batch and singleton exclude"),
    Refusal(
      FlowLimits<Job>(cancelOn: Array(repeating: .init(any: ProjectStopped.self), count: 6)),
      "6 cancelOn rules"),
    Refusal(
      FlowLimits<Job>(cancelOn: [.init(any: ProjectStopped.self, within: .zero)]),
      "cancelOn 'within' is 0s"),
  ]

  @Test(
    "values that make no sense are refused when the function is registered", arguments: refusals)
  func refused(_ refusal: Refusal) throws {
    let (limits, problem) = (refusal.limits, refusal.testDescription)
    let function = WorkflowFunction(
      "work", on: Job.self, options: FunctionOptions(limits: limits)
    ) { _, _ in }
    let error = #expect(throws: InvalidFunction.self) { try FunctionRegistry([function]) }
    #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("function 'work'") == true)
    #expect(error?.description.contains("\n  → ") == true)
  }

  @Test(
    "schedules that make no sense are refused too",
    arguments: ["0 0 30 2 *", "* * *", "TZ=No/Where @daily", "@every 5"])
  func refusedSchedule(text: String) throws {
    let function = WorkflowFunction("tick", on: [.cron(text)]) { _, _ in }
    let error = #expect(throws: InvalidFunction.self) { try FunctionRegistry([function]) }
    #expect(error?.description.contains("function 'tick': schedule '\(text)'") == true)
  }

  @Test("a schedule that is there twice is refused")
  func doubleSchedule() throws {
    let function = WorkflowFunction("tick", on: [.cron("@daily"), .cron("@daily")]) { _, _ in }
    #expect(throws: InvalidFunction.self) { try FunctionRegistry([function]) }
  }

  @Test("an event that does not decode passes all rules, so that its run can say so")
  func badEvent() async throws {
    let limits = FlowLimits<Job>(
      concurrency: [.init(1, key: \.project)], rateLimit: .init(1, per: .seconds(60)),
      throttle: .init(1, per: .seconds(60)), debounce: .init(.seconds(60)),
      singleton: .init(.skip))
    let clock = VirtualClock()
    let node = try await TestEngine([logging(Diary(), clock: clock, limits)], clock: clock)
    for _ in 0..<2 {
      try await node.engine.send([OutgoingEvent(named: Job.name, data: #"{"number":1}"#)])
    }
    try await node.settle()
    let runs = try await node.runs()
    #expect(runs.map(\.state) == [.failed, .failed])
    #expect(runs[0].error?.message.contains("p") == true)
  }

  @Test("the rules are looked at in order: what a rate limit drops does not restart a debounce")
  func order() async throws {
    let (log, clock) = (Diary(), VirtualClock())
    let limits = FlowLimits<Job>(
      rateLimit: .init(1, per: .seconds(60)), debounce: .init(.seconds(10)))
    let node = try await TestEngine([logging(log, clock: clock, limits)], clock: clock)
    try await node.send(Job(number: 0))
    try await node.advance(by: .seconds(8))
    try await node.send(Job(number: 1))
    try await node.advance(by: .seconds(3))
    #expect(log.texts == ["0"])
  }
}
