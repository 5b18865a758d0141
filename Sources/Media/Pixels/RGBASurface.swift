/// A picture of premultiplied sRGB, eight bits each, that shapes are filled on.
///
/// Colours are mixed as they are stored, gamma-encoded, as design programs and browsers do. Not `Sendable`.
@safe
public final class RGBASurface {
  public let width: Int
  public let height: Int
  /// In memory red, green, blue, alpha; rows without padding.
  let pixels: UnsafeMutablePointer<UInt32>
  private let coverage: CoverageBuffer
  /// What may be drawn on, 0 … 255; nil for all.
  public private(set) var mask: Plane?
  private let scratch: UnsafeMutablePointer<UInt32>
  private let weights: UnsafeMutablePointer<UInt8>

  /// A clear picture; both sides are 1 … 16384.
  public init(width: Int, height: Int) {
    precondition(1...16384 ~= width && 1...16384 ~= height, "sides of 1 to 16384 pixels")
    (self.width, self.height) = (width, height)
    unsafe pixels = .allocate(capacity: width * height)
    unsafe pixels.initialize(repeating: 0, count: width * height)
    coverage = CoverageBuffer(width: width, height: height)
    unsafe scratch = .allocate(capacity: width)
    unsafe scratch.initialize(repeating: 0, count: width)
    unsafe weights = .allocate(capacity: width)
    unsafe weights.initialize(repeating: 0, count: width)
  }

  deinit {
    unsafe pixels.deallocate()
    unsafe scratch.deallocate()
    unsafe weights.deallocate()
  }

  @inline(__always)
  func row(_ y: Int) -> UnsafeMutablePointer<UInt32> { unsafe pixels + y &* width }

  /// Makes every pixel the paint's first; what the mask says does not matter.
  public func clear() { unsafe pixels.update(repeating: 0, count: width * height) }

  /// Fills outlines; `opacity` is 0 … 255.
  public func fill(_ outline: FlatOutline, rule: FillRule, paint: RowPaint, opacity: UInt8 = 255) {
    guard opacity > 0 else { return }
    coverage.add(outline)
    unsafe coverage.sweep(rule) { row, columns, values, same in
      unsafe blend(paint, row, columns, values, same, opacity)
    }
  }

  /// Fills what `plane` covers, its top left sample at (`x`, `y`).
  public func fill(_ plane: Plane, x: Int, y: Int, paint: RowPaint, opacity: UInt8 = 255) {
    let columns = max(x, 0)..<max(min(x + plane.width, width), max(x, 0))
    guard opacity > 0, !columns.isEmpty else { return }
    for row in max(y, 0)..<max(min(y + plane.height, height), max(y, 0)) {
      let values = unsafe plane.view.row(row - y) + (columns.lowerBound - x)
      unsafe blend(paint, row, columns, values, 0, opacity)
    }
  }

  /// Draws a picture with its top left pixel at (`x`, `y`).
  public func draw(_ other: RGBASurface, x: Int, y: Int, opacity: UInt8 = 255) {
    let columns = max(x, 0)..<max(min(x + other.width, width), max(x, 0))
    guard opacity > 0, !columns.isEmpty else { return }
    for row in max(y, 0)..<max(min(y + other.height, height), max(y, 0)) {
      let from = unsafe other.row(row - y) + (columns.lowerBound - x)
      let onto = unsafe self.row(row) + columns.lowerBound
      if let weights = unsafe weights(row, columns, nil, 255, opacity) {
        unsafe PixelBlend.over(onto, from, weights, count: columns.count)
      } else {
        unsafe PixelBlend.over(onto, from, same: opacity, count: columns.count)
      }
    }
  }

  /// Fills outlines with a picture that is asked where `map` takes each pixel; the picture goes on with its edges.
  public func fill(
    _ outline: FlatOutline, rule: FillRule, picture: RGBASurface, map: RowPaint.Map,
    opacity: UInt8 = 255
  ) {
    guard opacity > 0, map.isFinite else { return }
    coverage.add(outline)
    unsafe coverage.sweep(rule) { row, columns, values, same in
      unsafe picture.sample(
        map, into: scratch, x: columns.lowerBound, y: row, count: columns.count)
      let onto = unsafe self.row(row) + columns.lowerBound
      if let weights = unsafe weights(row, columns, values, same, opacity) {
        unsafe PixelBlend.over(onto, scratch, weights, count: columns.count)
      } else {
        unsafe PixelBlend.over(
          onto, scratch, same: UInt8(divided255(Int(same) &* Int(opacity))), count: columns.count)
      }
    }
  }

