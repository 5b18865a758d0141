import ArgumentParser
import Foundation
import Storage
import Workflows

/// Looks at a node's database and an app's log for what was lost, done twice or done wrong.
struct ServeJudge {
  private let database: SQLiteDatabase
  private let log: String
  /// How often each finished step had been executed when the database was seen to have it.
  private var finished: [StepName: Int] = [:]

  /// A step of one run.
  struct StepName: Hashable {
    var run: String
    var step: String
  }

  init(database path: String, log: String) throws {
    database = try SQLiteDatabase(path: path, migrations: [Engine.migrations])
    self.log = log
  }

  // MARK: While the node is killed

  /// Notes which steps the database has: none of them may be executed again. Called while nothing is executed.
  mutating func noteFinished() async throws {
    let executions = try executions()
    for step in try await finishedSteps() where finished[step] == nil {
      finished[step] = executions[step]?.values.reduce(0, +) ?? 0
    }
  }

  func waitForFunctions() async throws {
    try await wait(for: "the app's functions") { db in
      let row = try db.row(
        "SELECT count(*) AS found FROM workflow_function WHERE id LIKE 'chaos-%'")
      return try row?.get("found", as: Int.self) == 12
    }
  }

  /// Until all runs have ended but those of the schedule, which goes on.
  func waitForEnd() async throws {
    try await wait(for: "the end of all runs") { db in
      try db.row(
        """
        SELECT 1 AS one FROM workflow_run WHERE ended_ms IS NULL AND function_id <> 'chaos-tick'
        LIMIT 1
        """) == nil
    }
  }

