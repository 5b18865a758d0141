import Storage
import Testing

@testable import Workflows

@Suite struct FenceTests {
  private func step(_ result: String) -> StepEntry {
    StepEntry(
      place: "1", name: "who", kind: .run, state: .done, result: "\"\(result)\"", startedAt: 0)
  }

  @Test("in 500 races of a node that has lost its run, nothing it writes afterwards is accepted")
  func races() async throws {
    let function = WorkflowFunction("film", on: SceneReady.self) { _, _ in }
    let scratch = try Scratch()
    let clock = VirtualClock()
    let first = try await TestEngine([function], database: try scratch.database(), clock: clock)
    let second = try await TestEngine(
      [function], database: try scratch.database(), seed: 2, clock: clock)
    let (stale, other) = (first.engine.core, second.engine.core)
    (stale.isRunning, other.isRunning) = (false, false)
    for round in 0..<500 {
      try await first.engine.send(SceneReady(sceneID: "\(round)"))
      let run = try #require(
        try await stale.commit { commit in
          commit.room = 1
          return try commit.claim { _ in false }.first?.run
        })
      async let late = write(run, stale)
      async let winner = takeOver(run, other)
      let (isAccepted, found) = try await (late, winner)
      // What the second node found before it wrote says whether the first one came in time.
      #expect((found == "\"stale\"") == isAccepted)
      let steps = try #require(try await second.engine.run(run.id)).steps
      #expect(steps.map(\.result) == [isAccepted ? "\"stale\"" : "\"other\""])
    }
  }

  private func write(_ run: Run, _ core: EngineCore) async throws -> Bool {
    let entry = step("stale")
    do {
      try await core.commit { try $0.record(entry, RunTicket(runID: run.id, fence: run.fence)) }
      return true
    } catch is RunStopped {
      return false
    }
  }

  /// Takes the run as another node does, and does its step where it is not done; what it found.
  private func takeOver(_ run: Run, _ core: EngineCore) async throws -> String? {
    let entry = step("other")
    return try await core.commit { commit in
      try commit.db.execute(
        "UPDATE workflow_run SET owner = :node, fence = fence + 1 WHERE id = :run",
        ["node": commit.node, "run": run.id])
      let found = try StepRecord.fetchAll(commit.db, run: run.id).first?.result
      if found == nil {
        try commit.record(entry, RunTicket(runID: run.id, fence: run.fence + 1))
      }
      return found
    }
  }
}
