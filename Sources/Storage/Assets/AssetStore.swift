public import Foundation

/// Files by the SHA-256 of their content: what was put in is never changed, and the same content is kept once.
public protocol AssetStore: Sendable {
  /// Keeps a copy of the file at `path` and gives its content's SHA-256 as 64 hexadecimal digits. It is there complete or
  /// not at all, also after the machine loses power.
  func put(fileAt path: String) async throws -> String

  /// Like `put`, of a file that nobody will write to any more: a store on the same disk gives it a second name instead of
  /// copying it.
  func adopt(fileAt path: String) async throws -> String

  /// Keeps `data` as a file.
  func put(_ data: Data) async throws -> String

  /// Bytes of the asset; nil when it is not there.
  func size(of sha256: String) async throws -> Int64?

  /// Makes the asset readable as a file of this machine and gives its path, which may not be written to. Throws
  /// `StorageError` of kind `.asset` where it is not there.
  func file(of sha256: String) async throws -> String

  /// Forgets an asset; one that is not there is no error.
  func remove(_ sha256: String) async throws

  /// Deletes what keeping files has left behind that was begun longer than `age` ago and never finished; gives the number.
  func removeAbandoned(olderThan age: Duration) async throws -> Int
}

extension AssetStore {
  /// For stores that leave nothing behind.
  public func removeAbandoned(olderThan age: Duration) async throws -> Int { 0 }
}

/// What a service that keeps assets could not do: its fault or the network's, or that of its settings.
public protocol AssetServiceError: Error, CustomStringConvertible {
  /// Whether the same call may succeed later.
  var isRetryable: Bool { get }
}
