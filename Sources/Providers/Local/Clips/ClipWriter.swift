public import Media

/// Writes frames into a clip for the compositor: MP4 with H.264, or MOV with transparency.
///
/// The bytes are the same on each run and machine with the same libraries. The file is written under another name and
/// gets its own in `finish`, when it is known to hold every frame; a writer that is let go before leaves nothing.
/// Not `Sendable`.
public final class ClipWriter {
  public enum Kind: String, Sendable, Codable {
    /// H.264 in MP4, 4:2:0.
    case opaque
    /// Run lengths of RGB with straight alpha in MOV: drawn pictures are encoded and decoded without loss at a
    /// fraction of what PNG, VP9 or ProRes take.
    case transparent

    /// `mp4` or `mov`: what a clip's name should end in.
    public var fileExtension: String { self == .opaque ? "mp4" : "mov" }
    public var mediaType: String { self == .opaque ? "video/mp4" : "video/quicktime" }
  }

  public let path: String
  public let width: Int
  public let height: Int
  public let kind: Kind
  /// Frames written so far.
  public private(set) var frames = 0

  private let partial: String
  private let encoder: Encoder
  private let muxer: Muxer
  private let stream: Int
  private var packets = 0
  private var isFinished = false

  /// Begins a clip at `path`, an absolute path, of `rate` frames a second. An opaque one has an even width and
  /// height.
  ///
  /// Throws `MediaError` when the file cannot be created.
  public init(path: String, width: Int, height: Int, rate: Int, kind: Kind) throws {
    (self.path, self.width, self.height, self.kind) = (path, width, height, kind)
    partial = path + ".partial"
    encoder = try Encoder(Self.settings(width, height, rate, kind))
    muxer = try Muxer(path: partial, format: kind.fileExtension)
    do {
      stream = try muxer.addStream(
        try encoder.parameters, frameRate: TimeBase(Int32(clamping: rate), 1))
      try muxer.writeHeader()
    } catch {
      _ = HostFile.remove(partial)
      throw error
    }
  }

  deinit { if !isFinished { _ = HostFile.remove(partial) } }

  /// Adds a picture to an opaque clip. It may be drawn on afterwards.
  public func write(_ canvas: Canvas) throws {
    precondition(kind == .opaque, "a canvas has no alpha")
    canvas.frame.forcesKey = false
    try write(canvas.frame)
  }

  /// Adds a picture of either kind; what is clear in an opaque clip is black.
  public func write(_ bitmap: Bitmap) throws {
    if kind == .transparent { return try write(Frame(argb: bitmap)) }
    let canvas = try Canvas(width: width, height: height)
    try canvas.draw(Overlay(bitmap, x: 0, y: 0))
    try write(canvas.frame)
  }

  /// Adds a picture to a transparent clip: straight RGBA, four bytes for each pixel in reading order.
  public func write(rgba: [UInt8]) throws {
    precondition(kind == .transparent, "RGBA goes into clips with alpha")
    try write(Frame(argbOf: rgba, width: width, height: height))
  }

  /// Adds a frame that is already as the encoder takes it: yuv420p, or ARGB.
  private func write(_ frame: Frame) throws {
    precondition(frame.width == width && frame.height == height, "frames of the clip's size")
    precondition(!isFinished, "an unfinished clip")
    frame.pts = Int64(frames)
    frames += 1
    try encode(frame)
  }

  private func encode(_ frame: Frame?) throws {
    try encoder.encode(frame) { packet in
      // Without B-frames packets come in the order in which they are shown.
      packet.dts = packet.pts
      packet.duration = 1
      packets += 1
      try muxer.write(packet, to: stream)
    }
  }

  /// Completes the file and gives it its name, replacing what had it.
  ///
  /// Throws `MediaError`, also when a frame is missing in what was written; nothing is left then.
  public func finish() throws {
    precondition(!isFinished, "finished once")
    do {
      try encode(nil)
      try muxer.finish()
      try expectWhole()
      for number in [HostFile.sync(partial), HostFile.rename(partial, to: path)] where number != 0 {
        throw MediaError(operation: .openOutput, code: -number, subject: path)
      }
      isFinished = true
    } catch {
      _ = HostFile.remove(partial)
      throw error
    }
  }

  /// Reads the packets back and counts them.
  private func expectWhole() throws {
    let demuxer = try Demuxer(path: partial)
    var found = 0
    if let stream = demuxer.firstStream(.video) {
      demuxer.select([stream.index])
      let packet = try Packet()
      while try demuxer.read(into: packet) { found += packet.isCorrupt ? 0 : 1 }
    }
    guard frames > 0, packets == frames, found == frames, demuxer.errors == 0 else {
      throw MediaError(
        operation: .writeTrailer, code: MediaError.invalidData, subject: path,
        detail: "\(frames) frames went in and the file holds \(found)")
    }
  }

  private static func settings(
    _ width: Int, _ height: Int, _ rate: Int, _ kind: Kind
  ) -> VideoEncoderSettings {
    var settings = VideoEncoderSettings(
      encoder: "qtrle", width: width, height: height,
      frameRate: TimeBase(Int32(clamping: rate), 1), pixelFormat: .argb, gop: max(1, rate),
      threads: 1)
    if kind == .opaque {
      (settings.encoder, settings.pixelFormat) = ("libx264", .yuv420p)
      // The film is encoded from this clip: a quality that leaves nothing to be seen of the first time. Decoding must
      // be cheap, since it happens in every render: no B-frames, one reference, no arithmetic coding.
      settings.options = [
        "preset": "superfast", "crf": "17", "profile": "high",
        "x264-params":
          "cpu-independent=1:open-gop=0:force-cfr=1:bframes=0:ref=1:scenecut=0:weightp=0:cabac=0",
      ]
    }
    return settings
  }
}
