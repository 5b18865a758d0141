internal import CLibav

extension PixelFormat {
  /// Alpha first, then red, green and blue, a byte each; alpha is straight.
  public static let argb = PixelFormat(AV_PIX_FMT_ARGB)
}

extension Frame {
  /// A frame of packed ARGB with the pixels of `bitmap`, its alpha straight.
  public convenience init(argb bitmap: Bitmap) throws(MediaError) {
    try self.init(argbOf: bitmap.rgba(), width: bitmap.width, height: bitmap.height)
  }

  /// A frame of packed ARGB from straight RGBA, four bytes for each pixel in reading order.
  ///
  /// Clear pixels become black, so that what hides under them costs nothing.
  public convenience init(
    argbOf rgba: [UInt8], width: Int, height: Int
  ) throws(MediaError) {
    precondition(rgba.count == 4 * width * height, "four bytes for each pixel")
    try self.init(width: width, height: height, format: .argb)
    let plane = view(0, width: 4 * width, height: height)
    unsafe rgba.withUnsafeBytes { bytes in
      for y in 0..<height {
        let from = unsafe bytes.baseAddress! + 4 * width * y
        let to = unsafe UnsafeMutableRawPointer(plane.row(y))
        for x in 0..<width {
          // Read as little-endian, RGBA has alpha in the highest byte; a turn by one byte puts it first.
          let pixel = UInt32(
            littleEndian: unsafe from.loadUnaligned(fromByteOffset: 4 &* x, as: UInt32.self))
          let turned = pixel &>> 24 == 0 ? 0 : pixel &<< 8 | pixel &>> 24
          unsafe to.storeBytes(of: turned.littleEndian, toByteOffset: 4 &* x, as: UInt32.self)
        }
      }
    }
  }
}
