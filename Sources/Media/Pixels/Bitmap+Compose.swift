extension Bitmap {
  /// Draws `top` over this picture with its top left pixel at (`x`, `y`); what is outside is cut off.
  public func compose(_ top: Bitmap, x: Int, y: Int) {
    let left = max(0, -x)
    let right = min(top.width, width - x)
    let rows = max(0, -y)..<max(min(top.height, height - y), max(0, -y))
    guard left < right else { return }
    let count = right - left
    unsafe withRowScratch(count) { weights, opaque in
      for row in rows {
        let from = unsafe top.colourPlanes.map { unsafe $0.view.row(row) + left }
        let topAlpha = unsafe top.alpha.map { unsafe $0.view.row(row) + left }
        unsafe composeRow(
          from, topAlpha ?? opaque, x: x + left, y: row + y, count: count, weights: weights)
      }
    }
  }

  /// Draws one colour over this picture through `coverage`, which has the same size.
  public func compose(_ colour: Colour, coverage: Plane) {
    precondition(coverage.width == width && coverage.height == height, "coverage of the same size")
    let rows = [colour.luma, colour.cb, colour.cr, colour.alpha].map {
      Plane(width: width, height: 1, filledWith: $0)
    }
    unsafe withRowScratch(width) { weights, amounts in
      for y in 0..<height {
        unsafe amounts.update(from: coverage.view.row(y), count: width)
        unsafe Premultiplied.multiply(amounts, by: rows[3].view.row(0), count: width)
        let from = unsafe rows.prefix(3).map { unsafe $0.view.row(0) }
        unsafe composeRow(from, amounts, x: 0, y: y, count: width, weights: weights)
      }
    }
  }

  private func composeRow(
    _ top: [UnsafeMutablePointer<UInt8>], _ topAlpha: UnsafePointer<UInt8>, x: Int, y: Int,
    count: Int, weights: UnsafeMutablePointer<UInt8>
  ) {
    var mix = unsafe topAlpha
    if let alpha {
      unsafe Self.join(topAlpha, onto: alpha.view.row(y) + x, weights: weights, count: count)
      unsafe mix = UnsafePointer(weights)
    }
    for (index, plane) in colourPlanes.enumerated() {
      let from = unsafe top[index]
      unsafe BlendRow.mixed(from, mix, onto: plane.view.row(y) + x, 0..<count, opacity: 255)
    }
  }

  /// The alpha of both together, and the share of the top one in the colour.
  private static func join(
    _ top: UnsafePointer<UInt8>, onto bottom: UnsafeMutablePointer<UInt8>,
    weights: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    for x in 0..<count {
      let (above, below) = unsafe (Int(top[x]), Int(bottom[x]))
      if above == 0 || below == 255 {
        unsafe weights[x] = UInt8(truncatingIfNeeded: above)
      } else if above == 255 || below == 0 {
        unsafe weights[x] = 255
        unsafe bottom[x] = UInt8(truncatingIfNeeded: above)
      } else {
        let share = above &* 255
        let total = share &+ below &* (255 &- above)
        unsafe weights[x] = UInt8(truncatingIfNeeded: (share &* 255 &+ total / 2) / total)
        unsafe bottom[x] = UInt8(truncatingIfNeeded: divided255(total))
      }
    }
  }

  /// Two rows of scratch, the second filled with 255.
  private func withRowScratch(
    _ count: Int, _ body: (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
  ) {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * count) { scratch in
      unsafe scratch.initialize(repeating: 255)
      unsafe body(scratch.baseAddress!, scratch.baseAddress! + count)
    }
  }
}
