internal import Foundation
internal import GRDB

extension StorageError {
  /// SQLite tells a full disk as a failing one where it was about to grow a file of its own.
  private static func isFull(_ path: String) -> Bool {
    let facts = try? FileManager.default.attributesOfFileSystem(forPath: path)
    return (facts?[.systemFreeSize] as? NSNumber).map { $0.intValue < 1 << 16 } ?? false
  }

  /// Says what an error of SQLite's means to those who run a node.
  init(_ error: GRDB.DatabaseError, path: String) {
    let detail = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .busy,
        "another process kept the database locked\n  → end the process that holds it, or try again",
        path: path)
    case .SQLITE_FULL:
      self.init(
        .diskFull, "the disk is full; nothing of this change was kept\n  → make room and try again",
        path: path)
    case .SQLITE_CORRUPT:
      self.init(
        .damaged,
        "the database is damaged (\(detail))\n  → put back a backup made with 'reelnode db backup'",
        path: path)
    case .SQLITE_NOTADB:
      self.init(
        .notADatabase,
        "this file is no SQLite database\n  → name another file, or move this one away", path: path)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      self.init(
        .readOnly,
        "the database cannot be written (\(detail))\n  → check the file's owner and mode",
        path: path)
    case .SQLITE_CANTOPEN:
      self.init(
        .cannotOpen,
        "cannot open the database (\(detail))\n  → check that its folder exists and may be written",
        path: path)
    case .SQLITE_CONSTRAINT:
      self.init(.constraint, detail, path: path)
    case .SQLITE_IOERR where Self.isFull(path):
      self.init(
        .diskFull, "the disk is full; nothing of this change was kept\n  → make room and try again",
        path: path)
    case .SQLITE_IOERR:
      self.init(
        .inputOutput, "the disk failed under the database (\(detail))\n  → check the disk",
        path: path)
    default:
      self.init(.misuse, detail + (error.sql.map { " in: \($0)" } ?? ""), path: path)
    }
  }
}
