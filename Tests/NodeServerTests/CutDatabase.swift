import Storage
import Synchronization

/// A database whose process dies: after a number of transactions nothing is read or written any more.
final class CutDatabase: Database {
  struct Died: Error {}

  private let database: any Database
  /// Transactions that are still written; nil for any number.
  private let left = Mutex<Int?>(nil)

  init(_ database: any Database) { self.database = database }

  func cut(after count: Int?) { left.withLock { $0 = count } }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> Value
  ) async throws -> Value {
    if left.withLock({ $0 == 0 }) { throw Died() }
    return try await database.read(body)
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> Value
  ) async throws -> Value {
    let isAlive = left.withLock { left in
      if left == 0 { return false }
      left = left.map { $0 - 1 }
      return true
    }
    if !isAlive { throw Died() }
    return try await database.write(body)
  }

  func commits() -> AsyncStream<Void> { database.commits() }
}
