internal import Synchronization

/// What is known of a render under way: how far it is, and since when it has not moved.
///
/// A render is stuck when neither a frame was finished nor the work came by to look for a cancellation for
/// max(30 s, 20 × the median time of a frame).
final class ProgressWatch: Sendable {
  private struct State {
    var done = 0
    var total = 0
    var checks = 0
    var phase = ""
    var moved: ContinuousClock.Instant
    var frameAt: ContinuousClock.Instant
    /// Milliseconds for each frame, the last hundred.
    var frameTimes: [Double] = []
  }

  /// No render is stuck before this time.
  private let patience: Duration
  private let state: Mutex<State>

  init(patience: Duration, now: ContinuousClock.Instant = .now) {
    self.patience = patience
    state = Mutex(State(moved: now, frameAt: now))
  }

  func hear(
    done: Int, total: Int, checks: Int, phase: String, now: ContinuousClock.Instant = .now
  ) {
    state.withLock { state in
      if done > state.done {
        let each = (now - state.frameAt) / .milliseconds(1) / Double(done - state.done)
        state.frameTimes.append(each)
        if state.frameTimes.count > 100 { state.frameTimes.removeFirst() }
        state.frameAt = now
      }
      if done != state.done || checks != state.checks || phase != state.phase { state.moved = now }
      (state.done, state.total) = (max(done, state.done), max(total, state.total))
      (state.checks, state.phase) = (checks, phase)
    }
  }

  var frames: (done: Int, total: Int) { state.withLock { ($0.done, $0.total) } }

  /// Frames that were finished, and for how long nothing has moved, when that is too long.
  func stall(now: ContinuousClock.Instant = .now) -> (frames: Int, after: Duration)? {
    state.withLock { state in
      let sorted = state.frameTimes.sorted()
      let median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
      let limit = max(patience, .milliseconds(20 * median))
      let still = now - state.moved
      return still > limit ? (state.done, still) : nil
    }
  }
}
