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

  /// Writes an sRGB PNG file, replacing one that is there.
  public func writePNG(to path: String) throws {
    try Self.write(try packed(), format: PixelFormat(named: "rgb24")!, encoder: "png", to: path)
  }

  /// Writes a JPEG file of high quality, replacing one that is there.
  public func writeJPEG(to path: String) throws {
    try Self.write(try packed(), format: .yuvj420p, encoder: "mjpeg", to: path)
  }

  /// The picture as RGBA.
  private func packed() throws(MediaError) -> Frame {
    let frame = try Frame(width: width, height: height, format: .rgba)
    try bitmap().write(into: frame.view(0, width: 4 * width, height: height))
    return frame
  }

  private static func write(
    _ packed: Frame, format: PixelFormat, encoder name: String, to path: String
  ) throws {
    // JFIF has the matrix of BT.601 and full range; PNG stays RGB.
    let frame = try Scaler().convert(packed, to: format, matrix: .bt601)
    frame.pts = 0
    let encoder = try Encoder(
      VideoEncoderSettings(
        encoder: name, width: frame.width, height: frame.height, frameRate: TimeBase(1, 1),
        pixelFormat: format, gop: 1,
        options: name == "mjpeg" ? ["qmin": "2", "qmax": "2", "huffman": "optimal"] : [:]))
    var bytes: [UInt8] = []
    for input in [frame, nil] { try encoder.encode(input) { bytes += $0.bytes } }
    try HostFile.replace(path, with: bytes)
  }
}
