import Media
import TestSupport
import Testing

@Suite struct RoundTripTests {
  /// A codec, its options and a container.
  struct Way: Sendable, CustomTestStringConvertible {
    var encoder: String
    var format: String
    var pixelFormat = PixelFormat.yuv420p
    var options: [String: String] = [:]
    var testDescription: String { "\(encoder) in \(format)" }
  }

  @Test(
    "pictures go through encoder, muxer, demuxer and decoder with their times",
    arguments: [
      Way(encoder: "libx264", format: "mp4", options: ["preset": "ultrafast", "bf": "2"]),
      Way(encoder: "libx264", format: "mov"), Way(encoder: "libx264", format: "matroska"),
      Way(encoder: "libx265", format: "mp4", options: ["x265-params": "log-level=none"]),
      Way(encoder: "libvpx-vp9", format: "webm"),
      Way(encoder: "prores_ks", format: "mov", pixelFormat: .yuv422p10),
      Way(encoder: "ffv1", format: "matroska"),
    ])
  func pictures(way: Way) throws {
    let folder = try TempFolder()
    let path = folder.file("film.\(way.format)")
    try write(way, frames: 25, to: path)
    let demuxer = try Demuxer(path: path)
    let stream = try #require(demuxer.firstStream(.video))
    #expect((stream.width, stream.height) == (64, 36))
    #expect(stream.color.matrix == "bt709" && stream.color.range == "tv")
    let reader = try FrameReader(path: path, kind: .video, interrupt: Interrupt())
    var times: [Int64] = []
    while let (frame, time) = try reader.next() {
      #expect(!frame.isDamaged)
      times.append(stream.timeBase.rescale(time, to: TimeBase(1, 25)))
    }
    #expect(times == (0..<25).map { Int64($0) })
    #expect(reader.decodeErrors == 0)
  }

  @Test("the same frames give the same bytes")
  func sameBytes() throws {
    let folder = try TempFolder()
    let way = Way(encoder: "libx264", format: "mp4")
    try write(way, frames: 10, to: folder.file("a.mp4"))
    try write(way, frames: 10, to: folder.file("b.mp4"))
    #expect(try readBytes(folder.file("a.mp4")) == readBytes(folder.file("b.mp4")))
  }

  @Test("a key frame comes where one is asked for")
  func forcedKey() throws {
    let encoder = try Encoder(settings(Way(encoder: "libx264", format: "mp4")))
    let graph = try FilterGraph(source: "testsrc2=s=64x36:r=25:d=0.4,format=yuv420p")
    var keys: [Int64] = []
    var index: Int64 = 0
    let note = { (packet: Packet) in if packet.isKey { keys.append(packet.pts ?? -1) } }
    while let frame = try graph.nextFrame() {
      frame.pts = index
      frame.forcesKey = index == 6
      try encoder.encode(frame, note)
      index += 1
    }
    try encoder.encode(nil, note)
    #expect(keys == [0, 6])
  }

  @Test(
    "sound goes through encoder, muxer, demuxer and decoder with its length",
    arguments: [
      ("pcm_s16le", "wav"), ("pcm_s24le", "mov"), ("aac", "mp4"), ("flac", "flac"),
      ("libopus", "matroska"),
    ])
  func sound(encoder: String, format: String) throws {
    let folder = try TempFolder()
    let path = folder.file("sound.\(format)")
    try writeTone(encoder, format, samples: 24_000, to: path)
    let reader = try SoundReader(path: path, rate: 48_000, channels: 2, interrupt: Interrupt())
    var samples: [Float] = []
    try reader.read(100_000, into: &samples)
    // AAC and Opus end with a whole frame.
    #expect((24_000..<24_000 + 1024).contains(samples.count / 2))
    let peak = samples.map(abs).max() ?? 0
    #expect((0.4...0.8).contains(peak))
  }

  @Test("AAC in MP4 carries its priming as an edit list, so that sound starts at zero")
  func priming() throws {
    let folder = try TempFolder()
    let path = folder.file("sound.mp4")
    try writeTone("aac", "mp4", samples: 24_000, to: path)
    let stream = try #require(try Demuxer(path: path).firstStream(.audio))
    #expect(stream.startTime == 0)
    #expect(stream.duration == 24_000)
    let reader = try SoundReader(path: path, rate: 48_000, channels: 2, interrupt: Interrupt())
    var samples: [Float] = []
    try reader.read(100, into: &samples)
    // The tone is there from the first sample on.
    #expect((samples.map(abs).max() ?? 0) > 0.2)
  }

