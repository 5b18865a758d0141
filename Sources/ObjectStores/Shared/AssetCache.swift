internal import Foundation
internal import Storage
internal import Synchronization

/// Assets of a shared store as files of this machine: `objects/3f/3fa9…`, at most so many bytes in all.
///
/// Several processes may use the folder. When room is needed those go that were used longest ago, but none that was
/// given out lately or is pinned. The time of a file's last use is its access time.
final class AssetCache: Sendable {
  let folder: String
  let limit: Int64
  private let keptMS: Int64
  private let clock: any NodeClock
  /// Files of which this process has read that they are what their name says.
  private let sound = Mutex<[String: LocalFile.Facts]>([:])

  init(folder: String, limit: Int64, kept: Duration, clock: any NodeClock) throws {
    (self.folder, self.limit, self.clock) = (folder, limit, clock)
    keptMS = Int64(kept / .milliseconds(1))
    for part in ["objects", "incoming"] {
      do {
        try FileManager.default.createDirectory(
          atPath: folder + "/" + part, withIntermediateDirectories: true)
      } catch {
        throw StorageError(
          .cannotOpen,
          "cannot make the folder of the cached assets (\(error.localizedDescription))",
          path: folder)
      }
    }
  }

  func path(of sha256: String) -> String { "\(folder)/objects/\(sha256.prefix(2))/\(sha256)" }

  /// A name that no other file has, for what is not an asset yet.
  func incoming() -> String { "\(folder)/incoming/\(UUID().uuidString)" }

  // MARK: - Giving out

  /// The asset's file, noted as used now; nil where there is none. One that is not what its name says is deleted.
  func find(_ sha256: String) throws -> String? {
    let path = path(of: sha256)
    let facts = try FileLock.holding(lockPath, .shared) { () -> LocalFile.Facts? in
      guard let facts = LocalFile.facts(path) else { return nil }
      LocalFile.touch(path, usedMS: clock.now)
      return facts
    }
    guard let facts else { return nil }
    if let known = sound.withLock({ $0[sha256] }), facts.isUnchanged(since: known) { return path }
    let hash = try? ContentHash.of(path)
    try Task.checkCancellation()
    guard hash?.sha256 == sha256 else {
      // Unless another process has put a sound one in its place meanwhile.
      try FileLock.holding(lockPath, .alone) {
        if LocalFile.facts(path)?.inode == facts.inode {
          try? FileManager.default.removeItem(atPath: path)
        }
      }
      return nil
    }
    sound.withLock { $0[sha256] = facts }
    // Reading it may have told the file system another time.
    LocalFile.touch(path, usedMS: clock.now)
    return path
  }

  /// Keeps the file from being deleted for room, by any process, as long as the lock is held.
  func lock(_ sha256: String) throws -> FileLock { try FileLock(path(of: sha256), .shared) }

  func remove(_ sha256: String) {
    sound.withLock { $0[sha256] = nil }
    try? FileManager.default.removeItem(atPath: path(of: sha256))
  }

  // MARK: - Taking in

  /// Room for a file that is about to come. Given back when this object goes away, or its process ends.
  final class Room: Sendable {
    fileprivate let path: String
    private let lock: FileLock

