/// The node's records: projects, assets, jobs, events, runs, steps.
///
/// SQL is written once, in the common subset of SQLite 3.40 and PostgreSQL 15, with named arguments; a driver makes
/// of it what its database speaks. Queries are static functions over a `Connection`, and the caller of `write`
/// says what belongs to one transaction.
///
/// A function passed to `read` or `write` runs on a thread of the driver's and may block there. It must do nothing
/// else than read and write records: it may be run again, when the database asks for the transaction to be repeated.
public protocol Database: Sendable {
  /// Runs `body` on a snapshot. Writing in it is an error.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> Value
  ) async throws -> Value

  /// Runs `body` in a transaction of its own: all it wrote is on the disk when this returns, and none of it
  /// where `body` throws. Throws what `body` throws, or `StorageError`.
  @discardableResult
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> Value
  ) async throws -> Value

  /// Elements come soon after anybody, in any process, has committed. A hint: some may be missing and some
  /// needless, so those that wait for records look for themselves now and then too.
  func commits() -> AsyncStream<Void>
}

/// One transaction's view of the database. It is lent to a closure and used on its thread alone.
public protocol Connection {
  /// Runs one statement; the number of rows that it inserted, changed or deleted.
  @discardableResult
  func execute(_ sql: String, _ arguments: SQLArguments) throws -> Int

  /// All rows of a query, or of a statement's `RETURNING`.
  func rows(_ sql: String, _ arguments: SQLArguments) throws -> [Row]
}

extension Connection {
  @discardableResult
  public func execute(_ sql: String) throws -> Int { try execute(sql, [:]) }

  public func rows(_ sql: String) throws -> [Row] { try rows(sql, [:]) }

  /// The first row; nil when there is none.
  public func row(_ sql: String, _ arguments: SQLArguments = [:]) throws -> Row? {
    try rows(sql, arguments).first
  }
}
