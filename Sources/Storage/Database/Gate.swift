internal import Glibc

/// A lock that all processes writing to one database queue at, beside SQLite's own.
///
/// SQLite's waiting is polling: a process that finds the file locked sleeps for up to 100 ms, and may find it
/// locked again. With sixteen of them some wait for seconds. Waiting in the kernel ends with the lock, and the
/// kernel frees the lock of a process that dies. Writers that do not know the gate (the `sqlite3` program) are
/// still waited for in SQLite's way.
final class Gate: Sendable {
  private let file: Int32

  /// Makes the file at `path` where it is missing.
  init(path: String) throws {
    file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    if file < 0 {
      let reason = unsafe String(cString: strerror(errno))
      throw StorageError(
        .cannotOpen,
        "cannot open the database's lock (\(reason))\n  → check that its folder exists and may be written",
        path: path)
    }
  }

  deinit { close(file) }

  /// Runs `body` while no other process is inside.
  func hold<Value>(_ body: () throws -> Value) throws -> Value {
    while flock(file, LOCK_EX) != 0 {
      if errno != EINTR { throw StorageError(.inputOutput, "cannot lock (error \(errno))") }
    }
    defer { flock(file, LOCK_UN) }
    return try body()
  }
}
