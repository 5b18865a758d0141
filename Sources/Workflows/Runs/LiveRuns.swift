internal import Synchronization

/// The runs whose tasks are in this process.
final class LiveRuns: Sendable {
  private struct State {
    var runs: [String: LiveRun] = [:]
    /// How many of them execute.
    var executing = 0
    /// Tasks that have not ended, those of forgotten runs among them.
    var tasks = 0
    var whenQuiet: [CheckedContinuation<Void, Never>] = []
    var whenEmpty: [CheckedContinuation<Void, Never>] = []

    mutating func takeQuiet() -> [CheckedContinuation<Void, Never>] {
      guard executing <= 0 else { return [] }
      defer { whenQuiet = [] }
      return whenQuiet
    }
  }

  private let state = Mutex(State())
  private let closed = Atomic(false)

  var executing: Int { state.withLock { $0.executing } }
  var resting: Int { state.withLock { $0.runs.count - $0.executing } }
  var isClosed: Bool { closed.load(ordering: .acquiring) }
  var all: [LiveRun] { state.withLock { Array($0.runs.values) } }

  subscript(id: String) -> LiveRun? { state.withLock { $0.runs[id] } }

  /// False once the engine ends: the run is left for others.
  func add(_ run: LiveRun) -> Bool {
    state.withLock { state in
      if isClosed { return false }
      state.runs[run.run.id] = run
      state.executing += 1
      state.tasks += 1
      return true
    }
  }

  /// A run in the table goes on executing, or has come to rest.
  func wentOn() { state.withLock { $0.executing += 1 } }

  func cameToRest() {
    let waiters = state.withLock { state in
      state.executing -= 1
      return state.takeQuiet()
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Its task is being unwound: what comes for the run is for another task of it.
  func forget(_ run: LiveRun) {
    state.withLock { state in
      if state.runs[run.run.id] === run { state.runs.removeValue(forKey: run.run.id) }
    }
  }

  /// Its task has ended. `wasAtRest`: it had come to rest before.
  func remove(_ run: LiveRun, wasAtRest: Bool) {
    let waiters = state.withLock { state in
      if state.runs[run.run.id] === run { state.runs.removeValue(forKey: run.run.id) }
      if !wasAtRest { state.executing -= 1 }
      state.tasks -= 1
      var waiters = state.takeQuiet()
      if state.tasks == 0 {
        waiters += state.whenEmpty
        state.whenEmpty = []
      }
      return waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Takes no more runs.
  func close() { state.withLock { _ in closed.store(true, ordering: .releasing) } }

  /// Returns when no run executes.
  func quiet() async {
    await withCheckedContinuation { waiter in
      let isQuiet = state.withLock { state in
        if state.executing > 0 { state.whenQuiet.append(waiter) }
        return state.executing <= 0
      }
      if isQuiet { waiter.resume() }
    }
  }

  /// Returns when every task has ended.
  func empty() async {
    await withCheckedContinuation { waiter in
      let isEmpty = state.withLock { state in
        if state.tasks > 0 { state.whenEmpty.append(waiter) }
        return state.tasks == 0
      }
      if isEmpty { waiter.resume() }
    }
  }
}
