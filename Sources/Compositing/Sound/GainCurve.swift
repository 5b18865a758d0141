/// A gain over time: straight lines in decibels between points, constant before the first and after the last.
struct GainCurve: Sendable, Hashable {
  struct Point: Sendable, Hashable {
    /// Programme sample.
    var at: Int64
    var decibels: Double
  }

  /// In order of time; empty is 0 dB throughout.
  private(set) var points: [Point] = []

  /// Factors are exact at multiples of this and straight in between: 0.7 ms, some hundredths of a decibel.
  private static let grid: Int64 = 32

  /// Appends a point; one that is not after the last takes the lower gain of the two.
  mutating func append(_ at: Int64, _ decibels: Double) {
    if let last = points.last, at <= last.at {
      points[points.count - 1].decibels = min(last.decibels, decibels)
    } else {
      points.append(Point(at: at, decibels: decibels))
    }
  }

  func decibels(at sample: Int64) -> Double {
    guard let first = points.first, let last = points.last else { return 0 }
    if sample <= first.at { return first.decibels }
    if sample >= last.at { return last.decibels }
    // The first point after `sample`.
    var (low, high) = (0, points.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if points[middle].at > sample { high = middle } else { low = middle + 1 }
    }
    let (a, b) = (points[low - 1], points[low])
    let share = Double(sample - a.at) / Double(b.at - a.at)
    return a.decibels + (b.decibels - a.decibels) * share
  }

  /// Multiplies interleaved samples, of which the first is programme sample `start`.
  func apply(to samples: inout [Float], from start: Int64, channels: Int) {
    guard !points.isEmpty else { return }
    let count = samples.count / channels
    var index = 0
    while index < count {
      let at = start + Int64(index)
      let cell = at.dividedFloor(by: Self.grid) * Self.grid
      let a = Decibels.factor(decibels(at: cell))
      let b = Decibels.factor(decibels(at: cell + Self.grid))
      let end = min(count, index + Int(cell + Self.grid - at))
      for offset in index..<end {
        let share = Double(start + Int64(offset) - cell) / Double(Self.grid)
        let factor = Float(a + (b - a) * share)
        for channel in 0..<channels { samples[offset * channels + channel] *= factor }
      }
      index = end
    }
  }
}

extension Int64 {
  /// The quotient rounded down; `divisor` is positive.
  func dividedFloor(by divisor: Int64) -> Int64 {
    let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
  }

  /// A number of microseconds in whole samples, to the nearest, halves up.
  static func samples(microseconds: Int64, rate: Int) -> Int64 {
    let (high, low) = microseconds.multipliedFullWidth(by: Int64(rate))
    let half = low.addingReportingOverflow(500_000)
    let sum = (high: high + (half.overflow ? 1 : 0), low: half.partialValue)
    // Plans stay far below the 146 years at which the quotient would not fit.
    let (quotient, rest) = Int64(1_000_000).dividingFullWidth(sum)
    return rest < 0 ? quotient - 1 : quotient
  }
}
