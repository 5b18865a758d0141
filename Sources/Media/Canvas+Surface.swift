extension Canvas {
  /// Takes over the rows of a picture of the same size that is opaque there; `rows` begin and end on even numbers or at
  /// an edge.
  ///
  /// One pass over the pixels: drawn clips are made of this. Chroma is weighed 1 2 1 around its column and over both of
  /// its rows.
  public func replace(with surface: RGBASurface, rows: Range<Int>) throws(MediaError) {
    precondition(surface.width == width && surface.height == height, "a picture of the same size")
    let rows = max(rows.lowerBound, 0) & ~1..<min(rows.upperBound, height)
    let target = try writable
    let width = width
    // Red, green and blue, summed over the two rows, with a neighbour before the first column and after the last.
    unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * (width + 2)) { sums in
      let red = unsafe sums.baseAddress! + 1
      let (green, blue) = unsafe (red + width + 2, red + 2 * (width + 2))
      for top in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: 2) {
        let bottom = min(top + 1, height - 1)
        let (upper, lower) = unsafe (surface.row(top), surface.row(bottom))
        unsafe SurfaceRows.luma(upper, target.luma.row(top), count: width)
        if bottom > top { unsafe SurfaceRows.luma(lower, target.luma.row(bottom), count: width) }
        unsafe SurfaceRows.add(upper, lower, red, green, blue, count: width)
        unsafe SurfaceRows.chroma(
          red, green, blue, target.cb.row(top / 2), target.cr.row(top / 2), count: (width + 1) / 2)
      }
    }
  }
}

/// Rows of opaque RGB to BT.709 limited, rounded to nearest.
private enum SurfaceRows {
  @inline(__always)
  private static func channels(_ pixel: UInt32) -> (red: Int32, green: Int32, blue: Int32) {
    (
      Int32(truncatingIfNeeded: pixel & 255), Int32(truncatingIfNeeded: pixel &>> 8 & 255),
      Int32(truncatingIfNeeded: pixel &>> 16 & 255)
    )
  }

  static func luma(
    _ pixels: UnsafePointer<UInt32>, _ luma: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    for x in 0..<count {
      let (red, green, blue) = channels(unsafe pixels[x])
      let sum = 11966 &* red &+ 40254 &* green &+ 4064 &* blue &+ 32768
      unsafe luma[x] = UInt8(truncatingIfNeeded: sum &>> 16 &+ 16)
    }
  }

  static func add(
    _ upper: UnsafePointer<UInt32>, _ lower: UnsafePointer<UInt32>,
    _ red: UnsafeMutablePointer<Int32>, _ green: UnsafeMutablePointer<Int32>,
    _ blue: UnsafeMutablePointer<Int32>, count: Int
  ) {
    for x in 0..<count {
      let (above, below) = unsafe (channels(upper[x]), channels(lower[x]))
      unsafe red[x] = above.red &+ below.red
      unsafe green[x] = above.green &+ below.green
      unsafe blue[x] = above.blue &+ below.blue
    }
    unsafe goOn(red, count)
    unsafe goOn(green, count)
    unsafe goOn(blue, count)
  }

  /// Beyond the edges rows go on as they end.
  private static func goOn(_ sums: UnsafeMutablePointer<Int32>, _ count: Int) {
    unsafe sums[-1] = sums[0]
    unsafe sums[count] = sums[count - 1]
  }

  /// Weights are of 13 bits, for sums of eight; those of each plane sum to zero, so grey stays grey.
  static func chroma(
    _ red: UnsafePointer<Int32>, _ green: UnsafePointer<Int32>, _ blue: UnsafePointer<Int32>,
    _ cb: UnsafeMutablePointer<UInt8>, _ cr: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    @inline(__always)
    func around(_ plane: UnsafePointer<Int32>, _ x: Int) -> Int32 {
      unsafe plane[2 &* x &- 1] &+ 2 &* plane[2 &* x] &+ plane[2 &* x &+ 1]
    }
    for x in 0..<count {
      let (r, g, b) = unsafe (around(red, x), around(green, x), around(blue, x))
      let u = 3598 &* b &- 824 &* r &- 2774 &* g &+ 32768
      let v = 3598 &* r &- 3268 &* g &- 330 &* b &+ 32768
      unsafe cb[x] = UInt8(truncatingIfNeeded: u &>> 16 &+ 128)
      unsafe cr[x] = UInt8(truncatingIfNeeded: v &>> 16 &+ 128)
    }
  }
}
