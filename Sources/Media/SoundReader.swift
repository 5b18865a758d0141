internal import CLibav

/// The sound of a file as interleaved 32-bit floats, from the file's time zero on.
///
/// A stream that starts later is preceded by silence, priming and padding are left out, and a hole in the
/// stream's times is filled with silence, so that sample n is always n ÷ rate seconds after the start of the
/// file's earliest stream. Not `Sendable`.
public final class SoundReader {
  /// A jump in the stream's times is believed from this many seconds on; less is rounding.
  private static let jump = 0.03

  private let reader: FrameReader
  public let rate: Int
  public let channels: Int
  private var resampler: SoundResampler?
  private var inputRate = 0
  private var buffer: [Float] = []
  private var consumed = 0
  /// Source time in ticks at which the next frame is expected.
  private var expected: Double?
  private var ended = false

  public init(path: String, rate: Int, channels: Int, interrupt: Interrupt) throws(MediaError) {
    reader = try FrameReader(path: path, kind: .audio, interrupt: interrupt)
    (self.rate, self.channels) = (rate, channels)
  }

  public var decodeErrors: Int { reader.decodeErrors }

  /// Appends up to `count` samples per channel; fewer only at the end, where it appends none.
  public func read(_ count: Int, into samples: inout [Float]) throws(MediaError) {
    while !ended, buffer.count - consumed < count * channels { try fill() }
    let taken = min(count * channels, buffer.count - consumed)
    samples.append(contentsOf: buffer[consumed..<consumed + taken])
    consumed += taken
    if consumed > 1 << 16 {
      buffer.removeFirst(consumed)
      consumed = 0
    }
  }

  /// Passes over `count` samples per channel.
  public func skip(_ count: Int64) throws(MediaError) {
    var left = count * Int64(channels)
    while left > 0 {
      if buffer.count == consumed {
        if ended { return }
        try fill()
      }
      let step = min(Int64(buffer.count - consumed), left)
      consumed += Int(step)
      left -= step
      if consumed == buffer.count {
        buffer.removeAll(keepingCapacity: true)
        consumed = 0
      }
    }
  }

  private func fill() throws(MediaError) {
    guard let (frame, time) = try reader.next() else {
      try resampler?.convert(nil, into: &buffer)
      ended = true
      return
    }
    let seconds = Double(time) * reader.stream.timeBase.seconds
    let due = expected ?? 0
    let gap = seconds - due
    if expected == nil ? gap > 0 : gap > Self.jump {
      // Drain first: the silence belongs between what was decoded before and what comes now.
      if let resampler { try resampler.convert(nil, into: &buffer) }
      resampler = nil
      let silent = Int((gap * Double(rate)).rounded())
      buffer.append(contentsOf: repeatElement(0, count: min(silent, 6 * 3600 * rate) * channels))
    } else if gap < -Self.jump, expected != nil {
      // Times that run backwards: a second piece of the same moment is not played again.
      return
    }
    if resampler == nil || inputRate != frame.sampleRate {
      if let resampler { try resampler.convert(nil, into: &buffer) }
      resampler = try SoundResampler(like: frame, rate: rate, channels: channels)
      inputRate = frame.sampleRate
    }
    try resampler?.convert(frame, into: &buffer)
    let length = Double(frame.sampleCount) / Double(max(frame.sampleRate, 1))
    expected = (expected == nil || gap > Self.jump ? seconds : due) + length
  }
}
