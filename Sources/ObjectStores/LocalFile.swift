internal import Glibc
internal import Storage

/// What Foundation has no words for: facts that tell a file from a changed one, locks, times of use.
enum LocalFile {
  struct Facts: Equatable, Sendable {
    var size: Int64
    /// Nanoseconds since 1970.
    var written: Int64
    var inode: UInt64
    /// Milliseconds since 1970.
    var usedMS: Int64
    var isFile: Bool

    /// The same file, with the same content as far as that can be told without reading it.
    func isUnchanged(since other: Facts) -> Bool {
      (size, written, inode) == (other.size, other.written, other.inode)
    }
  }

  /// Nil when there is no such file.
  static func facts(_ path: String) -> Facts? {
    var told = stat()
    guard unsafe stat(path, &told) == 0 else { return nil }
    return Facts(
      size: Int64(told.st_size),
      written: Int64(told.st_mtim.tv_sec) * 1_000_000_000 + Int64(told.st_mtim.tv_nsec),
      inode: UInt64(told.st_ino),
      usedMS: Int64(told.st_atim.tv_sec) * 1000 + Int64(told.st_atim.tv_nsec) / 1_000_000,
      isFile: told.st_mode & S_IFMT == S_IFREG)
  }

  /// Bytes of a file that is to be stored. Throws `ObjectStoreError`.
  static func size(_ path: String, store: String, key: String) throws -> Int64 {
    guard let facts = facts(path), facts.isFile else {
      throw ObjectStoreError(.file, store: store, key: key, "cannot read '\(path)'")
    }
    return facts.size
  }

  /// Notes that the file was used; when it was written stays as it is.
  static func touch(_ path: String, usedMS: Int64) {
    let used = timespec(tv_sec: Int(usedMS / 1000), tv_nsec: Int(usedMS % 1000) * 1_000_000)
    // UTIME_OMIT of <sys/stat.h>, a macro that is not imported.
    let kept = timespec(tv_sec: 0, tv_nsec: (1 << 30) - 2)
    _ = unsafe utimensat(AT_FDCWD, path, [used, kept], 0)
  }

  /// Gives the file another name in one step, replacing what had it.
  static func rename(_ path: String, to target: String) throws {
    if unsafe Glibc.rename(path, target) != 0 { throw failure("cannot be put in place", target) }
  }

  /// Gives the file a second name; false where that cannot be, as between disks.
  static func link(_ path: String, to target: String) -> Bool {
    unsafe Glibc.link(path, target) == 0
  }

  /// Makes the file if need be, with `size` bytes that take no room.
  static func reserve(_ path: String, size: Int64) throws {
    let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure("cannot be written", path) }
    defer { close(file) }
    if ftruncate(file, Int(size)) != 0 { throw failure("cannot be written", path) }
  }

  /// Whether some process holds a lock on the file.
  static func isLocked(_ path: String) -> Bool {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  static func failure(_ what: String, _ path: String) -> StorageError {
    let number = errno
    let kind: StorageError.Kind = number == ENOSPC || number == EDQUOT ? .diskFull : .inputOutput
    return StorageError(kind, "\(what): \(unsafe String(cString: strerror(number)))", path: path)
  }
}

/// A lock on a file, among all processes of this machine. Ends with this object, or with the process.
final class FileLock: Sendable {
  enum Mode: Sendable { case shared, alone }

  private let file: Int32

  /// Waits for those who hold it otherwise. Makes the file only if `making`.
  init(_ path: String, _ mode: Mode, making: Bool = false) throws {
    let flags = making ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC
    file = unsafe open(path, flags, 0o644)
    guard file >= 0 else { throw LocalFile.failure("cannot be opened", path) }
    while flock(file, mode == .alone ? LOCK_EX : LOCK_SH) != 0 {
      if errno != EINTR { throw LocalFile.failure("cannot be locked", path) }
    }
  }

  // Also after a throw above.
  deinit { close(file) }

  /// Does `work` while no other process does what the mode excludes.
  static func holding<Value>(
    _ path: String, _ mode: Mode, _ work: () throws -> Value
  ) throws -> Value {
    let lock = try FileLock(path, mode, making: true)
    return try withExtendedLifetime(lock) { try work() }
  }
}
