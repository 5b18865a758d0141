import Storage
import Synchronization
import Workflows

struct Started: WorkflowEvent {
  static let name = "bench/started"
  var number: Int
}

/// Counts ends of runs and wakes who waits for a number of them.
final class Finish: Sendable {
  private struct State {
    var count = 0
    var waiter: (Int, CheckedContinuation<Void, Never>)?
  }

  private let state = Mutex(State())

  func one() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.count += 1
      guard let waiter = state.waiter, state.count >= waiter.0 else { return nil }
      state.waiter = nil
      return waiter.1
    }
    waiter?.resume()
  }

  func wait(for count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.count < count { state.waiter = (count, continuation) }
        return state.count >= count
      }
      if isThere { continuation.resume() }
    }
  }
}

/// Runs of ten steps, many at a time.
struct StepBench {
  let folder: BenchFolder
  let runs: Int

  func run() async throws {
    let finish = Finish()
    let function = WorkflowFunction("ten-steps", on: Started.self) { event, step in
      var sum = event.number
      for index in 0..<10 {
        let last = sum
        sum = try await step.run("step \(index)") { last + index }
      }
      finish.one()
    }
    let engine = try Engine(database: try folder.database(), functions: [function])
    let task = Task { try await engine.run() }
    let start = ContinuousClock.now
    let events = try (0..<runs).map { try OutgoingEvent(Started(number: $0)) }
    for first in stride(from: 0, to: runs, by: 500) {
      try await engine.send(Array(events[first..<min(first + 500, runs)]))
    }
    await finish.wait(for: runs)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    task.cancel()
    try await task.value
    var report = Report("steps")
    report.add("runs", runs)
    report.add("steps_per_run", 10)
    report.add("seconds", seconds)
    report.add("steps_per_second", Double(runs * 10) / seconds)
    report.print()
  }
}

/// One run after the other, so that nothing waits for anything but the disk.
struct LatencyBench {
  let folder: BenchFolder
  let runs: Int

  func run() async throws {
    let finish = Finish()
    let times = Mutex<[Double]>([])
    let clock = ContinuousClock()
    let function = WorkflowFunction("ten-steps", on: Started.self) { event, step in
      var last: ContinuousClock.Instant?
      for index in 0..<10 {
        let previous = last
        let instant = Mutex<ContinuousClock.Instant?>(nil)
        _ = try await step.run("step \(index)") {
          let now = clock.now
          if let previous { times.withLock { $0.append((now - previous).milliseconds) } }
          instant.withLock { $0 = clock.now }
          return index
        }
        last = instant.withLock { $0 }
      }
      finish.one()
    }
    let engine = try Engine(database: try folder.database(), functions: [function])
    let task = Task { try await engine.run() }
    for number in 0..<runs {
      try await engine.send(Started(number: number))
      await finish.wait(for: number + 1)
    }
    task.cancel()
    try await task.value
    var report = Report("latency")
    report.add("runs", runs)
    report.add("step_to_step", times.withLock { $0 })
    report.print()
  }
}

/// Events at a steady rate: from before `send` to the first line of the first step.
struct EventBench {
  let folder: BenchFolder
  let seconds: Int

  func run() async throws {
    let rate = 500
    let count = rate * seconds
    let finish = Finish()
    let clock = ContinuousClock()
    let origin = clock.now
    let times = Mutex<[Double]>([])
    let sent = Mutex<[ContinuousClock.Instant]>(Array(repeating: origin, count: count))
    let function = WorkflowFunction("one-step", on: Started.self) { event, step in
      try await step.run("first") {
        let now = clock.now
        let start = sent.withLock { $0[event.number] }
        times.withLock { $0.append((now - start).milliseconds) }
      }
      finish.one()
    }
    let engine = try Engine(database: try folder.database(), functions: [function])
    let task = Task { try await engine.run() }
    try await clock.sleep(for: .milliseconds(200))
    let start = clock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<count {
        try await clock.sleep(until: start + .seconds(1) * number / rate)
        sent.withLock { $0[number] = clock.now }
        group.addTask { try await engine.send(Started(number: number)) }
      }
      try await group.waitForAll()
    }
    await finish.wait(for: count)
    task.cancel()
    try await task.value
    var report = Report("events")
    report.add("events", count)
    report.add("events_per_second", rate)
    report.add("event_to_step", times.withLock { $0 })
    report.print()
  }
}
