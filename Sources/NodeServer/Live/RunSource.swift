internal import SceneDocument
internal import Storage
internal import Workflows

/// Runs of late, and the steps of those that somebody looks at.
struct RunSource: LiveSource {
  let engine: Engine
  let clock: any NodeClock
  private var runs = LiveDifference<RunOverview>()
  private var steps: [String: LiveDifference<StepRecord>] = [:]
  /// When it was looked last, UTC milliseconds.
  private var looked: Int64 = 0

  /// For how long before the last look ended runs are looked at again, because clocks of nodes differ.
  private static let overlap: Int64 = 5_000

  init(engine: Engine, clock: any NodeClock) { (self.engine, self.clock) = (engine, clock) }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    let single = Set(wanted.compactMap { $0.id(of: "run") })
    steps = steps.filter { single.contains($0.key) }
    if !wanted.contains(.runs) && single.isEmpty {
      (runs, looked) = (LiveDifference(), 0)
      return []
    }
    let now = clock.now
    let since = looked == 0 ? now - 60_000 : looked - Self.overlap
    // A run that has come to rest is not among those that are active, and has changed by that.
    let found = try await engine.overviews(
      activeSince: since, and: single.union(active))
    looked = now
    let changed = runs.changed(found.map { ($0.run.id, $0) })
    var messages = changed.map { run in
      LiveMessage(
        event: "run", topics: [.runs, .run(run.run.id)], data: run.json.compactText)
    }
    for id in single { messages += try await look(atStepsOf: id) }
    return messages
  }

  /// Runs that were executing when they were seen last.
  private var active: Set<String> {
    Set(runs.known.values.filter { !$0.run.state.isEnd }.prefix(300).map(\.run.id))
  }

  private mutating func look(atStepsOf id: String) async throws -> [LiveMessage] {
    guard let detail = try await engine.run(id) else { return [] }
    let changed = steps[id, default: LiveDifference()].changed(
      detail.steps.map { ($0.place, $0) })
    return changed.map { step in
      LiveMessage(
        event: "step", topics: [.run(id)],
        data: step.json([.init("run_id", .string(id))]).text)
    }
  }
}
