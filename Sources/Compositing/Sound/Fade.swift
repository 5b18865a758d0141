/// Straight fades of a clip at its start and end, against clicks and for music.
///
/// Sample i of a fade of n has the factor (i + ½) ÷ n: the fade out is the mirror of the fade in, and no
/// sample is lost to either. Where the two meet in a short clip, both apply.
struct Fade: Sendable, Hashable {
  /// Samples.
  var fadeIn: Int64
  var fadeOut: Int64
  /// Length of the clip.
  var count: Int64

  func factor(at sample: Int64) -> Double {
    var factor = 1.0
    if sample < fadeIn { factor = (Double(sample) + 0.5) / Double(fadeIn) }
    let left = count - 1 - sample
    if left < fadeOut { factor *= (Double(left) + 0.5) / Double(fadeOut) }
    return factor
  }

  /// Multiplies interleaved samples by the fade and by `gain`; the first is the clip's sample `start`.
  func apply(_ gain: Double, to samples: inout [Float], from start: Int64, channels: Int) {
    let count = samples.count / channels
    let steady = Float(gain)
    // Between the fades there is one factor.
    let opened = Int(min(max(fadeIn - start, 0), Int64(count)))
    let closing = Int(min(max(self.count - fadeOut - start, Int64(opened)), Int64(count)))
    func scale(_ range: Range<Int>) {
      for index in range {
        let factor = Float(gain * self.factor(at: start + Int64(index)))
        for channel in 0..<channels { samples[index * channels + channel] *= factor }
      }
    }
    scale(0..<opened)
    if steady != 1 {
      for index in opened * channels..<closing * channels { samples[index] *= steady }
    }
    scale(closing..<count)
  }
}
