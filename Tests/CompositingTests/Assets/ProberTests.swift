import Compositing
import Media
import SceneDocument
import TestSupport
import Testing

@Suite struct ProberTests {
  @Test("a plain clip is told by frames, rate, size and length")
  func plainClip() throws {
    let record = try probe(try ClipForge.plain()).record
    let video = try #require(record.video)
    #expect(record.kind == .video && record.format == "mov")
    #expect(record.bytes == Int64(try readBytes(try ClipForge.plain()).count))
    #expect(video.frames == 30)
    #expect(video.frameRate == Rational(30))
    #expect(video.duration == Rational(1))
    #expect(video.start == .zero)
    #expect((video.width, video.height) == (64, 36))
    #expect(!video.isVariableRate && !video.hasAlpha && record.audio == nil)
  }

  @Test("the hash is the one that sha256sum prints")
  func hash() throws {
    let path = try ClipForge.plain()
    let printed = try Tool.require("sha256sum", [path]).outputText
    #expect(try probe(path).record.sha256 == String(printed.prefix(64)))
  }

  @Test(
    "rates and lengths are whole frames again where a container rounds times",
    arguments: [
      ("24", "webm", 48, Rational(24)), ("25", "mkv", 50, Rational(25)),
      ("30", "webm", 61, Rational(30)), ("30000/1001", "mkv", 61, Rational(30_000, 1001)),
      ("24000/1001", "webm", 49, Rational(24_000, 1001)), ("60", "mp4", 50, Rational(60)),
      ("60000/1001", "mp4", 50, Rational(60_000, 1001)), ("15", "mkv", 31, Rational(15)),
      ("12.5", "mkv", 25, Rational(25, 2)),
    ])
  func rates(rate: String, suffix: String, frames: Int, expected: Rational) throws {
    let path = try ClipForge.numbered(
      suffix == "webm" ? .vp9 : .h264, frames: frames, rate: rate, suffix: suffix)
    let video = try #require(try probe(path).record.video)
    #expect(video.frames == frames)
    #expect(video.frameRate == expected)
    #expect(video.duration == Rational(Int64(frames)) / expected)
    #expect(!video.isVariableRate)
  }

  @Test("a variable rate is told, and the last frame keeps its length", arguments: ["mp4", "mkv"])
  func variableRate(suffix: String) throws {
    let video = try #require(try probe(try ClipForge.variableRate(suffix)).record.video)
    #expect(video.isVariableRate)
    #expect(video.frames == 26)
    #expect(video.duration == Rational(58, 30))
    #expect(video.frameRate == Rational(26) / Rational(58, 30))
  }

  @Test("B-frames and open GOPs change no count", arguments: ClipForge.Codec.allCases)
  func counts(codec: ClipForge.Codec) throws {
    let video = try #require(try probe(try ClipForge.numbered(codec)).record.video)
    #expect(video.frames == 40)
    #expect(video.duration == Rational(40, 30))
  }

  @Test("what an edit list leaves out is not counted")
  func editList() throws {
    let whole = try ClipForge.numbered(.h264)
    let path = try ClipForge.make("cut.mp4", ["-ss", "0.5", "-i", whole, "-c", "copy"])
    let video = try #require(try probe(path).record.video)
    #expect(video.frames == 25)
    #expect(video.start == .zero)
    #expect(video.duration == Rational(25, 30))
  }

  @Test(
    "a file whose times begin late is as long as what is in it",
    arguments: ["late.mkv", "late.webm", "late.mp4"], [0.2, 100, 36_000])
  func lateTimes(name: String, offset: Double) throws {
    let codec: ClipForge.Codec = name.hasSuffix("webm") ? .vp9 : .h264
    let whole = try ClipForge.plain("whole-" + name, codec: codec)
    let path = try ClipForge.make(
      "\(offset)-" + name, ["-i", whole, "-c", "copy", "-output_ts_offset", "\(offset)"])
    let asset = try probe(path)
    #expect(asset.record.video?.frames == (try probe(whole)).record.video?.frames)
    #expect(asset.damage == .init())
  }

  @Test("an MP4 in fragments is counted to its end and misses nothing")
  func fragments() throws {
    let path = try ClipForge.talking(
      "fragments.mp4", seconds: 2, options: ["-movflags", "frag_keyframe+empty_moov"])
    let asset = try probe(path)
    #expect(asset.record.video?.frames == 60)
    #expect(asset.record.video?.duration == Rational(2))
    // The first packet stands alone before the sound's first fragment; the hole after it counts.
    #expect(asset.record.audio.map { (97_280...99_456).contains($0.samples) } == true)
    #expect(asset.damage == .init())
  }

