internal import Foundation

/// Integrated loudness of interleaved sound, ITU-R BS.1770-4, as it streams by.
///
/// Blocks of 400 ms every 100 ms, gated at −70 LUFS and then 10 LU under the mean of what is left. Left and
/// right count alike; mono is one channel. Sound of less than 400 ms is one block of its own length. Memory is
/// 80 bytes a second.
struct LoudnessMeter: Sendable {
  private let channels: Int
  private let stepLength: Int
  private var filter: KWeighting
  /// Power of the samples of the step that is not full yet, and how many.
  private var power = 0.0
  private var filled = 0
  /// Summed power of each full step of 100 ms.
  private var steps: [Double] = []

  init(rate: Int, channels: Int) {
    self.channels = channels
    stepLength = max(1, Int((Double(rate) / 10).rounded()))
    filter = KWeighting(rate: Double(rate))
  }

  mutating func add(_ samples: [Float]) {
    var index = 0
    while index < samples.count {
      let end = min(samples.count, index + (stepLength - filled) * channels)
      power += channels == 2 ? stereo(samples, index..<end) : mono(samples, index..<end)
      filled += (end - index) / channels
      index = end
      if filled == stepLength {
        steps.append(power)
        (power, filled) = (0, 0)
      }
    }
  }

  private mutating func stereo(_ samples: [Float], _ range: Range<Int>) -> Double {
    var sum = SIMD2<Double>(repeating: 0)
    var filter = filter
    var index = range.lowerBound
    while index < range.upperBound {
      let weighted = filter.next(SIMD2(Double(samples[index]), Double(samples[index + 1])))
      sum += weighted * weighted
      index += 2
    }
    self.filter = filter
    return sum.x + sum.y
  }

  private mutating func mono(_ samples: [Float], _ range: Range<Int>) -> Double {
    var sum = 0.0
    for index in range {
      let weighted = filter.next(SIMD2(Double(samples[index]), 0)).x
      sum += weighted * weighted
    }
    return sum
  }

  /// LUFS of all that was added; nil when nothing of it is above −70 LUFS.
  var integrated: Double? {
    var blocks: [Double] = []
    if steps.count < 4 {
      let samples = steps.count * stepLength + filled
      if samples > 0 { blocks = [(steps.reduce(0, +) + power) / Double(samples)] }
    } else {
      let samples = Double(4 * stepLength)
      for last in 3..<steps.count {
        let sum: Double = steps[last - 3] + steps[last - 2] + steps[last - 1] + steps[last]
        blocks.append(sum / samples)
      }
    }
    func mean(above gate: Double) -> Double? {
      let loud = blocks.filter { $0 > gate }
      return loud.isEmpty ? nil : loud.reduce(0, +) / Double(loud.count)
    }
    guard let all = mean(above: pow(10, (-70 + 0.691) / 10)) else { return nil }
    return mean(above: max(all / 10, pow(10, (-70 + 0.691) / 10))).map { -0.691 + 10 * log10($0) }
  }
}

/// The two filters of BS.1770 one after the other, for two channels at once: a shelf for the head, and a high
/// pass. Made from the analogue filters behind the standard's table, which is for 48 kHz alone.
private struct KWeighting: Sendable {
  private var shelf: Biquad
  private var highPass: Biquad

  init(rate: Double) {
    var k = tan(Double.pi * 1681.974450955533 / rate)
    var q = 0.7071752369554196
    let high = pow(10, 3.999843853973347 / 20)
    let band = pow(high, 0.4996667741545416)
    var a0 = 1 + k / q + k * k
    let slope = band * k / q
    let square = k * k
    shelf = Biquad(
      b0: (high + slope + square) / a0, b1: 2 * (square - high) / a0,
      b2: (high - slope + square) / a0, a1: 2 * (square - 1) / a0,
      a2: (1 - k / q + square) / a0)
    k = tan(Double.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    highPass = Biquad(b0: 1, b1: -2, b2: 1, a1: 2 * (k * k - 1) / a0, a2: (1 - k / q + k * k) / a0)
  }

  mutating func next(_ sample: SIMD2<Double>) -> SIMD2<Double> {
    highPass.next(shelf.next(sample))
  }
}

private struct Biquad: Sendable {
  let b0, b1, b2, a1, a2: Double
  private var first = SIMD2<Double>(repeating: 0)
  private var second = SIMD2<Double>(repeating: 0)

  init(b0: Double, b1: Double, b2: Double, a1: Double, a2: Double) {
    (self.b0, self.b1, self.b2, self.a1, self.a2) = (b0, b1, b2, a1, a2)
  }

  mutating func next(_ sample: SIMD2<Double>) -> SIMD2<Double> {
    let result = sample * b0 + first
    first = sample * b1 - result * a1 + second
    second = sample * b2 - result * a2
    return result
  }
}
