import Media
import TestSupport
import Testing

@Suite struct StreamInfoTests {
  @Test("the display matrix is read as clockwise degrees", arguments: [0, 90, 180, 270])
  func rotation(degrees: Int) throws {
    let path = try degrees == 0 ? ClipForge.plain() : ClipForge.rotated(degrees)
    let stream = try #require(try Demuxer(path: path).firstStream(.video))
    #expect(stream.rotation == degrees)
    #expect((stream.width, stream.height) == (64, 36))
  }

  @Test("pixels that are not square are told")
  func sampleAspect() throws {
    let stream = try #require(try Demuxer(path: try ClipForge.anamorphic()).firstStream(.video))
    #expect(stream.sampleAspect == TimeBase(4, 3))
  }

  @Test("colour tags are told, and missing ones are nil", arguments: [true, false])
  func colour(tagged: Bool) throws {
    let path = try ClipForge.colour("red", matrix: "bt709", range: "pc", tags: tagged)
    let tags = try #require(try Demuxer(path: path).firstStream(.video)).color
    #expect(tags.matrix == (tagged ? "bt709" : nil))
    #expect(tags.range == (tagged ? "pc" : nil))
    #expect(tags.primaries == (tagged ? "bt709" : nil))
  }

  @Test("VP9 with transparency keeps it", arguments: [ClipForge.Codec.vp9, .vp8])
  func alphaMode(codec: ClipForge.Codec) throws {
    let path = try ClipForge.alphaWebM(codec: codec)
    let reader = try FrameReader(path: path, kind: .video, interrupt: Interrupt())
    #expect(reader.stream.hasAlphaMode)
    let (frame, _) = try #require(try reader.next())
    #expect(frame.format == .yuva420p)
    #expect(frame.format.hasAlpha && !frame.format.isRGB)
  }

  @Test("interlaced pictures are told")
  func interlaced() throws {
    let path = try ClipForge.make(
      "interlaced.mp4",
      [
        "-f", "lavfi", "-i", "testsrc2=s=64x64:r=50:d=0.4", "-vf",
        "format=yuv420p,tinterlace=interleave_top,fieldorder=tff", "-c:v", "libx264", "-flags",
        "+ilme+ildct",
      ])
    #expect(try #require(try Demuxer(path: path).firstStream(.video)).isInterlaced)
    #expect(
      try !#require(try Demuxer(path: try ClipForge.plain()).firstStream(.video)).isInterlaced)
  }

  @Test("the turn that a photograph's EXIF data asks for is told by its frame")
  func exif() throws {
    // APP1 with one entry: orientation 6, turn 90 degrees clockwise.
    let tiff: [UInt8] =
      Array("Exif\u{0}\u{0}MM\u{0}*".utf8) + [0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6]
      + [0, 0, 0, 0, 0, 0]
    var bytes = try readBytes(try ClipForge.still("still.jpg"))
    bytes.insert(contentsOf: [0xFF, 0xE1, 0, UInt8(tiff.count + 2)] + tiff, at: 2)
    let folder = try TempFolder()
    let path = try folder.write(bytes, to: "turned.jpg")
    let reader = try FrameReader(path: path, kind: .video, interrupt: Interrupt())
    #expect(try #require(try reader.next()).frame.rotation == 90)
  }
}
