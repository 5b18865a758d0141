public import Foundation
public import Storage
internal import Synchronization

/// Assets that many machines share: in an object store under `assets/3f/3fa9…`, with a cache on this machine.
///
/// An asset that was put is in the object store before `put` returns. What comes from there is checked against its
/// SHA-256 before it appears in the cache. Throws `StorageError` for assets that are not there or not what their name
/// says and for what this machine's disk lacks, and `ObjectStoreError` for what the service does.
public final class SharedAssetStore: AssetStore {
  public struct CacheSettings: Sendable {
    /// Made where it is missing; may be shared by processes of one machine.
    public var folder: String
    /// Of all cached assets together. Files that are being uploaded come on top.
    public var bytes: Int64
    /// An asset that was given out stays for so long after.
    public var kept: Duration

    public init(folder: String, bytes: Int64 = 20 << 30, kept: Duration = .seconds(1800)) {
      (self.folder, self.bytes, self.kept) = (folder, bytes, kept)
    }
  }

  public let objects: any ObjectStore
  private let prefix: String
  private let cache: AssetCache
  private let turnstile = Turnstile()
  /// Assets that came from the object store as something else: to be put again.
  private let damaged = Mutex<Set<String>>([])

  /// `prefix` is put before every key; ends with a slash.
  public init(
    _ objects: any ObjectStore, cache: CacheSettings, prefix: String = "assets/",
    clock: any NodeClock = SystemClock()
  ) throws {
    (self.objects, self.prefix) = (objects, prefix)
    self.cache = try AssetCache(
      folder: cache.folder, limit: cache.bytes, kept: cache.kept, clock: clock)
    self.cache.removeAbandoned()
  }

  // MARK: - AssetStore

  public func put(fileAt path: String) async throws -> String {
    guard let source = FileHandle(forReadingAtPath: path) else {
      throw StorageError(.asset, "the file to keep cannot be read", path: path)
    }
    defer { try? source.close() }
    // A copy first: the file might be written to while it is uploaded.
    return try await keepCopy { sink in
      do {
        while let piece = try source.read(upToCount: 1 << 20), !piece.isEmpty { try sink(piece) }
      } catch let error as StorageError {
        throw error
      } catch {
        throw StorageError(
          .asset, "the file to keep cannot be read (\(error.localizedDescription))", path: path)
      }
    }
  }

  public func put(_ data: Data) async throws -> String { try await keepCopy { try $0(data) } }

