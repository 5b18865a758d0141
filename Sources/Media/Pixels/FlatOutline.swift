/// Closed outlines of straight lines, in 1/1024 of a pixel: what the rasteriser fills.
///
/// Points are rounded to that grid once, here; all that follows is whole numbers, so a picture has the same bytes on every
/// machine. Curves are cut by `+ - * /` and square roots alone, which IEEE 754 rounds alike everywhere.
public struct FlatOutline: Sendable {
  /// Units of a pixel.
  static let one = 1024
  /// Farther points are brought this near, in pixels: products of two lengths then fit into 64 bits.
  static let limit = 1_048_576.0

  /// Beginning and end of each line: x, y, x, y.
  private(set) var lines: [SIMD4<Int32>] = []
  private var start = SIMD2<Int32>()
  private var pen = SIMD2<Int32>()
  /// Where the pen is, before rounding.
  private var exact = SIMD2<Double>()

  public init() {}

  public var isEmpty: Bool { lines.isEmpty }

  public mutating func removeAll() {
    lines.removeAll(keepingCapacity: true)
    (start, pen, exact) = (SIMD2(), SIMD2(), SIMD2())
  }

  /// Closes the outline that is open and begins another one.
  public mutating func move(to point: SIMD2<Double>) {
    close()
    exact = Self.limited(point)
    pen = Self.rounded(exact)
    start = pen
  }

  public mutating func line(to point: SIMD2<Double>) {
    exact = Self.limited(point)
    draw(to: Self.rounded(exact))
  }

  /// A curve of two Bézier control points. `tolerance` is how far from it the lines may be, in pixels.
  public mutating func cubic(
    _ first: SIMD2<Double>, _ second: SIMD2<Double>, to end: SIMD2<Double>,
    tolerance: Double = 0.01
  ) {
    let (a, b, c, d) = (exact, Self.limited(first), Self.limited(second), Self.limited(end))
    let bend = max(Self.length(a - 2 * b + c), Self.length(b - 2 * c + d))
    // The distance of n equal pieces from the curve is at most 6 · bend / (8 · n²).
    let count = Self.pieces(0.75 * bend / tolerance)
    let (p, q, r) = (3 * (b - a), 3 * (a - 2 * b + c), d - a + 3 * (b - c))
    for index in 1..<max(count, 1) {
      let t = Double(index) / Double(count)
      draw(to: Self.rounded(a + t * (p + t * (q + t * r))))
    }
    exact = d
    draw(to: Self.rounded(d))
  }

  public mutating func quad(
    _ control: SIMD2<Double>, to end: SIMD2<Double>, tolerance: Double = 0.01
  ) {
    let (a, b, c) = (exact, Self.limited(control), Self.limited(end))
    let bend = Self.length(a - 2 * b + c)
    let count = Self.pieces(0.25 * bend / tolerance)
    for index in 1..<max(count, 1) {
      let t = Double(index) / Double(count)
      draw(to: Self.rounded(a + t * (2 * (b - a) + t * (a - 2 * b + c))))
    }
    exact = c
    draw(to: Self.rounded(c))
  }

  /// Back to where the outline began.
  public mutating func close() {
    draw(to: start)
    exact = SIMD2<Double>(Double(start.x), Double(start.y)) / Double(Self.one)
  }

  private mutating func draw(to point: SIMD2<Int32>) {
    // Level lines enclose nothing by themselves.
    if point.y != pen.y { lines.append(SIMD4(pen.x, pen.y, point.x, point.y)) }
    pen = point
  }

  private static func pieces(_ square: Double) -> Int {
    Int(min(square.squareRoot(), 500).rounded(.up))
  }

  private static func length(_ v: SIMD2<Double>) -> Double { (v.x * v.x + v.y * v.y).squareRoot() }

  private static func limited(_ point: SIMD2<Double>) -> SIMD2<Double> {
    // A coordinate that is no number becomes 0; `min` and `max` would hand it on.
    func limited(_ value: Double) -> Double {
      value.isNaN ? 0 : Swift.min(Swift.max(value, -limit), limit)
    }
    return SIMD2(limited(point.x), limited(point.y))
  }

  private static func rounded(_ point: SIMD2<Double>) -> SIMD2<Int32> {
    let scaled = point * Double(one)
    return SIMD2(Int32(scaled.x.rounded()), Int32(scaled.y.rounded()))
  }
}
