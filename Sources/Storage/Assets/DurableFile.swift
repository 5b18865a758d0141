internal import Glibc

/// Names and bytes that outlast a loss of power.
enum DurableFile {
  /// Waits until a file's bytes, or a folder's entries, are on the disk.
  static func sync(_ path: String) throws {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("cannot be opened", path) }
    defer { close(file) }
    if fsync(file) != 0 { throw failure("cannot be brought to the disk", path) }
  }

  /// Gives the file another name in one step, replacing what had it, and brings the name to the disk.
  static func rename(_ path: String, to target: String) throws {
    if unsafe Glibc.rename(path, target) != 0 { throw failure("cannot be put in place", target) }
    try sync(folder(of: target))
  }

  /// Gives the file a second name and brings it to the disk; false where both would be on different disks.
  static func link(_ path: String, to target: String) throws -> Bool {
    if unsafe Glibc.link(path, target) != 0 {
      switch errno {
      case EEXIST: return true
      case EXDEV, EPERM, EMLINK: return false
      default: throw failure("cannot be put in place", target)
      }
    }
    try sync(folder(of: target))
    return true
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func failure(_ what: String, _ path: String) -> StorageError {
    let number = errno
    let kind: StorageError.Kind = number == ENOSPC || number == EDQUOT ? .diskFull : .inputOutput
    return StorageError(kind, "\(what): \(unsafe String(cString: strerror(number)))", path: path)
  }
}
