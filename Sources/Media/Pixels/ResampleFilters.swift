/// The horizontal half of a resize.
enum HorizontalFilter {
  /// Filters one row of plain samples into samples with 6 fractional bits.
  ///
  /// `taps` is 4 or a multiple of 8. Writes up to 7 values after `count`.
  static func apply(
    _ samples: UnsafePointer<Int16>, offsets: UnsafePointer<Int32>, weights: UnsafePointer<Int16>,
    taps: Int, into result: UnsafeMutablePointer<Int16>, count: Int
  ) {
    if taps == 4 {
      unsafe applyFour(samples, offsets: offsets, weights: weights, into: result, count: count)
    } else {
      unsafe applyMany(
        samples, offsets: offsets, weights: weights, taps: taps, into: result, count: count)
    }
  }

  /// Four output samples at a time: two vectors of two samples' taps each are multiplied by their
  /// weights and added in pairs, and the pairs are added across.
  private static func applyFour(
    _ samples: UnsafePointer<Int16>, offsets: UnsafePointer<Int32>, weights: UnsafePointer<Int16>,
    into result: UnsafeMutablePointer<Int16>, count: Int
  ) {
    var index = 0
    while index &+ 8 <= count {
      let low = unsafe fourSamples(samples, offsets: offsets + index, weights: weights + index &* 4)
      let high = unsafe fourSamples(
        samples, offsets: offsets + index + 4, weights: weights + index &* 4 + 16)
      unsafe store(saturated(low, high), to: result + index)
      index &+= 8
    }
    while index < count {
      let products = unsafe multiplyAddPairs(
        SIMD8(lowHalf: load4(samples + Int(offsets[index])), highHalf: SIMD4()),
        SIMD8(lowHalf: load4(weights + index &* 4), highHalf: SIMD4()))
      unsafe result[index] = Int16(clamping: (products[0] &+ products[1] &+ 128) &>> 8)
      index &+= 1
    }
  }

  @inline(__always)
  private static func fourSamples(
    _ samples: UnsafePointer<Int16>, offsets: UnsafePointer<Int32>, weights: UnsafePointer<Int16>
  ) -> SIMD4<Int32> {
    let first = unsafe SIMD8(
      lowHalf: load4(samples + Int(offsets[0])), highHalf: load4(samples + Int(offsets[1])))
    let second = unsafe SIMD8(
      lowHalf: load4(samples + Int(offsets[2])), highHalf: load4(samples + Int(offsets[3])))
    let sums = unsafe pairSums(
      multiplyAddPairs(first, load8(weights)), multiplyAddPairs(second, load8(weights + 8)))
    return (sums &+ SIMD4(repeating: 128)) &>> SIMD4(repeating: 8)
  }

  private static func applyMany(
    _ samples: UnsafePointer<Int16>, offsets: UnsafePointer<Int32>, weights: UnsafePointer<Int16>,
    taps: Int, into result: UnsafeMutablePointer<Int16>, count: Int
  ) {
    var index = 0
    while index &+ 4 <= count {
      let w = unsafe weights + index &* taps
      let a = unsafe sum(samples + Int(offsets[index]), w, taps: taps)
      let b = unsafe sum(samples + Int(offsets[index &+ 1]), w + taps, taps: taps)
      let c = unsafe sum(samples + Int(offsets[index &+ 2]), w + 2 &* taps, taps: taps)
      let d = unsafe sum(samples + Int(offsets[index &+ 3]), w + 3 &* taps, taps: taps)
      let sums = pairSums(pairSums(a, b), pairSums(c, d))
      let rounded = (sums &+ SIMD4(repeating: 128)) &>> SIMD4(repeating: 8)
      unsafe store(saturated(rounded, rounded).lowHalf, to: result + index)
      index &+= 4
    }
    while index < count {
      let products = unsafe sum(
        samples + Int(offsets[index]), weights + index &* taps, taps: taps)
      unsafe result[index] = Int16(clamping: (products.wrappedSum() &+ 128) &>> 8)
      index &+= 1
    }
  }

