import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

@Suite struct PacketFileTests {
  private func written(in folder: TempFolder) throws -> String {
    let path = folder.file("a")
    let writer = try PacketFileWriter(path: path)
    for number in 0..<5 {
      try writer.append(
        try Packet(
          bytes: Array(repeating: UInt8(number), count: 100 * number), pts: Int64(number),
          dts: Int64(number) - 2, duration: 1, isKey: number == 0))
    }
    try writer.finish(header: ["frames": 5])
    return path
  }

  @Test("what is written is read back")
  func roundTrip() throws {
    let folder = try TempFolder()
    let file = try #require(PacketFile(reading: try written(in: folder)))
    #expect(file.header["frames"] == 5)
    #expect(file.packets.map(\.pts) == [0, 1, 2, 3, 4])
    #expect(file.packets.map(\.dts) == [-2, -1, 0, 1, 2])
    #expect(file.packets.map(\.isKey) == [true, false, false, false, false])
    let packet = try file.packet(file.packets[3], movedBy: 10)
    #expect(packet.pts == 13 && packet.dts == 11)
    #expect(packet.bytes == Array(repeating: 3, count: 300))
  }

  @Test("a file cut short or altered anywhere is a miss")
  func damage() throws {
    let folder = try TempFolder()
    let bytes = try readBytes(try written(in: folder))
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(PacketFile(bytes: Array(bytes.prefix(length))) == nil)
    }
    for place in stride(from: 0, to: bytes.count, by: 5) {
      var altered = bytes
      altered[place] ^= 0x10
      #expect(PacketFile(bytes: altered) == nil)
    }
  }

  @Test("nothing is left of a file that was not finished")
  func unfinished() throws {
    let folder = try TempFolder()
    do {
      let writer = try PacketFileWriter(path: folder.file("a"))
      try writer.append(try Packet(bytes: [1], pts: 0, dts: 0, duration: 1, isKey: true))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }
}

@Suite struct SegmentCacheTests {
  @Test("the least recently used files go first, and the bound is kept")
  func eviction() throws {
    let folder = try TempFolder()
    let cache = try SegmentCache(folder: folder.file("cache"), limit: 3000)
    for number in 0..<5 {
      let place = folder.file("s\(number)")
      try writeBytes(Array(repeating: UInt8(number), count: 1000), to: place)
      cache.store(place, as: "k\(number)")
      // Ages in the order they were stored, without waiting for the clock.
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: Double(1000 + number))],
        ofItemAtPath: cache.path(of: "k\(number)"))
    }
    #expect(cache.link("k0", to: folder.file("used")))
    cache.evict()
    let left = (0..<5).filter { cache.contains("k\($0)") }
    #expect(left == [0, 3, 4])
    #expect(try readBytes(folder.file("used")).count == 1000)
  }

  @Test("a linked file outlives its eviction")
  func pinned() throws {
    let folder = try TempFolder()
    let cache = try SegmentCache(folder: folder.file("cache"), limit: 0)
    let place = folder.file("s")
    try writeBytes([1, 2, 3], to: place)
    cache.store(place, as: "key")
    #expect(cache.link("key", to: folder.file("mine")))
    cache.evict()
    #expect(!cache.contains("key"))
    #expect(try readBytes(folder.file("mine")) == [1, 2, 3])
  }

  @Test("the work folder of a process that is gone is removed, that of a living one is not")
  func workFolders() throws {
    let folder = try TempFolder()
    let cache = try SegmentCache(folder: folder.file("cache"))
    let alive = try WorkFolder(in: cache)
    let dead = cache.folder + "/work/dead"
    try FileManager.default.createDirectory(atPath: dead, withIntermediateDirectories: true)
    try writeBytes([], to: dead + "/lock")
    let next = try WorkFolder(in: cache)
    #expect(!FileManager.default.fileExists(atPath: dead))
    #expect(FileManager.default.fileExists(atPath: alive.path))
    #expect(FileManager.default.fileExists(atPath: next.path))
  }
}
