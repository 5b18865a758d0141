extension Bitmap {
  /// A picture from packed RGBA, four bytes for each pixel in reading order without padding.
  /// `premultiplied` says that red, green and blue have been multiplied by alpha.
  public convenience init(width: Int, height: Int, rgba: [UInt8], premultiplied: Bool = false) {
    precondition(rgba.count == 4 * width * height, "four bytes for each pixel")
    self.init(width: width, height: height)
    unsafe rgba.withUnsafeBufferPointer { bytes in
      unsafe read(
        rgba: bytes.baseAddress!, stride: 4 * width, premultiplied: premultiplied)
    }
  }

  /// A picture from a packed RGBA plane, whose view is four times as wide as the picture.
  convenience init(rgba: PlaneView, premultiplied: Bool = false) {
    precondition(rgba.width % 4 == 0, "four bytes for each pixel")
    self.init(width: rgba.width / 4, height: rgba.height)
    unsafe read(rgba: rgba.base, stride: rgba.stride, premultiplied: premultiplied)
  }

  /// The picture as packed straight RGBA in reading order, as PNG wants it.
  public func rgba() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 4 * width * height) { bytes, count in
      unsafe write(rgba: bytes.baseAddress!, stride: 4 * width)
      count = 4 * width * height
    }
  }

  /// Writes packed straight RGBA into a plane whose view is four times as wide as the picture.
  func write(into rgba: PlaneView) {
    precondition(rgba.width == 4 * width && rgba.height == height, "a plane of the same size")
    unsafe write(rgba: rgba.base, stride: rgba.stride)
  }

  private func read(rgba: UnsafePointer<UInt8>, stride: Int, premultiplied: Bool) {
    let alpha = Plane(width: width, height: height)
    var lowest: UInt8 = 255
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * width) { scratch in
      let red = scratch.baseAddress!
      let (green, blue) = unsafe (red + width, red + 2 * width)
      for y in 0..<height {
        let from = unsafe rgba + y * stride
        let a = unsafe alpha.view.row(y)
        for x in 0..<width {
          unsafe red[x] = from[4 &* x]
          unsafe green[x] = from[4 &* x &+ 1]
          unsafe blue[x] = from[4 &* x &+ 2]
          unsafe a[x] = from[4 &* x &+ 3]
        }
        for x in 0..<width { unsafe lowest = min(lowest, a[x]) }
        if premultiplied {
          unsafe Premultiplied.divide(red, by: a, count: width)
          unsafe Premultiplied.divide(green, by: a, count: width)
          unsafe Premultiplied.divide(blue, by: a, count: width)
        }
        unsafe PlanarRGB.toYCbCr(
          red: red, green: green, blue: blue, luma: luma.view.row(y), cb: cb.view.row(y),
          cr: cr.view.row(y), count: width)
      }
    }
    self.alpha = lowest == 255 ? nil : alpha
  }

  private func write(rgba: UnsafeMutablePointer<UInt8>, stride: Int) {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * width) { scratch in
      let red = scratch.baseAddress!
      let (green, blue) = unsafe (red + width, red + 2 * width)
      for y in 0..<height {
        unsafe PlanarRGB.fromYCbCr(
          luma: luma.view.row(y), cb: cb.view.row(y), cr: cr.view.row(y), red: red, green: green,
          blue: blue, count: width)
        let to = unsafe rgba + y * stride
        let a = unsafe alpha?.view.row(y)
        for x in 0..<width {
          unsafe to[4 &* x] = red[x]
          unsafe to[4 &* x &+ 1] = green[x]
          unsafe to[4 &* x &+ 2] = blue[x]
          unsafe to[4 &* x &+ 3] = a?[x] ?? 255
        }
      }
    }
  }
}
