internal import Foundation
internal import GRDB

/// A database in a file of this machine, which several processes may have open at the same time.
///
/// Journal in WAL mode with `synchronous=FULL`: what `write` returned from has reached the disk. Concurrent
/// writes of one process share a transaction, each in a savepoint of its own, so that a thousand small
/// writes cost a few waits for the disk and not a thousand; each returns after the common commit.
public final class SQLiteDatabase: Database {
  public let path: String
  private let pool: DatabasePool
  private let writer: CommitQueue
  private let reader: ReadQueue
  private let watch: CommitWatch

  /// What opening may do.
  public struct Options: Sendable {
    /// Apply the migrations that are missing; without it a database that needs some is refused.
    public var migrates = true
    /// Look through the whole file for damage before it is used.
    public var checksIntegrity = true
    /// Make the file where there is none.
    public var creates = true
    /// How long a writer waits for programs that hold the database without knowing the gate.
    public var timeout: Duration = .seconds(30)
    public init() {}
  }

  /// Opens the database at `path`, whose folder must exist, for the given sets of migrations.
  ///
  /// Throws `StorageError`: `.notADatabase`, `.damaged`, `.newerSchema`, `.olderSchema`, `.cannotOpen`, `.readOnly`.
  public init(path: String, migrations: [MigrationSet], options: Options = Options()) throws {
    self.path = path
    watch = CommitWatch(database: path)
    if !options.creates, !FileManager.default.fileExists(atPath: path) {
      throw StorageError(
        .cannotOpen, "there is no such database\n  → 'reelnode db migrate' makes one", path: path)
    }
    var configuration = Configuration()
    configuration.label = "storage"
    let readers = 4
    configuration.maximumReaderCount = readers
    configuration.busyMode = .timeout(options.timeout / .seconds(1))
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA synchronous = FULL")
      try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
      try database.execute(sql: "PRAGMA cache_size = -16384")
    }
    do {
      let gate = try Gate(path: path + ".lock")
      pool = try gate.hold { try DatabasePool(path: path, configuration: configuration) }
      if options.checksIntegrity { try Self.check(pool, path: path) }
      writer = CommitQueue(pool: pool, gate: gate, path: path)
      reader = ReadQueue(pool: pool, width: readers, path: path)
    } catch let error as GRDB.DatabaseError {
      throw StorageError(error, path: path)
    }
    let migrator = Migrator(sets: migrations, path: path)
    // Most who open it find all tables there, and need not wait for those that write.
    let isDone = try Self.translating(path) {
      try pool.read { try migrator.isDone(SQLiteConnection(database: $0, path: path)) }
    }
    if isDone { return }
    try writer.alone { connection in
      try migrator.run(connection, applying: options.migrates)
    }
  }

  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> Value
  ) async throws -> Value {
    do {
      return try await reader.read(body)
    } catch let error as GRDB.DatabaseError {
      throw StorageError(error, path: path)
    }
  }

  @discardableResult
  public func write<Value: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> Value
  ) async throws -> Value {
    try await writer.write(body)
  }

  public func commits() -> AsyncStream<Void> { watch.commits() }

  /// Every fault that SQLite finds in the file, and rows whose reference leads nowhere; empty for a sound one.
  public func faults() async throws -> [String] {
    do {
      return try await pool.read { database in
        var found = try String.fetchAll(database, sql: "PRAGMA integrity_check(50)")
          .filter { $0 != "ok" }
        for row in try GRDB.Row.fetchAll(database, sql: "PRAGMA foreign_key_check") {
          let table: String = row[0]
          let parent: String = row[2]
          found.append("a row of '\(table)' refers to one of '\(parent)' that is not there")
        }
        return found
      }
    } catch let error as GRDB.DatabaseError {
      throw StorageError(error, path: path)
    }
  }

  /// Writes a copy of the database as it is now to a new file, while others go on reading and writing.
  /// The copy appears complete or not at all; a file of that name is replaced.
  public func backUp(to target: String) async throws {
    let partial = target + ".partial"
    try? FileManager.default.removeItem(atPath: partial)
    do {
      try await pool.writeWithoutTransaction { database in
        try database.execute(sql: "VACUUM INTO ?", arguments: [partial])
      }
      try DurableFile.sync(partial)
      try DurableFile.rename(partial, to: target)
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      if let error = error as? GRDB.DatabaseError { throw StorageError(error, path: target) }
      throw error
    }
  }

  private static func translating<Value>(_ path: String, _ body: () throws -> Value) throws -> Value
  {
    do {
      return try body()
    } catch let error as GRDB.DatabaseError {
      throw StorageError(error, path: path)
    }
  }

  private static func check(_ pool: DatabasePool, path: String) throws {
    let found = try pool.read { try String.fetchAll($0, sql: "PRAGMA quick_check(1)") }
    if found != ["ok"] {
      throw StorageError(
        .damaged,
        "the database is damaged (\(found.first ?? "no answer"))\n  → put back a backup made with 'reelnode db backup'",
        path: path)
    }
  }
}
