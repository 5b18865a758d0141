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
    path: String, kind: StreamInfo.Kind, interrupt: Interrupt, threads: Int = 1
  ) throws(MediaError) {
    demuxer = try Demuxer(path: path, interrupt: interrupt)
    guard let stream = demuxer.firstStream(kind) else {
      throw MediaError(
        operation: .findStream, code: RN_STREAM_NOT_FOUND, subject: path,
        detail: "it has no \(kind == .video ? "picture" : "sound")")
    }
    self.stream = stream
    self.interrupt = interrupt
    origin = demuxer.origin(in: stream.timeBase)
    decoder = try Decoder(stream: stream, of: demuxer, threads: threads)
    packet = try Packet()
    demuxer.select([stream.index])
  }

  /// Errors of the decoder and frames it marked as damaged.
  public var decodeErrors: Int { decoder.errors + damagedFrames }

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
  /// The start of the earliest stream in ticks of `base`: the file's time zero.
  public func origin(in base: TimeBase) -> Int64 {
    let starts = streams.filter { $0.kind != .other && !$0.isAttachedPicture }.compactMap {
      stream in
      stream.startTime.map { stream.timeBase.rescale($0, to: .microseconds) }
    }
    guard let first = starts.min() else { return 0 }
    // The stream that begins first is the origin exactly; others are a rounded distance from it.
    return TimeBase.microseconds.rescale(first, to: base)
  }
}
