import Media
import TestSupport
import Testing

@Suite struct DemuxerTests {
  @Test("formats are told by their first bytes")
  func formats() throws {
    let files: [(String, MediaFormat)] = [
      (try ClipForge.plain(), .mov), (try ClipForge.plain("plain.mkv"), .matroska),
      (try ClipForge.plain(codec: .vp9), .mov), (try ClipForge.tone("tone.wav"), .wav),
      (try ClipForge.tone("tone.mp3"), .mp3), (try ClipForge.tone("tone.flac"), .flac),
      (try ClipForge.tone("tone.ogg"), .ogg), (try ClipForge.still("moving.gif"), .gif),
      (try ClipForge.still("still.png"), .png), (try ClipForge.still("still.jpg"), .jpeg),
      (try ClipForge.still("still.webp"), .webp),
    ]
    for (path, format) in files {
      #expect(try Demuxer(path: path).format == format, "\(path)")
    }
  }

  @Test("a name that lies changes nothing")
  func lyingName() throws {
    let folder = try TempFolder()
    let path = try folder.copy(try ClipForge.still("still.png"), to: "clip.mp4")
    #expect(try Demuxer(path: path).format == .png)
  }

  @Test(
    "a playlist named .mp4 is refused and its neighbour not followed",
    arguments: [
      "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nneighbour.mp4\n#EXT-X-ENDLIST\n",
      "ffconcat version 1.0\nfile neighbour.mp4\n", "file 'neighbour.mp4'\n",
      "<?xml version=\"1.0\"?><MPD></MPD>", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\n",
    ])
  func playlist(text: String) throws {
    let folder = try TempFolder()
    try folder.copy(try ClipForge.plain(), to: "neighbour.mp4")
    let path = try folder.write(text, to: "list.mp4")
    let error = try mediaError { _ = try Demuxer(path: path) }
    #expect(error.isUnknownFormat)
    #expect(error.description.contains("of no accepted format (MP4, MOV, Matroska"))
  }

  @Test("an MP4 that keeps its samples in another file does not open that file")
  func externalReference() throws {
    let folder = try TempFolder()
    let clip = try ClipForge.plain("plain.mov", options: ["-movflags", "+faststart"])
    var bytes = try readBytes(clip)
    // A data reference entry 'url ' whose flag says "in this file" becomes an outside one.
    let entry = try #require(bytes.firstRange(of: Array("url \u{0}\u{0}\u{0}\u{1}".utf8)))
    bytes[entry.upperBound - 1] = 0
    let path = try folder.write(bytes, to: "outside.mov")
    _ = try? readThrough(path)
  }

  @Test("a file named like an address is opened as a file")
  func addressName() throws {
    let folder = try TempFolder()
    let path = try folder.copy(try ClipForge.plain(), to: "http:x.mp4")
    #expect(try Demuxer(path: path).streams.count == 1)
  }

  @Test("an empty file is told to be empty")
  func empty() throws {
    let folder = try TempFolder()
    let path = try folder.write("", to: "empty.mp4")
    let error = try mediaError { _ = try Demuxer(path: path) }
    #expect(error.description == "cannot recognise the format of '\(path)': the file is empty")
  }

  @Test("a picture of 30 000 pixels a side is refused before it is decoded")
  func hugePicture() throws {
    let path = try ClipForge.hugePNG(width: 30_000, height: 30_000)
    let error = try mediaError { _ = try Demuxer(path: path) }
    #expect(error.isLimit)
    #expect(error.description.contains("the picture is 30000x30000, at most 16384 a side"))
  }

  @Test("a file with more streams than accepted is refused")
  func manyStreams() throws {
    let maps = Array(repeating: ["-map", "0:a"], count: 5).flatMap { $0 }
    let path = try ClipForge.tone("streams.mkv", seconds: 0.1, options: maps)
    var limits = MediaLimits()
    limits.streams = 4
    let error = try mediaError { _ = try Demuxer(path: path, limits: limits) }
    #expect(error.isLimit)
    #expect(error.description.contains("5 streams, at most 4 are accepted"))
  }

  @Test("a file that lasts longer than accepted is refused by its header")
  func tooLong() throws {
    var limits = MediaLimits()
    limits.duration = 0.5
    let path = try ClipForge.plain()
    #expect(try mediaError { _ = try Demuxer(path: path, limits: limits) }.isLimit)
  }

  @Test("a codec that is not accepted is named")
  func strangeCodec() throws {
    let path = try ClipForge.make(
      "strange.mkv",
      ["-f", "lavfi", "-i", "testsrc2=s=64x36:r=10:d=0.2", "-c:v", "snow", "-strict", "-2"])
    let error = try mediaError {
      _ = try FrameReader(path: path, kind: .video, interrupt: Interrupt())
    }
    #expect(error.operation == .openDecoder)
    #expect(error.description.contains("snow is not among the accepted codecs"))
  }

  @Test("an MP4 without streams opens and has none")
  func noStreams() throws {
    // The first box names the format, the second is an empty movie.
    var bytes: [UInt8] = [0, 0, 0, 16] + Array("ftypisom".utf8) + [0, 0, 0, 0]
    bytes += [0, 0, 0, 8] + Array("moov".utf8)
    let folder = try TempFolder()
    let path = try folder.write(bytes, to: "none.mp4")
    let streams = (try? Demuxer(path: path).streams.count) ?? 0
    #expect(streams == 0)
  }

  @Test("the file's time zero is the earliest presented moment, priming left out")
  func origin() throws {
    let late = try Demuxer(path: try ClipForge.lateStart())
    let video = try #require(late.firstStream(.video))
    #expect(video.startTime == 7)
    #expect(late.origin(in: video.timeBase) == 0)
    let talking = try Demuxer(path: try ClipForge.talking())
    #expect(talking.origin.ticks == 0)
    let mp3 = try Demuxer(path: try ClipForge.tone("tone.mp3"))
    // 1105 samples of priming.
    #expect(mp3.origin(in: TimeBase(1, 44_100)) == 1105)
  }

  @Test("a cover picture is no video", arguments: ["cover.mp3", "cover.m4a", "cover.flac"])
  func cover(name: String) throws {
    let demuxer = try Demuxer(path: try ClipForge.withCover(name))
    #expect(demuxer.firstStream(.video) == nil)
    #expect(demuxer.firstStream(.audio) != nil)
    #expect(demuxer.streams.contains { $0.isAttachedPicture })
  }
}
