/// A picture of red, green and blue bytes that goes into a PNG file.
public struct RGBImage: Sendable, Hashable {
  public let width: Int
  public let height: Int
  /// Three a pixel, in reading order.
  public let bytes: [UInt8]

  /// Nil when the sizes are not positive or `bytes` is not of that many.
  public init?(width: Int, height: Int, bytes: [UInt8]) {
    guard width > 0, height > 0, bytes.count == 3 * width * height else { return nil }
    (self.width, self.height, self.bytes) = (width, height, bytes)
  }

  /// The bytes of a PNG file.
  public func png() throws -> [UInt8] {
    try PNGFile.encode(bytes, width: width, height: height, rowBytes: 3 * width, format: .rgb24)
  }
}

/// PNG files of packed samples, as small as the encoder makes them.
enum PNGFile {
  /// `bytes` are rows of `rowBytes`, as `format` has them.
  static func encode(
    _ bytes: [UInt8], width: Int, height: Int, rowBytes: Int, format: PixelFormat
  ) throws -> [UInt8] {
    let frame = try Frame(width: width, height: height, format: format)
    let plane = frame.view(0, width: rowBytes, height: height)
    unsafe bytes.withUnsafeBufferPointer { buffer in
      for y in 0..<height {
        unsafe plane.row(y).update(from: buffer.baseAddress! + y * rowBytes, count: rowBytes)
      }
    }
    frame.pts = 0
    let encoder = try Encoder(
      VideoEncoderSettings(
        encoder: "png", width: width, height: height, frameRate: TimeBase(1, 1),
        pixelFormat: format, gop: 1, options: ["pred": "mixed", "compression_level": "9"]))
    var file: [UInt8] = []
    for input in [frame, nil] { try encoder.encode(input) { file += $0.bytes } }
    return file
  }
}
