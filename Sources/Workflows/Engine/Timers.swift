internal import Synchronization

/// When this process has to look at something: the next rest that is over in the database, and the times of single
/// branches whose run executes.
///
/// Only the next time of the database is kept here: 100 000 sleeping runs are 100 000 rows of an index and no memory.
final class Timers: Sendable {
  private struct State {
    var nextDue: Int64?
    var branches: [(due: Int64, run: String)] = []
  }

  private let state = Mutex(State())

  /// The next time of all; nil when nothing rests.
  var next: Int64? {
    state.withLock { state in
      guard let branch = state.branches.map(\.due).min() else { return state.nextDue }
      return min(branch, state.nextDue ?? .max)
    }
  }

  /// Something in the database rests until then, and perhaps others for less.
  func lower(to due: Int64?) {
    guard let due else { return }
    state.withLock { $0.nextDue = min($0.nextDue ?? .max, due) }
  }

  /// What the database said last.
  func set(_ due: Int64?) { state.withLock { $0.nextDue = due } }

  func add(_ due: Int64, run: String) { state.withLock { $0.branches.append((due, run)) } }

  /// The runs with branches whose time has come, which are forgotten here.
  func takeDue(_ now: Int64) -> Set<String> {
    state.withLock { state in
      let due = state.branches.filter { $0.due <= now }
      state.branches.removeAll { $0.due <= now }
      return Set(due.map(\.run))
    }
  }
}
