internal import Crypto
internal import Foundation
internal import Storage

/// Writes files whose hash is wanted.
enum CopiedFile {
  /// Writes what `fill` gives to `path`. Throws `StorageError`, and leaves nothing behind then.
  static func write(
    _ path: String, _ fill: ((Data) throws -> Void) throws -> Void
  ) throws -> (sha256: String, bytes: Int64) {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw StorageError(.inputOutput, "cannot write in the cache of assets", path: path) }
    defer { try? file.close() }
    var hash = SHA256()
    var bytes: Int64 = 0
    do {
      try fill { piece in
        try Task.checkCancellation()
        hash.update(data: piece)
        bytes += Int64(piece.count)
        do { try file.write(contentsOf: piece) } catch {
          throw StorageError(
            .diskFull,
            "cannot write in the cache of assets (\(error.localizedDescription))\n  → make room and try again",
            path: path)
        }
      }
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
    return (hash.finalize().hexadecimal, bytes)
  }
}
