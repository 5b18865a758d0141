import Foundation
import Media
import TestSupport
import Testing

/// Small files of every format with bytes changed at random: nothing may crash, hang or take much memory.
///
/// `REELNODE_FUZZ` is how many mutants there are of each file.
@Suite struct FuzzTests {
  static let rounds =
    ProcessInfo.processInfo.environment["REELNODE_FUZZ"].flatMap(Int.init) ?? 40
  static let files: [String] = [
    "h264.mp4", "h264.mkv", "hevc.mp4", "vp9.webm", "vp8.webm", "alpha.webm", "prores.mov",
    "tone.wav", "tone.mp3", "tone.flac", "tone.ogg", "tone.opus", "still.png", "still.jpg",
    "still.webp", "moving.gif",
  ]

  @Test("mutants of small files are read to their end or refused", arguments: files)
  func mutants(name: String) throws {
    let bytes = try readBytes(try Self.file(name))
    let folder = try TempFolder()
    var random = SeededRandom(UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }))
    var opened = 0
    for round in 0..<Self.rounds {
      let mutant = Self.mutate(bytes, &random)
      let path = try folder.write(mutant, to: "mutant")
      let start = ContinuousClock.now
      if (try? readThrough(path)) != nil { opened += 1 }
      let time = ContinuousClock.now - start
      #expect(time < .seconds(10), "round \(round) of \(name) took \(time)")
    }
    #expect(Self.rounds < 20 || opened > 0)
  }

  private static func file(_ name: String) throws -> String {
    switch name {
    case "h264.mp4": try ClipForge.talking(name, seconds: 0.3)
    case "h264.mkv": try ClipForge.talking(name, seconds: 0.3)
    case "hevc.mp4": try ClipForge.plain(name, seconds: 0.3, codec: .hevc)
    case "vp9.webm":
      try ClipForge.talking(name, seconds: 0.3, codec: .vp9, options: ["-c:a", "libopus"])
    case "vp8.webm":
      try ClipForge.talking(name, seconds: 0.3, codec: .vp8, options: ["-c:a", "libvorbis"])
    case "alpha.webm": try ClipForge.alphaWebM()
    case "prores.mov": try ClipForge.alphaProRes()
    // Ogg drops every page whose checksum is wrong: there must be some that are not hit.
    case "tone.ogg", "tone.opus": try ClipForge.tone(name, seconds: 8, rate: 48_000)
    case _ where name.hasPrefix("tone"): try ClipForge.tone(name, seconds: 0.3, rate: 48_000)
    default: try ClipForge.still(name)
    }
  }

  /// Turns bits, overwrites, cuts out, doubles or cuts off; half of it near the beginning, where headers are.
  private static func mutate(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...12, using: &random) where bytes.count > 64 {
      let reach = Bool.random(using: &random) ? bytes.count : min(bytes.count, 1024)
      let place = Int.random(in: 0..<reach, using: &random)
      let length = min(Int.random(in: 1...16, using: &random), bytes.count - place)
      switch Int.random(in: 0..<8, using: &random) {
      case 0...3: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 4: bytes[place] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
      case 5: for index in place..<place + length { bytes[index] = 0xFF }
      case 6: bytes.removeSubrange(place..<place + length)
      default:
        if Int.random(in: 0..<4, using: &random) == 0 {
          bytes.removeLast(bytes.count - place)
        } else {
          bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: place)
        }
      }
    }
    return bytes
  }
}
