/// Files by name at a service that many machines share.
///
/// An object appears under its key whole or not at all. Every call tries again by itself what is safe to repeat, and
/// throws `ObjectStoreError`, or `CancellationError`.
public protocol ObjectStore: Sendable {
  /// For messages: kind, bucket and host.
  var name: String { get }

  /// Keeps the file at `path`, which nobody writes to meanwhile, as `key`, instead of what was there before.
  ///
  /// `sha256` is that of the file's content where the caller knows it. A large file goes in parts; when that is cut
  /// short, the next `put` of the same file goes on from there.
  func put(fileAt path: String, as key: String, contentType: String, sha256: String?) async throws

  /// Writes the object to `path`, which appears complete or not at all, and only when the content has the length that
  /// the service announced and the SHA-256 `sha256`, where one is given. Of kind `.missing` when there is no such object.
  func get(_ key: String, to path: String, sha256: String?) async throws -> ObjectFacts

  /// Bytes `range` of the object, fewer where it ends sooner. For pieces that fit in memory.
  func read(_ key: String, bytes range: Range<Int64>) async throws -> [UInt8]

  /// What is known of an object; nil when there is none.
  func facts(of key: String) async throws -> ObjectFacts?

  /// Forgets an object; one that is not there is no error.
  func delete(_ key: String) async throws

  /// Some of the objects whose key begins with `prefix`, at most `limit`, in no particular order. `token` is what the
  /// page before gave; a page may be empty though others follow.
  func list(prefix: String, after token: String?, limit: Int) async throws -> ObjectPage

  /// An address from which anybody can get the object for so long, without keys. Whoever has it can read the object:
  /// it belongs in no log.
  func signedURL(of key: String, expires: Duration, fileName: String?) async throws -> String

  /// Ends uploads below `prefix` that began longer than `age` ago and were never finished; gives their number.
  func removeAbandoned(prefix: String, olderThan age: Duration) async throws -> Int
}

/// What a service tells of an object.
public struct ObjectFacts: Sendable, Hashable {
  public var key: String
  /// Bytes.
  public var size: Int64
  /// The service's mark of this content, without quotes; not always its MD5.
  public var etag: String
  /// Empty where the service does not say.
  public var contentType: String

  public init(key: String, size: Int64, etag: String = "", contentType: String = "") {
    (self.key, self.size, self.etag, self.contentType) = (key, size, etag, contentType)
  }
}

public struct ObjectPage: Sendable, Hashable {
  public var objects: [ObjectFacts]
  /// For the next page; nil after the last.
  public var next: String?

  public init(objects: [ObjectFacts], next: String?) { (self.objects, self.next) = (objects, next) }
}

extension ObjectStore {
  /// Every object whose key begins with `prefix`.
  public func listAll(prefix: String) async throws -> [ObjectFacts] {
    var objects: [ObjectFacts] = []
    var token: String?
    repeat {
      let page = try await list(prefix: prefix, after: token, limit: 1000)
      objects += page.objects
      token = page.next
    } while token != nil
    return objects
  }

  /// For services that end such uploads by themselves.
  public func removeAbandoned(prefix: String, olderThan age: Duration) async throws -> Int { 0 }

  public func signedURL(of key: String, expires: Duration) async throws -> String {
    try await signedURL(of: key, expires: expires, fileName: nil)
  }
}
