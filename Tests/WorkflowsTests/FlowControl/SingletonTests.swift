import Storage
import Testing

@testable import Workflows

@Suite struct SingletonTests {
  private let clock = VirtualClock()

  private func sleeping(_ limits: FlowLimits<Job>) -> WorkflowFunction<Job, Int> {
    WorkflowFunction(
      "work", on: [.event(Job.self)], options: FunctionOptions(limits: limits)
    ) { job, step in
      try await step.sleep("long", for: .seconds(60))
      return job.number
    }
  }

  @Test("while a run of the key is there, further events start nothing")
  func skip() async throws {
    let node = try await TestEngine(
      [sleeping(FlowLimits(singleton: .init(.skip, key: \.project)))], clock: clock)
    for number in 0..<4 { try await node.send(Job(number: number, project: "p\(number % 2)")) }
    try await node.settle()
    try await node.crash()
    try await node.send(Job(number: 4, project: "p0"))
    try await node.finish()
    try await node.send(Job(number: 6, project: "p0"))
    try await node.finish()
    #expect(try await node.runs().map(\.output) == ["0", "1", "6"])
  }

  @Test("or the run is cancelled and the new one takes its place")
  func cancel() async throws {
    let node = try await TestEngine(
      [sleeping(FlowLimits(singleton: .init(.cancel, key: \.project)))], clock: clock)
    for number in 0..<4 { try await node.send(Job(number: number, project: "p\(number % 2)")) }
    try await node.finish()
    let runs = try await node.runs()
    #expect(runs.map(\.state) == [.cancelled, .cancelled, .completed, .completed])
    #expect(runs.map(\.output) == [nil, nil, "2", "3"])
    #expect(runs[0].cancelReason?.contains("singleton") == true)
  }

  // MARK: Cancel on

  private var stopping: FlowLimits<Job> {
    FlowLimits(cancelOn: [.init(ProjectStopped.self, where: \.project, equals: \.project)])
  }

  @Test("an event cancels the runs of its value that came before it, and no others")
  func cancelOn() async throws {
    let node = try await TestEngine([sleeping(stopping)], clock: clock)
    for number in 0..<4 { try await node.send(Job(number: number, project: "p\(number % 2)")) }
    try await node.advance(by: .seconds(1))
    try await node.engine.send(ProjectStopped(project: "p0"))
    try await node.send(Job(number: 4, project: "p0"))
    try await node.finish()
    let runs = try await node.runs()
    #expect(runs.map(\.state) == [.cancelled, .completed, .cancelled, .completed, .completed])
    #expect(runs[0].cancelReason?.contains("project/stopped") == true)
  }

  @Test("also events of one transaction, and one of a process that knows no function")
  func cancelOnOrder() async throws {
    let node = try await TestEngine([sleeping(stopping)], clock: clock)
    try await node.engine.send([
      Job(number: 0).event(), OutgoingEvent(ProjectStopped(project: "p")), Job(number: 1).event(),
    ])
    try await node.settle()
    #expect(try await node.states() == [.cancelled, .sleeping])
    let stranger = try Engine(database: node.database, functions: [], clock: clock)
    let event = try await stranger.send([OutgoingEvent(ProjectStopped(project: "p"))])[0]
    #expect(!event.isUnheard)
    try await node.finish()
    #expect(try await node.states() == [.cancelled, .cancelled])
  }

  @Test(
    "a run that is retried can be cancelled by the event again, and counts as the one of its key")
  func retried() async throws {
    var limits = stopping
    limits.singleton = .init(.skip)
    let node = try await TestEngine([sleeping(limits)], clock: clock)
    try await node.send(Job(number: 0))
    try await node.engine.send(ProjectStopped(project: "p"))
    try await node.settle()
    let id = try await node.runs()[0].id
    let stranger = try Engine(database: node.database, functions: [], clock: clock)
    try await stranger.retry(run: id)
    try await node.settle()
    try await node.send(Job(number: 1))
    #expect(try await node.states() == [.sleeping])
    try await node.engine.send(ProjectStopped(project: "p"))
    try await node.settle()
    #expect(try await node.states() == [.cancelled])
  }

  @Test("runs that have not begun are cancelled too, and a watch ends with its time")
  func cancelOnWaiting() async throws {
    let limits = FlowLimits<Job>(
      concurrency: [.init(1)], throttle: .init(1, per: .seconds(600)),
      cancelOn: [.init(any: ProjectStopped.self, within: .seconds(30))])
    let node = try await TestEngine([sleeping(limits)], clock: clock)
    for number in 0..<3 { try await node.send(Job(number: number)) }
    try await node.advance(by: .seconds(20))
    try await node.send(Job(number: 3))
    try await node.advance(by: .seconds(20))
    try await node.engine.send(ProjectStopped(project: "any"))
    try await node.settle()
    #expect(try await node.states().last == .cancelled)
    try await node.finish()
    #expect(try await node.states() == [.completed, .completed, .completed, .cancelled])
  }

  @Test("a run that does not begin in time is cancelled")
  func startTimeout() async throws {
    let log = Diary()
    let function = logging(
      log, clock: clock, FlowLimits(throttle: .init(1, per: .seconds(60))),
      timeouts: .init(start: .seconds(70)))
    let node = try await TestEngine([function], clock: clock)
    for number in 0..<4 { try await node.send(Job(number: number)) }
    try await node.finish()
    #expect(log.texts == ["0", "1"])
    #expect(try await node.states() == [.completed, .completed, .cancelled, .cancelled])
  }
}