  private func wait(
    for what: String, _ isThere: @escaping @Sendable (any Connection) throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + .seconds(1_200)
    while try await !database.read(isThere) {
      if ContinuousClock.now > end {
        throw ValidationError("\(what) did not come: \(try await standing())")
      }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// How many runs are in which state.
  func standing() async throws -> String {
    let rows = try await database.read { db in
      try db.rows(
        "SELECT state, count(*) AS runs FROM workflow_run GROUP BY state ORDER BY state"
      ).map { "\(try $0.get("state", as: String.self)) \(try $0.get("runs", as: Int.self))" }
    }
    return rows.joined(separator: ", ")
  }

  // MARK: At the end

  func findings(
    sent: [ServeLoad.Sent], downtimes: [ClosedRange<Int64>], kills: [Int64], appKills: Int,
    endStatus: Int32
  ) async throws -> ServeFindings {
    var findings = ServeFindings(nodeKills: kills.count, appKills: appKills, events: sent.count)
    if endStatus != 0 { findings.problems.append("the node ended with status \(endStatus)") }
    let runs = try await runs()
    findings.runs = runs.count
    judgeRuns(runs, sent: sent, &findings)
    judgeOutputs(runs, &findings)
    judgeTicks(runs.filter { $0.function == "tick" }, downtimes, &findings)
    try judgeSteps(runs, kills, &findings)
    return findings
  }

  /// Every event that was answered has its one run; every failure was told of once.
  private func judgeRuns(
    _ runs: [ServeRun], sent: [ServeLoad.Sent], _ findings: inout ServeFindings
  ) {
    let byNumber = Dictionary(grouping: runs.filter { $0.number != nil }) {
      "\($0.function) \($0.number!)"
    }
    for event in sent {
      // One that was sent again because its answer was lost has another id than the one that started the run.
      let found = byNumber["\(event.function) \(event.number)"] ?? []
      if found.count != 1 || !event.isRepeatable && found[0].eventID != event.eventID {
        findings.problems.append(
          "event \(event.number) (\(event.function)) started \(found.map(\.id))")
      }
    }
    for (name, runs) in byNumber where runs.count > 1 {
      findings.problems.append("\(name) ran \(runs.count) times")
    }
    let told = Dictionary(
      grouping: runs.filter { $0.function == "fail-failure" }, by: { $0.failedRun ?? "" })
    for run in runs where run.function == "fail" {
      findings.failuresTold += told[run.id]?.count ?? 0
      if told[run.id]?.count != 1 {
        findings.problems.append("failure of \(run.id) was told \(told[run.id]?.count ?? 0) times")
      }
    }
  }

  private func judgeOutputs(_ runs: [ServeRun], _ findings: inout ServeFindings) {
    for run in runs {
      if let problem = run.problem { findings.problems.append(problem) }
    }
  }

  /// Each tick once; and none is missing unless the node was dead, or only began, when it came.
  private func judgeTicks(
    _ ticks: [ServeRun], _ downtimes: [ClosedRange<Int64>], _ findings: inout ServeFindings
  ) {
    let instants = ticks.map(\.eventTime).sorted()
    findings.ticks = instants.count
    for (first, second) in zip(instants, instants.dropFirst()) where second - first != 3_000 {
      if first == second {
        findings.problems.append("the tick of \(first) ran twice")
      } else if !downtimes.contains(where: { $0.overlaps(first...second) }) {
        findings.problems.append("no tick between \(first) and \(second)")
      }
    }
  }

  /// No finished step was executed again, and of a run no more than what was in flight when something was killed.
  private func judgeSteps(
    _ runs: [ServeRun], _ kills: [Int64], _ findings: inout ServeFindings
  ) throws {
    let executions = try executions()
    findings.steps = executions.count
    findings.executions = executions.values.map { $0.values.reduce(0, +) }.reduce(0, +)
    findings.finishedSeen = finished.count
    for (step, times) in finished {
      let now = executions[step]?.values.reduce(0, +) ?? 0
      if now != times {
        findings.finishedRedone += 1
        findings.problems.append(
          "step '\(step.step)' of \(step.run) had finished, and ran \(now - times) times more")
      }
    }
    var redone: [String: Int] = [:]
    for (step, attempts) in executions {
      // Another attempt is one that failed before, which is what retries are for.
      let surplus = attempts.values.map { $0 - 1 }.reduce(0, +)
      if surplus > 0 { redone[step.run, default: 0] += surplus }
    }
    findings.redone = redone.values.reduce(0, +)
    for run in runs {
      let met = kills.count { run.createdAt - 100 <= $0 && $0 <= run.endedAt + 100 }
      let most = met * (run.function == "fan" ? 3 : 1)
      if redone[run.id] ?? 0 > most {
        findings.problems.append(
          "\(run.function) \(run.id): \(redone[run.id] ?? 0) steps redone, with \(met) kills")
      }
    }
    let known = Set(runs.map(\.id))
    for step in executions.keys where !known.contains(step.run) {
      findings.problems.append("step '\(step.step)' of \(step.run), which is no run")
    }
  }

  // MARK: Reading

  /// How often each attempt at each step was made.
  private func executions() throws -> [StepName: [String: Int]] {
    let text = try String(contentsOfFile: log, encoding: .utf8)
    var found: [StepName: [String: Int]] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3 else { continue }
      found[StepName(run: words[0], step: words[1]), default: [:]][words[2], default: 0] += 1
    }
    return found
  }

  private func finishedSteps() async throws -> [StepName] {
    try await database.read { db in
      try db.rows(
        """
        SELECT run_id, name FROM workflow_step
        WHERE kind = 'run' AND state = 'done' AND request IS NOT NULL
        """
      ).map { StepName(run: try $0.get("run_id"), step: try $0.get("name")) }
    }
  }

  private func runs() async throws -> [ServeRun] {
    try await database.read { db in
      try db.rows(
        """
        SELECT r.id, r.function_id, r.state, r.output, r.error, r.created_ms, r.ended_ms, r.event_id,
          e.data, e.ts_ms
        FROM workflow_run r JOIN workflow_event e ON e.id = r.event_id
        WHERE r.function_id LIKE 'chaos-%' ORDER BY r.id
        """
      ).map(ServeRun.init)
    }
  }
}
