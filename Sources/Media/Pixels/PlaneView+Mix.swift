extension PlaneView {
  /// Makes this plane `a + (b - a) · numerator / denominator`, rounded to nearest; `a` and `b` may be
  /// this plane itself. At 0 and at the whole the result is exactly `a` or `b`.
  func mix(_ a: PlaneView, _ b: PlaneView, numerator: Int, denominator: Int) {
    precondition(a.width == width && a.height == height, "planes of one size")
    precondition(b.width == width && b.height == height, "planes of one size")
    precondition(denominator > 0 && 0...denominator ~= numerator, "a share from 0 to 1")
    let share = MixRow(numerator: numerator, denominator: denominator)
    for y in 0..<height { unsafe share.mix(a.row(y), b.row(y), into: row(y), count: width) }
  }

  /// Moves every sample the given share of its way to `value`.
  func fade(to value: UInt8, numerator: Int, denominator: Int) {
    precondition(denominator > 0 && 0...denominator ~= numerator, "a share from 0 to 1")
    let share = MixRow(numerator: numerator, denominator: denominator)
    let target = Plane(width: width, height: 1, filledWith: value)
    for y in 0..<height {
      unsafe share.mix(row(y), target.view.row(0), into: row(y), count: width)
    }
  }
}

/// Two rows mixed by weights with 14 fractional bits.
private struct MixRow {
  private let weights: SIMD8<Int16>

  init(numerator: Int, denominator: Int) {
    let weight = Int16((numerator * 16384 + denominator / 2) / denominator)
    weights = repeatedPair(16384 - weight, weight)
  }

  func mix(
    _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<UInt8>,
    count: Int
  ) {
    var x = 0
    while x &+ 16 <= count {
      let (p, q) = unsafe (load16(a + x), load16(b + x))
      let low = mixed(widened(p.lowHalf), widened(q.lowHalf))
      let high = mixed(widened(p.highHalf), widened(q.highHalf))
      unsafe store(saturatedToBytes(low, high), to: target + x)
      x &+= 16
    }
    while x < count {
      let rest = min(8, count &- x)
      let p = unsafe load8(a + x, first: rest)
      let q = unsafe load8(b + x, first: rest)
      unsafe store(
        saturatedToBytes(mixed(widened(p), widened(q))), first: rest, to: target + x)
      x &+= 8
    }
  }

  @inline(__always)
  private func mixed(_ a: SIMD8<Int16>, _ b: SIMD8<Int16>) -> SIMD8<Int16> {
    let half = SIMD4<Int32>(repeating: 1 << 13)
    let shift = SIMD4<Int32>(repeating: 14)
    return saturated(
      (multiplyAddPairs(interleavedLow(a, b), weights) &+ half) &>> shift,
      (multiplyAddPairs(interleavedHigh(a, b), weights) &+ half) &>> shift)
  }
}

extension Plane {
  /// Makes this plane the mixture of two of its size; see `PlaneView.mix`.
  public func mix(_ a: Plane, _ b: Plane, numerator: Int, denominator: Int) {
    view.mix(a.view, b.view, numerator: numerator, denominator: denominator)
  }
}

extension CanvasView {
  /// Crossfade: this picture becomes `a` at 0 and `b` at `denominator`; either may be this one.
  func mix(_ a: CanvasView, _ b: CanvasView, numerator: Int, denominator: Int) {
    luma.mix(a.luma, b.luma, numerator: numerator, denominator: denominator)
    cb.mix(a.cb, b.cb, numerator: numerator, denominator: denominator)
    cr.mix(a.cr, b.cr, numerator: numerator, denominator: denominator)
  }

  /// Moves every pixel the given share of its way to one colour.
  func fade(to colour: Colour, numerator: Int, denominator: Int) {
    luma.fade(to: colour.luma, numerator: numerator, denominator: denominator)
    cb.fade(to: colour.cb, numerator: numerator, denominator: denominator)
    cr.fade(to: colour.cr, numerator: numerator, denominator: denominator)
  }

  /// Darkens the picture; 0 leaves it, 1 is black.
  func dim(_ amount: Double) {
    let share = Int((min(max(amount, 0), 1) * 16384).rounded())
    guard share > 0 else { return }
    fade(to: .black, numerator: share, denominator: 16384)
  }

  /// Sets every pixel to one colour; its alpha is not looked at.
  func fill(_ colour: Colour) {
    luma.fill(colour.luma)
    cb.fill(colour.cb)
    cr.fill(colour.cr)
  }

  /// Copies a part of a picture of the same size.
  func copy(_ source: CanvasView, columns: Range<Int>, rows: Range<Int>) {
    let planes = [(luma, source.luma, 1), (cb, source.cb, 2), (cr, source.cr, 2)]
    for (target, source, divisor) in planes {
      let (x, y) = (columns.lowerBound / divisor, rows.lowerBound / divisor)
      let width = (columns.upperBound + divisor - 1) / divisor - x
      let height = (rows.upperBound + divisor - 1) / divisor - y
      guard let part = target.cropped(x: x, y: y, width: width, height: height),
        let other = source.cropped(x: x, y: y, width: width, height: height)
      else { continue }
      part.copy(from: other)
    }
  }

  /// Copies a picture of the same size.
  func copy(from source: CanvasView) {
    luma.copy(from: source.luma)
    cb.copy(from: source.cb)
    cr.copy(from: source.cr)
  }
}
