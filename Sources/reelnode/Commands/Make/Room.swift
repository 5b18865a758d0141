internal import Foundation
internal import Media
internal import SceneDocument

/// Whether folders can be written and have room, before work is begun that would be waited for in vain.
enum Room {
  /// A film of a minute and its files need about this much.
  private static let bytes: Int64 = 256 << 20

  /// Makes folders that are missing. Throws `Failure`.
  static func check(_ folders: [String]) throws {
    for folder in folders {
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw Failure.usage(
          .inputOutput,
          "cannot make the folder '\(folder)' (\(error.localizedDescription))\n  → name another one with --node, --cache or -o"
        )
      }
      let probe = folder + "/.reelnode-\(UUID().uuidString)"
      guard FileManager.default.createFile(atPath: probe, contents: nil) else {
        throw Failure.usage(
          .inputOutput,
          "cannot write in the folder '\(folder)'\n  → check its permissions, or name another one with --node, --cache or -o"
        )
      }
      try? FileManager.default.removeItem(atPath: probe)
      if let free = HostFile.freeBytes(folder), free < bytes {
        throw Failure.usage(
          .diskFull,
          "only \(free >> 20) MiB are free in '\(folder)'\n  → make room for at least \(bytes >> 20) MiB, or name another folder with --node, --cache or -o"
        )
      }
    }
  }
}
