internal import Foundation
internal import GRDB
internal import Synchronization

/// The one thread of a process that writes, and the writes that wait for it.
///
/// It takes all that wait, runs each in a savepoint of one transaction, commits once and lets all of them go on.
final class CommitQueue: Sendable {
  /// More in one transaction would make the first of them wait for the last.
  private static let largestBatch = 256

  private typealias Work = Order

  private let pool: DatabasePool
  private let gate: Gate
  private let path: String
  private let waiting = Mutex<[Order]>([])
  private let bell = DispatchSemaphore(value: 0)

  init(pool: DatabasePool, gate: Gate, path: String) {
    (self.pool, self.gate, self.path) = (pool, gate, path)
    let thread = Thread { [weak self, bell] in
      while true {
        bell.wait()
        guard let queue = self else { return }
        queue.drain()
      }
    }
    thread.name = "storage"
    thread.start()
  }

  deinit { bell.signal() }

  /// One write: what it does, and who waits for it.
  private struct Order: Sendable {
    /// Gives what is to be called once it is known whether the commit went through.
    let run: @Sendable (any Connection) throws -> (@Sendable ((any Error)?) -> Void)
    let fail: @Sendable (any Error) -> Void
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let order = Order(
        run: { connection in
          let value = try body(connection)
          return { error in
            if let error {
              continuation.resume(throwing: error)
            } else {
              continuation.resume(returning: value)
            }
          }
        },
        fail: { continuation.resume(throwing: $0) })
      let wasEmpty = waiting.withLock { waiting in
        waiting.append(order)
        return waiting.count == 1
      }
      if wasEmpty { bell.signal() }
    }
  }

  /// Runs `body` in a transaction on the caller's thread.
  func alone<Value>(_ body: (any Connection) throws -> Value) throws -> Value {
    do {
      return try gate.hold {
        try pool.writeWithoutTransaction { database in
          var value: Value?
          try database.inTransaction(.immediate) {
            value = try body(SQLiteConnection(database: database, path: path))
            return .commit
          }
          return value!
        }
      }
    } catch let error as GRDB.DatabaseError {
      throw StorageError(error, path: path)
    }
  }

  private func drain() {
    while true {
      let batch = waiting.withLock { waiting in
        let batch = Array(waiting.prefix(Self.largestBatch))
        waiting.removeFirst(batch.count)
        return batch
      }
      if batch.isEmpty { return }
      for answer in commit(batch) { answer() }
    }
  }

  /// Runs a batch; what is to be called after it, in the order of the batch.
  private func commit(_ batch: [Order]) -> [() -> Void] {
    do {
      return try gate.hold {
        try pool.writeWithoutTransaction { try commit(batch, on: $0) }
      }
    } catch {
      let error = translated(error)
      return batch.map { order in { order.fail(error) } }
    }
  }

  private func commit(_ batch: [Order], on database: GRDB.Database) throws -> [() -> Void] {
    try database.execute(sql: "BEGIN IMMEDIATE")
    let connection = SQLiteConnection(database: database, path: path)
    var answers: [((any Error)?) -> Void] = []
    for order in batch {
      do {
        try statement("SAVEPOINT one", on: database)
        answers.append(try order.run(connection))
        try statement("RELEASE one", on: database)
      } catch {
        let cause = translated(error)
        // A full disk may have ended the whole transaction.
        guard database.isInsideTransaction else { throw error }
        try statement("ROLLBACK TO one", on: database)
        try statement("RELEASE one", on: database)
        answers.append { _ in order.fail(cause) }
      }
    }
    var failure: (any Error)?
    do {
      try database.execute(sql: "COMMIT")
    } catch {
      failure = translated(error)
      if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK") }
    }
    return answers.map { answer in { answer(failure) } }
  }

  private func statement(_ sql: String, on database: GRDB.Database) throws {
    try database.cachedStatement(sql: sql).execute()
  }

  private func translated(_ error: any Error) -> any Error {
    (error as? GRDB.DatabaseError).map { StorageError($0, path: path) } ?? error
  }
}
