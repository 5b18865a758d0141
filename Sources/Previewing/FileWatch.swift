internal import Foundation

/// Tells which of a list of files have changed and are at rest again.
///
/// Files are looked at, not listened to: editors write beside a file and rename, copy programs write for minutes, and
/// folders are moved. What a look sees is the same for all of them.
struct FileWatch: Sendable {
  /// What tells one state of a file from another; nil for a file that is not there.
  struct Stamp: Sendable, Hashable {
    var inode: UInt64
    var size: UInt64
    var modified: Date
  }

  private var known: [String: Stamp?] = [:]
  private var unsettled: [String: Stamp?] = [:]

  /// Watches these files from now on; the states of those watched already stay known.
  mutating func watch(_ paths: some Sequence<String>) {
    var next: [String: Stamp?] = [:]
    for path in paths { next[path] = known[path] ?? Self.stamp(of: path) }
    known = next
    unsettled = unsettled.filter { next[$0.key] != nil }
  }

  /// Files whose state differs from the one known and was the same in two looks: they are known now.
  ///
  /// A file that is being written is not told until it is at rest.
  mutating func look(_ stamp: (String) -> Stamp? = FileWatch.stamp) -> Set<String> {
    var changed: Set<String> = []
    for (path, before) in known {
      let now = stamp(path)
      if now == before {
        unsettled[path] = nil
      } else if let seen = unsettled[path], seen == now {
        known[path] = .some(now)
        unsettled[path] = nil
        changed.insert(path)
      } else {
        unsettled[path] = .some(now)
      }
    }
    return changed
  }

  static func stamp(of path: String) -> Stamp? {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let facts = try? FileManager.default.attributesOfItem(atPath: target) else { return nil }
    return Stamp(
      inode: (facts[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0,
      size: (facts[.size] as? NSNumber)?.uint64Value ?? 0,
      modified: facts[.modificationDate] as? Date ?? .distantPast)
  }
}
