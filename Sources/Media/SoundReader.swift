internal import CLibav

/// The sound of a file as interleaved 32-bit floats, from the file's time zero on.
///
/// A stream that starts later is preceded by silence, priming and padding are left out, and a hole in the
/// stream's times is filled with silence, so that sample n is always n ÷ rate seconds after the start of the
/// file's earliest stream. Memory is a few frames whatever the file's times say. Not `Sendable`.
public final class SoundReader {
  private let reader: FrameReader
  public let rate: Int
  public let channels: Int
  private var resampler: SoundResampler?
  /// Converted samples, of which `consumed` floats are given out; `silence` samples per channel follow them,
  /// then `next`.
  private var buffer: [Float] = []
  private var consumed = 0
  private var silence: Int64 = 0
  /// Read ahead by one, since the last frame may be longer than what of it is to be heard.
  private var next: Frame?
  /// Seconds at which the frame after `next` is expected.
  private var expected: Double?
  private var started = false
  private var ended = false
  /// The first sample that `read` gives next.
  public private(set) var position: Int64 = 0

  public init(path: String, rate: Int, channels: Int, interrupt: Interrupt) throws(MediaError) {
    reader = try FrameReader(path: path, kind: .audio, interrupt: interrupt)
    (self.rate, self.channels) = (rate, channels)
  }

  public var decodeErrors: Int { reader.decodeErrors }

  /// Appends up to `count` samples per channel; fewer only at the end, where it appends none.
  public func read(_ count: Int, into samples: inout [Float]) throws(MediaError) {
    try take(Int64(count)) { slice, silent in
      samples.append(contentsOf: slice)
      samples.append(contentsOf: repeatElement(0, count: silent))
    }
  }

  /// Passes over `count` samples per channel.
  public func skip(_ count: Int64) throws(MediaError) { try take(count) { _, _ in } }

  /// Gives `body` pieces of the next `count` samples: decoded floats, then a number of silent ones.
  private func take(
    _ count: Int64, _ body: (ArraySlice<Float>, _ silent: Int) -> Void
  ) throws(MediaError) {
    var left = count
    while left > 0 {
      let step: Int64
      if consumed < buffer.count {
        step = min(left, Int64((buffer.count - consumed) / channels))
        body(buffer[consumed..<consumed + Int(step) * channels], 0)
        consumed += Int(step) * channels
        if consumed == buffer.count {
          buffer.removeAll(keepingCapacity: true)
          consumed = 0
        }
      } else if silence > 0 {
        step = min(left, silence, 1 << 16)
        body([], Int(step) * channels)
        silence -= step
      } else if ended {
        return
      } else {
        try fill()
        continue
      }
      left -= step
      position += step
    }
  }

  /// Converts the frame read ahead and reads the one after it.
  private func fill() throws(MediaError) {
    if !started {
      started = true
      try advance()
      return
    }
    guard let frame = next else {
      try resampler?.convert(nil, into: &buffer)
      ended = true
      return
    }
    if resampler?.accepts(frame) != true {
      try resampler?.convert(nil, into: &buffer)
      resampler = try SoundResampler(like: frame, rate: rate, channels: channels)
    }
    try advance(converting: frame)
  }

  /// Puts the next frame that is to be heard into `next`, after `frame` and the silence between the two.
  private func advance(converting frame: Frame? = nil) throws(MediaError) {
    next = nil
    while let (following, time) = try reader.next() {
      guard following.sampleCount > 0, following.sampleRate > 0 else { continue }
      let seconds = Double(time) * reader.stream.timeBase.seconds
      let length = Double(following.sampleCount) / Double(following.sampleRate)
      let gap = seconds - (expected ?? 0)
      let isJump = gap > (expected == nil ? startSlack : jump)
      // Times that run backwards: a second piece of the same moment is not played again.
      if expected != nil, gap < -jump { continue }
      if let frame { try resampler?.convert(frame, into: &buffer) }
      if isJump {
        // Drain first: the silence belongs between what was decoded before and what comes now.
        if frame != nil { try resampler?.convert(nil, into: &buffer) }
        resampler = nil
        silence = Int64((min(gap, 6 * 3600) * Double(rate)).rounded())
      }
      expected = (isJump ? seconds : expected ?? 0) + length
      next = following
      return
    }
    guard let frame else { return }
    cutEnd(of: frame)
    try resampler?.convert(frame, into: &buffer)
  }

  /// Leaves out what an MP4's edit list cuts from its last frame; other containers mark it in the packet.
  private func cutEnd(of frame: Frame) {
    guard reader.demuxer.format == .mov, let expected, let end = reader.end else { return }
    let excess = Int(((expected - end) * Double(frame.sampleRate)).rounded())
    if excess > 0, excess < frame.sampleCount { frame.dropLast(excess) }
  }

  /// Seconds by which the stream's times may be off by their own rounding.
  private var rounding: Double {
    let tick = reader.stream.timeBase.seconds
    return tick > 1 / 8000 ? tick : 0
  }
  /// A late start is believed from here on.
  private var startSlack: Double { rounding * 1.01 + 0.5 / Double(rate) }
  /// A jump in the stream's times is believed from here on; less is rounding or the jitter of a recorder.
  private var jump: Double { rounding > 0 ? 0.03 : 0.01 }
}

extension FrameReader {
  /// Seconds from the file's time zero at which the container says the stream ends.
  var end: Double? {
    guard let length = stream.duration, let start = stream.startTime else { return nil }
    return Double(start + length - demuxer.origin(in: stream.timeBase)) * stream.timeBase.seconds
  }
}
