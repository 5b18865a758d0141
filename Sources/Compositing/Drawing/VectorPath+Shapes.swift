internal import Media

extension VectorPath {
  /// How far control points of a quarter circle are from its ends, in radii: off the circle by 1/3700 of a radius at most.
  private static let quarter = 0.551_915_024_494

  public static func rect(x: Double, y: Double, width: Double, height: Double) -> VectorPath {
    VectorPath {
      $0.move(x, y)
      $0.line(x + width, y)
      $0.line(x + width, y + height)
      $0.line(x, y + height)
      $0.close()
    }
  }

  public static func ellipse(center: VectorPoint, radii: VectorPoint) -> VectorPath {
    let (x, y, rx, ry) = (center.x, center.y, radii.x, radii.y)
    let (kx, ky) = (rx * quarter, ry * quarter)
    return VectorPath {
      $0.move(x + rx, y)
      $0.cubic(x + rx, y + ky, x + kx, y + ry, x, y + ry)
      $0.cubic(x - kx, y + ry, x - rx, y + ky, x - rx, y)
      $0.cubic(x - rx, y - ky, x - kx, y - ry, x, y - ry)
      $0.cubic(x + kx, y - ry, x + rx, y - ky, x + rx, y)
      $0.close()
    }
  }

  public static func circle(center: VectorPoint, radius: Double) -> VectorPath {
    ellipse(center: center, radii: VectorPoint(radius, radius))
  }

  /// A rectangle with round corners, at most half the shorter side.
  public static func roundedRect(
    x: Double, y: Double, width: Double, height: Double, radius: Double
  ) -> VectorPath {
    let r = min(max(radius, 0), width / 2, height / 2)
    guard r > 0 else { return rect(x: x, y: y, width: width, height: height) }
    let (right, bottom, k) = (x + width, y + height, r * (1 - quarter))
    return VectorPath {
      $0.move(x + r, y)
      $0.line(right - r, y)
      $0.cubic(right - k, y, right, y + k, right, y + r)
      $0.line(right, bottom - r)
      $0.cubic(right, bottom - k, right - k, bottom, right - r, bottom)
      $0.line(x + r, bottom)
      $0.cubic(x + k, bottom, x, bottom - k, x, bottom - r)
      $0.line(x, y + r)
      $0.cubic(x, y + k, x + k, y, x + r, y)
      $0.close()
    }
  }

  public static func polygon(_ points: [VectorPoint]) -> VectorPath {
    VectorPath { path in
      for (index, point) in points.enumerated() {
        if index == 0 { path.move(to: point) } else { path.line(to: point) }
      }
      path.close()
    }
  }

  /// A part of a circle from one angle on, 0 to the right and growing clockwise as seen; begins with a line from the pen
  /// where there is one. More than a turn is one turn.
  public mutating func arc(
    center: VectorPoint, radius: Double, from start: Double, sweep: Double
  ) {
    guard start.isFinite, sweep.isFinite else { return }
    let sweep = min(max(sweep, -360), 360)
    let count = max(1, Int((abs(sweep) / 90).rounded(.up)))
    let step = sweep / Double(count)
    func direction(_ degrees: Double) -> VectorPoint {
      let (sine, cosine) = ExactAngle.sineCosine(degrees: degrees)
      return VectorPoint(cosine, sine)
    }
    // 4/3 · tan(step / 4), by the half angle.
    let quarter = direction(step / 4)
    let reach = radius * 4 / 3 * quarter.y / quarter.x
    var from = direction(start)
    let first = center + radius * from
    if isEmpty { move(to: first) } else { line(to: first) }
    for index in 1...count {
      let to = direction(start + step * Double(index))
      let (a, b) = (center + radius * from, center + radius * to)
      cubic(
        a + reach * VectorPoint(-from.y, from.x), b - reach * VectorPoint(-to.y, to.x), to: b)
      from = to
    }
  }
}
