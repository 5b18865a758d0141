internal import Glibc
internal import Synchronization

/// The few calls of the system that Foundation has no safe form of: those that replace, link and lock.
///
/// All give the system's error number, 0 for success.
public enum HostFile {
  private static func number(_ result: Int32) -> Int32 { result == 0 ? 0 : errno }

  /// Gives the file at `from` the name `to` in one step, replacing what had it.
  public static func rename(_ from: String, to: String) -> Int32 {
    number(unsafe Glibc.rename(from, to))
  }

  /// Makes `to` a second name of the file at `from`; fails when there is one.
  public static func link(_ from: String, to: String) -> Int32 {
    number(unsafe Glibc.link(from, to))
  }

  public static func remove(_ path: String) -> Int32 { number(unsafe unlink(path)) }

  /// Sets the time of use to now.
  public static func touch(_ path: String) -> Int32 { number(unsafe utimes(path, nil)) }

  /// Writes a file under another name and gives it its own in one step.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(MediaError) {
    let partial = path + ".partial"
    let file = unsafe open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if file < 0 {
      throw MediaError(operation: .openOutput, code: -errno, subject: path)
    }
    var written = 0
    var number: Int32 = 0
    while written < bytes.count, number == 0 {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe write(file, $0.baseAddress! + written, $0.count - written)
      }
      if count < 0 { number = errno } else { written += count }
    }
    if close(file) != 0, number == 0 { number = errno }
    if number == 0 { number = rename(partial, to: path) }
    if number != 0 {
      _ = remove(partial)
      throw MediaError(operation: .openOutput, code: -number, subject: path)
    }
  }

  /// Waits until the file's bytes, or a folder's entries, are on the disk.
  public static func sync(_ path: String) -> Int32 {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if file < 0 { return errno }
    defer { close(file) }
    return number(fsync(file))
  }

  /// Free bytes on the disk that holds `path`; nil when it cannot be asked.
  public static func freeBytes(_ path: String) -> Int64? {
    var facts = statvfs()
    guard unsafe statvfs(path, &facts) == 0 else { return nil }
    return Int64(facts.f_bavail) * Int64(facts.f_frsize)
  }
}

/// A lock that ends with the process that holds it, however that ends.
public final class FileLock: Sendable {
  private let descriptor: Mutex<Int32>

  /// Nil when another process holds it, or the file cannot be made.
  public init?(trying path: String) {
    let opened = unsafe open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard opened >= 0 else { return nil }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      close(opened)
      return nil
    }
    descriptor = Mutex(opened)
  }

  /// A second call does nothing.
  public func unlock() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }

  deinit { unlock() }
}
