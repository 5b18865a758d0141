internal import Media
internal import SceneDocument

/// The samples of one clip in order: its window of the source, stretched, repeated, and silent after its end.
///
/// Not `Sendable`.
final class ClipSource {
  private let play: WindowPlayer
  private let channels: Int
  /// Samples of the window after stretching: what one turn of a loop lasts.
  let period: Int64
  private let turns: Turns
  private let count: Int64
  private var position: Int64 = 0
  /// Holds the first turn when there are more.
  private let store: SoundWorkFile?
  private var stored: Int64 = 0

  private enum Turns { case one, loop, pingpong }

  init(
    _ clip: SoundClip, reader: SoundReader, workFolder: String
  ) throws(MediaError) {
    channels = reader.channels
    count = clip.count
    let start = Int64.samples(microseconds: max(clip.sourceStart, 0), rate: reader.rate)
    let end = Int64.samples(microseconds: clip.sourceEnd, rate: reader.rate)
    let tempo = clip.rate.doubleValue
    let window = max(0, end - start)
    period =
      tempo == 1 ? window : max(Int64((Double(window) / tempo).rounded()), window > 0 ? 1 : 0)
    play = try WindowPlayer(
      reader, from: start, count: window, stretched: period, tempo: tempo)
    turns = clip.pingpong ? .pingpong : clip.loop ? .loop : .one
    store = turns != .one && count > period && period > 0 ? try SoundWorkFile(in: workFolder) : nil
  }

  /// Puts the next `wanted` samples into `samples`, silence included; their place before is not kept.
  func read(_ wanted: Int, into samples: inout [Float]) throws(MediaError) {
    samples.removeAll(keepingCapacity: true)
    var left = wanted
    while left > 0 {
      let step: Int
      if position < period {
        step = Int(min(Int64(left), period - position))
        let before = samples.count
        try play.read(step, into: &samples)
        if let store {
          let new = Array(samples[before...])
          try store.write(new.span, at: position * Int64(channels))
        }
      } else if let store {
        step = try readAgain(left, store, into: &samples)
      } else {
        step = left
        samples.append(contentsOf: repeatElement(0, count: step * channels))
      }
      position += Int64(step)
      left -= step
    }
  }

  /// Appends samples of a turn after the first, up to its end; how many.
  private func readAgain(
    _ wanted: Int, _ store: SoundWorkFile, into samples: inout [Float]
  ) throws(MediaError) -> Int {
    let (turn, offset) = position.quotientAndRemainder(dividingBy: period)
    let step = Int(min(Int64(wanted), period - offset))
    var piece = [Float](repeating: 0, count: step * channels)
    if turns == .pingpong, turn % 2 == 1 {
      try store.read(into: &piece, at: (period - offset - Int64(step)) * Int64(channels))
      for index in stride(from: step - 1, through: 0, by: -1) {
        samples.append(contentsOf: piece[index * channels..<(index + 1) * channels])
      }
    } else {
      try store.read(into: &piece, at: offset * Int64(channels))
      samples.append(contentsOf: piece)
    }
    return step
  }
}

/// The window of a source once, in order and at its tempo; silent where the source has ended.
private final class WindowPlayer {
  private let reader: SoundReader
  private let channels: Int
  /// Source samples of the window that are still to be read.
  private var left: Int64
  private let stretch: Stretch?

  init(
    _ reader: SoundReader, from start: Int64, count: Int64, stretched: Int64, tempo: Double
  ) throws(MediaError) {
    self.reader = reader
    channels = reader.channels
    left = count
    stretch =
      tempo == 1 ? nil : try Stretch(tempo: tempo, rate: reader.rate, channels: reader.channels)
    try reader.skip(start - reader.position)
  }

  /// Appends exactly `count` samples.
  func read(_ count: Int, into samples: inout [Float]) throws(MediaError) {
    let end = samples.count + count * channels
    if let stretch {
      while stretch.available < count, left > 0 {
        var input: [Float] = []
        try readSource(Int(min(left, 4096)), into: &input)
        try stretch.push(input)
        if left == 0 { try stretch.finish() }
      }
      stretch.take(count, into: &samples)
    } else {
      try readSource(count, into: &samples)
    }
    if samples.count < end {
      samples.append(contentsOf: repeatElement(0, count: end - samples.count))
    }
  }

  /// Appends source samples of the window, silent from the source's end on; none after the window.
  private func readSource(_ count: Int, into samples: inout [Float]) throws(MediaError) {
    let count = Int(min(Int64(count), left))
    let end = samples.count + count * channels
    try reader.read(count, into: &samples)
    if samples.count < end {
      samples.append(contentsOf: repeatElement(0, count: end - samples.count))
    }
    left -= Int64(count)
  }
}
