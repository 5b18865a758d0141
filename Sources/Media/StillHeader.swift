/// What the bytes of a PNG, JPEG or WebP file say before any of it is decoded.
///
/// libav tells the size of a still by decoding it, which is too late for one that is too large.
enum StillHeader {
  /// Width and height in pixels; nil when they are not in `bytes`, the file's beginning.
  static func size(of format: MediaFormat, _ bytes: [UInt8]) -> (width: Int, height: Int)? {
    switch format {
    case .png:
      guard bytes.count >= 24 else { return nil }
      return (big(bytes, 16, 4), big(bytes, 20, 4))
    case .jpeg:
      var found: (Int, Int)?
      walkJPEG(bytes) { marker, body in
        // SOF0 … SOF15, which are C0 … CF without DHT, JPG and DAC.
        guard 0xC0...0xCF ~= marker, ![0xC4, 0xC8, 0xCC].contains(marker), body.count >= 5 else {
          return true
        }
        found = (big(bytes, body.lowerBound + 3, 2), big(bytes, body.lowerBound + 1, 2))
        return false
      }
      return found
    default: return nil
    }
  }

  /// False when a file that is `bytes` and no more breaks off before the end of its picture.
  static func isComplete(_ format: MediaFormat, _ bytes: [UInt8]) -> Bool {
    switch format {
    case .png: return contains(bytes[...], Array("IEND".utf8))
    case .jpeg:
      var lastScan = 0
      for index in bytes.indices.dropLast() where bytes[index] == 0xFF {
        if bytes[index + 1] == 0xDA { lastScan = index }
      }
      return contains(bytes[lastScan...], [0xFF, 0xD9])
    case .webp:
      guard bytes.count >= 12 else { return false }
      let stated = (0..<4).reduce(0) { $0 | Int(bytes[4 + $1]) << (8 * $1) }
      return stated + 8 <= bytes.count + 1
    default: return true
    }
  }

  /// A WebP file of several pictures, which libav cannot decode.
  static func isAnimatedWebP(_ head: [UInt8]) -> Bool {
    head.count > 20 && Array(head[12..<16]) == Array("VP8X".utf8) && head[20] & 2 != 0
  }

  /// Calls `body` with each marker's code and the place of what follows its length, until it gives false.
  private static func walkJPEG(
    _ bytes: [UInt8], _ body: (_ marker: UInt8, _ content: Range<Int>) -> Bool
  ) {
    var offset = 2
    while offset + 4 <= bytes.count, bytes[offset] == 0xFF {
      let marker = bytes[offset + 1]
      if marker == 0xFF {
        offset += 1
        continue
      }
      let end = offset + 2 + max(2, big(bytes, offset + 2, 2))
      if end > bytes.count || !body(marker, offset + 4..<end) { return }
      offset = end
    }
  }

  private static func big(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
    bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
  }

  private static func contains(_ bytes: ArraySlice<UInt8>, _ wanted: [UInt8]) -> Bool {
    var index = bytes.endIndex - wanted.count
    while index >= bytes.startIndex {
      if bytes[index] == wanted[0], Array(bytes[index..<index + wanted.count]) == wanted {
        return true
      }
      index -= 1
    }
    return false
  }
}

extension Packet {
  /// False when this packet, the whole of a still, breaks off before the end of the picture.
  public func isCompleteStill(_ format: MediaFormat) -> Bool {
    StillHeader.isComplete(format, bytes)
  }
}
