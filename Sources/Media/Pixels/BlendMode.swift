/// How the colours of a layer meet those below, on gamma-encoded RGB as CSS does it.
public enum BlendMode: String, Sendable, Hashable, CaseIterable {
  case normal
  case multiply
  case screen
  case overlay
  case add

  /// One row: `above` becomes the mixture of `below` and `above` (0...255 each), alpha not yet counted.
  func apply(
    _ above: UnsafeMutablePointer<UInt8>, over below: UnsafePointer<UInt8>, count: Int
  ) {
    switch self {
    case .normal: break
    case .multiply: unsafe Premultiplied.multiply(above, by: below, count: count)
    case .screen:
      for x in 0..<count {
        let product = unsafe (255 &- Int(above[x])) &* (255 &- Int(below[x]))
        unsafe above[x] = UInt8(truncatingIfNeeded: 255 &- divided255(product))
      }
    case .overlay:
      for x in 0..<count {
        let (a, b) = unsafe (Int(above[x]), Int(below[x]))
        let dark = divided255(2 &* a &* b)
        let light = 255 &- divided255(2 &* (255 &- a) &* (255 &- b))
        unsafe above[x] = UInt8(truncatingIfNeeded: b < 128 ? dark : light)
      }
    case .add:
      for x in 0..<count {
        unsafe above[x] = UInt8(truncatingIfNeeded: min(Int(above[x]) &+ Int(below[x]), 255))
      }
    }
  }
}

extension CanvasView {
  /// Draws `bitmap` with its top left pixel at (`x`, `y`) in a blend mode; `opacity` is 0...255.
  ///
  /// Only the box under the picture is read and written, and where the picture is clear nothing changes.
  func draw(_ bitmap: Bitmap, x: Int, y: Int, mode: BlendMode, opacity: UInt8 = 255) {
    if mode == .normal {
      draw(Overlay(bitmap, x: x, y: y), opacity: opacity)
      return
    }
    let (left, top) = (max(x, 0), max(y, 0))
    let width = min(x + bitmap.width, luma.width) - left
    let height = min(y + bitmap.height, luma.height) - top
    guard width > 0, height > 0, opacity > 0 else { return }
    let above = bitmap.cropped(x: left - x, y: top - y, width: width, height: height)
    above.blend(over: full(x: left, y: top, width: width, height: height), mode: mode)
    draw(Overlay(above, x: left, y: top), opacity: opacity)
  }

  /// A box of the canvas in 4:4:4, chroma interpolated.
  func full(x: Int, y: Int, width: Int, height: Int) -> Bitmap {
    let bitmap = Bitmap(width: width, height: height)
    bitmap.luma.view.copy(from: luma, offsetX: x, offsetY: y)
    let window = ChromaGrid.left420.chromaWindow(
      for: SourceWindow(
        x: Double(x), y: Double(y), width: Double(width), height: Double(height)),
      width: width, height: height, on: .full444)
    let resampler = Resampler(
      sourceWidth: cb.width, sourceHeight: cb.height, window: window, width: width,
      height: height)
    resampler.resample(cb, into: bitmap.cb.view)
    resampler.resample(cr, into: bitmap.cr.view)
    return bitmap
  }
}

extension Bitmap {
  /// A part of this picture with planes of its own; the rectangle must be inside.
  public func cropped(x: Int, y: Int, width: Int, height: Int) -> Bitmap {
    precondition(
      x >= 0 && y >= 0 && x + width <= self.width && y + height <= self.height,
      "a rectangle inside the picture")
    func crop(_ plane: Plane) -> Plane {
      let part = Plane(width: width, height: height)
      part.view.copy(from: plane.view, offsetX: x, offsetY: y)
      return part
    }
    return Bitmap(luma: crop(luma), cb: crop(cb), cr: crop(cr), alpha: alpha.map(crop))
  }

  /// Replaces the colours by their mixture with those of an opaque picture of the same size below.
  fileprivate func blend(over below: Bitmap, mode: BlendMode) {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 6 * width) { scratch in
      let start = scratch.baseAddress!
      let rows = unsafe (0..<6).map { unsafe start + $0 * width }
      for y in 0..<height {
        unsafe PlanarRGB.fromYCbCr(
          luma: luma.view.row(y), cb: cb.view.row(y), cr: cr.view.row(y), red: rows[0],
          green: rows[1], blue: rows[2], count: width)
        unsafe PlanarRGB.fromYCbCr(
          luma: below.luma.view.row(y), cb: below.cb.view.row(y), cr: below.cr.view.row(y),
          red: rows[3], green: rows[4], blue: rows[5], count: width)
        for channel in 0..<3 {
          unsafe mode.apply(rows[channel], over: rows[channel + 3], count: width)
        }
        unsafe PlanarRGB.toYCbCr(
          red: rows[0], green: rows[1], blue: rows[2], luma: luma.view.row(y),
          cb: cb.view.row(y), cr: cr.view.row(y), count: width)
      }
    }
  }
}
