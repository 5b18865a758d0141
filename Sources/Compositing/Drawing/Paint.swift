internal import Media
public import SceneDocument

/// What a shape is filled with. Colours are sRGB with straight alpha; places are those of the shape, and the shape's
/// transform moves both.
public enum Paint: Sendable, Hashable {
  public struct Stop: Sendable, Hashable {
    /// 0 … 1, not less than that of the stop before.
    public var offset: Double
    public var color: Color

    public init(_ offset: Double, _ color: Color) { (self.offset, self.color) = (offset, color) }
  }

  case solid(Color)
  /// From one point to another, square to the line between them.
  case linear(from: VectorPoint, to: VectorPoint, [Stop])
  /// From the middle outwards, to an ellipse with these half axes.
  case radial(center: VectorPoint, radii: VectorPoint, [Stop])

  /// Evenly spread colours from one point to another.
  public static func linear(from: VectorPoint, to: VectorPoint, _ colors: Color...) -> Paint {
    .linear(from: from, to: to, Self.even(colors))
  }

  /// Evenly spread colours from the middle to a circle.
  public static func radial(center: VectorPoint, radius: Double, _ colors: Color...) -> Paint {
    .radial(center: center, radii: VectorPoint(radius, radius), Self.even(colors))
  }

  /// Evenly spread colours from the middle to an ellipse.
  public static func radial(center: VectorPoint, radii: VectorPoint, _ colors: Color...) -> Paint {
    .radial(center: center, radii: radii, Self.even(colors))
  }

  private static func even(_ colors: [Color]) -> [Stop] {
    colors.enumerated().map { Stop(Double($0) / Double(max(colors.count - 1, 1)), $1) }
  }

  /// As the rasteriser asks it, for pixels that `transform` takes shapes to.
  func rows(_ transform: AffineTransform2D) -> RowPaint {
    switch self {
    case .solid(let color):
      return RowPaint(red: color.red, green: color.green, blue: color.blue, alpha: color.alpha)
    case .linear(let from, let to, let stops):
      let way = to - from
      // Where the point on the way from `from` is 0, and 1 at `to`; y does not matter.
      let onto = AffineTransform2D(a: way.x, b: way.y, c: -way.y, d: way.x, tx: from.x, ty: from.y)
      return Self.gradient(stops, onto.then(transform), isRadial: false)
    case .radial(let center, let radii, let stops):
      let onto = AffineTransform2D(a: radii.x, b: 0, c: 0, d: radii.y, tx: center.x, ty: center.y)
      return Self.gradient(stops, onto.then(transform), isRadial: true)
    }
  }

  private static func gradient(_ stops: [Stop], _ onto: AffineTransform2D, isRadial: Bool)
    -> RowPaint
  {
    let stops = stops.map {
      RowPaint.Stop(
        $0.offset, red: $0.color.red, green: $0.color.green, blue: $0.color.blue,
        alpha: $0.color.alpha)
    }
    // Without a way there is only what lies beyond its end.
    guard let inverse = onto.inverse else {
      return RowPaint(stops.suffix(1), RowPaint.Map(0, 0, 0, 0, 0, 0), isRadial: isRadial)
    }
    return RowPaint(stops, inverse.map, isRadial: isRadial)
  }
}

extension Color {
  /// The colour with another opacity, 0 … 1.
  public func opacity(_ share: Double) -> Color {
    Color(
      red: red, green: green, blue: blue,
      alpha: UInt8((255 * min(max(share.isNaN ? 0 : share, 0), 1)).rounded()))
  }

  /// A mixture with `other`, of which `share` is 0 … 1.
  public func mixed(with other: Color, _ share: Double) -> Color {
    let share = min(max(share.isNaN ? 0 : share, 0), 1)
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) * (1 - share) + Double(b) * share).rounded())
    }
    return Color(
      red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue),
      alpha: mix(alpha, other.alpha))
  }
}
