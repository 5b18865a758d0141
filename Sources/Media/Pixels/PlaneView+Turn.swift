extension PlaneView {
  /// The same samples seen upside down; nothing is moved.
  var flippedVertically: PlaneView {
    unsafe PlaneView(row(height - 1), stride: -stride, width: width, height: height)
  }

  /// Fills this plane with `source` turned clockwise by quarters of a circle. Not in place.
  func turn(_ source: PlaneView, quarters: Int) {
    switch quarters & 3 {
    case 0: copy(from: source)
    case 1: transpose(source.flippedVertically)
    case 2: flippedVertically.flipHorizontally(source)
    default: flippedVertically.transpose(source)
    }
  }

  /// Fills this plane with `source` mirrored left to right. Not in place.
  func flipHorizontally(_ source: PlaneView) {
    precondition(source.width == width && source.height == height, "planes of one size")
    for y in 0..<height {
      let (from, to) = unsafe (source.row(y), row(y))
      var x = 0
      while x &+ 8 <= width {
        let bytes = unsafe UnsafeRawPointer(from + x).loadUnaligned(as: UInt64.self)
        unsafe UnsafeMutableRawPointer(to + (width &- x &- 8)).storeBytes(
          of: bytes.byteSwapped, as: UInt64.self)
        x &+= 8
      }
      while x < width {
        unsafe to[width &- 1 &- x] = from[x]
        x &+= 1
      }
    }
  }

  /// Fills this plane with `source` mirrored along its diagonal, in blocks that stay in the cache.
  func transpose(_ source: PlaneView) {
    precondition(source.width == height && source.height == width, "a plane of the turned size")
    let wholeWidth = width & ~7
    let wholeHeight = height & ~7
    let block = 64
    for top in stride(from: 0, to: wholeHeight, by: block) {
      for left in stride(from: 0, to: wholeWidth, by: block) {
        for y in stride(from: top, to: min(top + block, wholeHeight), by: 8) {
          for x in stride(from: left, to: min(left + block, wholeWidth), by: 8) {
            unsafe Self.transposeEight(
              source.row(x) + y, source.stride, into: row(y) + x, self.stride)
          }
        }
      }
    }
    for y in 0..<height {
      for x in (y < wholeHeight ? wholeWidth : 0)..<width { unsafe row(y)[x] = source.row(x)[y] }
    }
  }

  private func stride(from start: Int, to end: Int, by step: Int) -> StrideTo<Int> {
    Swift.stride(from: start, to: end, by: step)
  }

  /// 8 × 8 samples by three rounds of interleaving.
  @inline(__always)
  private static func transposeEight(
    _ source: UnsafePointer<UInt8>, _ sourceStride: Int, into target: UnsafeMutablePointer<UInt8>,
    _ targetStride: Int
  ) {
    func rows(_ first: Int) -> SIMD16<UInt8> {
      unsafe interleaved(
        load8(source + first &* sourceStride), load8(source + (first &+ 4) &* sourceStride))
    }
    let (a, b, c, d) = (rows(0), rows(1), rows(2), rows(3))
    let (e, f) = (interleaved(a.lowHalf, c.lowHalf), interleaved(a.highHalf, c.highHalf))
    let (g, h) = (interleaved(b.lowHalf, d.lowHalf), interleaved(b.highHalf, d.highHalf))
    let columns = (
      interleaved(e.lowHalf, g.lowHalf), interleaved(e.highHalf, g.highHalf),
      interleaved(f.lowHalf, h.lowHalf), interleaved(f.highHalf, h.highHalf)
    )
    unsafe store(columns.0.lowHalf, to: target)
    unsafe store(columns.0.highHalf, to: target + targetStride)
    unsafe store(columns.1.lowHalf, to: target + 2 &* targetStride)
    unsafe store(columns.1.highHalf, to: target + 3 &* targetStride)
    unsafe store(columns.2.lowHalf, to: target + 4 &* targetStride)
    unsafe store(columns.2.highHalf, to: target + 5 &* targetStride)
    unsafe store(columns.3.lowHalf, to: target + 6 &* targetStride)
    unsafe store(columns.3.highHalf, to: target + 7 &* targetStride)
  }

  @inline(__always)
  private static func interleaved(_ a: SIMD8<UInt8>, _ b: SIMD8<UInt8>) -> SIMD16<UInt8> {
    var result = SIMD16<UInt8>()
    result.evenHalf = a
    result.oddHalf = b
    return result
  }
}

extension Plane {
  /// This plane turned clockwise by quarters of a circle.
  public func turned(quarters: Int) -> Plane {
    let onSide = quarters & 1 == 1
    let result = Plane(width: onSide ? height : width, height: onSide ? width : height)
    result.view.turn(view, quarters: quarters)
    return result
  }

  /// This plane mirrored left to right.
  public func flippedHorizontally() -> Plane {
    let result = Plane(width: width, height: height)
    result.view.flipHorizontally(view)
    return result
  }

  /// This plane mirrored top to bottom.
  public func flippedVertically() -> Plane {
    let result = Plane(width: width, height: height)
    result.view.copy(from: view.flippedVertically)
    return result
  }
}
