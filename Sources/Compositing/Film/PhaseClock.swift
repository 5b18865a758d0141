public import SceneDocument

/// Seconds from mark to mark.
public struct PhaseClock: Sendable {
  private var last = ContinuousClock.now
  public private(set) var phases: [(phase: String, seconds: Double)] = []

  public init() {}

  public mutating func mark(_ phase: String, until end: ContinuousClock.Instant = .now) {
    phases.append((phase, (end - last).seconds))
    last = end
  }

  /// Seconds by phase, to the tenth of a millisecond.
  public var json: JSONValue {
    .object(phases.map { .init($0.phase, .number(($0.seconds * 10_000).rounded() / 10_000)) })
  }
}