  public func adopt(fileAt path: String) async throws -> String {
    let hash: ContentHash
    do { hash = try ContentHash.of(path) } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw StorageError(.asset, "the file to keep cannot be read", path: path)
    }
    try await upload(path, hash.sha256, size: hash.bytes)
    try await turnstile.pass(hash.sha256) {
      guard try cache.find(hash.sha256) == nil, let room = try? cache.room(for: hash.bytes) else {
        return
      }
      _ = try cache.link(path, as: hash.sha256, room: room)
    }
    return hash.sha256
  }

  public func size(of sha256: String) async throws -> Int64? {
    guard Self.isSHA256(sha256) else { return nil }
    return try await objects.facts(of: key(sha256))?.size
  }

  public func file(of sha256: String) async throws -> String {
    guard Self.isSHA256(sha256) else { throw missing(sha256) }
    // Those who want the same file at the same time wait for the first.
    return try await turnstile.pass(sha256) {
      if let path = try cache.find(sha256) { return path }
      return try await download(sha256)
    }
  }

  public func remove(_ sha256: String) async throws {
    guard Self.isSHA256(sha256) else { return }
    try await objects.delete(key(sha256))
    cache.remove(sha256)
  }

  /// On this machine, and uploads of any machine that were never finished.
  public func removeAbandoned(olderThan age: Duration) async throws -> Int {
    let local = cache.removeAbandoned(olderThan: age)
    return try await local + objects.removeAbandoned(prefix: prefix, olderThan: age)
  }

  // MARK: - Beyond the protocol

  /// Finds out whether assets can be kept, found and removed: does all three with a few bytes, past the cache.
  public func check() async throws {
    let file = cache.incoming()
    defer { try? FileManager.default.removeItem(atPath: file) }
    let hash = try CopiedFile.write(file) { try $0(Data("reelnode".utf8)) }
    // A name of its own, so that nobody else's check removes it.
    let key = prefix + "check-" + UUID().uuidString.lowercased()
    try await objects.put(
      fileAt: file, as: key, contentType: "application/octet-stream", sha256: hash.sha256)
    let there = try await objects.facts(of: key)
    try await objects.delete(key)
    guard there?.size == hash.bytes else {
      throw ObjectStoreError(
        .permanent, store: objects.name, key: key, "what was kept there is not found again",
        advice: "allow the keys to read the bucket, or name another store")
    }
  }

  /// Fetches the asset past the cache and tells whether it is what its name says.
  public func isSound(_ sha256: String) async throws -> Bool {
    guard Self.isSHA256(sha256) else { return false }
    let file = cache.incoming()
    defer { try? FileManager.default.removeItem(atPath: file) }
    do { _ = try await objects.get(key(sha256), to: file, sha256: sha256) } catch let error
      as ObjectStoreError where [.damaged, .missing].contains(error.kind)
    { return false }
    return true
  }

  /// An asset's file that stays where it is as long as this object lives, however much room others need.
  public final class Pinned: Sendable {
    /// May not be written to.
    public let path: String
    private let lock: FileLock

    fileprivate init(path: String, lock: FileLock) { (self.path, self.lock) = (path, lock) }
  }

  /// Like `file(of:)`, for work that takes longer than files are kept otherwise.
  public func pin(_ sha256: String) async throws -> Pinned {
    // Only in the moment between the two could it go, with files that are kept for no time at all.
    for _ in 0..<3 {
      let path = try await file(of: sha256)
      if let lock = try? cache.lock(sha256), LocalFile.facts(path) != nil {
        return Pinned(path: path, lock: lock)
      }
    }
    throw StorageError(
      .diskFull, "the asset \(sha256) cannot be kept in the cache\n  → let the cache be larger",
      path: cache.folder)
  }

  /// An address from which a service can fetch the asset for so long, without keys. It belongs in no log.
  ///
  /// Throws `StorageError` of kind `.asset` where the asset is not there.
  public func signedURL(
    of sha256: String, expires: Duration, fileName: String? = nil
  ) async throws -> String {
    guard Self.isSHA256(sha256), try await objects.facts(of: key(sha256)) != nil else {
      throw missing(sha256)
    }
    return try await objects.signedURL(of: key(sha256), expires: expires, fileName: fileName)
  }

  /// Every asset's SHA-256, in order.
  public func list() async throws -> [String] {
    try await objects.listAll(prefix: prefix).compactMap { object in
      let name = object.key.split(separator: "/").last.map(String.init) ?? ""
      return Self.isSHA256(name) && object.key == key(name) ? name : nil
    }.sorted()
  }

  /// Bytes of all assets in this machine's cache.
  public var cachedBytes: Int64 { cache.bytes }

  // MARK: - To and from the object store

  func key(_ sha256: String) -> String { "\(prefix)\(sha256.prefix(2))/\(sha256)" }

  private func keepCopy(_ fill: ((Data) throws -> Void) throws -> Void) async throws -> String {
    let partial = cache.incoming()
    defer { try? FileManager.default.removeItem(atPath: partial) }
    let hash = try CopiedFile.write(partial, fill)
    // Sent from the copy, which then becomes the cached file, where there is room for it.
    let room = try? cache.room(for: hash.bytes)
    try await upload(partial, hash.sha256, size: hash.bytes)
    if let room {
      try await turnstile.pass(hash.sha256) {
        if try cache.find(hash.sha256) == nil {
          _ = try cache.admit(partial, as: hash.sha256, room: room)
        }
      }
    }
    return hash.sha256
  }

  private func upload(_ path: String, _ sha256: String, size: Int64) async throws {
    try await turnstile.pass("put " + sha256) {
      let isDamaged = damaged.withLock { $0.contains(sha256) }
      if let there = try await objects.facts(of: key(sha256)) {
        if there.size == size && !isDamaged { return }
        // Some stores do not replace.
        try await objects.delete(key(sha256))
      }
      try await objects.put(
        fileAt: path, as: key(sha256), contentType: "application/octet-stream", sha256: sha256)
      damaged.withLock { _ = $0.remove(sha256) }
    }
  }

  private func download(_ sha256: String) async throws -> String {
    guard let facts = try await objects.facts(of: key(sha256)) else { throw missing(sha256) }
    let room = try cache.room(for: facts.size)
    let partial = cache.incoming()
    defer { try? FileManager.default.removeItem(atPath: partial) }
    do {
      let came = try await objects.get(key(sha256), to: partial, sha256: sha256)
      guard came.size == facts.size else {
        // Sound, and of another length than the service said: room was made for less.
        throw ObjectStoreError(
          .retry, store: objects.name, key: key(sha256),
          "the object had \(facts.size) bytes, and \(came.size) when it came")
      }
    } catch let error as ObjectStoreError where error.kind == .missing {
      throw missing(sha256)
    } catch let error as ObjectStoreError where error.kind == .damaged {
      damaged.withLock { _ = $0.insert(sha256) }
      throw StorageError(
        .asset,
        "the asset \(sha256) in the \(objects.name) is not what its name says\n  → put it again from where it came, or make it anew",
        path: cache.folder)
    }
    return try cache.admit(partial, as: sha256, room: room)
  }

  private func missing(_ sha256: String) -> StorageError {
    StorageError(
      .asset,
      "the asset \(ObjectStoreError.printable(sha256)) is not in the \(objects.name)", path: nil)
  }

  /// 64 hexadecimal digits in lower case; nothing else reaches a path or a key.
  static func isSHA256(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
