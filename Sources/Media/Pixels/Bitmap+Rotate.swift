extension Bitmap {
  /// This picture turned clockwise around its centre, in a picture that holds all of it.
  ///
  /// The new size differs from the old by even numbers, so the centre stays when the top left pixel is
  /// put (old - new) / 2 further. Edges are anti-aliased. Multiples of 90 degrees are exact.
  public func rotated(degrees: Double) -> Bitmap {
    let (sine, cosine) = DeterministicMath.sineCosine(degrees: degrees)
    if sine == 0 || cosine == 0, abs(sine) + abs(cosine) == 1 {
      let turns = cosine == 1 ? 0 : sine == 1 ? 1 : cosine == -1 ? 2 : 3
      // Turning onto the side keeps the centre only if width and height are both even or both odd.
      if turns % 2 == 0 || (width - height) % 2 == 0 { return turned(quarters: turns) }
    }
    func size(_ exact: Double, like old: Int) -> Int {
      let whole = Int((exact - 1e-6).rounded(.up))
      return whole + abs(whole - old) % 2
    }
    let newWidth = size(
      Double(width) * abs(cosine) + Double(height) * abs(sine), like: width)
    let newHeight = size(
      Double(width) * abs(sine) + Double(height) * abs(cosine), like: height)
    let result = Bitmap(width: newWidth, height: newHeight, filledWith: .clear)
    RotationSource(self).draw(into: result, sine: sine, cosine: cosine)
    return result
  }

  /// This picture turned clockwise by quarters of a circle, exactly.
  public func turned(quarters: Int) -> Bitmap {
    Bitmap(
      luma: luma.turned(quarters: quarters), cb: cb.turned(quarters: quarters),
      cr: cr.turned(quarters: quarters), alpha: alpha?.turned(quarters: quarters))
  }
}

/// A picture laid out for reading at any place: four Int16 for each pixel (luma, Cb, Cr, alpha), colour
/// multiplied by alpha, 5 fractional bits, with a clear margin that the bicubic filter can run into.
@safe
private final class RotationSource {
  private static let margin = 3
  private let width: Int
  private let height: Int
  private let stride: Int
  private let pixels: UnsafeMutablePointer<Int16>
  /// Four bicubic weights for each 256th of a pixel.
  private let weights: [Int16]

  init(_ bitmap: Bitmap) {
    width = bitmap.width
    height = bitmap.height
    stride = 4 * (width + 2 * Self.margin)
    let count = stride * (height + 2 * Self.margin)
    unsafe pixels = UnsafeMutablePointer.allocate(capacity: count)
    unsafe pixels.initialize(repeating: 0, count: count)
    let bank = FilterBank(origin: 0.5 - 0.5 / 256, length: 1, sourceCount: 8, count: 256)
    weights = bank.weights
    for y in 0..<height {
      let to = unsafe pixels + (y + Self.margin) * stride + 4 * Self.margin
      let alpha = unsafe bitmap.alpha?.view.row(y)
      let planes = unsafe bitmap.colourPlanes.map { unsafe $0.view.row(y) }
      for x in 0..<width {
        let a = unsafe Int(alpha?[x] ?? 255)
        for index in 0..<3 {
          let plane = unsafe planes[index]
          unsafe to[4 &* x &+ index] = Int16((Int(plane[x]) &* a &* 32 &+ 127) / 255)
        }
        unsafe to[4 &* x &+ 3] = Int16(a &* 32)
      }
    }
  }

  deinit { unsafe pixels.deallocate() }

