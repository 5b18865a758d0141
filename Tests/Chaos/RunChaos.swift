import ArgumentParser
import Foundation
import Storage
import Workflows

/// Rounds of a run of twenty steps, with the engine's process killed while it executes them.
struct RunChaos: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "kill -9 of an engine's process while it executes twenty steps.")

  @Option(help: "Runs to make.")
  var rounds = 500
  @Option(help: "The same seed gives the same kills.")
  var seed: UInt64 = 1
  @Option(help: "Kills in a round, at most.")
  var kills = 3
  @Option(help: "Rounds at the same time: they mostly wait for leases.")
  var parallel = 8

  func run() async throws {
    var total = Findings()
    try await withThrowingTaskGroup(of: Findings.self) { group in
      var next = 1
      func begin() {
        guard next <= rounds else { return }
        let number = next
        next += 1
        group.addTask {
          try await RunRound(number: number, seed: seed &+ UInt64(number)).run(kills: kills)
        }
      }
      for _ in 0..<parallel { begin() }
      var ended = 0
      for try await findings in group {
        total.add(findings)
        for problem in findings.problems { print(problem) }
        ended += 1
        if ended.isMultiple(of: 50) { print("\(ended) rounds: \(total.text)") }
        begin()
      }
    }
    print(
      """
      {"rounds":\(rounds),"kills":\(total.kills),"lost":\(total.lost),"twice":\(total.twice),\
      "repeated":\(total.repeated)}
      """)
    if total.lost + total.twice + total.repeated > 0 { throw ExitCode.failure }
  }

  struct Findings: Sendable {
    var kills = 0
    /// Runs that did not complete with the right output.
    var lost = 0
    /// Transactions whose records are there twice, or runs that ended twice.
    var twice = 0
    /// Finished steps whose body ran again.
    var repeated = 0
    var problems: [String] = []

    mutating func add(_ other: Findings) {
      kills += other.kills
      lost += other.lost
      twice += other.twice
      repeated += other.repeated
    }

    var text: String { "\(kills) kills, lost \(lost), twice \(twice), repeated \(repeated)" }
  }
}

/// The event that starts the run.
struct Began: WorkflowEvent {
  static let name = "chaos/began"
  var steps: Int
}

/// The process that is killed: an engine that executes one run and ends with it.
struct RunHost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run-host", shouldDisplay: false)

  @Argument var folder: String

  static let ledger = MigrationSet(
    name: "chaos",
    files: [
      ("m0001-ledger", Array("CREATE TABLE ledger (step INTEGER NOT NULL) STRICT;\n".utf8))
    ])

  static func open(_ folder: String) throws -> SQLiteDatabase {
    try SQLiteDatabase(path: folder + "/a.db", migrations: [Engine.migrations, ledger])
  }

  func run() async throws {
    let folder = folder
    let function = WorkflowFunction("twenty", on: Began.self) { event, step in
      var sum = 0
      for index in 0..<event.steps {
        let last = sum
        if index.isMultiple(of: 2) {
          sum = try await step.run("step \(index)") {
            try Self.note(index, folder)
            try await Task.sleep(for: .milliseconds(20))
            return last + index
          }
        } else {
          sum = try await step.transaction("step \(index)") { connection in
            try connection.execute("INSERT INTO ledger (step) VALUES (:step)", ["step": index])
            return last + index
          }
        }
      }
      return sum
    }
    var settings = EngineSettings()
    settings.lease = .milliseconds(600)
    settings.leaseRenewal = .milliseconds(500)
    let engine = try Engine(
      database: try Self.open(folder), functions: [function], settings: settings)
    // Sent by each process that is started; known by its id after the first.
    try await engine.send(Began(steps: 20), id: "the-one")
    let running = Task { try await engine.run() }
    while true {
      if try await engine.runs().first?.state.isEnd == true { break }
      try await Task.sleep(for: .milliseconds(10))
    }
    running.cancel()
    try await running.value
  }

  /// One line for each time that a step's body runs.
  private static func note(_ step: Int, _ folder: String) throws {
    guard let file = FileHandle(forWritingAtPath: folder + "/log") else { return }
    try file.seekToEnd()
    try file.write(contentsOf: Data("\(step)\n".utf8))
    try file.close()
  }
}

/// One run with a database of its own.
private struct RunRound {
  let number: Int
  private let folder: String
  private var generator: SeededGenerator

  init(number: Int, seed: UInt64) throws {
    self.number = number
    generator = SeededGenerator(seed: seed)
    folder = NSTemporaryDirectory() + "chaos-run-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = FileManager.default.createFile(atPath: folder + "/log", contents: nil)
  }

  func run(kills: Int) async throws -> RunChaos.Findings {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var generator = generator
    var findings = RunChaos.Findings()
    var finished: [Int: Int] = [:]
    for _ in 0..<Int.random(in: 1...max(1, kills), using: &generator) {
      let host = try start()
      try await Task.sleep(for: .milliseconds(Int.random(in: 30...320, using: &generator)))
      guard host.isRunning else { break }
      kill(host.processIdentifier, SIGKILL)
      host.waitUntilExit()
      findings.kills += 1
      // Steps that the journal has are finished: their bodies may not run again.
      for step in try await finishedSteps() where finished[step] == nil {
        finished[step] = executions(of: step)
      }
    }
    let last = try start()
    last.waitUntilExit()
    try await judge(finished, &findings)
    return findings
  }

  private func start() throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["run-host", folder]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func executions(of step: Int) -> Int {
    let text = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").count { $0 == "\(step)" }
  }

  private func finishedSteps() async throws -> [Int] {
    let engine = try Engine(database: try RunHost.open(folder), functions: [])
    guard let run = try await engine.runs().first, let detail = try await engine.run(run.id) else {
      return []
    }
    return detail.steps.filter { $0.state == .done }.compactMap { Int($0.name.dropFirst(5)) }
      .filter { $0.isMultiple(of: 2) }
  }

  private func judge(_ finished: [Int: Int], _ findings: inout RunChaos.Findings) async throws {
    let database = try RunHost.open(folder)
    let runs = try await Engine(database: database, functions: []).runs()
    if runs.count != 1 || runs.first?.state != .completed || runs.first?.output != "190" {
      findings.lost += 1
      findings.problems.append(
        "round \(number): \(runs.map { "\($0.state.rawValue) \($0.output ?? "") \(String(describing: $0.error))" })"
      )
    }
    let rows = try await database.read { connection in
      try connection.rows("SELECT step FROM ledger ORDER BY step").map {
        try $0.get("step", as: Int.self)
      }
    }
    if rows != Array(stride(from: 1, to: 20, by: 2)) {
      findings.twice += 1
      findings.problems.append("round \(number): the ledger has \(rows)")
    }
    for (step, times) in finished where executions(of: step) != times {
      findings.repeated += 1
      findings.problems.append("round \(number): step \(step) had finished and ran again")
    }
  }
}
