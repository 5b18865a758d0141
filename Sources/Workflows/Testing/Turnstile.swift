internal import Synchronization

/// Lets one branch of all runs go on at a time, in an order that a seed decides; for tests.
///
/// Whoever makes a branch ready says so first (`expect`), and nobody passes before all expected branches have
/// arrived: so the choice does not depend on the machine's threads.
final class Turnstile: Sendable {
  private struct State {
    var generator: SeededGenerator
    var expected = 0
    var arrived: [(key: String, waiter: CheckedContinuation<Void, Never>)] = []
    var isTaken = false
    var holds = 0
  }

  private let state: Mutex<State>

  init(seed: UInt64) { state = Mutex(State(generator: SeededGenerator(seed: seed))) }

  /// Nobody passes before `release`: several branches are made ready, and all of them take part in the choice.
  func hold() { state.withLock { $0.holds += 1 } }

  func release() {
    state.withLock { $0.holds -= 1 }
    next()
  }

  /// A branch will arrive.
  func expect() { state.withLock { $0.expected += 1 } }

  /// Returns when it is this branch's turn.
  func arrive(_ key: String) async {
    await withCheckedContinuation { waiter in
      state.withLock { $0.arrived.append((key, waiter)) }
      next()
    }
  }

  /// The branch whose turn it was rests or ends.
  func leave() {
    state.withLock { $0.isTaken = false }
    next()
  }

  /// Gives the turn away and takes part in the choice of the next.
  func yield(_ key: String) async {
    expect()
    leave()
    await arrive(key)
  }

  private func next() {
    let chosen = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.isTaken, state.holds == 0, state.expected > 0,
        state.arrived.count == state.expected
      else {
        return nil
      }
      state.arrived.sort { $0.key < $1.key }
      let place = Int.random(in: 0..<state.arrived.count, using: &state.generator)
      state.expected -= 1
      state.isTaken = true
      return state.arrived.remove(at: place).waiter
    }
    chosen?.resume()
  }
}
