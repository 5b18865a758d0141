extension ClipForge {
  /// The first `share` of a file's bytes.
  public static func truncated(_ path: String, to share: Double) throws -> String {
    try once(name(of: path), key: "truncated \(path) \(share)") { copy in
      let bytes = try readBytes(path)
      try writeBytes(bytes.prefix(Int(Double(bytes.count) * share)), to: copy)
    }
  }

  /// `count` bits turned over at places that `seed` decides, none in the first `keeping` bytes.
  public static func flipped(
    _ path: String, bits count: Int, seed: UInt64 = 1, keeping: Int = 0
  ) throws -> String {
    try once(name(of: path), key: "flipped \(path) \(count) \(seed) \(keeping)") { copy in
      var bytes = try readBytes(path)
      var random = SeededRandom(seed)
      for _ in 0..<count where bytes.count > keeping {
        bytes[Int.random(in: keeping..<bytes.count, using: &random)] ^=
          1
          << UInt8.random(
            in: 0..<8, using: &random)
      }
      try writeBytes(bytes, to: copy)
    }
  }

  /// A PNG that says it is `width` × `height` and holds nothing.
  public static func hugePNG(width: UInt32, height: UInt32) throws -> String {
    try once("huge.png", key: "\(width)x\(height)") { path in
      var bytes = try readBytes(try still("still.png"))
      func put(_ value: UInt32, at offset: Int) {
        for index in 0..<4 { bytes[offset + index] = UInt8(value >> (24 - 8 * index) & 255) }
      }
      put(width, at: 16)
      put(height, at: 20)
      // The checksum of the header, so that it is believed.
      put(crc32(bytes[12..<29]), at: 29)
      try writeBytes(bytes, to: path)
    }
  }

  private static func name(of path: String) -> String {
    String(path.split(separator: "/").last ?? "clip")
  }

  private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
  }
}

/// The same numbers on every machine and run (SplitMix64).
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(_ seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
