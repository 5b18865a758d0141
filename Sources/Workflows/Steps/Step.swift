internal import Storage
internal import Synchronization

/// What a function does its work through. Each method is one step: it is done once and its result is stored before
/// the function goes on; when the function is executed again, the stored result comes back at once.
///
/// Steps are recognised by the order in which the function meets them, and their names are checked: so what comes
/// before a step, and which steps there are, may depend on the input and on other steps' results alone. One step ends
/// before the next begins; several at a time are `parallel`'s.
///
/// Every method throws `CancellationError` when the run was cancelled or goes on elsewhere; let it pass.
public struct Step: Sendable {
  let live: LiveRun
  let branch: Branch

  init(live: LiveRun, branch: Branch = Branch(prefix: "")) {
    (self.live, self.branch) = (live, branch)
  }

  /// The run's id, a ULID.
  public var runID: String { live.run.id }

  /// The event that started the run, with its id and time; the first one of a batch.
  public var event: Event { live.events[0] }

  /// All events of a batch.
  public var events: [Event] { live.events }

  /// How often the function failed outside its steps just before this execution.
  public var failures: Int { live.run.failures }

  /// What the journal had of the run when this execution began.
  package var journal: [StepRecord] { live.journalRecords }

  /// Attempts that its steps have after the first.
  package var retries: Int { live.function.retries.retries }

  /// The engine's time, UTC milliseconds.
  package var now: Int64 { live.core.clock.now }

  /// The events of another run; those of a failed one for its `onFailure`.
  func triggers(ofRun id: String) async throws -> [Event] {
    try await live.core.database.read { try Run.fetch($0, id: id)?.events($0) ?? [] }
  }
}

/// One line of steps after each other: the function's own, or one branch of a parallel.
final class Branch: Sendable {
  private struct State {
    var count = 0
    var names: [String: Int] = [:]
    var current: String?
  }

  let prefix: String
  private let state = Mutex(State())

  init(prefix: String) { self.prefix = prefix }

  /// The place of the next step, and its name with an index where the branch had that name before. Throws
  /// where another step of the branch has not ended.
  func next(_ name: String) throws -> (place: String, name: String) {
    try state.withLock { state in
      if let current = state.current {
        throw StoredError(
          name: "StepNested",
          message:
            "step '\(name)' was begun before step '\(current)' had ended\n  → use step.parallel, and no step inside another"
        )
      }
      state.count += 1
      let uses = state.names[name, default: 0]
      state.names[name] = uses + 1
      let label = uses == 0 ? name : "\(name):\(uses)"
      state.current = label
      return (prefix + String(state.count), label)
    }
  }

  /// The place of the next step, whose name is to be told.
  func nextPlace() throws -> String { try next(OpenStep.unnamed).place }

  func ended() { state.withLock { $0.current = nil } }
}
