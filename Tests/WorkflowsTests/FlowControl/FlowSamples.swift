import Storage
import Synchronization
import Testing

@testable import Workflows

/// Work that somebody asks for.
struct Job: WorkflowEvent, Equatable {
  static let name = "job/asked"
  var number: Int
  var project = "p"
  var priority = 0

  func event(id: String? = nil, at time: Int64? = nil) throws -> OutgoingEvent {
    try OutgoingEvent(self, id: id, at: time)
  }
}

/// The end of a project.
struct ProjectStopped: WorkflowEvent {
  static let name = "project/stopped"
  var project: String
}

/// What functions did, as they tell it.
final class Diary: Sendable {
  struct Line: Equatable { var at: Int64, text: String }

  private let lines = Mutex<[Line]>([])

  func write(_ text: String, at time: Int64 = 0) {
    lines.withLock { $0.append(Line(at: time, text: text)) }
  }

  var texts: [String] { lines.withLock { $0.map(\.text) } }
  var times: [Int64] { lines.withLock { $0.map(\.at) } }
}

/// How many of something are going on, and how many at most.
final class Gauge: Sendable {
  private let state = Mutex((now: [String: Int](), most: [String: Int]()))

  func enter(_ key: String) {
    state.withLock {
      $0.now[key, default: 0] += 1
      $0.most[key] = max($0.most[key] ?? 0, $0.now[key] ?? 0)
    }
  }

  func leave(_ key: String) { state.withLock { $0.now[key, default: 0] -= 1 } }

  func most(_ key: String) -> Int { state.withLock { $0.most[key] ?? 0 } }
}

/// A function on `Job` that logs each run's beginning.
func logging(
  _ log: Diary, clock: VirtualClock, _ limits: FlowLimits<Job>, id: String = "work",
  timeouts: FunctionOptions<Job>.Timeouts = .init()
) -> any RegistrableFunction {
  WorkflowFunction(
    id, on: Job.self, options: FunctionOptions(limits: limits, timeouts: timeouts)
  ) { job, step in
    let text = "\(job.number)"
    try await step.run("work") { log.write(text, at: clock.now) }
  }
}

/// The beginning of `VirtualClock`.
let dawn = VirtualClock().now

extension TestEngine {
  func send(_ jobs: Job...) async throws {
    for job in jobs { try await engine.send(job) }
  }

  func states() async throws -> [Run.State] { try await runs().map(\.state) }
}

/// Two engines of one database, as two processes would be.
struct TwoNodes {
  let first: TestEngine
  let second: TestEngine

  init(_ functions: [any RegistrableFunction], clock: VirtualClock) async throws {
    first = try await TestEngine(functions, seed: 1, clock: clock)
    second = try await TestEngine(functions, database: first.database, seed: 2, clock: clock)
  }

  /// Lets both go on by turns until neither has anything to do.
  func settle() async throws {
    for _ in 0..<6 {
      try await first.settle()
      try await second.settle()
    }
  }

  func advance(by duration: Duration, steps: Int = 10) async throws {
    for _ in 0..<steps {
      first.clock.advance(milliseconds: duration.milliseconds / Int64(steps))
      try await settle()
    }
  }
}