  @Test("odd sizes, aspect and turn are told as they are stored")
  func geometry() throws {
    let odd = try #require(
      try probe(try ClipForge.plain(filter: "scale=63:35,format=yuv444p")).record.video)
    #expect((odd.width, odd.height) == (63, 35))
    let anamorphic = try #require(try probe(try ClipForge.anamorphic()).record.video)
    #expect(anamorphic.sampleAspect == Rational(4, 3))
    #expect(anamorphic.displayAspect == 48.0 * 4 / 3 / 36)
    let turned = try #require(try probe(try ClipForge.rotated(90)).record.video)
    #expect(turned.rotation == 90)
    #expect(turned.displayAspect == 36.0 / 64)
  }

  @Test("colour tags are told, missing ones are nil")
  func colour() throws {
    let tagged = try #require(
      try probe(try ClipForge.colour("red", matrix: "bt601", range: "pc")).record.video)
    #expect(tagged.matrix == "smpte170m" && tagged.range == "pc")
    let plain = try #require(
      try probe(try ClipForge.colour("red", matrix: "bt709", tags: false)).record.video)
    #expect(plain.matrix == nil && plain.primaries == nil && plain.transfer == nil)
  }

  @Test("transparency is told of every kind of file that has it")
  func alpha() throws {
    let files = [
      try ClipForge.alphaWebM(), try ClipForge.alphaWebM(codec: .vp8),
      try ClipForge.alphaProRes(), try ClipForge.still("still.png"),
    ]
    for path in files { #expect(try probe(path).record.video?.hasAlpha == true, "\(path)") }
    for path in [try ClipForge.still("still.jpg"), try ClipForge.plain()] {
      #expect(try probe(path).record.video?.hasAlpha == false, "\(path)")
    }
  }

  @Test("a still is an image of one frame without length", arguments: ["png", "jpg", "webp"])
  func still(suffix: String) throws {
    let asset = try probe(try ClipForge.still("still.\(suffix)"))
    let video = try #require(asset.record.video)
    #expect(asset.record.kind == .image)
    #expect((video.frames, video.width, video.height) == (1, 64, 36))
    #expect(video.duration == .zero && asset.damage == .init())
  }

  @Test("a GIF that moves is a video")
  func movingGIF() throws {
    let record = try probe(try ClipForge.still("moving.gif")).record
    #expect(record.kind == .video)
    #expect(record.video?.frames == 5)
    #expect(record.video?.duration == Rational(1, 2))
  }

  @Test("a photograph's EXIF turn is its rotation")
  func exif() throws {
    let tiff: [UInt8] =
      Array("Exif\u{0}\u{0}MM\u{0}*".utf8) + [0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6]
      + [0, 0, 0, 0, 0, 0]
    var bytes = try readBytes(try ClipForge.still("still.jpg"))
    bytes.insert(contentsOf: [0xFF, 0xE1, 0, UInt8(tiff.count + 2)] + tiff, at: 2)
    let folder = try TempFolder()
    #expect(try probe(try folder.write(bytes, to: "turned.jpg")).record.video?.rotation == 90)
  }

  @Test("a WebM whose picture starts 7 ms late says so")
  func lateStart() throws {
    let record = try probe(try ClipForge.lateStart()).record
    #expect(record.video?.start == Rational(7, 1000))
    #expect(record.audio?.start == .zero)
  }

  @Test("a file of sound with a cover picture is sound", arguments: ["mp3", "m4a", "flac"])
  func cover(suffix: String) throws {
    let record = try probe(try ClipForge.withCover("cover.\(suffix)")).record
    #expect(record.kind == .audio)
    #expect(record.video == nil && record.audio?.rate == 44_100)
  }

  @Test("words, captions and fonts are hashed and not looked into")
  func plainFiles() throws {
    let folder = try TempFolder()
    let files: [(name: String, text: String, kind: ProbeRecord.Kind)] = [
      ("words.json", "{\"v\": 1, \"words\": []}", .words),
      ("cues.srt", "1\n00:00:00,000 --> 00:00:01,000\nHello\n", .captions),
      ("cues.vtt", "\u{FEFF}WEBVTT\n", .captions), ("face.otf", "OTTO\u{0}\u{1}", .font),
    ]
    for (name, text, kind) in files {
      let record = try probe(try folder.write(text, to: name)).record
      #expect(record.kind == kind && record.video == nil && record.sha256.count == 64, "\(name)")
    }
    let told = try probe(try folder.write("anything", to: "odd.txt"), as: .captions)
    #expect(told.record.kind == .captions)
  }
}

/// Probes one file, which lies anywhere.
func probe(_ path: String, as kind: Asset.Kind = .auto) throws -> ProbedAsset {
  let (root, name) = try split(path)
  return try Prober(root: root).probe(name, as: kind)
}

/// The folder a file lies in as an asset root, and its name there.
func split(_ path: String) throws -> (AssetRoot, String) {
  let parts = path.split(separator: "/")
  let name = try #require(parts.last)
  return (
    try AssetRoot(path: "/" + parts.dropLast().joined(separator: "/")), String(name)
  )
}
