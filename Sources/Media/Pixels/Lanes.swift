// Short vectors of the pixel kernels. Every function is one or two instructions of the x86-64 baseline
// (SSE2), so no kernel needs a CPU switch and all CPUs give the same bytes. Where the optimiser takes the
// plain spelling apart again (it merges the shuffles and no longer sees the multiply-add) the instruction
// is named through the compiler's intrinsics; other architectures keep the plain spelling.
#if arch(x86_64)
  internal import _Builtin_intrinsics.intel.sse2
#endif

@inline(__always)
func load8(_ pointer: UnsafePointer<UInt8>) -> SIMD8<UInt8> {
  unsafe UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<UInt8>.self)
}

@inline(__always)
func load16(_ pointer: UnsafePointer<UInt8>) -> SIMD16<UInt8> {
  unsafe UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<UInt8>.self)
}

@inline(__always)
func load4(_ pointer: UnsafePointer<Int16>) -> SIMD4<Int16> {
  unsafe UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Int16>.self)
}

@inline(__always)
func load8(_ pointer: UnsafePointer<Int16>) -> SIMD8<Int16> {
  unsafe UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Int16>.self)
}

@inline(__always)
func store(_ value: SIMD8<UInt8>, to pointer: UnsafeMutablePointer<UInt8>) {
  unsafe UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD8<UInt8>.self)
}

@inline(__always)
func store(_ value: SIMD16<UInt8>, to pointer: UnsafeMutablePointer<UInt8>) {
  unsafe UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD16<UInt8>.self)
}

@inline(__always)
func store(_ value: SIMD4<Int16>, to pointer: UnsafeMutablePointer<Int16>) {
  unsafe UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD4<Int16>.self)
}

@inline(__always)
func store(_ value: SIMD8<Int16>, to pointer: UnsafeMutablePointer<Int16>) {
  unsafe UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD8<Int16>.self)
}

/// Stores the first `count` (1...8) values, for the end of a row.
@inline(__always)
func store(_ value: SIMD8<UInt8>, first count: Int, to pointer: UnsafeMutablePointer<UInt8>) {
  for lane in 0..<count { unsafe pointer[lane] = value[lane] }
}

/// Loads the first `count` (1...8) values, zero after them, for the end of a row.
@inline(__always)
func load8(_ pointer: UnsafePointer<UInt8>, first count: Int) -> SIMD8<UInt8> {
  var value = SIMD8<UInt8>()
  for lane in 0..<count { value[lane] = unsafe pointer[lane] }
  return value
}

/// `punpcklbw` with zero.
@inline(__always)
func widened(_ value: SIMD8<UInt8>) -> SIMD8<Int16> { SIMD8<Int16>(truncatingIfNeeded: value) }

@inline(__always)
func widenedUnsigned(_ value: SIMD8<UInt8>) -> SIMD8<UInt16> {
  SIMD8<UInt16>(truncatingIfNeeded: value)
}

/// Each pair of neighbours multiplied and added, `a0·b0 + a1·b1` and so on.
@inline(__always)
func multiplyAddPairs(_ a: SIMD8<Int16>, _ b: SIMD8<Int16>) -> SIMD4<Int32> {
  #if arch(x86_64)
    unsafe unsafeBitCast(
      _mm_madd_epi16(
        unsafeBitCast(a, to: SIMD2<Int64>.self), unsafeBitCast(b, to: SIMD2<Int64>.self)),
      to: SIMD4<Int32>.self)
  #else
    SIMD4<Int32>(truncatingIfNeeded: a.evenHalf) &* SIMD4<Int32>(truncatingIfNeeded: b.evenHalf)
      &+ SIMD4<Int32>(truncatingIfNeeded: a.oddHalf) &* SIMD4<Int32>(truncatingIfNeeded: b.oddHalf)
  #endif
}

/// `a0 b0 a1 b1 a2 b2 a3 b3`: `punpcklwd`.
@inline(__always)
func interleavedLow(_ a: SIMD8<Int16>, _ b: SIMD8<Int16>) -> SIMD8<Int16> {
  var result = SIMD8<Int16>()
  result.evenHalf = a.lowHalf
  result.oddHalf = b.lowHalf
  return result
}

