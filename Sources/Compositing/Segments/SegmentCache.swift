internal import Foundation
internal import Media

/// Encoded segments and sound by key, in a folder of bounded size that several processes share.
///
/// A file appears under its key complete or not at all (written beside it, then renamed). A render takes a hard
/// link of what it will need into its own work folder, so that another process may evict a file without
/// harm. Least recently used goes first; a use sets the file's modification time.
public struct SegmentCache: Sendable {
  public static let defaultLimit: Int64 = 10 << 30

  public let folder: String
  /// Bytes that `evict` leaves at the most.
  public let limit: Int64

  /// Creates `folder` where it does not exist.
  public init(folder: String, limit: Int64 = SegmentCache.defaultLimit) throws {
    (self.folder, self.limit) = (folder, limit)
    let kind = try? FileManager.default.attributesOfItem(
      atPath: (folder as NSString).resolvingSymlinksInPath)[.type]
    if let kind = kind as? FileAttributeType, kind != .typeDirectory {
      throw HostError(number: ENOTDIR, path: folder, action: "keep segments in")
    }
    for part in ["segments", "work"] {
      do {
        try FileManager.default.createDirectory(
          atPath: folder + "/" + part, withIntermediateDirectories: true)
      } catch { throw HostError.writing(folder, error) }
    }
  }

  /// `$REELNODE_CACHE`, else `$XDG_CACHE_HOME/reelnode`, else `~/.cache/reelnode`.
  public static var defaultFolder: String {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["REELNODE_CACHE"], !folder.isEmpty { return folder }
    if let base = environment["XDG_CACHE_HOME"], base.hasPrefix("/") { return base + "/reelnode" }
    return NSHomeDirectory() + "/.cache/reelnode"
  }

  /// Where the file of `key` is, or would be.
  public func path(of key: String) -> String { "\(folder)/segments/\(key.prefix(2))/\(key)" }

  public func contains(_ key: String) -> Bool {
    FileManager.default.fileExists(atPath: path(of: key))
  }

  /// Links the file of `key` to `place` and marks it used; false when it is not there.
  func link(_ key: String, to place: String) -> Bool {
    let source = path(of: key)
    guard HostFile.link(source, to: place) == 0 else { return false }
    _ = HostFile.touch(source)
    return true
  }

  /// Gives the file at `place`, which must not change any more, the name of `key` too; false when that cannot be.
  public func adopt(_ place: String, as key: String) -> Bool {
    store(place, as: key)
    return contains(key)
  }

  /// Keeps the finished file at `place` under `key`; a file that is there already stays.
  func store(_ place: String, as key: String) {
    let target = path(of: key)
    let shard = FilePath.folder(of: target)
    try? FileManager.default.createDirectory(atPath: shard, withIntermediateDirectories: true)
    // A cache that cannot keep a file is no error of the render: the work folder has it.
    _ = HostFile.link(place, to: target)
  }

  /// Drops a file whose content turned out wrong.
  func remove(_ key: String) { try? FileManager.default.removeItem(atPath: path(of: key)) }

  /// Deletes least recently used files until no more than `limit` bytes are left; one process at a time.
  public func evict() {
    guard let lock = FileLock(trying: folder + "/evict.lock") else { return }
    defer { lock.unlock() }
    var files: [(path: String, used: Date, bytes: Int64)] = []
    let keys: [URLResourceKey] = [.contentModificationDateKey, .fileSizeKey, .isRegularFileKey]
    let root = URL(fileURLWithPath: folder + "/segments")
    let list = FileManager.default.enumerator(at: root, includingPropertiesForKeys: keys)
    while let url = list?.nextObject() as? URL {
      guard let values = try? url.resourceValues(forKeys: Set(keys)), values.isRegularFile == true
      else { continue }
      files.append(
        (url.path, values.contentModificationDate ?? .distantPast, Int64(values.fileSize ?? 0)))
    }
    var total = files.reduce(0) { $0 + $1.bytes }
    for file in files.sorted(by: { $0.used < $1.used }) where total > limit {
      if HostFile.remove(file.path) == 0 { total -= file.bytes }
    }
  }
}

/// A folder for one render's unfinished files; what a killed process left is deleted by the next one.
final class WorkFolder {
  let path: String
  private let lock: FileLock

  init(in cache: SegmentCache) throws {
    let root = cache.folder + "/work"
    Self.removeAbandoned(in: root)
    path = root + "/" + UUID().uuidString
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch { throw HostError.writing(path, error) }
    guard let lock = FileLock(trying: path + "/lock") else {
      throw HostError.writing(path + "/lock")
    }
    self.lock = lock
  }

  func file(_ name: String) -> String { path + "/" + name }

  /// Deletes the folder with all that is in it.
  func close() { try? FileManager.default.removeItem(atPath: path) }

  private static func removeAbandoned(in root: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [] {
      let folder = root + "/" + name
      // A folder without a lock file may just be coming into being.
      guard FileManager.default.fileExists(atPath: folder + "/lock"),
        let lock = FileLock(trying: folder + "/lock")
      else { continue }
      try? FileManager.default.removeItem(atPath: folder)
      lock.unlock()
    }
  }
}
