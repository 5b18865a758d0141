internal import Synchronization

/// Wakes one task that looks for something to do. Rung while it is not waiting, it does not wait the next time.
final class Bell: Sendable {
  private struct State {
    var isRung = false
    var isClosed = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func ring() { resume { $0.isRung = true } }

  /// Nobody waits any more.
  func close() { resume { $0.isClosed = true } }

  /// Returns at once when it was rung since the last time.
  func wait() async {
    await withCheckedContinuation { waiter in
      let isReady = state.withLock { state in
        let isReady = state.isRung || state.isClosed
        if !isReady { state.waiter = waiter }
        state.isRung = false
        return isReady
      }
      if isReady { waiter.resume() }
    }
  }

  private func resume(_ change: (inout State) -> Void) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      change(&state)
      guard let waiter = state.waiter else { return nil }
      state.waiter = nil
      state.isRung = false
      return waiter
    }
    waiter?.resume()
  }
}