  /// How much outlines cover each pixel, within a rectangle that may reach out of the picture.
  static func plane(
    _ outline: FlatOutline, rule: FillRule, x: Int, y: Int, width: Int, height: Int
  ) -> Plane {
    let plane = Plane(width: width, height: height)
    let buffer = CoverageBuffer(width: width, height: height)
    buffer.add(outline, x: -x, y: -y)
    unsafe buffer.sweep(rule) { row, columns, values, same in
      let to = unsafe plane.view.row(row) + columns.lowerBound
      if let values = unsafe values {
        unsafe to.update(from: values, count: columns.count)
      } else {
        unsafe to.update(repeating: same, count: columns.count)
      }
    }
    return plane
  }

  /// From here on only what outlines cover is drawn on, and what the mask has allowed till now. Gives back the mask
  /// that was there.
  public func clip(to outline: FlatOutline, rule: FillRule) -> Plane? {
    let plane = Self.plane(outline, rule: rule, x: 0, y: 0, width: width, height: height)
    let old = mask
    if let old {
      for y in 0..<height {
        unsafe Premultiplied.multiply(plane.view.row(y), by: old.view.row(y), count: width)
      }
    }
    mask = plane
    return old
  }

  /// Puts back a mask that `clip` has given.
  public func setMask(_ plane: Plane?) {
    if let plane {
      precondition(plane.width == width && plane.height == height, "a mask of the same size")
    }
    mask = plane
  }

  private func blend(
    _ paint: RowPaint, _ row: Int, _ columns: Range<Int>, _ values: UnsafePointer<UInt8>?,
    _ same: UInt8, _ opacity: UInt8
  ) {
    let onto = unsafe self.row(row) + columns.lowerBound
    let (x, count) = (columns.lowerBound, columns.count)
    let weights = unsafe weights(row, columns, values, same, opacity)
    if case .solid(let pixel) = paint.kind {
      if let weights = unsafe weights {
        unsafe PixelBlend.over(onto, solid: pixel, weights, count: count)
      } else {
        let amount = UInt8(divided255(Int(same) &* Int(opacity)))
        unsafe PixelBlend.over(onto, solid: PixelBlend.scaled(pixel, UInt32(amount)), count: count)
      }
      return
    }
    if unsafe weights == nil, paint.isOpaque, same == 255, opacity == 255 {
      return unsafe paint.fill(onto, x: x, y: row, count: count)
    }
    unsafe paint.fill(scratch, x: x, y: row, count: count)
    if let weights = unsafe weights {
      unsafe PixelBlend.over(onto, scratch, weights, count: count)
    } else {
      let amount = UInt8(divided255(Int(same) &* Int(opacity)))
      unsafe PixelBlend.over(onto, scratch, same: amount, count: count)
    }
  }

  /// Coverage, mask and opacity together; nil where all pixels have `same` and `opacity` and no mask.
  @inline(__always)
  private func weights(
    _ row: Int, _ columns: Range<Int>, _ values: UnsafePointer<UInt8>?, _ same: UInt8,
    _ opacity: UInt8
  ) -> UnsafePointer<UInt8>? {
    if mask == nil, opacity == 255 { return unsafe values }
    if mask == nil, unsafe values == nil { return nil }
    let count = columns.count
    if let values = unsafe values {
      unsafe weights.update(from: values, count: count)
    } else {
      unsafe weights.update(repeating: same, count: count)
    }
    if let mask {
      let allowed = unsafe mask.view.row(row) + columns.lowerBound
      unsafe Premultiplied.multiply(weights, by: allowed, count: count)
    }
    if opacity < 255 {
      for x in 0..<count {
        unsafe weights[x] = UInt8(
          truncatingIfNeeded: divided255(Int(weights[x]) &* Int(opacity)))
      }
    }
    return unsafe UnsafePointer(weights)
  }
}
