/// The numbered changes that bring one module's tables into being.
///
/// A migration is SQL alone, in a file of its own, and is never edited once a release has it. It is written for SQLite;
/// other drivers leave out `STRICT` and read `INTEGER` as 64 bits.
public struct MigrationSet: Sendable {
  public struct Migration: Sendable {
    public let number: Int
    public let name: String
    public let sql: String
  }

  /// The module's name, such as `jobs`.
  public let name: String
  public let migrations: [Migration]

  /// `files` are pairs of a name and the text, in order: the first has the number 1.
  public init(name: String, files: [(name: String, bytes: [UInt8])]) {
    self.name = name
    migrations = files.enumerated().map {
      Migration(number: $0 + 1, name: $1.name, sql: String(decoding: $1.bytes, as: UTF8.self))
    }
  }
}
