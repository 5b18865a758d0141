internal import CLibav

/// The frames of one stream of a file in presentation order, from any moment on.
///
/// Times are ticks of `stream.timeBase`, counted from the start of the file's earliest stream.
public final class FrameReader {
  public let demuxer: Demuxer
  public let stream: StreamInfo
  private let decoder: Decoder
  private let packet: Packet
  private let interrupt: Interrupt
  private var drained = false
  /// Ticks of the stream at which the file begins.
  private let origin: Int64
  private var lastTime: Int64?
  /// Frames given out that the decoder marked as damaged.
  public private(set) var damagedFrames = 0

  /// Opens the first stream of `kind`.
  public init(
    path: String, kind: StreamInfo.Kind, interrupt: Interrupt, threads: Int = 1,
    limits: MediaLimits = MediaLimits()
  ) throws(MediaError) {
    demuxer = try Demuxer(path: path, interrupt: interrupt, limits: limits)
    guard let stream = demuxer.firstStream(kind) else {
      throw MediaError(
        operation: .findStream, code: RN_STREAM_NOT_FOUND, subject: path,
        detail: "it has no \(kind == .video ? "picture" : "sound")")
    }
    self.stream = stream
    self.interrupt = interrupt
    origin = demuxer.origin(in: stream.timeBase)
    decoder = try Decoder(stream: stream, of: demuxer, threads: threads, limits: limits)
    packet = try Packet()
    demuxer.select([stream.index])
  }

  /// Errors of demuxer and decoder, and frames that came out damaged.
  public var decodeErrors: Int { demuxer.errors + decoder.errors + damagedFrames }

  /// Goes to the last key frame at or before `time`, so that the next frames lead up to it.
  public func seek(to time: Int64) throws(MediaError) {
    if time <= 0 {
      try demuxer.rewind(stream.index)
    } else {
      try demuxer.seek(to: time + origin, in: stream.index)
    }
    decoder.flush()
    drained = false
    lastTime = nil
  }

  /// The next frame with its time in ticks; nil after the last.
  public func next() throws(MediaError) -> (frame: Frame, time: Int64)? {
    while true {
      if interrupt.isCancelled { try interrupt.check() }
      if let frame = try decoder.receive() {
        if frame.isDamaged { damagedFrames += 1 }
        // A frame without any time follows the one before it.
        let time = frame.bestEffortTimestamp.map { $0 - origin } ?? (lastTime ?? -1) + 1
        lastTime = time
        return (frame, time)
      }
      if drained { return nil }
      if try demuxer.read(into: packet) {
        if packet.streamIndex == stream.index { try decoder.send(packet) }
      } else {
        drained = true
        try decoder.send(nil)
      }
    }
  }
}

extension Demuxer {
  /// Where the file begins: the start of its earliest picture or sound stream.
  public var origin: (ticks: Int64, base: TimeBase) {
    var earliest: (ticks: Int64, base: TimeBase)?
    for stream in streams where stream.kind != .other && !stream.isAttachedPicture {
      guard var start = stream.startTime else { continue }
      // Sound before zero is the encoder's priming, which is not heard.
      if stream.kind == .audio { start = max(start, 0) }
      if let other = earliest,
        av_compare_ts(start, stream.timeBase.rational, other.ticks, other.base.rational) >= 0
      {
        continue
      }
      earliest = (start, stream.timeBase)
    }
    return earliest ?? (0, .microseconds)
  }

  /// `origin` in ticks of `base`, to the nearest.
  public func origin(in base: TimeBase) -> Int64 {
    let origin = origin
    return origin.base.rescale(origin.ticks, to: base)
  }
}
