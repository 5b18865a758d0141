/// Premultiplied pixels laid over others. Each product is divided by 255 and rounded to nearest.
enum PixelBlend {
  /// Two channels of a pixel, 16 bits each, times 0 … 255.
  @inline(__always)
  private static func half(_ pair: UInt32, _ weight: UInt32) -> UInt32 {
    let product = pair &* weight &+ 0x80_0080
    return ((product &+ ((product &>> 8) & 0xFF_00FF)) &>> 8) & 0xFF_00FF
  }

  /// A pixel times 0 … 255.
  @inline(__always)
  static func scaled(_ pixel: UInt32, _ weight: UInt32) -> UInt32 {
    half(pixel & 0xFF_00FF, weight) | half((pixel &>> 8) & 0xFF_00FF, weight) &<< 8
  }

  /// Sums stay below 256: each channel of `above` is at most its alpha, and products are rounded by less than 1/2.
  @inline(__always)
  private static func over(_ below: UInt32, _ above: UInt32) -> UInt32 {
    above &+ scaled(below, 255 &- above &>> 24)
  }

  // MARK: Four pixels at a time, with the same bytes as one by one

  /// Each pixel's red and blue, or green and alpha, in 16 bits.
  private typealias Pairs = SIMD4<UInt32>

  /// Pairs times 0 … 255 in 16 bits, divided by 255.
  @inline(__always)
  private static func times(_ pairs: Pairs, _ weights: Pairs) -> Pairs {
    let product = unsafe divided255(
      unsafeBitCast(pairs, to: SIMD8<UInt16>.self) &* unsafeBitCast(weights, to: SIMD8<UInt16>.self)
    )
    return unsafe unsafeBitCast(product, to: Pairs.self)
  }

  @inline(__always)
  private static func split(_ pixels: Pairs) -> (low: Pairs, high: Pairs) {
    let mask = Pairs(repeating: 0xFF_00FF)
    return (pixels & mask, (pixels &>> Pairs(repeating: 8)) & mask)
  }

  /// Each weight for both channels of a pair.
  @inline(__always)
  private static func twice(_ weights: Pairs) -> Pairs {
    weights | weights &<< Pairs(repeating: 16)
  }

  /// Four pixels over four others, `weights` of them where there are any.
  @inline(__always)
  private static func over(
    _ onto: UnsafeMutablePointer<UInt32>, _ from: UnsafePointer<UInt32>, _ weights: Pairs?
  ) {
    var above = unsafe split(UnsafeRawPointer(from).loadUnaligned(as: Pairs.self))
    if let weights {
      above = (times(above.low, weights), times(above.high, weights))
    }
    let below = unsafe split(UnsafeRawPointer(onto).loadUnaligned(as: Pairs.self))
    let rest = twice(Pairs(repeating: 255) &- above.high &>> Pairs(repeating: 16))
    let low = above.low &+ times(below.low, rest)
    let high = above.high &+ times(below.high, rest)
    unsafe UnsafeMutableRawPointer(onto).storeBytes(
      of: low | high &<< Pairs(repeating: 8), as: Pairs.self)
  }

  /// `from`, weighed, over `onto`.
  static func over(
    _ onto: UnsafeMutablePointer<UInt32>, _ from: UnsafePointer<UInt32>,
    _ weights: UnsafePointer<UInt8>, count: Int
  ) {
    var x = 0
    while x &+ 4 <= count {
      let word = unsafe UInt32(
        littleEndian: UnsafeRawPointer(weights + x).loadUnaligned(as: UInt32.self))
      if word != 0 {
        let four = Pairs(word & 255, word &>> 8 & 255, word &>> 16 & 255, word &>> 24)
        unsafe over(onto + x, from + x, word == .max ? nil : twice(four))
      }
      x = x &+ 4
    }
    while x < count {
      unsafe onto[x] = over(onto[x], scaled(from[x], UInt32(weights[x])))
      x = x &+ 1
    }
  }

  /// `from`, all with the same weight, over `onto`.
  static func over(
    _ onto: UnsafeMutablePointer<UInt32>, _ from: UnsafePointer<UInt32>, same weight: UInt8,
    count: Int
  ) {
    if weight == 0 { return }
    let all = weight == 255 ? nil : twice(Pairs(repeating: UInt32(weight)))
    var x = 0
    while x &+ 4 <= count {
      unsafe over(onto + x, from + x, all)
      x = x &+ 4
    }
    while x < count {
      unsafe onto[x] = over(onto[x], scaled(from[x], UInt32(weight)))
      x = x &+ 1
    }
  }

  /// One colour, weighed, over `onto`.
  static func over(
    _ onto: UnsafeMutablePointer<UInt32>, solid pixel: UInt32, _ weights: UnsafePointer<UInt8>,
    count: Int
  ) {
    let isOpaque = pixel &>> 24 == 255
    for x in 0..<count {
      let weight = unsafe UInt32(weights[x])
      if weight == 0 { continue }
      if weight == 255, isOpaque {
        unsafe onto[x] = pixel
      } else {
        unsafe onto[x] = over(onto[x], scaled(pixel, weight))
      }
    }
  }

  /// One colour over `onto`.
  static func over(_ onto: UnsafeMutablePointer<UInt32>, solid pixel: UInt32, count: Int) {
    if pixel == 0 { return }
    if pixel &>> 24 == 255 { return unsafe onto.update(repeating: pixel, count: count) }
    let rest = 255 &- pixel &>> 24
    for x in 0..<count { unsafe onto[x] = pixel &+ scaled(onto[x], rest) }
  }
}
