internal import Crypto
internal import Foundation
internal import Storage

/// Hashes of a file, or of a part of it, read in pieces.
struct ContentHash {
  /// 64 hexadecimal digits.
  var sha256: String
  /// 32 hexadecimal digits.
  var md5: String
  var bytes: Int64

  static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  /// Throws the error of reading, or `CancellationError`. A file that ends before `range` does gives fewer bytes.
  static func of(_ path: String, range: Range<Int64>? = nil) throws -> ContentHash {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    if let range { try file.seek(toOffset: UInt64(range.lowerBound)) }
    var left = range.map { $0.upperBound - $0.lowerBound } ?? .max
    var (sha256, md5) = (SHA256(), Insecure.MD5())
    var bytes: Int64 = 0
    while left > 0, let piece = try file.read(upToCount: Int(min(left, 1 << 18))), !piece.isEmpty {
      try Task.checkCancellation()
      sha256.update(data: piece)
      md5.update(data: piece)
      bytes += Int64(piece.count)
      left -= Int64(piece.count)
    }
    return ContentHash(
      sha256: sha256.finalize().hexadecimal, md5: md5.finalize().hexadecimal, bytes: bytes)
  }

  /// The same, with an `ObjectStoreError` of kind `.file` for what cannot be read.
  static func of(
    _ path: String, range: Range<Int64>? = nil, store: String, key: String
  ) throws -> ContentHash {
    do {
      return try of(path, range: range)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw ObjectStoreError(
        .file, store: store, key: key, "cannot read '\(path)' (\(error.localizedDescription))")
    }
  }

  static func sha256(of bytes: some Sequence<UInt8>) -> String {
    SHA256.hash(data: Array(bytes)).hexadecimal
  }

  /// The mark that S3 gives to an object of parts: the MD5 of the parts' MD5s, and their number.
  static func etag(ofParts md5s: [String]) -> String {
    let bytes = md5s.flatMap { digits in
      stride(from: 0, to: digits.utf8.count, by: 2).compactMap { place in
        UInt8(digits.dropFirst(place).prefix(2), radix: 16)
      }
    }
    return Insecure.MD5.hash(data: bytes).hexadecimal + "-\(md5s.count)"
  }
}
