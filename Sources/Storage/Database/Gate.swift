internal import Glibc
internal import Synchronization

/// A lock that all processes writing to one database queue at, beside SQLite's own.
///
/// SQLite's waiting is polling: a process that finds the file locked sleeps for up to 100 ms, and may find it
/// locked again. With sixteen of them some wait for seconds. Waiting in the kernel ends with the lock, and the
/// kernel frees the locks of a process that dies. Writers that do not know the gate (the `sqlite3` program) are
/// still waited for in SQLite's way.
///
/// It is a queue: who comes takes the next number, locks the byte of that number in the file and waits for the byte
/// before it. A plain lock goes to whoever asks first when it is free, and who just left is quicker than one that
/// must be woken, so that some wait ten times as long as others. When a process dies in the queue, the one behind
/// it may enter too early; it then waits for SQLite's lock.
final class Gate: Sendable {
  /// The byte whose lock is held while a number is taken.
  private static let door: Int64 = 0
  /// Numbers beyond are not ours: something else wrote to the file.
  private static let lastNumber = Int64.max / 2

  private let file: Int32
  /// The file's locks do not keep threads of one process apart.
  private let threads = Mutex(())

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
    try threads.withLock { _ in
      let number = try takeNumber()
      defer { unlock(number) }
      try lock(number - 1)
      unlock(number - 1)
      return try body()
    }
  }

  /// The number behind the last one in the queue, with its byte locked. The file's content is the last one.
  private func takeNumber() throws -> Int64 {
    try lock(Self.door)
    defer { unlock(Self.door) }
    var number: Int64 = 0
    // An empty file is a queue that nobody has been in.
    _ = unsafe pread(file, &number, 8, 0)
    number = (1..<Self.lastNumber).contains(number) ? number + 1 : 2
    try lock(number)
    if unsafe pwrite(file, &number, 8, 0) != 8 {
      let code = errno
      unlock(number)
      throw StorageError(
        code == ENOSPC ? .diskFull : .inputOutput,
        "cannot write the database's lock (error \(code))")
    }
    return number
  }

  private func lock(_ byte: Int64) throws {
    while change(byte, to: Int16(F_WRLCK)) != 0 {
      if errno != EINTR { throw StorageError(.inputOutput, "cannot lock (error \(errno))") }
    }
  }

  private func unlock(_ byte: Int64) { _ = change(byte, to: Int16(F_UNLCK)) }

  /// `F_OFD_SETLKW` of fcntl(2): the locks are the open file's and not the process's, so that two gates in one process
  /// exclude each other too.
  private func change(_ byte: Int64, to type: Int16) -> Int32 {
    let setAndWait: Int32 = 38
    var range = Glibc.flock(
      l_type: type, l_whence: Int16(SEEK_SET), l_start: Int(byte), l_len: 1, l_pid: 0)
    return unsafe fcntl(file, setAndWait, &range)
  }
}
