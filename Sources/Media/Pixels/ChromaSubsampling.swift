/// How the chroma of a picture at one canvas position falls onto the canvas's 4:2:0 grid.
///
/// A chroma sample of the canvas lies on an even luma column and between two luma rows; it is made of
/// the 3 × 2 luma positions around it with the weights 1 2 1 across and 1 1 down, each also weighted
/// by its alpha. So chroma never takes colour from where the layer is clear.
struct ChromaSubsampling {
  /// Canvas chroma position of the first sample.
  let x: Int
  let y: Int
  let width: Int
  let height: Int
  private let sourceWidth: Int
  private let sourceHeight: Int
  private let sourceX: Int
  private let sourceY: Int

  /// For a picture of `width` × `height` whose top left sample is at canvas luma position (`x`, `y`).
  init(width sourceWidth: Int, height sourceHeight: Int, x sourceX: Int, y sourceY: Int) {
    self.sourceWidth = sourceWidth
    self.sourceHeight = sourceHeight
    self.sourceX = sourceX
    self.sourceY = sourceY
    x = sourceX >> 1
    y = sourceY >> 1
    width = ((sourceX + sourceWidth) >> 1) - x + 1
    height = ((sourceY + sourceHeight - 1) >> 1) - y + 1
  }

  /// The chroma planes and their alpha, which is nil when no sample is partly covered.
  func subsample(_ bitmap: Bitmap) -> (cb: Plane, cr: Plane, alpha: Plane?) {
    let cb = Plane(width: width, height: height, filledWith: 128)
    let cr = Plane(width: width, height: height, filledWith: 128)
    let alpha = Plane(width: width, height: height)
    let opaque = OpaqueChromaRows(first: 2 * x - sourceX, width: width, repeatsLeft: sourceX == 0)
    // Scratch columns are shifted by `lead`, so that those just outside exist and weigh nothing.
    let lead = 4
    let capacity = sourceWidth + 32
    unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: capacity * 3) { scratch in
      unsafe scratch.initialize(repeating: 0)
      let weights = unsafe scratch.baseAddress! + lead
      let blue = unsafe weights + capacity
      let red = unsafe blue + capacity
      for row in 0..<height {
        let upper = 2 * (y + row) - sourceY
        if bitmap.isOpaque, upper >= 0, upper + 1 < sourceHeight {
          unsafe opaque.subsample(
            bitmap.cb.view, upper, into: cb.view.row(row), alpha: alpha.view.row(row))
          unsafe opaque.subsample(
            bitmap.cr.view, upper, into: cr.view.row(row), alpha: alpha.view.row(row))
          continue
        }
        unsafe addRows(upper, of: bitmap, weights: weights, blue: blue, red: red)
        if sourceX == 0 {
          // Left of the canvas nothing can show: the border sample stands for it.
          unsafe (weights[-1], blue[-1], red[-1]) = unsafe (weights[0], blue[0], red[0])
        }
        let first = 2 * x - sourceX
        unsafe weigh(
          weights + first, blue + first, red + first, alpha: alpha.view.row(row),
          cb: cb.view.row(row), cr: cr.view.row(row))
      }
    }
    let covered = bitmap.isOpaque && AlphaPlane(alpha).rows.allSatisfy { $0.solid == 0..<width }
    return (cb, cr, covered ? nil : alpha)
  }

  /// Sums of alpha and of alpha · chroma over bitmap rows `upper` and `upper + 1`, either of which may
  /// be outside and then weighs nothing.
  private func addRows(
    _ upper: Int, of bitmap: Bitmap, weights: UnsafeMutablePointer<Int32>,
    blue: UnsafeMutablePointer<Int32>, red: UnsafeMutablePointer<Int32>
  ) {
    let rows = (max(upper, 0), min(upper + 1, sourceHeight - 1))
    let inside = (Int16(rows.0 == upper ? 1 : 0), Int16(rows.1 == upper + 1 ? 1 : 0))
    let alpha = unsafe bitmap.alpha.map { unsafe ($0.view.row(rows.0), $0.view.row(rows.1)) }
    let cb = unsafe (bitmap.cb.view.row(rows.0), bitmap.cb.view.row(rows.1))
    let cr = unsafe (bitmap.cr.view.row(rows.0), bitmap.cr.view.row(rows.1))
    var column = 0
    while column < sourceWidth {
      let count = min(8, sourceWidth &- column)
      var a = (SIMD8<Int16>(repeating: 255), SIMD8<Int16>(repeating: 255))
      if let alpha = unsafe alpha {
        unsafe a.0 = widened(Self.load(alpha.0 + column, count))
        unsafe a.1 = widened(Self.load(alpha.1 + column, count))
      } else if count < 8 {
        for lane in count..<8 { (a.0[lane], a.1[lane]) = (0, 0) }
      }
      a.0 &*= inside.0
      a.1 &*= inside.1
      let low = interleavedLow(a.0, a.1)
      let high = interleavedHigh(a.0, a.1)
      let ones = SIMD8<Int16>(repeating: 1)
      unsafe Self.store(low, high, times: ones, ones, to: weights + column)
      let b = unsafe (
        widened(Self.load(cb.0 + column, count)), widened(Self.load(cb.1 + column, count))
      )
      unsafe Self.store(
        low, high, times: interleavedLow(b.0, b.1), interleavedHigh(b.0, b.1), to: blue + column)
      let r = unsafe (
        widened(Self.load(cr.0 + column, count)), widened(Self.load(cr.1 + column, count))
      )
      unsafe Self.store(
        low, high, times: interleavedLow(r.0, r.1), interleavedHigh(r.0, r.1), to: red + column)
      column &+= 8
    }
  }

  @inline(__always)
  private static func load(_ samples: UnsafePointer<UInt8>, _ count: Int) -> SIMD8<UInt8> {
    if count == 8 { return unsafe load8(samples) }
    return unsafe load8(samples, first: count)
  }

  @inline(__always)
  private static func store(
    _ low: SIMD8<Int16>, _ high: SIMD8<Int16>, times lowFactor: SIMD8<Int16>,
    _ highFactor: SIMD8<Int16>, to sums: UnsafeMutablePointer<Int32>
  ) {
    let raw = UnsafeMutableRawPointer(sums)
    unsafe raw.storeBytes(of: multiplyAddPairs(low, lowFactor), as: SIMD4<Int32>.self)
    unsafe (raw + 16).storeBytes(of: multiplyAddPairs(high, highFactor), as: SIMD4<Int32>.self)
  }

  /// The 1 2 1 filter across and the division, four chroma samples at a time.
  private func weigh(
    _ weights: UnsafePointer<Int32>, _ blue: UnsafePointer<Int32>, _ red: UnsafePointer<Int32>,
    alpha: UnsafeMutablePointer<UInt8>, cb: UnsafeMutablePointer<UInt8>,
    cr: UnsafeMutablePointer<UInt8>
  ) {
    var column = 0
    while column < width {
      let at = 2 &* column
      let weight = unsafe filtered(weights + at)
      let divisor = float(weight.replacing(with: 1, where: weight .== 0))
      let cbs = unsafe rounded(float(filtered(blue + at)) / divisor)
      let crs = unsafe rounded(float(filtered(red + at)) / divisor)
      let alphas = (weight &+ SIMD4(repeating: 4)) &>> SIMD4(repeating: 3)
      for lane in 0..<min(4, width &- column) {
        guard alphas[lane] > 0 else { continue }
        unsafe alpha[column &+ lane] = UInt8(truncatingIfNeeded: alphas[lane])
        unsafe cb[column &+ lane] = UInt8(truncatingIfNeeded: cbs[lane])
        unsafe cr[column &+ lane] = UInt8(truncatingIfNeeded: crs[lane])
      }
      column &+= 4
    }
  }

  @inline(__always)
  private func filtered(_ values: UnsafePointer<Int32>) -> SIMD4<Int32> {
    let centre = unsafe UnsafeRawPointer(values).loadUnaligned(as: SIMD8<Int32>.self)
    let left = unsafe UnsafeRawPointer(values - 1).loadUnaligned(as: SIMD8<Int32>.self)
    return left.evenHalf &+ centre.evenHalf &* 2 &+ centre.oddHalf
  }
}
