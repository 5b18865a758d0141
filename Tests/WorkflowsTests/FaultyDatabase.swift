import Storage
import Synchronization

/// A database that fails when it is told to.
final class FaultyDatabase: Database {
  private let base: any Database
  private let faults = Mutex<[StorageError]>([])

  init(_ base: any Database) { self.base = base }

  /// The next writes fail like this, one after the other.
  func fail(_ errors: [StorageError]) { faults.withLock { $0 = errors } }
  var isDone: Bool { faults.withLock { $0.isEmpty } }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> Value
  ) async throws -> Value {
    try await base.read(body)
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> Value
  ) async throws -> Value {
    let fault = faults.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    if let fault { throw fault }
    return try await base.write(body)
  }

  func commits() -> AsyncStream<Void> { base.commits() }
}
