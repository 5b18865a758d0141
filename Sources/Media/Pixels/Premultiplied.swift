/// Rows multiplied by alpha and divided by it again.
///
/// Filters that mix pixels of different alpha work on products, or the colour of clear pixels would bleed
/// into the visible ones.
enum Premultiplied {
  /// `row · alpha / 255`, rounded to nearest.
  static func multiply(
    _ row: UnsafeMutablePointer<UInt8>, by alpha: UnsafePointer<UInt8>, count: Int
  ) {
    var x = 0
    while x &+ 8 <= count {
      let product = unsafe widenedUnsigned(load8(row + x)) &* widenedUnsigned(load8(alpha + x))
      unsafe store(narrowed(divided255(product)), to: row + x)
      x &+= 8
    }
    while x < count {
      unsafe row[x] = UInt8(truncatingIfNeeded: divided255(Int(row[x]) &* Int(alpha[x])))
      x &+= 1
    }
  }

  /// `row · 255 / alpha`, rounded to nearest and limited to 255. Clear pixels keep what they hold.
  static func divide(
    _ row: UnsafeMutablePointer<UInt8>, by alpha: UnsafePointer<UInt8>, count: Int
  ) {
    for x in 0..<count {
      let a = unsafe Int(alpha[x])
      guard a != 255, a != 0 else { continue }
      let value = unsafe (Int(row[x]) &* 255 &+ a / 2) / a
      unsafe row[x] = UInt8(truncatingIfNeeded: min(value, 255))
    }
  }
}

extension Bitmap {
  /// The colour planes, in the order luma, Cb, Cr.
  var colourPlanes: [Plane] { [luma, cb, cr] }

  /// Multiplies the colour planes by alpha, for filtering.
  func premultiply() { unsafe forEachColourRow(Premultiplied.multiply) }

  /// Undoes `premultiply`.
  func unpremultiply() { unsafe forEachColourRow(Premultiplied.divide) }

  /// Takes samples whose colour was multiplied by alpha around black (Y 16, Cb and Cr 128), as
  /// premultiplied video is, to straight alpha, in place.
  public func straighten() {
    guard let alpha else { return }
    for (plane, zero) in zip(colourPlanes, [16, 128, 128]) {
      for y in 0..<height {
        let (row, a) = unsafe (plane.view.row(y), alpha.view.row(y))
        for x in 0..<width {
          let weight = unsafe Int(a[x])
          guard weight != 255, weight != 0 else { continue }
          let offset = unsafe (Int(row[x]) &- zero) &* 255
          let value = zero &+ (offset &+ (offset < 0 ? -weight : weight) / 2) / weight
          unsafe row[x] = UInt8(truncatingIfNeeded: min(max(value, 0), 255))
        }
      }
    }
  }

  private func forEachColourRow(
    _ body: (UnsafeMutablePointer<UInt8>, UnsafePointer<UInt8>, Int) -> Void
  ) {
    guard let alpha else { return }
    for plane in colourPlanes {
      for y in 0..<height { unsafe body(plane.view.row(y), alpha.view.row(y), width) }
    }
  }
}
