internal import CLibav

extension Canvas {
  /// The picture at another size.
  public func resized(width: Int, height: Int) throws(MediaError) -> Canvas {
    let picture = try SourcePicture(
      frame, rotation: 0, colour: .canvas, alpha: .none, scaler: Scaler())
    return try picture.canvas(
      SourceWindow(width: self.width, height: self.height), width: width, height: height,
      using: Resizing())
  }

  /// The picture as a bitmap, chroma brought to every pixel.
  public func bitmap() throws(MediaError) -> Bitmap {
    let picture = try SourcePicture(
      frame, rotation: 0, colour: .canvas, alpha: .none, scaler: Scaler())
    return picture.bitmap(
      SourceWindow(width: width, height: height), width: width, height: height, using: Resizing())
  }

  public enum FileFormat: Sendable { case png, jpeg }

  /// The picture as a file's bytes: sRGB PNG, or JPEG of high quality.
  public func encoded(as format: FileFormat) throws -> [UInt8] {
    let packed = try packed()
    // JFIF has the matrix of BT.601 and full range; PNG stays RGB.
    let frame =
      format == .png
      ? try Scaler().convert(packed, to: .rgb24)
      : try Scaler().convert(packed, to: .yuvj420p, matrix: .bt601)
    frame.pts = 0
    let encoder = try Encoder(
      VideoEncoderSettings(
        encoder: format == .png ? "png" : "mjpeg", width: width, height: height,
        frameRate: TimeBase(1, 1), pixelFormat: frame.format, gop: 1,
        options: format == .png ? [:] : ["qmin": "2", "qmax": "2", "huffman": "optimal"]))
    var bytes: [UInt8] = []
    for input in [frame, nil] { try encoder.encode(input) { bytes += $0.bytes } }
    return bytes
  }

  /// Writes a PNG file, replacing one that is there.
  public func writePNG(to path: String) throws {
    try HostFile.replace(path, with: try encoded(as: .png))
  }

  /// The picture as RGBA.
  private func packed() throws(MediaError) -> Frame {
    let frame = try Frame(width: width, height: height, format: .rgba)
    try bitmap().write(into: frame.view(0, width: 4 * width, height: height))
    return frame
  }
}
