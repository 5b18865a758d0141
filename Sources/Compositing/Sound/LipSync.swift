internal import Foundation
public import Media

/// How far one recording of a voice lags behind another, found by their loudness over time.
public enum LipSync {
  /// A stretch of a file's sound and when in the scene it begins.
  public struct Track: Sendable, Hashable {
    public var path: String
    /// Window of the source in microseconds from the file's earliest stream start, end open.
    public var sourceStart: Int64
    public var sourceEnd: Int64
    /// Microseconds.
    public var start: Int64

    public init(path: String, sourceStart: Int64 = 0, sourceEnd: Int64, start: Int64 = 0) {
      (self.path, self.sourceStart) = (path, sourceStart)
      (self.sourceEnd, self.start) = (sourceEnd, start)
    }
  }

  private static let rate = 16_000
  /// Longest stretch that is looked at, shortest that says anything, in seconds.
  private static let longest = 120.0
  private static let shortest = 0.5
  /// The same voice through two codecs correlates above 0.9, two voices below 0.5.
  private static let likeness = 0.65

  /// Milliseconds by which `track` is heard later than `voice`, negative when earlier; nil when they are not the
  /// same speech, or are too short to tell.
  ///
  /// 10 ms envelopes find the lag up to 2 s, 1 ms envelopes its last digit.
  public static func milliseconds(
    of track: Track, behind voice: Track, interrupt: Interrupt = Interrupt()
  ) throws -> Double? {
    let origin = min(track.start, voice.start)
    let late = try envelope(track, from: origin, interrupt)
    let early = try envelope(voice, from: origin, interrupt)
    // Half of the shorter one must take part, or a few syllables would do.
    let least = max(Int(shortest * 1000), min(late.count, early.count) / 2)
    let coarse = best(grouped(late), grouped(early), lags: -200...200, least: least / 10)
    guard let coarse, coarse.correlation >= likeness else { return nil }
    let middle = coarse.lag * 10
    let fine = best(
      smoothed(late), smoothed(early), lags: middle - 15...middle + 15, least: least / 2)
    return Double(fine?.lag ?? middle)
  }

  /// Power in steps of 1 ms from `origin` on, silent before the track begins.
  private static func envelope(
    _ track: Track, from origin: Int64, _ interrupt: Interrupt
  ) throws(MediaError) -> [Double] {
    let step = rate / 1000
    let reader = try SoundReader(path: track.path, rate: rate, channels: 1, interrupt: interrupt)
    let first = Int64.samples(microseconds: max(track.sourceStart, 0), rate: rate)
    let last = Int64.samples(microseconds: track.sourceEnd, rate: rate)
    try reader.skip(first)
    var left = Int(min(max(last - first, 0), Int64(longest * Double(rate))))
    var steps = [Double](repeating: 0, count: Int((track.start - origin + 500) / 1000))
    var samples: [Float] = []
    while left > 0 {
      samples.removeAll(keepingCapacity: true)
      try reader.read(min(left, 1 << 14), into: &samples)
      if samples.isEmpty { break }
      left -= samples.count
      for start in stride(from: 0, to: samples.count, by: step) {
        var power = 0.0
        for index in start..<min(start + step, samples.count) {
          power += Double(samples[index]) * Double(samples[index])
        }
        steps.append(power / Double(step))
      }
    }
    return steps
  }

  /// Levels of 10 ms: the fourth root of the power, so that soft syllables count beside loud ones.
  private static func grouped(_ steps: [Double]) -> [Double] {
    stride(from: 0, to: steps.count - 9, by: 10).map { start in
      (steps[start..<start + 10].reduce(0, +) / 10).squareRoot().squareRoot()
    }
  }

  /// Levels every 1 ms over 5 ms around.
  private static func smoothed(_ steps: [Double]) -> [Double] {
    steps.indices.map { index in
      let around = steps[max(0, index - 2)..<min(steps.count, index + 3)]
      return (around.reduce(0, +) / Double(around.count)).squareRoot().squareRoot()
    }
  }

  /// The lag at which `late` is most like `early`, over what they then have in common.
  private static func best(
    _ late: [Double], _ early: [Double], lags: ClosedRange<Int>, least: Int
  ) -> (lag: Int, correlation: Double)? {
    var best: (lag: Int, correlation: Double)?
    for lag in lags {
      let start = max(0, -lag)
      let count = min(early.count - start, late.count - start - lag)
      guard count >= least else { continue }
      var (x, y, xx, yy, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for index in start..<start + count {
        let (a, b) = (early[index], late[index + lag])
        x += a
        y += b
        xx += a * a
        yy += b * b
        xy += a * b
      }
      let n = Double(count)
      let scale = ((xx - x * x / n) * (yy - y * y / n)).squareRoot()
      guard scale > 1e-9 else { continue }
      let correlation = (xy - x * y / n) / scale
      if correlation > best?.correlation ?? -1 { best = (lag, correlation) }
    }
    return best
  }
}