    fileprivate init(path: String, lock: FileLock) { (self.path, self.lock) = (path, lock) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  /// Makes room for `bytes` by deleting what was not used for long. Throws `StorageError` of kind `.diskFull` where too
  /// much is in use.
  func room(for bytes: Int64) throws -> Room {
    try FileLock.holding(lockPath, .alone) {
      var used = reserved()
      var files = self.files()
      used += files.reduce(0) { $0 + $1.facts.size }
      if used + bytes > limit {
        // Reading files changes the time of their last use, never for the worse.
        files.sort { $0.facts.usedMS < $1.facts.usedMS }
        let latest = clock.now - keptMS
        for file in files where used + bytes > limit && bytes <= limit {
          guard file.facts.usedMS <= latest, !LocalFile.isLocked(file.path),
            (try? FileManager.default.removeItem(atPath: file.path)) != nil
          else { continue }
          used -= file.facts.size
        }
      }
      guard used + bytes <= limit else { throw tooSmall(for: bytes, used: used) }
      let path = incoming() + ".room"
      try LocalFile.reserve(path, size: bytes)
      return Room(path: path, lock: try FileLock(path, .alone))
    }
  }

  private func tooSmall(for bytes: Int64, used: Int64) -> StorageError {
    let what =
      bytes > limit
      ? "an asset of \(bytes) bytes is larger than the whole cache of \(limit) bytes"
      : "the cache of assets has no room for \(bytes) bytes: \(used) of \(limit) are in use or were until just now"
    return StorageError(
      .diskFull, what + "\n  → let the cache be larger, or do less at once", path: folder)
  }

  /// Gives a file that is known to be sound its asset's name, in place of the room that was kept for it.
  func admit(_ file: String, as sha256: String, room: Room) throws -> String {
    let target = path(of: sha256)
    try makeFolder(of: sha256)
    LocalFile.touch(file, usedMS: clock.now)
    try FileLock.holding(lockPath, .shared) {
      try LocalFile.rename(file, to: target)
      // From here on the file itself counts.
      try? FileManager.default.removeItem(atPath: room.path)
    }
    sound.withLock { $0[sha256] = LocalFile.facts(target) }
    return target
  }

  /// Gives a file that nobody will write to a second name here; false where it lies on another disk.
  func link(_ file: String, as sha256: String, room: Room) throws -> Bool {
    let second = incoming()
    guard LocalFile.link(file, to: second) else { return false }
    defer { try? FileManager.default.removeItem(atPath: second) }
    _ = try admit(second, as: sha256, room: room)
    return true
  }

  private func makeFolder(of sha256: String) throws {
    let folder = "\(folder)/objects/\(sha256.prefix(2))"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw StorageError(
        .inputOutput, "cannot make a folder of the cache (\(error.localizedDescription))",
        path: folder)
    }
  }

  // MARK: - What is there

  private var lockPath: String { folder + "/lock" }

  private struct File {
    var path: String
    var facts: LocalFile.Facts
  }

  private func files() -> [File] {
    Self.names(folder + "/objects").flatMap { part in
      Self.names("\(folder)/objects/\(part)").compactMap { name in
        let path = "\(folder)/objects/\(part)/\(name)"
        return LocalFile.facts(path).flatMap { $0.isFile ? File(path: path, facts: $0) : nil }
      }
    }
  }

  /// Bytes that are on their way. Room of processes that have ended is given back.
  private func reserved() -> Int64 {
    Self.names(folder + "/incoming").filter { $0.hasSuffix(".room") }.reduce(0) { sum, name in
      let path = "\(folder)/incoming/\(name)"
      if !LocalFile.isLocked(path) {
        try? FileManager.default.removeItem(atPath: path)
        return sum
      }
      return sum + (LocalFile.facts(path)?.size ?? 0)
    }
  }

  /// Bytes of all cached assets.
  var bytes: Int64 { files().reduce(0) { $0 + $1.facts.size } }

  /// Deletes what killed processes left behind; gives its number.
  @discardableResult
  func removeAbandoned(olderThan age: Duration = .seconds(3600)) -> Int {
    let latest = Int64(Date().timeIntervalSince1970) - age.components.seconds
    var count = 0
    for name in Self.names(folder + "/incoming") {
      let path = "\(folder)/incoming/\(name)"
      guard let facts = LocalFile.facts(path), facts.written / 1_000_000_000 < latest,
        !LocalFile.isLocked(path), (try? FileManager.default.removeItem(atPath: path)) != nil
      else { continue }
      count += 1
    }
    return count
  }

  private static func names(_ folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }
}
