internal import Foundation
internal import Media

/// True peak of interleaved sound: the highest point of the wave through the samples, found at four times
/// the rate with more than the precision that ITU-R BS.1770-4 annex 2 asks for.
///
/// Most of a programme is passed over unfiltered: between samples the wave is at most `reach` times as high as
/// the samples around, so only stretches that could hold a new maximum are looked at. The result is the same.
struct TruePeakMeter: Sendable {
  /// Samples on each side of a point between two samples.
  private static let half = 16
  private static let length = 2 * half
  /// Taps for ¼, ½ and ¾ of the way from one sample to the next.
  private static let phases: [[Float]] = (1...3).map { taps(Double($0) / 4) }
  /// The largest sum of the taps' magnitudes, and a little for rounding.
  private static let reach = (phases.map { $0.reduce(0) { $0 + abs($1) } }.max() ?? 1) * 1.0001
  private static let stretch = 64

  private let channels: Int
  /// The newest samples, one list a channel; before the first there is silence.
  private var history: [[Float]]
  private var highest: Float = 0

  init(channels: Int) {
    self.channels = channels
    history = Array(repeating: Array(repeating: 0, count: Self.length), count: channels)
  }

  /// Highest magnitude so far, as a factor of full scale.
  var peak: Double { Double(highest) }

  /// In dBTP; nil for silence.
  var decibels: Double? { highest > 0 ? 20 * log10(peak) : nil }

  mutating func add(_ samples: [Float]) { add(samples, counts: true) }

  /// Makes `samples` the past of what follows without measuring them.
  mutating func pass(_ samples: [Float]) { add(samples, counts: false) }

  private mutating func add(_ samples: [Float], counts: Bool) {
    for channel in 0..<channels {
      var line = history[channel]
      line.reserveCapacity(Self.length + samples.count / channels)
      for index in stride(from: channel, to: samples.count, by: channels) {
        line.append(samples[index])
      }
      if counts { scan(line) }
      history[channel] = Array(line.suffix(Self.length))
    }
  }

  /// Ends the sound with silence, through which the filter still rings.
  mutating func finish() { add([Float](repeating: 0, count: Self.length * channels)) }

  /// Looks at all points from sample `half` up to sample `count − half − 1`.
  private mutating func scan(_ line: [Float]) {
    var start = Self.half
    let end = line.count - Self.half
    while start < end {
      let stop = min(end, start + Self.stretch)
      var around: Float = 0
      for index in start - Self.half..<stop + Self.half { around = max(around, abs(line[index])) }
      if around * Self.reach > highest {
        highest = max(
          highest,
          SoundPeak.highest(in: line, start..<stop, phases: Self.phases, half: Self.half))
      }
      start = stop
    }
  }

  /// A sinc in Kaiser's window (β = 6) for the point `share` of the way from tap `half − 1` to the next.
  private static func taps(_ share: Double) -> [Float] {
    (0..<length).map { tap in
      let distance = Double(tap - half + 1) - share
      let sinc = sin(Double.pi * distance) / (Double.pi * distance)
      let edge = distance / Double(half)
      return Float(sinc * bessel(6 * (1 - edge * edge).squareRoot()) / bessel(6))
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
