/// What the database or the asset store could not do.
public struct StorageError: Error, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Another process held the database for longer than the time-out.
    case busy
    case diskFull
    /// The file is damaged, or a value in it cannot be.
    case damaged
    /// The file is no database.
    case notADatabase
    /// The database was written by a newer version of the program.
    case newerSchema
    /// Migrations are missing and were not asked for.
    case olderSchema
    case readOnly
    case cannotOpen
    /// A rule of the schema (UNIQUE, CHECK, FOREIGN KEY, NOT NULL) was broken.
    case constraint
    case inputOutput
    /// The process asked for something that cannot be; a fault in the program.
    case misuse
    /// An asset that is not in the store, or is not what its name says.
    case asset
  }

  public let kind: Kind
  /// What happened, for people; ends with what to do where something can be done.
  public let message: String
  /// The database's file, or the asset's.
  public let path: String?

  public init(_ kind: Kind, _ message: String, path: String? = nil) {
    (self.kind, self.message, self.path) = (kind, message, path)
  }

  /// The same try may succeed later.
  public var isTransient: Bool { kind == .busy || kind == .diskFull }
}

extension StorageError: CustomStringConvertible {
  public var description: String { path.map { "\($0): \(message)" } ?? message }
}
