internal import Media

/// Plays sound faster or slower at its own pitch.
///
/// libavfilter's `atempo`, in a chain of equal steps of at most twice and at least half the tempo, beyond
/// which it leaves sound out. The same bits on every CPU. Not `Sendable`.
final class Stretch {
  private let graph: FilterGraph
  private let rate: Int
  private let channels: Int
  private var pushed: Int64 = 0
  private var output: [Float] = []
  private var taken = 0

  /// `tempo` is source seconds for each second played, from 1/16 to 16.
  init(tempo: Double, rate: Int, channels: Int) throws(MediaError) {
    (self.rate, self.channels) = (rate, channels)
    var steps = 1
    var factor = tempo
    while factor > 2 || factor < 0.5 {
      steps *= 2
      factor = factor.squareRoot()
    }
    let filters = Array(repeating: "atempo=\(factor)", count: steps)
    graph = try FilterGraph(
      sound: (filters + ["aformat=sample_fmts=flt"]).joined(separator: ","), rate: rate,
      channels: channels)
  }

  /// Samples per channel that `take` has ready.
  var available: Int { (output.count - taken) / channels }

  func push(_ samples: [Float]) throws(MediaError) {
    guard !samples.isEmpty else { return }
    try graph.push(
      Frame(interleaved: samples[...], channels: channels, rate: rate, pts: pushed))
    pushed += Int64(samples.count / channels)
    try drain()
  }

  /// Says that no more samples come.
  func finish() throws(MediaError) {
    try graph.push(nil)
    try drain()
  }

  /// Appends up to `count` samples per channel.
  func take(_ count: Int, into samples: inout [Float]) {
    let floats = min(count, available) * channels
    samples.append(contentsOf: output[taken..<taken + floats])
    taken += floats
    if taken > 1 << 16 {
      output.removeFirst(taken)
      taken = 0
    }
  }

  private func drain() throws(MediaError) {
    while let frame = try graph.nextFrame() { try frame.appendInterleaved(to: &output) }
  }
}
