/// Finds where someone speaks: stretches of 10 ms whose mean power lies above −40 dBFS.
///
/// It hears the clip as it is in the mix, after its gain, so that a voice turned down to nothing lowers no
/// music. 0 dBFS is a square wave of full scale.
struct SpeechDetector {
  static let threshold = -40.0
  static let window = 0.01

  private let channels: Int
  /// Samples in 10 ms.
  private let step: Int
  private let limit: Double
  /// Programme sample of the next sample given.
  private var at: Int64
  private var power = 0.0
  private var filled = 0
  /// Programme samples, in order; neighbours are joined.
  private(set) var windows: [Range<Int64>] = []

  init(start: Int64, rate: Int, channels: Int) {
    self.channels = channels
    step = max(1, Int((Double(rate) * Self.window).rounded()))
    let amplitude = Decibels.factor(Self.threshold)
    limit = amplitude * amplitude * Double(step * channels)
    at = start
  }

  mutating func add(_ samples: [Float]) {
    var index = 0
    while index < samples.count {
      let end = min(samples.count, index + (step - filled) * channels)
      var sum = 0.0
      for sample in index..<end { sum += Double(samples[sample]) * Double(samples[sample]) }
      power += sum
      filled += (end - index) / channels
      at += Int64((end - index) / channels)
      index = end
      if filled == step { close() }
    }
  }

  /// Ends the last, perhaps shorter, window.
  mutating func finish() { if filled > 0 { close() } }

  private mutating func close() {
    if power > limit {
      let found = at - Int64(filled)..<at
      if let last = windows.last, last.upperBound == found.lowerBound {
        windows[windows.count - 1] = last.lowerBound..<found.upperBound
      } else {
        windows.append(found)
      }
    }
    (power, filled) = (0, 0)
  }
}
