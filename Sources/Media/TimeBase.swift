internal import CLibav

/// Seconds in one tick, as a fraction of two 32-bit numbers.
public struct TimeBase: Sendable, Hashable, Codable {
  public let numerator: Int32
  public let denominator: Int32

  public init(_ numerator: Int32, _ denominator: Int32) {
    (self.numerator, self.denominator) = (numerator, max(denominator, 1))
  }

  init(_ rational: AVRational) { self.init(rational.num, rational.den) }
  var rational: AVRational { AVRational(num: numerator, den: denominator) }

  public static let microseconds = TimeBase(1, 1_000_000)

  /// Ticks of this base in ticks of another, to the nearest, halves away from zero.
  public func rescale(_ ticks: Int64, to other: TimeBase) -> Int64 {
    av_rescale_q(ticks, rational, other.rational)
  }

  public var seconds: Double { Double(numerator) / Double(denominator) }
}
