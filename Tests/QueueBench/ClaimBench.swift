import Foundation
import Jobs
import Storage

/// Many worker processes on one file: each claims and finishes jobs one at a time until it has made its share.
struct ClaimBench {
  private static let partsOfFilm = 6

  private let processes: Int
  private let claims: Int
  private let folder: String

  init(_ arguments: Arguments) throws {
    processes = max(1, arguments.number("processes", 16))
    claims = max(1, arguments.number("claims", 10_000))
    folder = try temporaryFolder(arguments)
  }

  private var path: String { folder + "/queue.db" }

  func run() async throws -> Bool {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let database = try SQLiteDatabase(path: path, migrations: [RenderQueue.migrations])
    try await fill(RenderQueue(database: database))
    let began = ContinuousClock.now
    let workers = try (0..<processes).map(start)
    for worker in workers { worker.waitUntilExit() }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    // A process that was killed leaves no report.
    let reports = (0..<processes).map { (try? ClaimReport(path: reportPath($0))) ?? ClaimReport() }
    let faults = try await faults(database, reports, workers)
    try printJSON([
      "bench": "claims", "processes": processes,
      "claims": reports.reduce(0) { $0 + $1.claims.count },
      "seconds": (seconds * 100).rounded() / 100,
      "claims_per_second": (Double(processes * claims) / seconds).rounded(),
      "claim": Latencies(reports.flatMap(\.claims)).json,
      "finish": Latencies(reports.flatMap(\.finishes)).json,
      "busy": reports.reduce(0) { $0 + $1.busy }, "faults": faults,
    ])
    return faults.isEmpty
  }

  private func fill(_ queue: RenderQueue) async throws {
    let films = (processes * claims + Self.partsOfFilm) / (Self.partsOfFilm + 1)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<films {
        if number >= 512 { try await group.next() }
        group.addTask { _ = try await queue.add(Self.film(number)) }
      }
      try await group.waitForAll()
    }
  }

  private static func film(_ number: Int) -> NewFilm {
    NewFilm(
      label: "film \(number)", payload: "{}", frames: 1800, weight: 3732, assets: [],
      parts: (0..<partsOfFilm).map {
        NewFilm.Part(
          kind: .segment, key: "\(number)-\($0)", label: "film \(number), \($0)", payload: "{}",
          frames: 300, weight: 622, assets: [])
      })
  }

  private func reportPath(_ number: Int) -> String { "\(folder)/report-\(number).json" }

  private func start(_ number: Int) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      "claimer", "--number", String(number), "--claims", String(claims), "--database", path,
      "--report", reportPath(number),
    ]
    try process.run()
    return process
  }

  /// Everything in the table that should not be.
  private func faults(
    _ database: SQLiteDatabase, _ reports: [ClaimReport], _ workers: [Process]
  ) async throws -> [String] {
    var faults = try await database.faults()
    for (number, worker) in workers.enumerated() where worker.terminationStatus != 0 {
      faults.append("process \(number) ended with status \(worker.terminationStatus)")
    }
    let rows = try await database.read { db in
      try db.rows("SELECT id, state, attempt, fence, result FROM render_job").map {
        (
          id: try $0.get("id", as: String.self), state: try $0.get("state", as: JobState.self),
          attempt: try $0.get("attempt", as: Int.self), fence: try $0.get("fence", as: Int64.self),
          result: try $0.get("result", as: String?.self)
        )
      }
    }
    let done = rows.filter { $0.state == .done }
    if done.count != processes * claims {
      faults.append("\(done.count) jobs are done, not \(processes * claims)")
    }
    let twice = done.filter { $0.attempt != 1 || $0.fence != 1 }
    if !twice.isEmpty { faults.append("\(twice.count) jobs were claimed more than once") }
    let leased = rows.count { $0.state == .leased || $0.state == .failed }
    if leased > 0 { faults.append("\(leased) jobs are left leased or failed") }
    // Every job bears the word of the one process that says it finished it.
    let said = reports.reduce(into: [:]) { $0.merge($1.finished) { _, _ in "twice" } }
    let wrong = done.count { said[$0.id] != $0.result }
    if wrong > 0 || said.count != done.count {
      faults.append("\(wrong) of \(done.count) results are another's; \(said.count) were reported")
    }
    return faults
  }
}

/// What one process saw.
struct ClaimReport: Codable {
  /// Milliseconds.
  var claims: [Double] = []
  var finishes: [Double] = []
  var busy = 0
  /// Results by job.
  var finished: [String: String] = [:]

  init() {}

  init(path: String) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }
}

/// One worker process.
struct Claimer {
  private let number: Int
  private let wanted: Int
  private let path: String
  private let reportPath: String

  init(_ arguments: Arguments) throws {
    (number, wanted) = (arguments.number("number", 0), arguments.number("claims", 1))
    (path, reportPath) = (arguments.text("database") ?? "", arguments.text("report") ?? "")
  }

  func run() async throws -> Bool {
    var options = SQLiteDatabase.Options()
    options.checksIntegrity = false
    let database = try SQLiteDatabase(
      path: path, migrations: [RenderQueue.migrations], options: options)
    let queue = RenderQueue(database: database)
    var report = ClaimReport()
    while report.finished.count < wanted {
      do {
        try await step(queue, &report)
      } catch let error as StorageError where error.kind == .busy {
        report.busy += 1
      }
    }
    try JSONEncoder().encode(report).write(to: URL(fileURLWithPath: reportPath))
    return report.busy == 0
  }

  private func step(_ queue: RenderQueue, _ report: inout ClaimReport) async throws {
    let asked = ContinuousClock.now
    guard let lease = try await queue.claim(owner: "process-\(number)") else {
      // Films wait for parts that others are at.
      try await Task.sleep(for: .milliseconds(5))
      return
    }
    report.claims.append((ContinuousClock.now - asked) / .milliseconds(1))
    let result = "{\"process\":\(number),\"claim\":\(report.claims.count)}"
    let done = ContinuousClock.now
    try await queue.finish(lease, result: result, elapsedMS: 1)
    report.finishes.append((ContinuousClock.now - done) / .milliseconds(1))
    report.finished[lease.id] = result
  }
}
