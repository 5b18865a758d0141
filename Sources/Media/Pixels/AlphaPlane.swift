/// An alpha plane with what is known about each row, so that drawing can skip and copy.
final class AlphaPlane {
  /// Columns of one row. Outside `visible` alpha is 0; inside `solid` it is 255.
  struct Row: Equatable {
    var visible: Range<Int>
    var solid: Range<Int>
  }

  let plane: Plane
  let rows: [Row]

  init(_ plane: Plane) {
    self.plane = plane
    let view = plane.view
    rows = (0..<plane.height).map { y in
      let row = unsafe UnsafePointer(view.row(y))
      let start = unsafe Self.first(in: row, from: 0, to: view.width, not: 0)
      var end = view.width
      while end > start, unsafe row[end - 1] == 0 { end -= 1 }
      var solidStart = start
      while solidStart < end, unsafe row[solidStart] != 255 { solidStart += 1 }
      let solidEnd = unsafe Self.first(in: row, from: solidStart, to: end, not: 255)
      return Row(visible: start..<end, solid: solidStart..<solidEnd)
    }
  }

  /// The first column whose sample is not `value`, eight at a time.
  private static func first(
    in row: UnsafePointer<UInt8>, from start: Int, to end: Int, not value: UInt8
  ) -> Int {
    var x = start
    let pattern = UInt64(value) &* 0x0101_0101_0101_0101
    while x + 8 <= end,
      unsafe UnsafeRawPointer(row + x).loadUnaligned(as: UInt64.self) == pattern
    {
      x += 8
    }
    while x < end, unsafe row[x] == value { x += 1 }
    return x
  }
}

/// Samples to draw with their alpha; nil is opaque.
struct BlendPlane {
  let samples: Plane
  let alpha: AlphaPlane?
}

extension PlaneView {
  /// Draws `source` with its top left sample at (`x`, `y`) of this plane.
  func blend(_ source: BlendPlane, x: Int, y: Int, opacity: UInt8) {
    let samples = source.samples
    let top = max(0, -y)
    let bottom = min(samples.height, height - y)
    let columns = max(0, -x)..<max(min(samples.width, width - x), max(0, -x))
    guard top < bottom, !columns.isEmpty else { return }
    let opacity = UInt16(opacity)
    for row in top..<bottom {
      let from = unsafe UnsafePointer(samples.view.row(row))
      let to = unsafe self.row(row + y) + x
      guard let alpha = source.alpha else {
        unsafe BlendRow.opaque(from, onto: to, columns, opacity: opacity)
        continue
      }
      let known = alpha.rows[row]
      let visible = known.visible.clamped(to: columns)
      let solid = known.solid.clamped(to: columns)
      guard !visible.isEmpty else { continue }
      let weights = unsafe UnsafePointer(alpha.plane.view.row(row))
      if solid.isEmpty {
        unsafe BlendRow.mixed(from, weights, onto: to, visible, opacity: opacity)
      } else {
        unsafe BlendRow.mixed(
          from, weights, onto: to, visible.lowerBound..<solid.lowerBound, opacity: opacity)
        unsafe BlendRow.opaque(from, onto: to, solid, opacity: opacity)
        unsafe BlendRow.mixed(
          from, weights, onto: to, solid.upperBound..<visible.upperBound, opacity: opacity)
      }
    }
  }
}

/// `d + (s - d) · a / 255`, rounded to nearest, for the samples of a row.
enum BlendRow {
  static func opaque(
    _ source: UnsafePointer<UInt8>, onto target: UnsafeMutablePointer<UInt8>,
    _ columns: Range<Int>, opacity: UInt16
  ) {
    if opacity == 255 {
      unsafe (target + columns.lowerBound).update(
        from: source + columns.lowerBound, count: columns.count)
      return
    }
    let alpha = SIMD8<UInt16>(repeating: opacity)
    var x = columns.lowerBound
    while x &+ 8 <= columns.upperBound {
      unsafe store(mix(load8(source + x), load8(target + x), alpha), to: target + x)
      x &+= 8
    }
    let rest = columns.upperBound &- x
    guard rest > 0 else { return }
    let last = unsafe mix(load8(source + x, first: rest), load8(target + x, first: rest), alpha)
    unsafe store(last, first: rest, to: target + x)
  }

  static func mixed(
    _ source: UnsafePointer<UInt8>, _ alpha: UnsafePointer<UInt8>,
    onto target: UnsafeMutablePointer<UInt8>, _ columns: Range<Int>, opacity: UInt16
  ) {
    let opacity = SIMD8<UInt16>(repeating: opacity)
    var x = columns.lowerBound
    while x &+ 8 <= columns.upperBound {
      let weight = unsafe divided255(widenedUnsigned(load8(alpha + x)) &* opacity)
      unsafe store(mix(load8(source + x), load8(target + x), weight), to: target + x)
      x &+= 8
    }
    let rest = columns.upperBound &- x
    guard rest > 0 else { return }
    let weight = unsafe divided255(widenedUnsigned(load8(alpha + x, first: rest)) &* opacity)
    let last = unsafe mix(load8(source + x, first: rest), load8(target + x, first: rest), weight)
    unsafe store(last, first: rest, to: target + x)
  }

  @inline(__always)
  private static func mix(
    _ source: SIMD8<UInt8>, _ target: SIMD8<UInt8>, _ alpha: SIMD8<UInt16>
  ) -> SIMD8<UInt8> {
    let rest = SIMD8<UInt16>(repeating: 255) &- alpha
    return narrowed(
      divided255(widenedUnsigned(source) &* alpha &+ widenedUnsigned(target) &* rest))
  }
}
