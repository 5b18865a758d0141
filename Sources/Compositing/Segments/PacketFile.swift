internal import Crypto
internal import Foundation
public import Media
public import SceneDocument

/// Encoded packets of one stream in a file of our own: what the cache keeps and the join reads.
///
/// Layout: `RNPACK1\n`, the packets (each `u32 size, i64 pts, i64 dts, i64 duration, u32 key` and its bytes,
/// all little-endian), the header as JSON, `u32` length of the header, and SHA-256 of all before. The hash at
/// the end makes a file that was cut short or changed on disk a miss, never a broken film.
public struct PacketFile: Sendable {
  static let magic = Array("RNPACK1\n".utf8)

  public struct Entry: Sendable {
    public var pts: Int64
    public var dts: Int64
    public var duration: Int64
    public var isKey: Bool
    /// Where its payload lies in the file's bytes.
    public var range: Range<Int>
  }

  /// What the writer recorded beside the packets.
  public let header: JSONValue
  public let packets: [Entry]
  let bytes: [UInt8]

  /// Reads and checks a whole file; nil when it is missing, cut short or altered.
  public init?(reading path: String) {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    self.init(bytes: Array(data))
  }

  init?(bytes: [UInt8]) {
    guard bytes.count >= Self.magic.count + 36, bytes.starts(with: Self.magic) else { return nil }
    let end = bytes.count - 32
    guard Array(SHA256.hash(data: bytes[..<end])) == Array(bytes[end...]) else { return nil }
    let headerLength = Int(UInt32(littleEndianBytes: bytes, at: end - 4))
    let headerStart = end - 4 - headerLength
    guard headerStart >= Self.magic.count,
      let header = try? JSONDecoder().decode(
        JSONValue.self, from: Data(bytes[headerStart..<end - 4]))
    else { return nil }
    var packets: [Entry] = []
    var place = Self.magic.count
    while place < headerStart {
      guard place + 32 <= headerStart else { return nil }
      let size = Int(UInt32(littleEndianBytes: bytes, at: place))
      guard place + 32 + size <= headerStart else { return nil }
      packets.append(
        Entry(
          pts: Int64(bitPattern: UInt64(littleEndianBytes: bytes, at: place + 4)),
          dts: Int64(bitPattern: UInt64(littleEndianBytes: bytes, at: place + 12)),
          duration: Int64(bitPattern: UInt64(littleEndianBytes: bytes, at: place + 20)),
          isKey: UInt32(littleEndianBytes: bytes, at: place + 28) != 0,
          range: place + 32..<place + 32 + size))
      place += 32 + size
    }
    (self.header, self.packets, self.bytes) = (header, packets, bytes)
  }

  /// A packet for the muxer with its times moved by `offset` ticks.
  public func packet(_ entry: Entry, movedBy offset: Int64 = 0) throws(MediaError) -> Packet {
    try Packet(
      bytes: Array(bytes[entry.range]), pts: entry.pts + offset, dts: entry.dts + offset,
      duration: entry.duration, isKey: entry.isKey)
  }
}

/// Writes a `PacketFile` under a temporary name and gives it its own when it is complete.
final class PacketFileWriter {
  private let path: String
  private let temporary: String
  private let file: FileHandle
  private var hash = SHA256()
  private var pending: [UInt8] = []
  private(set) var count = 0
  private var finished = false

  /// Creates the temporary file beside `path`.
  init(path: String) throws {
    self.path = path
    temporary = path + ".partial-" + UUID().uuidString
    guard FileManager.default.createFile(atPath: temporary, contents: nil),
      let file = FileHandle(forWritingAtPath: temporary)
    else { throw HostError.writing(temporary) }
    self.file = file
    pending = PacketFile.magic
  }

  deinit {
    if !finished {
      try? file.close()
      try? FileManager.default.removeItem(atPath: temporary)
    }
  }

  func append(_ packet: Packet) throws {
    pending.append(littleEndian: UInt32(packet.size))
    pending.append(littleEndian: UInt64(bitPattern: packet.pts ?? 0))
    pending.append(littleEndian: UInt64(bitPattern: packet.dts ?? 0))
    pending.append(littleEndian: UInt64(bitPattern: packet.duration))
    pending.append(littleEndian: UInt32(packet.isKey ? 1 : 0))
    packet.withBytes { pending.append(copying: $0) }
    count += 1
    if pending.count > 1 << 20 { try flush() }
  }

  /// Writes the header and the hash, makes the file durable and renames it.
  func finish(header: JSONValue) throws {
    let text = CanonicalJSON.bytes(of: header)
    pending.append(contentsOf: text)
    pending.append(littleEndian: UInt32(text.count))
    try flush()
    pending = Array(hash.finalize())
    try write()
    do { try file.close() } catch { throw HostError.writing(temporary, error) }
    let number = HostFile.rename(temporary, to: path)
    guard number == 0 else { throw HostError(number: number, path: path, action: "write") }
    finished = true
  }

  private func flush() throws {
    hash.update(data: pending)
    try write()
  }

  private func write() throws {
    do { try file.write(contentsOf: pending) } catch { throw HostError.writing(temporary, error) }
    pending.removeAll(keepingCapacity: true)
  }
}

extension Array where Element == UInt8 {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func append(copying span: Span<UInt8>) {
    reserveCapacity(count + span.count)
    for index in span.indices { append(span[index]) }
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  init(littleEndianBytes bytes: [UInt8], at place: Int) {
    var value: Self = 0
    for index in (0..<Self.bitWidth / 8).reversed() {
      value = value << 8 | Self(bytes[place + index])
    }
    self = value
  }
}
