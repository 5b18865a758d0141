extension Rational {
  public static let zero = Rational(0)

  /// A whole number of microseconds, in seconds.
  public init(microseconds: Int64) { self.init(microseconds, 1_000_000) }

  public static func + (left: Rational, right: Rational) -> Rational {
    let divisor = greatestCommonDivisor(left.denominator, right.denominator)
    let (a, b) = (right.denominator / divisor, left.denominator / divisor)
    return Rational(left.numerator * a + right.numerator * b, left.denominator * a)
  }

  public static func - (left: Rational, right: Rational) -> Rational {
    left + Rational(-right.numerator, right.denominator)
  }

  public static func * (left: Rational, right: Rational) -> Rational {
    let across = greatestCommonDivisor(left.numerator, right.denominator)
    let down = greatestCommonDivisor(right.numerator, left.denominator)
    return Rational(
      (left.numerator / across) * (right.numerator / down),
      (left.denominator / down) * (right.denominator / across))
  }

  public static func / (left: Rational, right: Rational) -> Rational {
    left * Rational(right.denominator, right.numerator)
  }

  /// The nearest whole number of microseconds, half up.
  public var microseconds: Int64 {
    let scaled = self * Rational(2_000_000)
    return floorDivide(scaled.numerator + scaled.denominator, by: 2 * scaled.denominator)
  }
}

/// Positive; 1 when both are 0.
private func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
  var (a, b) = (left.magnitude, right.magnitude)
  while b != 0 { (a, b) = (b, a % b) }
  return Int64(max(a, 1))
}
