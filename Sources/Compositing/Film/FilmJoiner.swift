internal import Foundation
internal import Media
internal import SceneDocument

/// Joins segments and sound into one file by copying packets.
struct FilmJoiner {
  var profile: VideoProfile
  var container: Output.Container
  var title: String
  var chapters: [Muxer.Chapter]
  var subtitles: SoftSubtitles?
  var frameRate: Rational
  var interrupt: Interrupt

  struct Joined {
    /// The first picture of each segment as it went into the encoder.
    var firsts: [FrameProbe?] = []
    /// How the pictures of a segment follow those of the one before.
    var joins: [RenderResult.JoinReport?] = []
    var damage: [String: DecodeDamage] = [:]
    var packets = 0
  }

  /// Writes `path`. `segments` are paths of packet files with their first frame in the film.
  ///
  /// Times are the frame numbers: segment times are never added up, so nothing drifts, and what an encoder or
  /// container made of them does not matter.
  func join(
    segments: [(path: String, startFrame: Int, frames: Int)], sound: EncodedSound?, to path: String
  ) throws -> Joined {
    let encoder = try Encoder(profile.settings)
    let parameters = try encoder.parameters
    let muxer = try Muxer(path: path, format: container.muxer)
    let video = try muxer.addStream(
      parameters, frameRate: profile.settings.frameRate, tag: container.tag(of: profile.codec))
    var audio: Int?
    if let sound { audio = try muxer.addStream(try sound.parameters) }
    var captions: SubtitlePackets?
    if let subtitles {
      let base = TimeBase(
        profile.settings.frameRate.denominator, profile.settings.frameRate.numerator)
      let format = container.subtitleFormat
      let stream = try muxer.addStream(
        try format.parameters(base: base), language: subtitles.threeLetterLanguage)
      captions = SubtitlePackets(subtitles, format: format, stream: stream)
    }
    if !chapters.isEmpty {
      try muxer.setChapters(
        chapters,
        base: TimeBase(profile.settings.frameRate.denominator, profile.settings.frameRate.numerator)
      )
    }
    if !title.isEmpty { muxer.setMetadata("title", title) }
    var options = container.options
    if let sound, container == .mp4 || container == .mov {
      // Edit lists say in these ticks how long a stream is: whole samples and whole frames.
      options["movie_timescale"] = String(
        Self.timescale(soundRate: sound.profile.rate, frameRate: profile.settings.frameRate))
    }
    try muxer.writeHeader(options: options)

    var joined = Joined()
    var before: [FrameProbe] = []
    var nextSound = try sound?.nextPacket()
    // Matroska takes an encoder's delay off the times it stores. A first packet before zero would move the
    // picture by that delay instead.
    let isMatroska = container == .mkv || container == .webm
    let lead = isMatroska ? max(0, -(nextSound?.pts ?? 0)) : 0
    let frameSeconds = 1 / frameRate.doubleValue
    for segment in segments {
      try interrupt.check()
      guard let file = PacketFile(reading: segment.path) else {
        throw RenderError.segmentMismatch(
          "the segment at frame \(segment.startFrame) cannot be read back; render again")
      }
      try check(file, segment, parameters, encoder.reorderDelay)
      for entry in file.packets {
        let packet = try file.packet(entry, movedBy: Int64(segment.startFrame))
        let now = Double(packet.dts ?? 0) * frameSeconds
        while let packet = nextSound, let sound, let audio, sound.seconds(of: packet) <= now {
          packet.delay(by: lead)
          try muxer.write(packet, to: audio)
          nextSound = try sound.nextPacket()
        }
        let frame = Int(packet.dts ?? 0)
        while let stream = captions?.stream, let packet = try captions?.next(upTo: frame) {
          try muxer.write(packet, to: stream)
        }
        try muxer.write(packet, to: video)
        joined.packets += 1
      }
      var probes: [FrameProbe] = []
      if case .array(let list)? = file.header["probes"] {
        probes = list.compactMap(FrameProbe.init)
      }
      joined.joins.append(
        RenderResult.JoinReport(atFrame: segment.startFrame, before: before, after: probes))
      joined.firsts.append(probes.first)
      before = probes
      for (key, damage) in [String: DecodeDamage](file.header["damage"]) {
        joined.damage[key, default: DecodeDamage()].errors += damage.errors
        joined.damage[key, default: DecodeDamage()].frames += damage.frames
      }
    }
    while let packet = nextSound, let sound, let audio {
      packet.delay(by: lead)
      try muxer.write(packet, to: audio)
      nextSound = try sound.nextPacket()
    }
    while let stream = captions?.stream, let packet = try captions?.next(upTo: .max) {
      try muxer.write(packet, to: stream)
    }
    try muxer.finish()
    return joined
  }

  /// Ticks a second of which both a sample and a frame last a whole number.
  static func timescale(soundRate: Int, frameRate: TimeBase) -> Int {
    var (a, b) = (soundRate, Int(frameRate.numerator))
    while b != 0 { (a, b) = (b, a % b) }
    return soundRate / a * Int(frameRate.numerator)
  }

  /// A segment from another encoder build would be joined to a stream it does not belong to.
  private func check(
    _ file: PacketFile, _ segment: (path: String, startFrame: Int, frames: Int),
    _ parameters: CodecParameters, _ delay: Int
  ) throws {
    func refuse(_ what: String) -> RenderError {
      .segmentMismatch(
        "the segment at frame \(segment.startFrame) \(what); delete the cache folder and render again"
      )
    }
    guard file.header["codec"] == .string(profile.settings.encoder),
      file.header["extradata"] == .string(Data(parameters.extradata).base64EncodedString()),
      file.header["delay"] == .integer(delay)
    else { throw refuse("was encoded with other parameter sets") }
    guard file.packets.count == segment.frames else {
      throw refuse("has \(file.packets.count) frames where \(segment.frames) were planned")
    }
    guard file.packets.first?.isKey == true, file.packets.first?.pts == 0 else {
      throw refuse("does not begin with a key frame")
    }
    guard Set(file.packets.map(\.pts)) == Set(0..<Int64(segment.frames)),
      file.packets.allSatisfy({ $0.dts <= $0.pts })
    else { throw refuse("has wrong frame times") }
  }
}

extension Packet {
  fileprivate func delay(by ticks: Int64) {
    pts = pts.map { $0 + ticks }
    dts = dts.map { $0 + ticks }
  }
}

extension Output.Container {
  var muxer: String {
    switch self {
    case .mp4: "mp4"
    case .mov: "mov"
    case .webm: "webm"
    case .mkv: "matroska"
    }
  }

  /// The film can be played while it is still being loaded, and its times are exact.
  var options: [String: String] {
    switch self {
    case .mp4, .mov: ["movflags": "+faststart+write_colr", "use_editlist": "1"]
    case .webm, .mkv: ["cues_to_front": "1", "reserve_index_space": "0"]
    }
  }

  /// QuickTime and Safari play HEVC only under the tag that says its parameter sets are in the header.
  func tag(of codec: Output.Video.Codec) -> String? {
    (self == .mp4 || self == .mov) && codec == .hevc ? "hvc1" : nil
  }
}
