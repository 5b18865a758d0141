internal import Crypto
internal import Foundation
internal import SceneDocument

/// Reads a `PacketFile` packet by packet, so that an hour of sound takes no more memory than a minute.
///
/// Not `Sendable`.
final class PacketStream {
  struct Entry {
    var pts: Int64
    var dts: Int64
    var duration: Int64
    var isKey: Bool
    var bytes: [UInt8]
  }

  let header: JSONValue
  private let path: String
  private let file: FileHandle
  private var buffer: [UInt8] = []
  private var place = 0
  /// Bytes of packets that are not in the buffer yet.
  private var left: Int

  /// Opens and checks a whole file.
  ///
  /// Throws `HostError` when it cannot be read, `SoundError.unusable` when it was cut short or altered.
  init(path: String) throws {
    self.path = path
    guard let file = FileHandle(forReadingAtPath: path) else { throw HostError.reading(path) }
    self.file = file
    let magic = PacketFile.magic
    var hash = SHA256()
    do {
      let size = Int(try file.seekToEnd())
      guard size >= magic.count + 36 else { throw Self.damaged(path) }
      try file.seek(toOffset: 0)
      var rest = size - 32
      guard let head = try file.read(upToCount: magic.count), Array(head) == magic else {
        throw Self.damaged(path)
      }
      hash.update(data: head)
      rest -= head.count
      while rest > 0 {
        guard let part = try file.read(upToCount: min(rest, 1 << 20)), !part.isEmpty else {
          throw Self.damaged(path)
        }
        hash.update(data: part)
        rest -= part.count
      }
      let digest = Array(try file.read(upToCount: 32) ?? Data())
      guard digest == Array(hash.finalize()) else { throw Self.damaged(path) }
      try file.seek(toOffset: UInt64(size - 36))
      let length = Int(
        UInt32(littleEndianBytes: Array(try file.read(upToCount: 4) ?? Data(count: 4)), at: 0))
      left = size - 36 - length - magic.count
      guard left >= 0 else { throw Self.damaged(path) }
      try file.seek(toOffset: UInt64(size - 36 - length))
      header = try JSONDecoder().decode(
        JSONValue.self, from: try file.read(upToCount: length) ?? Data())
      try file.seek(toOffset: UInt64(magic.count))
    } catch let error as SoundError {
      throw error
    } catch is DecodingError {
      throw Self.damaged(path)
    } catch {
      throw HostError.reading(path, error)
    }
  }

  deinit { try? file.close() }

  /// The next packet; nil after the last.
  func next() throws -> Entry? {
    if place == buffer.count, left == 0 { return nil }
    try fill(32)
    let size = Int(UInt32(littleEndianBytes: buffer, at: place))
    let times = [4, 12, 20].map {
      Int64(bitPattern: UInt64(littleEndianBytes: buffer, at: place + $0))
    }
    let isKey = UInt32(littleEndianBytes: buffer, at: place + 28) != 0
    try fill(32 + size)
    let bytes = Array(buffer[place + 32..<place + 32 + size])
    place += 32 + size
    return Entry(pts: times[0], dts: times[1], duration: times[2], isKey: isKey, bytes: bytes)
  }

  /// Sees to it that `count` bytes from `place` on are in the buffer.
  private func fill(_ count: Int) throws {
    guard buffer.count - place < count else { return }
    guard buffer.count - place + left >= count else { throw Self.damaged(path) }
    buffer.removeFirst(place)
    place = 0
    while buffer.count < count {
      let part: Data
      do {
        part = try file.read(upToCount: min(left, max(count - buffer.count, 1 << 18))) ?? Data()
      } catch { throw HostError.reading(path, error) }
      guard !part.isEmpty else { throw Self.damaged(path) }
      buffer.append(contentsOf: part)
      left -= part.count
    }
  }

  private static func damaged(_ path: String) -> SoundError {
    .unusable(file: path, reason: "it was cut short or altered")
  }
}
