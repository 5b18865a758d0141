import Foundation
import Storage
import Synchronization
import Workflows

/// Many runs that sleep: what they cost in memory, how soon an engine is ready beside them, how late they wake.
struct SleeperBench {
  let folder: BenchFolder
  let count: Int

  func run() async throws {
    var report = Report("sleepers")
    report.add("sleeping", count)
    let clock = SystemClock()
    let finish = Finish()
    let asleep = Finish()
    let late = Mutex<[Double]>([])
    // One in twenty wakes in the ten seconds after all have gone to sleep; the others sleep on.
    let wakeFrom = clock.now + Int64(count) / 2 + 10_000
    let waking = count / 20
    let function = WorkflowFunction("sleeper", on: Started.self) { event, step in
      let isWaking = event.number % 20 == 0
      let due = isWaking ? wakeFrom + Int64(event.number) * 10_000 / Int64(count) : .max / 2
      try await step.run("before") { asleep.one() }
      try await step.sleep("night", until: due)
      let now = clock.now
      late.withLock { $0.append(Double(now - due)) }
      finish.one()
    }
    let database = try folder.database()
    let before = residentBytes()
    var settings = EngineSettings()
    settings.maximumResting =
      Int(ProcessInfo.processInfo.environment["BENCH_RESTING"] ?? "") ?? settings.maximumResting
    let first = try Engine(database: database, functions: [function], settings: settings)
    let firstTask = Task { try await first.run() }
    let start = ContinuousClock.now
    for part in stride(from: 0, to: count, by: 500) {
      try await first.send(
        try (part..<min(part + 500, count)).map { try OutgoingEvent(Started(number: $0)) })
    }
    await asleep.wait(for: count)
    try await settled(database)
    report.add("to_sleep_seconds", (ContinuousClock.now - start) / .seconds(1))
    report.add("resident_mib", Double(residentBytes()) / 1_048_576)
    report.add("resident_before_mib", Double(before) / 1_048_576)
    firstTask.cancel()
    try await firstTask.value

    let restart = ContinuousClock.now
    let reopened = try folder.database()
    let opened = ContinuousClock.now
    let probe = Finish()
    let ready = WorkflowFunction("probe", on: Probe.self) { _, step in
      try await step.run("first") { probe.one() }
    }
    let second = try Engine(database: reopened, functions: [function, ready])
    let secondTask = Task { try await second.run() }
    try await second.send(Probe())
    await probe.wait(for: 1)
    report.add("open_seconds", (opened - restart) / .seconds(1))
    report.add("restart_to_step_seconds", (ContinuousClock.now - restart) / .seconds(1))
    report.add("slack_before_wake_seconds", Double(wakeFrom - clock.now) / 1000)
    await finish.wait(for: waking)
    secondTask.cancel()
    try await secondTask.value
    report.add("woken", waking)
    report.add("late", late.withLock { $0 })
    report.print()
  }

  /// Returns when all of them are at rest in the database.
  private func settled(_ database: SQLiteDatabase) async throws {
    while true {
      let row = try await database.read {
        try $0.row("SELECT count(*) AS n FROM workflow_run WHERE state = 'running'")
      }
      if try row?.get("n", as: Int.self) == 0 { return }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}

struct Probe: WorkflowEvent {
  static let name = "bench/probe"
}

/// The process's memory that is in the machine's.
func residentBytes() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
  return (line.flatMap { Int($0.split(separator: " ").dropLast().last ?? "") } ?? 0) * 1024
}
