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
  /// `packet` is read and not yet sent.
  private var holdsPacket = false
  /// When the key frame that was last sought is shown.
  private var keyTime: Int64?
  /// Ticks of the stream at which the file begins.
  private let origin: Int64
  private var lastTime: Int64?
  /// Pictures before this time to which no other refers are left out, where the decoder can tell them; a seek sets
  /// it to nil, which is none.
  public var decodesFullyFrom: Int64?
  /// Seconds that no file lasts.
  private static let reason = 1e7
  /// Errors of the decoder when the last frame came out.
  private var countedErrors = 0
  /// Frames given out that the decoder marked as damaged, or complained of while it made them.
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
    // Wild ones come from damaged headers; bounded, so that no sum with them overflows.
    origin = max(-1 << 60, min(demuxer.origin(in: stream.timeBase), 1 << 60))
    decoder = try Decoder(stream: stream, of: demuxer, threads: threads, limits: limits)
    packet = try Packet()
    demuxer.select([stream.index])
  }

  /// Errors of demuxer and decoder, and frames that came out damaged.
  public var decodeErrors: Int { demuxer.errors + decoder.errors + damagedFrames }

  /// Goes to the last key frame at or before `time`, so that the next frames lead up to it; to the start of
  /// the stream where there is none.
  ///
  /// Every frame that comes out afterwards is the one that reading from the start gives for that time.
  public func seek(to time: Int64) throws(MediaError) {
    let back = max(1, Int64(1 / stream.timeBase.seconds))
    // Some demuxers look for decoding times, and those of a key frame can lie before its presentation:
    // when that leads behind `time`, look for an earlier one.
    for step in [Int64(0), 1, 4, 16] where time > step * back {
      try demuxer.seek(to: time - step * back + origin, in: stream.index)
      restart()
      guard try readPacket() else { break }
      keyTime = (packet.pts ?? packet.dts).map {
        $0.subtractingReportingOverflow(origin).partialValue
      }
      if let keyTime, keyTime <= time { return }
    }
    try demuxer.rewind(stream.index)
    restart()
  }

  private func restart() {
    decoder.flush()
    (drained, holdsPacket, keyTime, lastTime) = (false, false, nil, nil)
    decodesFullyFrom = nil
  }

  /// The next frame with its time in ticks; nil after the last.
  public func next() throws(MediaError) -> (frame: Frame, time: Int64)? {
    while true {
      try interrupt.check()
      if let frame = try decoder.receive() {
        let time = time(of: frame)
        // Shown before the key frame that was sought, but decoded after it with reference to what came before:
        // without that it is not the picture that was meant.
        if let keyTime, time <= keyTime {
          // The decoder complains of the missing reference, until the key frame is shown.
          _ = decoder.takeComplaints()
          if time < keyTime { continue }
        }
        noteDamage(frame)
        lastTime = time
        return (frame, time)
      }
      if drained { return nil }
      if try readPacket() {
        skipWhatIsNotNeeded()
        try decoder.send(packet)
        holdsPacket = false
      } else {
        drained = true
        try decoder.send(nil)
      }
    }
  }

  private func skipWhatIsNotNeeded() {
    guard let start = decodesFullyFrom else {
      if decoder.skipsUnreferenced { decoder.skipsUnreferenced = false }
      return
    }
    let time = packet.pts.map { $0.subtractingReportingOverflow(origin).partialValue }
    decoder.skipsUnreferenced = time.map { $0 < start } ?? false
  }

  /// Counts a concealed frame; not one that follows a packet which was refused and counted itself.
  private func noteDamage(_ frame: Frame) {
    let hasComplaints = decoder.takeComplaints() > 0
    if frame.isDamaged || hasComplaints && decoder.errors == countedErrors { damagedFrames += 1 }
    countedErrors = decoder.errors
  }

  /// Makes `packet` the next one of the stream; false at the end.
  private func readPacket() throws(MediaError) -> Bool {
    while !holdsPacket {
      guard try demuxer.read(into: packet) else { return false }
      holdsPacket = packet.streamIndex == stream.index
    }
    return true
  }

  /// Ticks from the file's start. A frame without a time, or with one beyond all reason, follows the one
  /// before it.
  private func time(of frame: Frame) -> Int64 {
    if let stamp = frame.bestEffortTimestamp {
      let (time, overflow) = stamp.subtractingReportingOverflow(origin)
      if !overflow, Double(time).magnitude * stream.timeBase.seconds < Self.reason { return time }
    }
    return (lastTime ?? -1) + 1
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
