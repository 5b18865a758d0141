/// An exact fraction, reduced, with a positive denominator: time bases, frame rates, durations in seconds.
public struct Rational: Sendable, Hashable {
  public let numerator: Int64
  public let denominator: Int64

  /// Reduces `numerator / denominator`; a zero denominator gives 0/1.
  public init(_ numerator: Int64, _ denominator: Int64 = 1) {
    guard denominator != 0 else {
      (self.numerator, self.denominator) = (0, 1)
      return
    }
    var (a, b) = (numerator.magnitude, denominator.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    let sign: Int64 = (numerator < 0) != (denominator < 0) ? -1 : 1
    let divisor = max(a, 1)
    self.numerator = sign * Int64(numerator.magnitude / divisor)
    self.denominator = Int64(denominator.magnitude / divisor)
  }

  public var doubleValue: Double { Double(numerator) / Double(denominator) }
}

extension Rational: Comparable {
  public static func < (left: Rational, right: Rational) -> Bool {
    let a = left.numerator.multipliedFullWidth(by: right.denominator)
    let b = right.numerator.multipliedFullWidth(by: left.denominator)
    return (a.high, a.low) < (b.high, b.low)
  }
}

extension Rational: Codable {
  /// `[numerator, denominator]`, so that no reader turns it into a float.
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    self.init(try list.decode(Int64.self), try list.decode(Int64.self))
  }
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(numerator)
    try list.encode(denominator)
  }
}
