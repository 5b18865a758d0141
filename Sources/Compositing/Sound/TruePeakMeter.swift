internal import Foundation

/// True peak of interleaved sound: the highest point of the wave through the samples, found at four times
/// the rate with more than the precision that ITU-R BS.1770-4 annex 2 asks for.
///
/// Most of a programme is passed over unfiltered: between samples the wave is at most `reach` times as high as
/// the samples around, so only stretches that could hold a new maximum are looked at. The result is the same.
struct TruePeakMeter: Sendable {
  /// Samples on each side of a point between two samples.
  private static let half = 24
  private static let length = 2 * half
  /// Taps for ¼, ½ and ¾ of the way from one sample to the next.
  private static let phases: [[Double]] = (1...3).map { taps(Double($0) / 4) }
  /// The largest sum of the taps' magnitudes.
  private static let reach = phases.map { $0.reduce(0) { $0 + abs($1) } }.max() ?? 1
  private static let stretch = 64

  private let channels: Int
  /// The newest samples, one list a channel; before the first there is silence.
  private var history: [[Double]]
  /// Highest magnitude so far, as a factor of full scale.
  private(set) var peak = 0.0

  init(channels: Int) {
    self.channels = channels
    history = Array(
      repeating: Array(repeating: 0, count: Self.length), count: channels)
  }

  /// In dBTP; nil for silence.
  var decibels: Double? { peak > 0 ? 20 * log10(peak) : nil }

  mutating func add(_ samples: [Float]) {
    for channel in 0..<channels {
      var line = history[channel]
      line.reserveCapacity(Self.length + samples.count / channels)
      for index in stride(from: channel, to: samples.count, by: channels) {
        line.append(Double(samples[index]))
      }
      scan(line)
      history[channel] = Array(line.suffix(Self.length))
    }
  }

  /// Begins to measure anew; what was added before stays the past of what follows.
  mutating func forget() { peak = 0 }

  /// Ends the sound with silence, through which the filter still rings.
  mutating func finish() { add([Float](repeating: 0, count: Self.length * channels)) }

  /// Looks at all points after sample `half − 1` up to sample `count − half − 1`.
  private mutating func scan(_ line: [Double]) {
    var start = Self.half
    let end = line.count - Self.half
    while start < end {
      let stop = min(end, start + Self.stretch)
      var highest = 0.0
      for index in start - Self.half..<stop + Self.half {
        highest = max(highest, abs(line[index]))
      }
      if highest * Self.reach > peak {
        for index in start..<stop {
          peak = max(peak, abs(line[index]))
          for taps in Self.phases {
            var sum = 0.0
            for tap in 0..<Self.length { sum += taps[tap] * line[index - Self.half + 1 + tap] }
            peak = max(peak, abs(sum))
          }
        }
      }
      start = stop
    }
  }

  /// A windowed sinc for the point `share` of the way from tap `half − 1` to the next.
  private static func taps(_ share: Double) -> [Double] {
    (0..<length).map { tap in
      let distance = Double(tap - half + 1) - share
      let sinc = sin(Double.pi * distance) / (Double.pi * distance)
      // Kaiser's window, β = 8.
      let edge = distance / Double(half)
      return sinc * bessel(8 * (1 - edge * edge).squareRoot()) / bessel(8)
    }
  }

  private static func bessel(_ x: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for k in 1..<40 {
      term *= (x / 2 / Double(k)) * (x / 2 / Double(k))
      sum += term
    }
    return sum
  }
}
