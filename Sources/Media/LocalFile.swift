internal import Glibc

/// A regular file below a folder, opened for reading without following any symbolic link on the way.
///
/// Each part of the path is looked at by `openat` from the folder before it, so that no link put there in
/// the meantime is followed either. Not `Sendable`.
public final class LocalFile {
  /// What tells a file from another one or from an older state of itself, without reading it.
  public struct Identity: Sendable, Hashable, Codable {
    public var device: UInt64
    public var inode: UInt64
    /// Bytes.
    public var size: Int64
    /// Last change of the contents in nanoseconds since 1970.
    public var modified: Int64
  }

  /// Why a file is not opened.
  public enum Refusal: Error, Sendable, Hashable {
    case missing
    /// The path leads through a symbolic link at this part.
    case symbolicLink(String)
    /// A folder, pipe, socket or device.
    case notRegular
    /// The system's words.
    case system(String)
  }

  private let descriptor: Int32
  /// As it was when the file was opened.
  public let identity: Identity

  /// Opens the file at `parts` below `folder`, an absolute path without links.
  public init(below folder: String, parts: [String]) throws(Refusal) {
    var held = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if held < 0 { throw Self.refusal(errno) }
    defer { close(held) }
    for part in parts.dropLast() {
      try Self.refuseLink(part, in: held)
      let next = unsafe openat(held, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if next < 0 { throw Self.refusal(errno) }
      close(held)
      held = next
    }
    guard let last = parts.last else { throw .notRegular }
    guard try Self.refuseLink(last, in: held) & S_IFMT == S_IFREG else { throw .notRegular }
    // O_NONBLOCK: a pipe put there since must not make us wait for its writer.
    let file = unsafe openat(held, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    if file < 0 { throw Self.refusal(errno) }
    do throws(Refusal) {
      identity = try Self.identity(of: file)
    } catch {
      close(file)
      throw error
    }
    descriptor = file
  }

  deinit { close(descriptor) }

  /// What the open file is like now.
  public var currentIdentity: Identity {
    get throws(Refusal) { try Self.identity(of: descriptor) }
  }

  /// Reads the next bytes into `buffer`; gives how many, 0 at the end.
  public func read(into buffer: inout [UInt8]) throws(Refusal) -> Int {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 { return count }
      if errno != EINTR { throw Self.refusal(errno) }
    }
  }

  /// `folder` as an absolute path without links and dots.
  public static func resolveFolder(_ folder: String) throws(Refusal) -> String {
    guard let resolved = unsafe realpath(folder, nil) else { throw refusal(errno) }
    defer { unsafe free(resolved) }
    let path = unsafe String(cString: resolved)
    var status = stat()
    if unsafe stat(path, &status) != 0 { throw refusal(errno) }
    if status.st_mode & S_IFMT != S_IFDIR { throw .system("it is not a folder") }
    return path
  }

  /// The mode of `part` in the folder `held`; throws when it is a link or missing.
  @discardableResult
  private static func refuseLink(_ part: String, in held: Int32) throws(Refusal) -> mode_t {
    var status = stat()
    if unsafe fstatat(held, part, &status, AT_SYMLINK_NOFOLLOW) != 0 { throw refusal(errno) }
    if status.st_mode & S_IFMT == S_IFLNK { throw .symbolicLink(part) }
    return status.st_mode
  }

  private static func identity(of file: Int32) throws(Refusal) -> Identity {
    var status = stat()
    if unsafe fstat(file, &status) != 0 { throw refusal(errno) }
    if status.st_mode & S_IFMT != S_IFREG { throw .notRegular }
    let time = status.st_mtim
    return Identity(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
      modified: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  private static func refusal(_ code: Int32) -> Refusal {
    if code == ENOENT || code == ENOTDIR { return .missing }
    return .system(unsafe String(cString: strerror(code)))
  }
}
