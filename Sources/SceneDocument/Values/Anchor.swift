/// A value that a document names by one of a few words.
public protocol DocumentWord: RawRepresentable<String>, CaseIterable, Sendable, Hashable, Codable {}

/// One of nine places of a box.
public enum Anchor: String, DocumentWord {
  case topLeft = "top-left"
  case top
  case topRight = "top-right"
  case left, center, right
  case bottomLeft = "bottom-left"
  case bottom
  case bottomRight = "bottom-right"

  /// Where in the box, 0…1 from the left and from the top.
  public var point: Point {
    let x: Double =
      switch self {
      case .topLeft, .left, .bottomLeft: 0
      case .top, .center, .bottom: 0.5
      case .topRight, .right, .bottomRight: 1
      }
    let y: Double =
      switch self {
      case .topLeft, .top, .topRight: 0
      case .left, .center, .right: 0.5
      case .bottomLeft, .bottom, .bottomRight: 1
      }
    return Point(x, y)
  }
}

/// How a value moves between its ends; the curved ones are cubic.
public enum Ease: String, DocumentWord {
  case linear
  case easeIn = "in"
  case easeOut = "out"
  case inOut = "in-out"

  /// The share of the way done at `progress` (0…1).
  public func callAsFunction(_ progress: Double) -> Double {
    let t = min(max(progress, 0), 1)
    switch self {
    case .linear: return t
    case .easeIn: return t * t * t
    case .easeOut: return 1 - (1 - t) * (1 - t) * (1 - t)
    case .inOut:
      return t < 0.5 ? 4 * t * t * t : 1 - 4 * (1 - t) * (1 - t) * (1 - t)
    }
  }
}
