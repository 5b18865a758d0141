internal import Foundation
internal import Media

/// A file that is locked as long as a worker, or another part of a process, lives, so that others on its machine see at
/// once that it has died.
///
/// A dead process's leases would run out by themselves; seeing its end is quicker, and never wrong, since the kernel
/// gives the lock back when the process is gone and not before.
public final class ProcessPresence: Sendable {
  private let folder: String
  private let path: String
  private let lock: FileLock

  /// `id` begins with the machine's name and `-`.
  public init(folder: String, id: String) throws {
    self.folder = folder
    path = folder + "/" + id
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard let lock = FileLock(trying: path) else {
      throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
    }
    self.lock = lock
  }

  /// Ids of this machine's that ended without a word. Each is given to one caller and forgotten.
  public func takeDead(host: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { name in
      guard name.hasPrefix(host + "-"), folder + "/" + name != path,
        let lock = FileLock(trying: folder + "/" + name)
      else { return false }
      _ = HostFile.remove(folder + "/" + name)
      lock.unlock()
      return true
    }
  }

  /// It ends in good order.
  public func end() {
    _ = HostFile.remove(path)
    lock.unlock()
  }
}
