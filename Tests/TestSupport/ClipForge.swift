internal import Foundation
internal import Synchronization

/// Makes small clips with the `ffmpeg` program, each once per process.
///
/// The named ones are in `ClipForge+Pictures.swift`, `+Sounds.swift` and `+Damage.swift`. What a test cannot
/// find there it makes with `make`.
public enum ClipForge {
  /// The path of `name`, made by `ffmpeg` with `arguments` and the path at their end.
  ///
  /// Clips with one name and the same arguments are made once; other arguments make another file, in a folder
  /// of its own so that the name stays.
  public static func make(_ name: String, _ arguments: [String]) throws -> String {
    try once(name, key: arguments.joined(separator: "\u{1F}")) { path in
      try Tool.ffmpeg(arguments + ["file:" + path])
    }
  }

  /// The path of `name`, written by `body` once for each `key`.
  public static func once(
    _ name: String, key: String, _ body: (_ path: String) throws -> Void
  ) throws -> String {
    let slot = slots.withLock { slots in
      if let slot = slots[name + "\u{1F}" + key] { return slot }
      let slot = Slot(number: slots.count)
      slots[name + "\u{1F}" + key] = slot
      return slot
    }
    return try slot.path.withLock { known in
      if let known { return known }
      let folder = try shared.get()
      let path = try folder.write("", to: "\(slot.number)/\(name)")
      try body(path)
      known = path
      return path
    }
  }

  private final class Slot: Sendable {
    let number: Int
    let path = Mutex<String?>(nil)
    init(number: Int) { self.number = number }
  }

  private static let slots = Mutex<[String: Slot]>([:])

  private static let shared = Result { () throws -> TempFolder in
    let folder = try TempFolder()
    atexit { ClipForge.clean() }
    return folder
  }

  private static func clean() {
    if let folder = try? shared.get() { try? FileManager.default.removeItem(atPath: folder.path) }
  }
}
