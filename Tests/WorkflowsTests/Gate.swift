import Synchronization

/// A place where a step stops until the test lets it go on.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var isReached = false
    var passing: [CheckedContinuation<Void, Never>] = []
    var watching: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func pass() async {
    await withCheckedContinuation { waiter in
      let (isOpen, watching) = state.withLock { state in
        state.isReached = true
        if !state.isOpen { state.passing.append(waiter) }
        defer { state.watching = [] }
        return (state.isOpen, state.watching)
      }
      for watcher in watching { watcher.resume() }
      if isOpen { waiter.resume() }
    }
  }

  /// Returns once something has come to the gate.
  func reached() async {
    await withCheckedContinuation { waiter in
      let isReached = state.withLock { state in
        if !state.isReached { state.watching.append(waiter) }
        return state.isReached
      }
      if isReached { waiter.resume() }
    }
  }

  func open() {
    let passing = state.withLock { state in
      state.isOpen = true
      defer { state.passing = [] }
      return state.passing
    }
    for waiter in passing { waiter.resume() }
  }
}
