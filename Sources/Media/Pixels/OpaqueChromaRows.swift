/// Chroma of an opaque picture, one row of the canvas's grid at a time, from two rows that both exist.
///
/// The same weights as `ChromaSubsampling`, without alpha and so without a division.
struct OpaqueChromaRows {
  /// The picture's column under the first chroma sample: 0 or -1.
  let first: Int
  /// Chroma samples in a row.
  let width: Int
  /// Column -1 lies outside of the canvas and is taken to be column 0.
  let repeatsLeft: Bool

  /// Filters rows `upper` and `upper + 1` of `samples`; also writes the alpha that goes with them.
  func subsample(
    _ samples: PlaneView, _ upper: Int, into result: UnsafeMutablePointer<UInt8>,
    alpha: UnsafeMutablePointer<UInt8>
  ) {
    let (a, b) = unsafe (samples.row(upper), samples.row(upper + 1))
    let count = samples.width
    unsafe alpha.update(repeating: 255, count: width)
    unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: count + 32) { scratch in
      let sums = scratch.baseAddress!
      unsafe Self.add(a, b, into: sums, count: count)
      // Inside, all three columns exist.
      let start = min(first < 1 ? 1 : 0, width)
      let end = max(min((count - 2 - first) / 2 + 1, width), start)
      for index in 0..<start {
        unsafe edge(index, sums, count: count, into: result, alpha: alpha)
      }
      unsafe filter(sums, start..<end, into: result)
      for index in end..<width {
        unsafe edge(index, sums, count: count, into: result, alpha: alpha)
      }
    }
  }

  private static func add(
    _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, into sums: UnsafeMutablePointer<Int16>,
    count: Int
  ) {
    var x = 0
    while x &+ 8 <= count {
      unsafe store(widened(load8(a + x)) &+ widened(load8(b + x)), to: sums + x)
      x &+= 8
    }
    while x < count {
      unsafe sums[x] = Int16(a[x]) &+ Int16(b[x])
      x &+= 1
    }
    unsafe (sums + count).update(repeating: 0, count: 32)
  }

  private func filter(
    _ sums: UnsafePointer<Int16>, _ columns: Range<Int>, into result: UnsafeMutablePointer<UInt8>
  ) {
    let leftAndCentre = repeatedPair(1, 2)
    let right = repeatedPair(0, 1)
    let half = SIMD4<Int32>(repeating: 4)
    let shift = SIMD4<Int32>(repeating: 3)
    var index = columns.lowerBound
    while index < columns.upperBound {
      let at = unsafe sums + (first &+ 2 &* index)
      let low =
        unsafe multiplyAddPairs(load8(at - 1), leftAndCentre)
        &+ multiplyAddPairs(load8(at), right) &+ half
      let high =
        unsafe multiplyAddPairs(load8(at + 7), leftAndCentre)
        &+ multiplyAddPairs(load8(at + 8), right) &+ half
      let bytes = saturatedToBytes(saturated(low &>> shift, high &>> shift))
      if index &+ 8 <= columns.upperBound {
        unsafe store(bytes, to: result + index)
      } else {
        unsafe store(bytes, first: columns.upperBound &- index, to: result + index)
      }
      index &+= 8
    }
  }

  /// A sample at either end, some of whose columns do not exist.
  private func edge(
    _ index: Int, _ sums: UnsafePointer<Int16>, count: Int,
    into result: UnsafeMutablePointer<UInt8>, alpha: UnsafeMutablePointer<UInt8>
  ) {
    var weights = 0
    var sum = 0
    for (offset, weight) in [(-1, 1), (0, 2), (1, 1)] {
      var column = first + 2 * index + offset
      if column == -1, repeatsLeft { column = 0 }
      guard 0..<count ~= column else { continue }
      weights += 2 * weight
      unsafe sum += weight * Int(sums[column])
    }
    guard weights > 0 else {
      unsafe (alpha[index], result[index]) = (0, 128)
      return
    }
    unsafe result[index] = UInt8((sum + weights / 2) / weights)
    unsafe alpha[index] = UInt8((weights * 255 + 4) / 8)
  }
}