  @inline(__always)
  private static func sum(
    _ samples: UnsafePointer<Int16>, _ weights: UnsafePointer<Int16>, taps: Int
  ) -> SIMD4<Int32> {
    var sums = SIMD4<Int32>()
    var tap = 0
    while tap < taps {
      unsafe sums &+= multiplyAddPairs(load8(samples + tap), load8(weights + tap))
      tap &+= 8
    }
    return sums
  }
}

/// The vertical half of a resize. Rows have 6 fractional bits and slack for 8 more values.
enum VerticalFilter {
  /// Weighs `taps` (even) rows into one row of 8-bit samples.
  static func apply(
    _ rows: UnsafePointer<UnsafePointer<Int16>>, weights: UnsafePointer<Int16>, taps: Int,
    into result: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    if taps == 4 {
      unsafe applyFour(rows, weights: weights, into: result, count: count)
      return
    }
    var x = 0
    while x < count {
      var low = SIMD4<Int32>(repeating: 1 << 19)
      var high = low
      var tap = 0
      while tap < taps {
        let pair = unsafe repeatedPair(weights[tap], weights[tap &+ 1])
        let a = unsafe load8(rows[tap] + x)
        let b = unsafe load8(rows[tap &+ 1] + x)
        low &+= multiplyAddPairs(interleavedLow(a, b), pair)
        high &+= multiplyAddPairs(interleavedHigh(a, b), pair)
        tap &+= 2
      }
      unsafe finish(low, high, x: x, into: result, count: count)
      x &+= 8
    }
  }

  private static func applyFour(
    _ rows: UnsafePointer<UnsafePointer<Int16>>, weights: UnsafePointer<Int16>,
    into result: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    let (row0, row1) = unsafe (rows[0], rows[1])
    let (row2, row3) = unsafe (rows[2], rows[3])
    let pair01 = unsafe repeatedPair(weights[0], weights[1])
    let pair23 = unsafe repeatedPair(weights[2], weights[3])
    let rounding = SIMD4<Int32>(repeating: 1 << 19)
    var x = 0
    while x < count {
      let (a, b) = unsafe (load8(row0 + x), load8(row1 + x))
      let (c, d) = unsafe (load8(row2 + x), load8(row3 + x))
      let low =
        multiplyAddPairs(interleavedLow(a, b), pair01)
        &+ multiplyAddPairs(interleavedLow(c, d), pair23) &+ rounding
      let high =
        multiplyAddPairs(interleavedHigh(a, b), pair01)
        &+ multiplyAddPairs(interleavedHigh(c, d), pair23) &+ rounding
      unsafe finish(low, high, x: x, into: result, count: count)
      x &+= 8
    }
  }

  /// Rounds one row of 6 fractional bits to 8-bit samples.
  static func round(
    _ row: UnsafePointer<Int16>, into result: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    var x = 0
    while x < count {
      let value = unsafe (load8(row + x) &+ SIMD8(repeating: 32)) &>> SIMD8(repeating: 6)
      let bytes = saturatedToBytes(value)
      if x &+ 8 <= count {
        unsafe store(bytes, to: result + x)
      } else {
        unsafe store(bytes, first: count &- x, to: result + x)
      }
      x &+= 8
    }
  }

  @inline(__always)
  private static func finish(
    _ low: SIMD4<Int32>, _ high: SIMD4<Int32>, x: Int, into result: UnsafeMutablePointer<UInt8>,
    count: Int
  ) {
    let shift = SIMD4<Int32>(repeating: 20)
    let bytes = saturatedToBytes(saturated(low &>> shift, high &>> shift))
    if x &+ 8 <= count {
      unsafe store(bytes, to: result + x)
    } else {
      unsafe store(bytes, first: count &- x, to: result + x)
    }
  }
}
