internal import Media

/// A point or a length in both directions; y grows downwards.
public typealias VectorPoint = SIMD2<Double>

/// A map of the plane that keeps straight lines: `x' = a·x + c·y + tx`, `y' = b·x + d·y + ty`.
public struct AffineTransform2D: Sendable, Hashable {
  public var a, b, c, d, tx, ty: Double

  public init(a: Double, b: Double, c: Double, d: Double, tx: Double, ty: Double) {
    (self.a, self.b, self.c, self.d, self.tx, self.ty) = (a, b, c, d, tx, ty)
  }

  public static let identity = AffineTransform2D(a: 1, b: 0, c: 0, d: 1, tx: 0, ty: 0)

  public static func translation(_ x: Double, _ y: Double) -> AffineTransform2D {
    AffineTransform2D(a: 1, b: 0, c: 0, d: 1, tx: x, ty: y)
  }

  public static func scale(_ x: Double, _ y: Double) -> AffineTransform2D {
    AffineTransform2D(a: x, b: 0, c: 0, d: y, tx: 0, ty: 0)
  }

  public static func scale(_ factor: Double) -> AffineTransform2D { scale(factor, factor) }

  /// Clockwise as seen. The same bits on every machine.
  public static func rotation(degrees: Double) -> AffineTransform2D {
    let (sine, cosine) = ExactAngle.sineCosine(degrees: degrees)
    return AffineTransform2D(a: cosine, b: sine, c: -sine, d: cosine, tx: 0, ty: 0)
  }

  /// Clockwise around a point.
  public static func rotation(degrees: Double, around point: VectorPoint) -> AffineTransform2D {
    translation(-point.x, -point.y).then(rotation(degrees: degrees)).then(
      translation(point.x, point.y))
  }

  /// Larger around a point that stays.
  public static func scale(_ x: Double, _ y: Double, around point: VectorPoint)
    -> AffineTransform2D
  {
    translation(-point.x, -point.y).then(scale(x, y)).then(translation(point.x, point.y))
  }

  /// This one first, `next` on what comes of it.
  public func then(_ next: AffineTransform2D) -> AffineTransform2D {
    AffineTransform2D(
      a: next.a * a + next.c * b, b: next.b * a + next.d * b, c: next.a * c + next.c * d,
      d: next.b * c + next.d * d, tx: next.a * tx + next.c * ty + next.tx,
      ty: next.b * tx + next.d * ty + next.ty)
  }

  public func apply(_ point: VectorPoint) -> VectorPoint {
    VectorPoint(a * point.x + c * point.y + tx, b * point.x + d * point.y + ty)
  }

  /// Nil when the plane is folded onto a line, or a number is not finite.
  public var inverse: AffineTransform2D? {
    let area = a * d - b * c
    guard area.isFinite, abs(area) > 1e-12, tx.isFinite, ty.isFinite else { return nil }
    return AffineTransform2D(
      a: d / area, b: -b / area, c: -c / area, d: a / area, tx: (c * ty - d * tx) / area,
      ty: (b * tx - a * ty) / area)
  }

  /// How much longer lengths become at most.
  var largestScale: Double {
    max((a * a + b * b).squareRoot(), (c * c + d * d).squareRoot())
  }

  var map: RowPaint.Map { RowPaint.Map(a, b, c, d, tx, ty) }
}
