internal import Synchronization

/// Lets an engine die at a commit, as a killed process does; for tests.
///
/// From then on it writes nothing, and what it would have done after the commit does not happen.
final class FaultPlan: Sendable {
  private struct State {
    /// Commits until it dies; nil for never.
    var left: Int?
    var isDead = false
  }

  private let isBefore: Bool
  private let state = Mutex(State())

  /// Whether it dies before its last commit or right after it.
  init(before isBefore: Bool = false) { self.isBefore = isBefore }

  var isDead: Bool { state.withLock { $0.isDead } }

  func die() { state.withLock { $0.isDead = true } }

  /// Dies at the commit of this number from now, from 1; nil for never.
  func die(in commits: Int?) { state.withLock { $0.left = commits } }

  func beforeCommit() throws {
    let isDead = state.withLock { state in
      if let left = state.left {
        state.left = left - 1
        if isBefore, left == 1 { state.isDead = true }
      }
      return state.isDead
    }
    if isDead { throw RunStopped(.failed) }
  }

  func afterCommit() throws {
    let isDead = state.withLock { state in
      if !isBefore, let left = state.left, left <= 0 { state.isDead = true }
      return state.isDead
    }
    if isDead { throw RunStopped(.failed) }
  }
}
