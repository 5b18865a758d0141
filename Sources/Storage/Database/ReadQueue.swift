internal import Dispatch
internal import GRDB
internal import Synchronization

/// The few threads of a process that read, and the reads that wait for them.
///
/// A read wakes one thread, and one that many wait for goes on with the next of them without sleeping in between: with
/// short reads, waking threads is most of what they cost.
final class ReadQueue: Sendable {
  private struct State {
    var waiting: [@Sendable () -> Void] = []
    /// Waiting reads before this one have been taken.
    var first = 0
    var threads = 0
  }

  private let pool: DatabasePool
  private let path: String
  private let width: Int
  private let state = Mutex(State())
  private let threads = DispatchQueue(label: "storage.read", attributes: .concurrent)

  /// - Parameter width: the pool's readers, which none waits for then.
  init(pool: DatabasePool, width: Int, path: String) {
    (self.pool, self.width, self.path) = (pool, width, path)
  }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> Value
  ) async throws -> Value {
    try Task.checkCancellation()
    return try await withCheckedThrowingContinuation { continuation in
      add { [pool, path] in
        continuation.resume(
          with: Result {
            try pool.read { try body(SQLiteConnection(database: $0, path: path)) }
          })
      }
    }
  }

  private func add(_ work: @escaping @Sendable () -> Void) {
    let isNew = state.withLock { state in
      state.waiting.append(work)
      guard state.threads < width else { return false }
      state.threads += 1
      return true
    }
    if isNew { threads.async { [self] in drain() } }
  }

  private func drain() {
    while let work = next() { work() }
  }

  /// The read that waits longest; without one the calling thread is done.
  private func next() -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard state.first < state.waiting.count else {
        state.waiting.removeAll(keepingCapacity: true)
        (state.first, state.threads) = (0, state.threads - 1)
        return nil
      }
      defer {
        state.first += 1
        if state.first == 256 {
          state.waiting.removeFirst(256)
          state.first = 0
        }
      }
      return state.waiting[state.first]
    }
  }
}
