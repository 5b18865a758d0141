internal import Crypto
internal import Foundation

/// Brings a database to the schema of this program, or says why it cannot.
struct Migrator {
  var sets: [MigrationSet]
  var path: String

  private static let table = """
    CREATE TABLE IF NOT EXISTS schema_migration (
      module TEXT NOT NULL,
      number INTEGER NOT NULL,
      name TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      applied_ms INTEGER NOT NULL,
      PRIMARY KEY (module, number)
    ) STRICT
    """

  /// Whether `run` has nothing to do, found out without writing. Throws as `run` does.
  func isDone(_ connection: any Connection) throws -> Bool {
    let table = try connection.row(
      "SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'")
    guard table != nil else { return false }
    return try sets.allSatisfy { try missing(of: $0, connection).isEmpty }
  }

  /// In the caller's transaction: all of it happens or nothing.
  func run(_ connection: any Connection, applying: Bool) throws {
    try connection.execute(Self.table)
    for set in sets {
      for migration in try missing(of: set, connection) {
        guard applying else {
          throw StorageError(
            .olderSchema,
            "the database lacks the migration '\(migration.name)'\n  → run 'reelnode db migrate'",
            path: path)
        }
        for statement in migration.statements { try connection.execute(statement) }
        try connection.execute(
          """
          INSERT INTO schema_migration (module, number, name, sha256, applied_ms)
          VALUES (:module, :number, :name, :sha256, :now)
          """,
          [
            "module": set.name, "number": migration.number, "name": migration.name,
            "sha256": migration.sha256, "now": SystemClock().now,
          ])
      }
    }
  }

  /// What of a set the database lacks. Throws where it has others than this program knows.
  private func missing(
    of set: MigrationSet, _ connection: any Connection
  ) throws -> ArraySlice<MigrationSet.Migration> {
    let done = try connection.rows(
      "SELECT number, name, sha256 FROM schema_migration WHERE module = :module ORDER BY number",
      ["module": set.name])
    if done.count > set.migrations.count {
      let name: String = try done[set.migrations.count].get("name")
      throw StorageError(
        .newerSchema,
        "a newer version of reelnode wrote this database (it has '\(name)', which this one does not know)\n  → use that version, or put back a backup from before",
        path: path)
    }
    for (migration, row) in zip(set.migrations, done)
    where try row.get("sha256") != migration.sha256 {
      throw StorageError(
        .newerSchema,
        "the migration '\(migration.name)' in this database is another one than this program's\n  → use the version of reelnode that made the database",
        path: path)
    }
    return set.migrations.dropFirst(done.count)
  }
}

extension MigrationSet.Migration {
  var sha256: String {
    SHA256.hash(data: Data(sql.utf8)).hexadecimal
  }

  /// The statements, split at semicolons that end a line. Comments are whole lines.
  var statements: [String] {
    let code = sql.split(separator: "\n").filter { !$0.drop(while: \.isWhitespace).hasPrefix("--") }
    return code.joined(separator: "\n").components(separatedBy: ";\n")
      .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
      .map { $0.hasSuffix(";") ? String($0.dropLast()) : $0 }
      .filter { !$0.isEmpty }
  }
}