  func draw(into target: Bitmap, sine: Double, cosine: Double) {
    guard let alpha = target.alpha else { return }
    let scale = 4_294_967_296.0
    let stepX = Int((cosine * scale).rounded())
    let stepY = Int((-sine * scale).rounded())
    let columns = (-2)..<(width + 1)
    let lines = (-2)..<(height + 1)
    unsafe weights.withUnsafeBufferPointer { weights in
      for y in 0..<target.height {
        let fromX = 0.5 - Double(target.width) / 2
        let fromY = Double(y) + 0.5 - Double(target.height) / 2
        // Places have 32 fractional bits; the 256th is chosen by rounding.
        let startX = cosine * fromX + sine * fromY + Double(width) / 2 - 0.5
        let startY = cosine * fromY - sine * fromX + Double(height) / 2 - 0.5
        var placeX = Int((startX * scale).rounded()) + 1 << 23
        var placeY = Int((startY * scale).rounded()) + 1 << 23
        let rows = unsafe (
          target.luma.view.row(y), target.cb.view.row(y), target.cr.view.row(y), alpha.view.row(y)
        )
        for x in 0..<target.width {
          let (column, line) = (placeX >> 32, placeY >> 32)
          if columns.contains(column), lines.contains(line) {
            let value = unsafe sample(
              column, line, weights.baseAddress! + 4 &* (placeX >> 24 & 255),
              weights.baseAddress! + 4 &* (placeY >> 24 & 255))
            let covered = min((Int(value[3]) &+ 16) >> 5, 255)
            if covered > 0 {
              let colour = Self.straight(value)
              unsafe rows.0[x] = UInt8(truncatingIfNeeded: colour[0])
              unsafe rows.1[x] = UInt8(truncatingIfNeeded: colour[1])
              unsafe rows.2[x] = UInt8(truncatingIfNeeded: colour[2])
              unsafe rows.3[x] = UInt8(truncatingIfNeeded: covered)
            }
          }
          placeX &+= stepX
          placeY &+= stepY
        }
      }
    }
  }

  /// The bicubic sum around one place: 4 × 4 pixels, all four components at once, first down and then
  /// across, since neighbours in a column interleave in one instruction.
  @inline(__always)
  private func sample(
    _ column: Int, _ line: Int, _ across: UnsafePointer<Int16>, _ down: UnsafePointer<Int16>
  ) -> SIMD4<Int32> {
    let row = (line &- 1 &+ Self.margin) &* stride
    let first = unsafe pixels + (row &+ 4 &* (column &- 1 &+ Self.margin))
    let down01 = unsafe repeatedPair(down[0], down[1])
    let down23 = unsafe repeatedPair(down[2], down[3])
    let (a, b) = unsafe columns(first, down01, down23)
    let (c, d) = unsafe columns(first + 8, down01, down23)
    let sum =
      unsafe multiplyAddPairs(interleavedLow(a, b), repeatedPair(across[0], across[1]))
      &+ multiplyAddPairs(interleavedLow(c, d), repeatedPair(across[2], across[3]))
    let rounded = (sum &+ SIMD4(repeating: 1 << 13)) &>> SIMD4(repeating: 14)
    return rounded.replacing(with: 0, where: rounded .< 0)
  }

  /// Two neighbouring columns of four pixels, each summed down.
  @inline(__always)
  private func columns(
    _ pixels: UnsafePointer<Int16>, _ down01: SIMD8<Int16>, _ down23: SIMD8<Int16>
  ) -> (SIMD8<Int16>, SIMD8<Int16>) {
    let (a, b) = unsafe (load8(pixels), load8(pixels + stride))
    let (c, d) = unsafe (load8(pixels + 2 &* stride), load8(pixels + 3 &* stride))
    let half = SIMD4<Int32>(repeating: 1 << 13)
    let shift = SIMD4<Int32>(repeating: 14)
    let left =
      multiplyAddPairs(interleavedLow(a, b), down01)
      &+ multiplyAddPairs(interleavedLow(c, d), down23)
    let right =
      multiplyAddPairs(interleavedHigh(a, b), down01)
      &+ multiplyAddPairs(interleavedHigh(c, d), down23)
    let (p, q) = ((left &+ half) &>> shift, (right &+ half) &>> shift)
    return (saturated(p, p), saturated(q, q))
  }

  /// Colour divided by alpha.
  @inline(__always)
  private static func straight(_ value: SIMD4<Int32>) -> SIMD4<Int32> {
    if value[3] == 255 &* 32 {
      let colour = (value &+ SIMD4(repeating: 16)) &>> SIMD4(repeating: 5)
      return colour.replacing(with: 255, where: colour .> 255)
    }
    let alpha = max(value[3], 1)
    let colour = rounded(
      float(value &* SIMD4(repeating: 255)) / float(SIMD4(repeating: alpha)))
    return colour.replacing(with: 255, where: colour .> 255)
  }
}
