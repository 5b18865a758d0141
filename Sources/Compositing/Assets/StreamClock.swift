internal import Media
internal import SceneDocument

/// Seconds from the start of a file's earliest stream, exact where the file's time bases are sane.
struct StreamClock {
  private let origin: (ticks: Int64, base: TimeBase)

  init(of demuxer: Demuxer) { origin = demuxer.origin }

  /// The time of `ticks`; rounded to a microsecond when the fraction would have a denominator that later
  /// arithmetic could overflow on.
  func time(_ ticks: Int64, _ base: TimeBase) -> Rational {
    Self.fraction(
      Int128(ticks) * Int128(base.numerator) * Int128(origin.base.denominator) - Int128(
        origin.ticks) * Int128(origin.base.numerator) * Int128(base.denominator),
      Int128(base.denominator) * Int128(origin.base.denominator))
  }

  /// The length of `ticks`, likewise.
  static func length(_ ticks: Int64, _ base: TimeBase) -> Rational {
    fraction(Int128(ticks) * Int128(base.numerator), Int128(base.denominator))
  }

  /// MP3's time base has the finest ticks in use.
  private static let largestDenominator: Int128 = 14_112_000

  private static func fraction(_ numerator: Int128, _ denominator: Int128) -> Rational {
    var (a, b) = (numerator.magnitude, denominator.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = Int128(max(a, 1))
    let (top, bottom) = (numerator / divisor, denominator / divisor)
    if bottom <= largestDenominator, let top = Int64(exactly: top) {
      return Rational(top, Int64(bottom))
    }
    // Half up, towards the later microsecond.
    let doubled = 2_000_000 * (top / bottom) + 2_000_000 * (top % bottom) / bottom + 1
    let micros = doubled >= 0 ? doubled / 2 : (doubled - 1) / 2
    return Rational(microseconds: Int64(clamping: micros))
  }
}
