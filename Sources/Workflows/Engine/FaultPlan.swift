internal import Synchronization

/// Lets an engine die at a commit, as a killed process does; for tests.
///
/// From then on it writes nothing, and what it would have done after the commit does not happen.
final class FaultPlan: Sendable {
  private struct State {
    var commits = 0
    var isDead = false
  }

  private let dieAt: Int?
  private let isBefore: Bool
  private let state = Mutex(State())

  /// Dies at the commit of this number, from 1, before it or right after it.
  init(dieAt: Int? = nil, before isBefore: Bool = false) {
    (self.dieAt, self.isBefore) = (dieAt, isBefore)
  }

  var isDead: Bool { state.withLock { $0.isDead } }
  var commits: Int { state.withLock { $0.commits } }

  func die() { state.withLock { $0.isDead = true } }

  func beforeCommit() throws {
    let isDead = state.withLock { state in
      if !state.isDead { state.commits += 1 }
      if isBefore, state.commits == dieAt { state.isDead = true }
      return state.isDead
    }
    if isDead { throw RunStopped(.failed) }
  }

  func afterCommit() throws {
    let isDead = state.withLock { state in
      if !isBefore, let dieAt, state.commits >= dieAt { state.isDead = true }
      return state.isDead
    }
    if isDead { throw RunStopped(.failed) }
  }
}
