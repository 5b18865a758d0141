/// Exact as long as numerator and denominator fit in 64 bits; beyond that rounded to a microsecond, so
/// that a file with an absurd time base gives a slightly wrong time and not a crash.
extension Rational {
  public static let zero = Rational(0)

  /// A whole number of microseconds, in seconds.
  public init(microseconds: Int64) { self.init(microseconds, 1_000_000) }

  /// The nearest multiple of a millionth; `value` is kept within ±9·10¹².
  public init(rounding value: Double) {
    let bounded = min(max(value, -9e12), 9e12)
    self.init(microseconds: Int64((bounded * 1_000_000).rounded()))
  }

  public static func + (left: Rational, right: Rational) -> Rational {
    let divisor = greatestCommonDivisor(left.denominator, right.denominator)
    let (a, b) = (right.denominator / divisor, left.denominator / divisor)
    if let first = product(left.numerator, a), let second = product(right.numerator, b),
      let denominator = product(left.denominator, a)
    {
      let (sum, overflow) = first.addingReportingOverflow(second)
      if !overflow { return Rational(sum, denominator) }
    }
    return Rational(rounding: left.doubleValue + right.doubleValue)
  }

  public static func - (left: Rational, right: Rational) -> Rational {
    left + Rational(-right.numerator, right.denominator)
  }

  public static func * (left: Rational, right: Rational) -> Rational {
    let across = greatestCommonDivisor(left.numerator, right.denominator)
    let down = greatestCommonDivisor(right.numerator, left.denominator)
    if let numerator = product(left.numerator / across, right.numerator / down),
      let denominator = product(left.denominator / down, right.denominator / across)
    {
      return Rational(numerator, denominator)
    }
    return Rational(rounding: left.doubleValue * right.doubleValue)
  }

  /// Division by zero gives 0, as the initializer does.
  public static func / (left: Rational, right: Rational) -> Rational {
    left * Rational(right.denominator, right.numerator)
  }

  /// The nearest whole number, half up.
  public var rounded: Int64 {
    let (twice, overflow) = numerator.multipliedReportingOverflow(by: 2)
    if overflow || denominator > .max / 4 { return Int64(doubleValue.rounded()) }
    return floorDivide(twice + denominator, by: 2 * denominator)
  }

  /// The nearest whole number of microseconds, half up.
  public var microseconds: Int64 { (self * Rational(1_000_000)).rounded }
}

/// Nil where it does not fit.
private func product(_ left: Int64, _ right: Int64) -> Int64? {
  let (result, overflow) = left.multipliedReportingOverflow(by: right)
  return overflow ? nil : result
}

/// Positive; 1 when both are 0.
private func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
  var (a, b) = (left.magnitude, right.magnitude)
  while b != 0 { (a, b) = (b, a % b) }
  return Int64(max(a, 1))
}
