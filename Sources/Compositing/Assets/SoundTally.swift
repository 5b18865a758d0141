internal import Media
internal import SceneDocument

/// Counts the presented samples of a sound stream from the packets, where the container is exact.
struct SoundTally {
  let stream: StreamInfo
  private let format: MediaFormat
  /// Packets read, presented or not.
  private(set) var packets = 0
  /// Ticks of one sample; 0 when samples are no whole number of ticks.
  private let sampleTicks: Int64
  private var isExact: Bool
  private var start: Int64?
  private var end: Int64 = .min

  init(_ stream: StreamInfo, in format: MediaFormat) {
    self.stream = stream
    self.format = format
    let base = stream.timeBase
    let perSecond = Int64(stream.sampleRate) * Int64(base.numerator)
    sampleTicks =
      perSecond > 0 && Int64(base.denominator) % perSecond == 0
      ? Int64(base.denominator) / perSecond : 0
    // Ogg's pages round what packets last, Matroska's times are milliseconds.
    isExact = sampleTicks > 0 && [.mov, .mp3, .wav, .flac].contains(format)
  }

  mutating func add(_ packet: Packet) {
    packets += 1
    guard isExact else { return }
    guard let time = packet.pts ?? packet.dts, time.magnitude < 1 << 52, packet.duration > 0,
      packet.duration < 1 << 40
    else {
      isExact = false
      return
    }
    let skipped = packet.skippedSamples
    if start == nil {
      start = time + Int64(skipped.start) * sampleTicks
    }
    if packet.isDiscarded { return }
    end = max(end, time + packet.duration - Int64(skipped.end) * sampleTicks)
  }

  /// Where the first sample is, in ticks, and how many samples follow; nil when only decoding can tell.
  var count: (start: Int64, samples: Int64)? {
    guard isExact, let start, end > start, (end - start) % sampleTicks == 0 else { return nil }
    return (start, (end - start) / sampleTicks)
  }
}

/// Counts samples by decoding them all.
struct SoundCount {
  /// Ticks from the start of the file's earliest stream.
  private(set) var start: Int64?
  /// Samples per channel, holes in the stream's times included.
  private(set) var samples: Int64 = 0
  private(set) var rate = 0
  private(set) var channels = 0

  /// Jumps in the stream's times below this many seconds are rounding.
  private static let jump = 0.03

  init(_ reader: FrameReader) throws(MediaError) {
    let tick = reader.stream.timeBase.seconds
    while let (frame, time) = try reader.next() {
      guard frame.sampleCount > 0, frame.sampleRate > 0 else { continue }
      if rate == 0 { (rate, channels) = (frame.sampleRate, reader.stream.channels) }
      let first = start ?? time
      start = first
      // In the middle the rate may change; what is counted are samples of the first one.
      let due = Double(samples) / Double(rate)
      let gap = Double(time - first) * tick - due
      if gap > Self.jump {
        samples += Int64((min(gap, 6 * 3600) * Double(rate)).rounded())
      } else if gap < -Self.jump {
        continue
      }
      samples += Int64(frame.sampleCount) * Int64(rate) / Int64(frame.sampleRate)
    }
  }
}