  @Test("no chapters are as good as none set")
  func noChapters() throws {
    let folder = try TempFolder()
    let path = folder.file("plain.mp4")
    try write(Way(encoder: "libx264", format: "mp4"), frames: 3, to: path) { muxer in
      try muxer.setChapters([], base: TimeBase(1, 25))
    }
    #expect(try readThrough(path).frames == 3)
  }

  @Test("chapters are read by the ffprobe program with their titles and times")
  func chapters() throws {
    let folder = try TempFolder()
    let path = folder.file("chapters.mp4")
    try write(Way(encoder: "libx264", format: "mp4"), frames: 25, to: path) { muxer in
      try muxer.setChapters(
        [
          Muxer.Chapter(title: "The beginning", start: 0, end: 10),
          Muxer.Chapter(title: "끝", start: 10, end: 25),
        ], base: TimeBase(1, 25))
      muxer.setMetadata("title", "A film")
    }
    let text = try Tool.require(
      "ffprobe", ["-v", "error", "-show_chapters", "-show_format", "-of", "compact", path]
    ).outputText
    #expect(text.contains("start_time=0.000000|end=400|end_time=0.400000|tag:title=The beginning"))
    #expect(text.contains("start_time=0.400000|end=1000|end_time=1.000000|tag:title=끝"))
    #expect(text.contains("tag:title=A film"))
  }

  @Test("a muxer that is let go before its header leaves no crash")
  func abandoned() throws {
    let folder = try TempFolder()
    _ = try Muxer(path: folder.file("film.mp4"), format: "mp4")
    let begun = try Muxer(path: folder.file("begun.mp4"), format: "mp4")
    let encoder = try Encoder(settings(Way(encoder: "libx264", format: "mp4")))
    _ = try begun.addStream(try encoder.parameters)
    try begun.writeHeader()
  }

  private func settings(_ way: Way) -> VideoEncoderSettings {
    VideoEncoderSettings(
      encoder: way.encoder, width: 64, height: 36, frameRate: TimeBase(25, 1),
      pixelFormat: way.pixelFormat, gop: 10, options: way.options)
  }

  private func write(
    _ way: Way, frames: Int, to path: String, before: (Muxer) throws -> Void = { _ in }
  ) throws {
    let encoder = try Encoder(settings(way))
    let muxer = try Muxer(path: path, format: way.format)
    let stream = try muxer.addStream(try encoder.parameters, frameRate: TimeBase(25, 1))
    try before(muxer)
    try muxer.writeHeader()
    let graph = try FilterGraph(
      source: "testsrc2=s=64x36:r=25,format=\(way.pixelFormat.name)")
    for index in 0..<frames {
      let frame = try #require(try graph.nextFrame())
      frame.tagBT709()
      frame.pts = Int64(index)
      frame.forcesKey = false
      try encoder.encode(frame) { packet in try muxer.write(packet, to: stream) }
    }
    try encoder.encode(nil) { packet in try muxer.write(packet, to: stream) }
    try muxer.finish()
  }

  private func writeTone(
    _ name: String, _ format: String, samples: Int, to path: String
  ) throws {
    let encoder = try Encoder(
      AudioEncoderSettings(encoder: name, rate: 48_000, channels: 2, bitRate: 128_000))
    let muxer = try Muxer(path: path, format: format)
    let stream = try muxer.addStream(try encoder.parameters)
    try muxer.writeHeader()
    let tone = (0..<samples * 2).map { index in
      Float(index / 2 % 100 < 50 ? 0.45 : -0.45)
    }
    let step = encoder.frameSize > 0 ? encoder.frameSize : 1024
    for start in stride(from: 0, to: samples, by: step) {
      let end = min(start + step, samples)
      let frame = try Frame(
        interleaved: tone[start * 2..<end * 2], channels: 2, rate: 48_000, pts: Int64(start),
        for: encoder)
      try encoder.encode(frame) { packet in try muxer.write(packet, to: stream) }
    }
    try encoder.encode(nil) { packet in try muxer.write(packet, to: stream) }
    try muxer.finish()
  }
}
