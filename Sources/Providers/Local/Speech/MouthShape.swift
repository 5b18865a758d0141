/// How a mouth is drawn at one moment. Every figure is 0 … 1.
public struct MouthShape: Sendable, Hashable, Codable {
  /// From lips together to as far apart as speech takes them.
  public var openness: Double
  /// From rounded and pushed forward to spread; 0.5 at rest.
  public var width: Double
  /// How much of the upper teeth is seen.
  public var teeth: Double
  /// How far the tongue is up at the teeth.
  public var tongue: Double
  /// How firmly the lips are pressed together.
  public var pressed: Double

  public init(
    openness: Double = 0, width: Double = 0.5, teeth: Double = 0, tongue: Double = 0,
    pressed: Double = 0
  ) {
    (self.openness, self.width, self.teeth) = (openness, width, teeth)
    (self.tongue, self.pressed) = (tongue, pressed)
  }

  /// Of someone who is silent.
  public static let rest = MouthShape()

  /// This shape at 0, `other` at 1.
  func mixed(with other: MouthShape, _ share: Double) -> MouthShape {
    func mix(_ from: Double, _ to: Double) -> Double { from + (to - from) * share }
    return MouthShape(
      openness: mix(openness, other.openness), width: mix(width, other.width),
      teeth: mix(teeth, other.teeth), tongue: mix(tongue, other.tongue),
      pressed: mix(pressed, other.pressed))
  }
}

extension Viseme {
  /// The shape of the sound held alone.
  var shape: MouthShape {
    switch self {
    case .closed: .rest
    case .pressed: MouthShape(pressed: 1)
    case .teethOnLip: MouthShape(openness: 0.1, width: 0.55, teeth: 1, pressed: 0.2)
    case .tongue: MouthShape(openness: 0.35, width: 0.6, teeth: 0.5, tongue: 1)
    case .narrow: MouthShape(openness: 0.18, width: 0.65, teeth: 0.9, tongue: 0.2)
    case .forward: MouthShape(openness: 0.22, width: 0.25, teeth: 0.7)
    case .back: MouthShape(openness: 0.3, width: 0.5, teeth: 0.3)
    case .open: MouthShape(openness: 1, width: 0.55, teeth: 0.3, tongue: 0.1)
    case .mid: MouthShape(openness: 0.55, width: 0.6, teeth: 0.4, tongue: 0.1)
    case .wide: MouthShape(openness: 0.32, width: 1, teeth: 0.7, tongue: 0.2)
    case .round: MouthShape(openness: 0.65, width: 0.18)
    case .pucker: MouthShape(openness: 0.28, width: 0)
    }
  }

  /// How far the lips follow the vowel beside a consonant instead of its own shape: openness and width.
  var yielding: (openness: Double, width: Double) {
    switch self {
    case .pressed: (0, 0.5)
    case .teethOnLip: (0, 0.3)
    case .tongue: (0.4, 0.5)
    case .narrow: (0.25, 0.5)
    case .forward: (0.2, 0.2)
    case .back: (0.7, 0.85)
    default: (0, 0)
    }
  }
}
