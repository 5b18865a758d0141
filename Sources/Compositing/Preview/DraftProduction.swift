internal import Media
internal import SceneDocument

/// Makes the pieces of a `DraftStream`, on its thread.
struct DraftProduction: Sendable {
  let request: RenderRequest
  let sound: MixedSound?
  let first: Int
  let pieces: DraftPieces

  func run() {
    do {
      try produce()
      pieces.end(.success(nil))
    } catch {
      pieces.end(.failure(error))
    }
  }

  private func produce() throws {
    let timeline = request.timeline
    var files = request.files
    files.decoderThreads = 2
    files.seeksLightly = true
    let programme = ProgrammeComposer(timeline, files: files, interrupt: pieces.interrupt)
    let shrinker = Shrinker()
    let size = Shrinker.size(
      of: timeline.width, timeline.height, boundTo: max(16, timeline.width / 4 * 2))
    let encoder = try Encoder(Self.settings(timeline, size))
    let voice = try sound.map { try DraftSound($0, from: timeline.sample(ofFrame: first)) }
    let muxer = try FragmentMuxer()
    let video = try muxer.addStream(try encoder.parameters)
    if let voice { voice.stream = try muxer.addStream(try voice.encoder.parameters) }
    let type = Self.contentType(try encoder.parameters.extradata, hasSound: voice != nil)
    pieces.contentType = type
    try pieces.put(try muxer.header())

    let second = max(1, Int(timeline.frameRate.doubleValue.rounded()))
    var pending = 0
    // The first fragments are short, so that something is to be seen at once.
    var goal = max(1, second / 6)
    for index in first..<timeline.frames {
      try pieces.interrupt.check()
      guard let place = timeline.place(of: index) else { break }
      let canvas = try programme.canvas(ofScene: place.scene, at: place.frame)
      let frame = try shrinker.frame(of: canvas, width: size.width, height: size.height)
      frame.pts = Int64(index - first)
      try encoder.encode(frame) { try muxer.write($0, to: video) }
      pending += 1
      if pending < goal { continue }
      try voice?.encode(until: timeline.sample(ofFrame: index + 1), into: muxer)
      try pieces.put(try muxer.fragment())
      (pending, goal) = (0, max(1, second / 2))
    }
    try encoder.encode(nil) { try muxer.write($0, to: video) }
    try voice?.encode(until: timeline.sample(ofFrame: timeline.frames), into: muxer)
    try pieces.put(try muxer.fragment())
  }

  /// Two encoder threads run beside the one that composes.
  private static func settings(
    _ timeline: Timeline, _ size: (width: Int, height: Int)
  ) -> VideoEncoderSettings {
    let rate = timeline.frameRate
    return VideoEncoderSettings(
      encoder: "libx264", width: size.width, height: size.height,
      frameRate: TimeBase(Int32(rate.numerator), Int32(rate.denominator)), pixelFormat: .yuv420p,
      gop: 2 * max(1, Int(rate.doubleValue.rounded())), threads: 2,
      options: ["preset": "ultrafast", "qp": "26", "x264-params": "no-psy=1"])
  }

  /// Profile, constraints and level are the bytes after the version of the decoder's record, or of the parameter
  /// set after its start code.
  private static func contentType(_ record: [UInt8], hasSound: Bool) -> String {
    var profile = record.dropFirst()
    if record.starts(with: [0, 0, 0, 1]) { profile = record.dropFirst(5) }
    if record.starts(with: [0, 0, 1]) { profile = record.dropFirst(4) }
    let codec = "avc1." + hexadecimal(profile.prefix(3))
    return "video/mp4; codecs=\"\(codec)\(hasSound ? ", mp4a.40.2" : "")\""
  }
}

extension Timeline {
  /// The first sample of a frame.
  func sample(ofFrame index: Int) -> Int64 {
    let rate = frameRate
    return Int64(index) * rate.denominator * Int64(sound.rate) / max(rate.numerator, 1)
  }
}

/// The sound that goes with a stretch of a draft.
private final class DraftSound {
  let encoder: Encoder
  var stream = 0
  private let mixed: MixedSound
  private let start: Int64
  private var position: Int64 = 0
  private var block: [Float] = []

  init(_ mixed: MixedSound, from start: Int64) throws {
    (self.mixed, self.start) = (mixed, start)
    encoder = try Encoder(
      AudioEncoderSettings(
        encoder: "aac", rate: mixed.rate, channels: mixed.channels, bitRate: 128_000,
        options: ["aac_coder": "fast"]))
  }

  /// Encodes up to sample `end` of the programme, rounded up to whole packets.
  func encode(until end: Int64, into muxer: FragmentMuxer) throws {
    while start + position < end {
      try mixed.read(encoder.frameSize, at: start + position, into: &block)
      let frame = try Frame(
        interleaved: block[...], channels: mixed.channels, rate: mixed.rate, pts: position,
        for: encoder)
      position += Int64(encoder.frameSize)
      try encoder.encode(frame) { packet in
        // What the encoder puts before the first sample would begin before the picture does.
        if (packet.pts ?? 0) >= 0 { try muxer.write(packet, to: stream) }
      }
    }
  }
}
