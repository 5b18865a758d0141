/// Rows of full-range RGB against BT.709 limited Y'CbCr, eight pixels at a time, rounded to nearest.
enum PlanarRGB {
  /// `u` and `v` may be the rows of the same picture; all rows hold `count` samples.
  static func toYCbCr(
    red: UnsafePointer<UInt8>, green: UnsafePointer<UInt8>, blue: UnsafePointer<UInt8>,
    luma: UnsafeMutablePointer<UInt8>, cb: UnsafeMutablePointer<UInt8>,
    cr: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    var x = 0
    while x < count {
      let rest = min(8, count &- x)
      let r = unsafe widened(rest == 8 ? load8(red + x) : load8(red + x, first: rest))
      let g = unsafe widened(rest == 8 ? load8(green + x) : load8(green + x, first: rest))
      let b = unsafe widened(rest == 8 ? load8(blue + x) : load8(blue + x, first: rest))
      let y = forward(r, g, b, (5983, 20127, 2032), offset: 16)
      let u = forward(r, g, b, (-3298, -11094, 14392), offset: 128)
      let v = forward(r, g, b, (14392, -13073, -1319), offset: 128)
      if rest == 8 {
        unsafe store(y, to: luma + x)
        unsafe store(u, to: cb + x)
        unsafe store(v, to: cr + x)
      } else {
        unsafe store(y, first: rest, to: luma + x)
        unsafe store(u, first: rest, to: cb + x)
        unsafe store(v, first: rest, to: cr + x)
      }
      x &+= 8
    }
  }

  static func fromYCbCr(
    luma: UnsafePointer<UInt8>, cb: UnsafePointer<UInt8>, cr: UnsafePointer<UInt8>,
    red: UnsafeMutablePointer<UInt8>, green: UnsafeMutablePointer<UInt8>,
    blue: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    var x = 0
    while x < count {
      let rest = min(8, count &- x)
      let y =
        unsafe widened(rest == 8 ? load8(luma + x) : load8(luma + x, first: rest))
        &- SIMD8(repeating: 16)
      let u =
        unsafe widened(rest == 8 ? load8(cb + x) : load8(cb + x, first: rest))
        &- SIMD8(repeating: 128)
      let v =
        unsafe widened(rest == 8 ? load8(cr + x) : load8(cr + x, first: rest))
        &- SIMD8(repeating: 128)
      let r = backward(y, u, v, (9539, 0, 14686))
      let g = backward(y, u, v, (9539, -1747, -4366))
      let b = backward(y, u, v, (9539, 17305, 0))
      if rest == 8 {
        unsafe store(r, to: red + x)
        unsafe store(g, to: green + x)
        unsafe store(b, to: blue + x)
      } else {
        unsafe store(r, first: rest, to: red + x)
        unsafe store(g, first: rest, to: green + x)
        unsafe store(b, first: rest, to: blue + x)
      }
      x &+= 8
    }
  }

  /// Weights have 15 fractional bits; those of chroma sum to exactly zero, so grey stays grey.
  @inline(__always)
  private static func forward(
    _ r: SIMD8<Int16>, _ g: SIMD8<Int16>, _ b: SIMD8<Int16>, _ weights: (Int16, Int16, Int16),
    offset: Int32
  ) -> SIMD8<UInt8> {
    sum(r, g, b, weights, offset: offset &<< 15 &+ 1 &<< 14, shift: 15)
  }

  /// Weights have 13 fractional bits, since that of Cb in blue is above 2.
  @inline(__always)
  private static func backward(
    _ y: SIMD8<Int16>, _ u: SIMD8<Int16>, _ v: SIMD8<Int16>, _ weights: (Int16, Int16, Int16)
  ) -> SIMD8<UInt8> {
    sum(y, u, v, weights, offset: 1 << 12, shift: 13)
  }

  @inline(__always)
  private static func sum(
    _ a: SIMD8<Int16>, _ b: SIMD8<Int16>, _ c: SIMD8<Int16>, _ weights: (Int16, Int16, Int16),
    offset: Int32, shift: Int32
  ) -> SIMD8<UInt8> {
    let first = repeatedPair(weights.0, weights.1)
    let second = repeatedPair(weights.2, 0)
    let low =
      multiplyAddPairs(interleavedLow(a, b), first)
      &+ multiplyAddPairs(interleavedLow(c, SIMD8()), second) &+ SIMD4(repeating: offset)
    let high =
      multiplyAddPairs(interleavedHigh(a, b), first)
      &+ multiplyAddPairs(interleavedHigh(c, SIMD8()), second) &+ SIMD4(repeating: offset)
    let shifts = SIMD4<Int32>(repeating: shift)
    return saturatedToBytes(saturated(low &>> shifts, high &>> shifts))
  }
}
