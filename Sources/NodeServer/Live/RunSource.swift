internal import SceneDocument
internal import Storage
internal import Workflows

/// Runs of late, and the steps of those that somebody looks at.
struct RunSource: LiveSource {
  let engine: Engine
  let clock: any NodeClock
  private var runs: [String: RunOverview] = [:]
  private var steps: [String: LiveDifference<StepRecord>] = [:]
  /// When it was looked last, UTC milliseconds.
  private var looked: Int64 = 0
  /// The highest id seen.
  private var newest: String?
  private var resets = LiveResets([.runs])

  /// For how long before the last look ended runs are looked at again, because clocks of nodes differ.
  private static let overlap: Int64 = 5_000
  /// Runs that have not ended and are looked at each time, the newest of them.
  private static let mostOpen = 5_000

  init(engine: Engine, clock: any NodeClock) { (self.engine, self.clock) = (engine, clock) }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    let single = Set(wanted.compactMap { $0.id(of: "run") })
    steps = steps.filter { single.contains($0.key) }
    if !wanted.contains(.runs) && single.isEmpty {
      (runs, looked, newest) = ([:], 0, nil)
      return []
    }
    let now = clock.now
    let since = looked == 0 ? now - 60_000 : looked - Self.overlap
    let found = try await engine.changes(
      of: runs, newest: newest, endedSince: since, and: single)
    let steps = try await steps(of: single, found)
    looked = now
    let changed = found.runs.filter { runs[$0.run.id] != $0 }
    if keep(found) || found.isPartial { resets.owe() }
    let messages = changed.map { run in
      LiveMessage(
        event: "run", topics: [.runs, .run(run.run.id)], data: run.json.compactText)
    }
    return messages + tell(steps) + resets.due(at: now)
  }

  /// Takes in how runs are now; whether there are more of them than are looked at each time.
  private mutating func keep(_ found: RunChanges) -> Bool {
    // One that has ended and is looked at no longer is forgotten.
    runs = runs.filter { found.looked.contains($0.key) }
    for run in found.runs { runs[run.run.id] = run }
    newest = max(newest ?? "", runs.keys.max() ?? "")
    let open = runs.values.filter { !$0.run.state.isEnd }.map(\.run.id)
    if open.count <= Self.mostOpen { return false }
    for id in open.sorted().dropLast(Self.mostOpen) { runs[id] = nil }
    return true
  }

  /// The journals of the runs that somebody looks at, apart from those that had ended when they were read last.
  private func steps(
    of single: Set<String>, _ found: RunChanges
  ) async throws -> [String: [StepRecord]] {
    let changed = Set(found.runs.map(\.run.id))
    return try await engine.steps(
      ofRuns: single.intersection(found.looked).filter { id in
        steps[id] == nil || changed.contains(id) || runs[id]?.run.state.isEnd != true
      })
  }

  private mutating func tell(_ found: [String: [StepRecord]]) -> [LiveMessage] {
    found.sorted { $0.key < $1.key }.flatMap { id, records in
      steps[id, default: LiveDifference()].changed(records.map { ($0.place, $0) }).map { step in
        LiveMessage(
          event: "step", topics: [.run(id)],
          data: step.json([.init("run_id", .string(id))]).text)
      }
    }
  }
}