/// `a4 b4 a5 b5 a6 b6 a7 b7`: `punpckhwd`.
@inline(__always)
func interleavedHigh(_ a: SIMD8<Int16>, _ b: SIMD8<Int16>) -> SIMD8<Int16> {
  var result = SIMD8<Int16>()
  result.evenHalf = a.highHalf
  result.oddHalf = b.highHalf
  return result
}

/// The sums of neighbours, `a0+a1 a2+a3 b0+b1 b2+b3`: `shufps` and `paddd`.
@inline(__always)
func pairSums(_ a: SIMD4<Int32>, _ b: SIMD4<Int32>) -> SIMD4<Int32> {
  let both = SIMD8<Int32>(lowHalf: a, highHalf: b)
  return both.evenHalf &+ both.oddHalf
}

/// 32 to 16 bits, limited to the range of Int16: `packssdw`.
@inline(__always)
func saturated(_ low: SIMD4<Int32>, _ high: SIMD4<Int32>) -> SIMD8<Int16> {
  #if arch(x86_64)
    unsafe unsafeBitCast(
      _mm_packs_epi32(
        unsafeBitCast(low, to: SIMD2<Int64>.self), unsafeBitCast(high, to: SIMD2<Int64>.self)),
      to: SIMD8<Int16>.self)
  #else
    SIMD8<Int16>(
      truncatingIfNeeded: SIMD8<Int32>(lowHalf: low, highHalf: high).clamped(
        lowerBound: SIMD8(repeating: -32768), upperBound: SIMD8(repeating: 32767)))
  #endif
}

/// 16 to 8 bits, limited to 0...255: `packuswb`.
@inline(__always)
func saturatedToBytes(_ low: SIMD8<Int16>, _ high: SIMD8<Int16>) -> SIMD16<UInt8> {
  #if arch(x86_64)
    unsafe unsafeBitCast(
      _mm_packus_epi16(
        unsafeBitCast(low, to: SIMD2<Int64>.self), unsafeBitCast(high, to: SIMD2<Int64>.self)),
      to: SIMD16<UInt8>.self)
  #else
    SIMD16<UInt8>(
      truncatingIfNeeded: SIMD16<Int16>(lowHalf: low, highHalf: high).clamped(
        lowerBound: SIMD16(repeating: 0), upperBound: SIMD16(repeating: 255)))
  #endif
}

@inline(__always)
func saturatedToBytes(_ value: SIMD8<Int16>) -> SIMD8<UInt8> {
  saturatedToBytes(value, value).lowHalf
}

/// `a0 a1 a0 a1 …`, one pair of coefficients for every pair of lanes.
@inline(__always)
func repeatedPair(_ first: Int16, _ second: Int16) -> SIMD8<Int16> {
  SIMD8(first, second, first, second, first, second, first, second)
}

/// 16 to 8 bits for values that are already 0...255.
@inline(__always)
func narrowed(_ value: SIMD8<UInt16>) -> SIMD8<UInt8> {
  saturatedToBytes(SIMD8<Int16>(truncatingIfNeeded: value))
}

/// A product of two 8-bit values divided by 255, rounded to nearest; exact for all of 0...65025.
@inline(__always)
func divided255(_ value: SIMD8<UInt16>) -> SIMD8<UInt16> {
  let sum = value &+ SIMD8(repeating: 128)
  return (sum &+ (sum &>> SIMD8(repeating: 8))) &>> SIMD8(repeating: 8)
}

/// The same for one value.
@inline(__always)
func divided255(_ value: Int) -> Int {
  let sum = value &+ 128
  return (sum &+ (sum &>> 8)) &>> 8
}

/// Whole numbers from 0 to 2^23 as floating point, by writing them into the mantissa.
@inline(__always)
func float(_ value: SIMD4<Int32>) -> SIMD4<Float> {
  let bits = value | SIMD4(repeating: 0x4B00_0000)
  return unsafe unsafeBitCast(bits, to: SIMD4<Float>.self) - SIMD4(repeating: 8_388_608)
}

/// The nearest whole numbers of values from 0 to 2^22, ties to even.
@inline(__always)
func rounded(_ value: SIMD4<Float>) -> SIMD4<Int32> {
  let shifted = value + SIMD4(repeating: 8_388_608)
  return unsafe unsafeBitCast(shifted, to: SIMD4<Int32>.self) & SIMD4(repeating: 0x7F_FFFF)
}
