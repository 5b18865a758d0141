import Media
import TestSupport
import Testing

@Suite struct FrameReaderTests {
  @Test("frames come in order, each once", arguments: ClipForge.Codec.allCases)
  func order(codec: ClipForge.Codec) throws {
    let frames = try numberedFrames(try ClipForge.numbered(codec))
    #expect(frames.map(\.number) == Array(0..<40))
    #expect(zip(frames, frames.dropFirst()).allSatisfy { $0.time < $1.time })
  }

  @Test(
    "a seek shows the frame that reading from the start shows, for every frame",
    arguments: [
      (ClipForge.Codec.h264, "mp4"), (.h264, "mkv"), (.h264OpenGOP, "mp4"), (.h264OpenGOP, "mkv"),
      (.h264OpenGOP, "mov"), (.h264Baseline, "mp4"), (.hevc, "mp4"), (.hevc, "mkv"),
      (.vp8, "webm"), (.vp9, "webm"), (.vp9, "mp4"), (.prores, "mov"), (.ffv1, "mkv"),
      (.mjpeg, "mov"),
    ])
  func seek(codec: ClipForge.Codec, suffix: String) throws {
    try expectSeeksAreExact(try ClipForge.numbered(codec, suffix: suffix))
  }

  @Test("so does a seek in a clip of variable rate", arguments: ["mp4", "mkv"])
  func seekVariableRate(suffix: String) throws {
    try expectSeeksAreExact(try ClipForge.variableRate(suffix))
  }

  @Test("so does a seek in a clip that an edit list begins in the middle of a GOP")
  func seekEditList() throws {
    let whole = try ClipForge.numbered(.h264)
    // Copied from 0.5 s on: the packets from the key frame before are there and not shown.
    let path = try ClipForge.make("cut.mp4", ["-ss", "0.5", "-i", whole, "-c", "copy"])
    let frames = try numberedFrames(path)
    #expect(frames.first?.number == 15)
    #expect(frames.first?.time == 0)
    try expectSeeksAreExact(path)
  }

  @Test("any number of threads gives the same frames")
  func threads() throws {
    let path = try ClipForge.numbered(.h264OpenGOP)
    let reader = try FrameReader(path: path, kind: .video, interrupt: Interrupt(), threads: 4)
    var numbers: [Int?] = []
    while let (frame, _) = try reader.next() { numbers.append(try number(of: frame)) }
    #expect(numbers == Array(0..<40))
  }

  @Test("times are counted from the start of the file's earliest stream")
  func lateStart() throws {
    let reader = try FrameReader(
      path: try ClipForge.lateStart(), kind: .video, interrupt: Interrupt())
    #expect(try #require(try reader.next()).time == 7)
  }

  @Test("200 flipped bits are counted and stop nothing", arguments: ClipForge.Codec.allCases)
  func flipped(codec: ClipForge.Codec) throws {
    let whole = try ClipForge.numbered(
      codec, frames: 120, suffix: "mkv", filter: "noise=alls=30:allf=t")
    let (frames, errors) = try readThrough(
      try ClipForge.flipped(whole, bits: 200, keeping: 2000))
    #expect((1...120).contains(frames))
    // VP8, VP9 and FFV1 without checksums have nothing to tell a damaged picture by.
    #expect(errors > 0 || [.vp8, .vp9, .ffv1].contains(codec))
  }

  @Test("a truncated file gives the frames that it has", arguments: ["mp4", "mkv"])
  func truncated(suffix: String) throws {
    let whole = try ClipForge.numbered(
      .h264, suffix: suffix, filter: "noise=alls=30:allf=t",
      options: suffix == "mp4" ? ["-movflags", "+faststart"] : [])
    let frames = try numberedFrames(
      try ClipForge.truncated(whole, to: 0.6), mayBeDamaged: true)
    #expect((5..<40).contains(frames.count))
    #expect(frames.prefix(4).map(\.number) == [0, 1, 2, 3])
  }

  /// Seeks to every frame in a shuffled order and compares with a decode from the start.
  private func expectSeeksAreExact(
    _ path: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let whole = try numberedFrames(path)
    try #require(whole.count > 10 && whole.allSatisfy { $0.number != nil })
    let reader = try FrameReader(path: path, kind: .video, interrupt: Interrupt())
    var random = SeededRandom(3)
    for target in whole.shuffled(using: &random) {
      try reader.seek(to: target.time)
      var shown: (time: Int64, number: Int?)?
      var isExact = true
      while let (frame, time) = try reader.next() {
        let index = try number(of: frame)
        isExact = isExact && whole.contains { $0.time == time && $0.number == index }
        if time <= target.time { shown = (time, index) }
        if time >= target.time { break }
      }
      #expect(
        isExact && shown?.number == target.number, "at \(target.time) of \(path)",
        sourceLocation: location)
    }
    #expect(reader.decodeErrors == 0, "a seek is no damage", sourceLocation: location)
  }
}
