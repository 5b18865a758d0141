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

  static func over(
    _ onto: UnsafeMutablePointer<UInt32>, _ from: UnsafePointer<UInt32>,
    _ weights: UnsafePointer<UInt8>, count: Int
  ) {
    for x in 0..<count {
      let weight = unsafe UInt32(weights[x])
      if weight == 0 { continue }
      let above = weight == 255 ? unsafe from[x] : unsafe scaled(from[x], weight)
      unsafe onto[x] = over(onto[x], above)
    }
  }

  static func over(
    _ onto: UnsafeMutablePointer<UInt32>, _ from: UnsafePointer<UInt32>, same weight: UInt8,
    count: Int
  ) {
    if weight == 255 {
      for x in 0..<count {
        let above = unsafe from[x]
        if above == 0 { continue }
        unsafe onto[x] = above &>> 24 == 255 ? above : over(onto[x], above)
      }
    } else if weight > 0 {
      for x in 0..<count { unsafe onto[x] = over(onto[x], scaled(from[x], UInt32(weight))) }
    }
  }

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

  static func over(_ onto: UnsafeMutablePointer<UInt32>, solid pixel: UInt32, count: Int) {
    if pixel == 0 { return }
    if pixel &>> 24 == 255 { return unsafe onto.update(repeating: pixel, count: count) }
    let rest = 255 &- pixel &>> 24
    for x in 0..<count { unsafe onto[x] = pixel &+ scaled(onto[x], rest) }
  }
}
