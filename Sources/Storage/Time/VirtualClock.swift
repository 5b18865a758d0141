internal import Synchronization

/// A clock that stands still until it is told to go on: an hour of waiting takes no time in a test.
public final class VirtualClock: NodeClock {
  private struct Sleeper {
    var due: Int64
    var number: Int
    var wake: CheckedContinuation<Void, any Error>
  }

  private struct State {
    /// What `now` says.
    var now: Int64
    /// What sleeping goes by; it never jumps.
    var elapsed: Int64 = 0
    var sleepers: [Sleeper] = []
    var cancelled: Set<Int> = []
    var count = 0
  }

  private let state: Mutex<State>

  /// Begins on 2026-01-01 unless told otherwise.
  public init(now: Int64 = 1_767_225_600_000) { state = Mutex(State(now: now)) }

  public var now: Int64 { state.withLock { $0.now } }
  public var elapsed: Int64 { state.withLock { $0.elapsed } }

  /// How many tasks are asleep.
  public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  /// Milliseconds until the first sleeper wakes; nil when nobody sleeps.
  public var untilNextWake: Int64? {
    state.withLock { state in state.sleepers.map(\.due).min().map { max(0, $0 - state.elapsed) } }
  }

  /// Lets time pass; those whose time has come wake in its order.
  public func advance(milliseconds: Int64) {
    let woken = state.withLock { state in
      state.now += milliseconds
      state.elapsed += milliseconds
      let due = state.sleepers.filter { $0.due <= state.elapsed }
      state.sleepers.removeAll { $0.due <= state.elapsed }
      return due.sorted { ($0.due, $0.number) < ($1.due, $1.number) }
    }
    for sleeper in woken { sleeper.wake.resume() }
  }

  /// Sets the time of day without letting time pass, as an administrator does.
  public func jump(milliseconds: Int64) { state.withLock { $0.now += milliseconds } }

  public func sleep(milliseconds: Int64) async throws {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (wake: CheckedContinuation<Void, any Error>) in
        let answer: Result<Void, any Error>? = state.withLock { state in
          if state.cancelled.remove(number) != nil { return .failure(CancellationError()) }
          if milliseconds <= 0 { return .success(()) }
          state.sleepers.append(
            Sleeper(due: state.elapsed + milliseconds, number: number, wake: wake))
          return nil
        }
        if let answer { wake.resume(with: answer) }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        guard let place = state.sleepers.firstIndex(where: { $0.number == number }) else {
          state.cancelled.insert(number)
          return nil
        }
        return state.sleepers.remove(at: place)
      }
      sleeper?.wake.resume(throwing: CancellationError())
    }
  }
}
