/// Frames a second as an exact fraction: 30/1, 30000/1001. All conversions are in whole numbers.
public struct FrameRate: Sendable, Hashable {
  public let numerator: Int
  /// 1 or 1001.
  public let denominator: Int

  public init(_ numerator: Int, _ denominator: Int = 1) {
    let reduced = Rational(Int64(numerator), Int64(denominator))
    (self.numerator, self.denominator) = (Int(reduced.numerator), Int(reduced.denominator))
  }

  public var rational: Rational { Rational(Int64(numerator), Int64(denominator)) }
  public var framesPerSecond: Double { Double(numerator) / Double(denominator) }

  /// The frame that starts nearest to a time: `floor(t · fps + 1/2)`.
  public func frame(atMicroseconds time: Int64) -> FrameIndex {
    let unit = Int64(denominator) * 1_000_000
    return FrameIndex(Int(floorDivide(2 * time * Int64(numerator) + unit, by: 2 * unit)))
  }

  /// The smallest number of whole frames that lasts at least as long as `time` seconds.
  public func frameCount(covering time: Rational) -> Int {
    let frames = time * rational
    return Int(-floorDivide(-frames.numerator, by: frames.denominator))
  }

  /// When frame `index` begins, in seconds from frame 0.
  public func time(of index: FrameIndex) -> Rational {
    Rational(Int64(index.value) * Int64(denominator), Int64(numerator))
  }

  /// The first sample that belongs to frame `index`: `floor(n · rate · den / num + 1/2)`.
  ///
  /// Always from the absolute frame number, so that the total never drifts: at 29.97 fps two equal
  /// scenes may differ by one sample, and their sum is still right.
  public func sample(ofFrame index: FrameIndex, rate: Int) -> SampleIndex {
    let samples = 2 * Int64(index.value) * Int64(rate) * Int64(denominator)
    return SampleIndex(Int(floorDivide(samples + Int64(numerator), by: 2 * Int64(numerator))))
  }
}

extension FrameRate: Codable {
  /// `[numerator, denominator]`, as `Rational`.
  public init(from decoder: any Decoder) throws {
    let rate = try Rational(from: decoder)
    self.init(Int(rate.numerator), Int(rate.denominator))
  }
  public func encode(to encoder: any Encoder) throws { try rational.encode(to: encoder) }
}

/// The quotient rounded towards minus infinity; `divisor` is positive.
func floorDivide(_ dividend: Int64, by divisor: Int64) -> Int64 {
  let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? quotient - 1 : quotient
}
