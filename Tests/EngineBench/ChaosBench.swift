import Foundation
import Storage
import Synchronization
import Workflows

/// A file of lines that outlives the process that writes them.
private final class StepLog: Sendable {
  private let file: Mutex<FileHandle>

  init(_ path: String) throws {
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw StorageError(.cannotOpen, "the log cannot be written", path: path)
    }
    try handle.seekToEnd()
    file = Mutex(handle)
  }

  func add(_ line: String) throws {
    try file.withLock { try $0.write(contentsOf: Data(line.utf8)) }
  }
}

/// Kills a node again and again while it executes 20-step runs, and counts what was lost or done twice.
struct ChaosBench {
  let folder: BenchFolder
  let kills: Int

  private static let tables = MigrationSet(
    name: "chaos",
    files: [
      ("m1", Array("CREATE TABLE done (run TEXT NOT NULL, step INTEGER NOT NULL) STRICT;".utf8))
    ])

  private static func database(_ folder: String) throws -> SQLiteDatabase {
    try SQLiteDatabase(path: folder + "/chaos.db", migrations: [Engine.migrations, tables])
  }

  /// Every second step writes a record with its own; the others write a line to a file when they execute.
  private static func function(_ log: StepLog?) -> WorkflowFunction<Started, Void> {
    WorkflowFunction("twenty-steps", on: Started.self) { _, step in
      let run = step.runID
      for number in 0..<10 {
        try await step.run("plain") {
          try await Task.sleep(for: .milliseconds(20))
          try log?.add("\(run) \(number)\n")
        }
        try await step.transaction("record") { db in
          try db.execute(
            "INSERT INTO done (run, step) VALUES (:run, :step)", ["run": run, "step": number])
        }
        if number == 5 { try await step.sleep("pause", for: .milliseconds(40)) }
      }
    }
  }

  /// The process that is killed.
  static func node(_ folder: String) async throws {
    var settings = EngineSettings()
    settings.lease = .seconds(1)
    settings.leaseRenewal = .milliseconds(300)
    let engine = try Engine(
      database: try database(folder), functions: [function(StepLog(folder + "/log"))],
      settings: settings)
    try await engine.run()
  }

  func run() async throws {
    let database = try Self.database(folder.path)
    let engine = try Engine(database: database, functions: [Self.function(nil)])
    _ = FileManager.default.createFile(atPath: folder.path + "/log", contents: nil)
    var sent = 0
    for _ in 0..<kills {
      for _ in 0..<10 {
        try await engine.send(Started(number: sent))
        sent += 1
      }
      let child = try spawn()
      try await Task.sleep(for: .milliseconds(Int.random(in: 60...2_500)))
      kill(child.processIdentifier, SIGKILL)
      child.waitUntilExit()
    }
    let last = try spawn()
    let finished = try await finish(engine, runs: sent)
    kill(last.processIdentifier, SIGTERM)
    last.waitUntilExit()
    try await report(database, runs: sent, finished: finished)
  }

  private func spawn() throws -> Process {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = ["chaos-node", folder.path]
    try child.run()
    return child
  }

  /// How many runs have completed; waits for all of them, a minute at most.
  private func finish(_ engine: Engine, runs: Int) async throws -> Int {
    var completed = 0
    for _ in 0..<600 where completed < runs {
      try await Task.sleep(for: .milliseconds(100))
      completed = try await engine.runs(RunFilter(states: [.completed], limit: .max)).count
    }
    return completed
  }

  private func report(_ database: SQLiteDatabase, runs: Int, finished: Int) async throws {
    let rows = try await database.read {
      try $0.rows("SELECT count(*) AS n FROM done GROUP BY run, step")
    }
    let log = try String(contentsOfFile: folder.path + "/log", encoding: .utf8)
    let lines = log.split(separator: "\n")
    var report = Report("chaos")
    report.add("kills", kills)
    report.add("runs", runs)
    report.add("lost_runs", runs - finished)
    report.add("records", rows.count)
    report.add("lost_records", runs * 10 - rows.count)
    report.add("double_records", try rows.filter { try $0.get("n", as: Int.self) > 1 }.count)
    report.add("steps_repeated", lines.count - Set(lines).count)
    report.add("database_faults", try await database.faults().count)
    report.print()
  }
}
