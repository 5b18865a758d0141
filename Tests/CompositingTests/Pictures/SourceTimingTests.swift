import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

/// Which source frame shows in which film frame, read off clips that carry their frame numbers.
@Suite struct SourceTimingTests {
  /// The numbers that frames of one scene show; nil where none is shown.
  private static func numbers(
    _ path: String, _ layer: String = "", frames: Int, rate: String = "30", slot: String = "layers"
  ) throws -> [Int?] {
    let studio = try FilmStudio(["clip": path])
    let fields = #"{"asset": "clip", "size": [1, 1], "fit": "fill"\#(layer)}"#
    let content = slot == "layers" ? #""layers": [\#(fields)]"# : #""\#(slot)": \#(fields)"#
    let text = studio.document(
      #"{"id": "s", "duration": "\#(frames)f", \#(content)}"#,
      output: ##""size": [96, 64], "fps": \##(rate), "background": "#ffffff""##)
    return try studio.composed(text, Array(0..<frames)).map(\.number)
  }

  /// Film frame n shows the last source frame that begins before the middle of n.
  private static func expected(_ source: (Int, Int), _ film: (Int, Int), _ n: Int) -> Int {
    // k · sd / sn < (2n + 1) · fd / (2 · fn)
    let left = 2 * source.1 * film.0
    let right = (2 * n + 1) * film.1 * source.0
    return (right + left - 1) / left - 1
  }

  // MARK: Rates

  @Test(
    "sources of any rate show the frame of each moment",
    arguments: [
      ("24", (24, 1)), ("25", (25, 1)), ("30000/1001", (30000, 1001)), ("60", (60, 1)),
      ("50", (50, 1)), ("12", (12, 1)), ("60000/1001", (60000, 1001)),
    ], [("h264", "mp4"), ("vp9", "webm")])
  func rates(rate: (text: String, fraction: (Int, Int)), kind: (codec: String, suffix: String))
    throws
  {
    let codec = try #require(ClipForge.Codec(rawValue: kind.codec))
    let path = try ClipForge.numbered(codec, frames: 60, rate: rate.text)
    let seconds = 60 * Double(rate.fraction.1) / Double(rate.fraction.0)
    let frames = Int(seconds * 30) - 1
    let found = try Self.numbers(path, frames: frames)
    #expect(found == (0..<frames).map { Self.expected(rate.fraction, (30, 1), $0) })
  }

  @Test(
    "films of any rate show the frame of each moment",
    arguments: [
      ("24", (24, 1)), ("25", (25, 1)), (#""30000/1001""#, (30000, 1001)), ("60", (60, 1)),
    ])
  func filmRates(rate: (text: String, fraction: (Int, Int))) throws {
    let path = try ClipForge.numbered(frames: 40)
    let frames = 40 * rate.fraction.0 / rate.fraction.1 / 30
    let found = try Self.numbers(path, frames: frames, rate: rate.text)
    #expect(found == (0..<frames).map { Self.expected((30, 1), rate.fraction, $0) })
  }

  @Test("a trim that begins on a frame of the film begins on that frame of a faster source")
  func trimOnTheGrid() throws {
    let path = try ClipForge.numbered(frames: 60, rate: "60")
    for first in 1..<5 {
      let found = try Self.numbers(
        path, #", "trim": ["\#(first)f", "20f"], "when_short": "freeze""#, frames: 25)
      // The last frame before 20f is 39.
      let expected = (0..<25).map { first + $0 < 20 ? 2 * (first + $0) : 39 }
      #expect(found == expected, "from frame \(first)")
    }
  }

  // MARK: Policies

  @Test(
    "a source that is too short does what its policy says",
    arguments: ["loop", "pingpong", "freeze", "hide"], ["h264", "vp9"])
  func whenShort(policy: String, codec: String) throws {
    let codec = try #require(ClipForge.Codec(rawValue: codec))
    let path = try ClipForge.numbered(codec, frames: 20)
    let found = try Self.numbers(path, #", "when_short": "\#(policy)""#, frames: 66)
    let expected = (0..<66).map { n -> Int? in
      switch policy {
      case "loop": n % 20
      case "pingpong": n % 40 < 20 ? n % 40 : 39 - n % 40
      case "freeze": min(n, 19)
      // White everywhere reads as a number with all bits set.
      default: n < 20 ? n : 4095
      }
    }
    #expect(found == expected)
  }

  @Test("slow spreads a source over its place")
  func slow() throws {
    let path = try ClipForge.numbered(frames: 20)
    let found = try Self.numbers(path, #", "when_short": "slow""#, frames: 40)
    #expect(found == (0..<40).map { Self.expected((15, 1), (30, 1), $0) })
  }

  @Test("speed squeezes a source into its place, trim cuts it")
  func whenLong() throws {
    let path = try ClipForge.numbered(frames: 40)
    let trimmed = try Self.numbers(path, frames: 24)
    #expect(trimmed == Array(0..<24))
    let squeezed = try Self.numbers(path, #", "when_long": "speed""#, frames: 24)
    #expect(squeezed == (0..<24).map { Self.expected((50, 1), (30, 1), $0) })
    #expect(squeezed.last == 39)
  }

  @Test("speed and trim of a layer choose its frames")
  func trimAndSpeed() throws {
    let path = try ClipForge.numbered(frames: 40)
    let trimmed = try Self.numbers(
      path, #", "trim": [0.2, 0.4], "when_short": "loop""#, frames: 15)
    #expect(trimmed == (0..<15).map { 6 + $0 % 6 })
    let back = try Self.numbers(
      path, #", "trim": [0.2, 0.4], "when_short": "pingpong""#, frames: 15)
    #expect(back == [6, 7, 8, 9, 10, 11, 11, 10, 9, 8, 7, 6, 6, 7, 8])
    let fast = try Self.numbers(path, #", "speed": 2"#, frames: 20)
    #expect(fast == (0..<20).map { Self.expected((60, 1), (30, 1), $0) })
    let slow = try Self.numbers(path, #", "speed": 0.5"#, frames: 20)
    #expect(slow == (0..<20).map { Self.expected((15, 1), (30, 1), $0) })
  }

  @Test("an avatar that ends early freezes, a background begins again")
  func slots() throws {
    let path = try ClipForge.numbered(frames: 20)
    #expect(
      try Self.numbers(path, frames: 30, slot: "avatar") == (0..<30).map { min($0, 19) })
    #expect(try Self.numbers(path, frames: 50, slot: "background") == (0..<50).map { $0 % 20 })
  }

  @Test("a layer that begins late begins with its first frame")
  func late() throws {
    let path = try ClipForge.numbered(frames: 20)
    let found = try Self.numbers(path, #", "from": "7f", "to": "19f""#, frames: 24)
    #expect(found == (0..<24).map { 7..<19 ~= $0 ? $0 - 7 : 4095 })
  }

  // MARK: Times of containers

  @Test("a variable rate is shown by time, and its last frame is held", arguments: ["mp4", "mkv"])
  func variableRate(suffix: String) throws {
    let path = try ClipForge.variableRate(suffix, codec: suffix == "mp4" ? .h264 : .vp9)
    let present = Array(0..<10) + stride(from: 12, to: 60, by: 3)
    let found = try Self.numbers(path, #", "when_short": "freeze""#, frames: 64)
    #expect(found == (0..<64).map { n in present.last { $0 <= n } })
  }

  @Test("a WebM whose picture begins 7 ms after its sound is not a frame late")
  func lateWebM() throws {
    let path = try ClipForge.make(
      "late.webm",
      [
        "-f", "lavfi", "-i", "color=black:s=96x64:r=30", "-f", "lavfi", "-i",
        "sine=frequency=440:r=48000:d=1.2", "-frames:v", "36", "-vf",
        "format=yuv420p,\(FrameCode.filter)", "-shortest",
      ] + ClipForge.Codec.vp9.arguments + ["-c:a", "libopus"])
    let start = try #require(try probe(path).record.video?.start)
    #expect(start > .zero && start.doubleValue < 0.01)
    for slot in ["layers", "avatar"] {
      #expect(try Self.numbers(path, frames: 30, slot: slot) == Array(0..<30))
    }
  }

  // MARK: Independence of the way there

  static let clips = ["h264", "h264OpenGOP", "h264Baseline", "hevc", "vp9", "vp8", "vfr", "sound"]

  private static func clip(_ name: String) throws -> String {
    switch name {
    case "vfr":
      return try ClipForge.make(
        "long-vfr.mp4",
        [
          "-f", "lavfi", "-i", "testsrc2=s=64x36:r=30:d=3", "-vf",
          "format=yuv420p,select='not(mod(n,4))+lt(mod(n,7),2)'", "-vsync", "vfr",
        ] + ClipForge.Codec.h264.arguments)
    case "sound":
      return try ClipForge.talking("talking.mkv", seconds: 3, options: ["-c:a", "libopus"])
    default:
      let codec = try #require(ClipForge.Codec(rawValue: name))
      return try ClipForge.plain("long.\(codec.suffix)", seconds: 3, codec: codec)
    }
  }

  @Test("a part rendered alone has exactly the frames of the whole", arguments: clips)
  func partAlone(name: String) throws {
    var stage = Stage(frames: 90)
    try stage.add(try Self.clip(name))
    let composer = try stage.composer()
    let whole = try (0..<90).map { Shot(try composer.canvas(at: $0)) }
    #expect(composer.damage.values.allSatisfy { $0.errors == 0 })
    for start in [1, 10, 29, 44, 45, 46, 50, 59, 60, 61, 71, 80, 89] {
      let alone = try stage.composer()
      for index in start..<min(start + 3, 90) {
        #expect(Shot(try alone.canvas(at: index)) == whole[index], "frame \(index) from \(start)")
      }
      #expect(alone.damage.values.allSatisfy { $0.errors == 0 }, "errors from \(start)")
    }
    // In any order, also backwards and far apart.
    let wild = try stage.composer()
    for index in [70, 3, 2, 1, 0, 89, 88, 40, 41, 39, 12, 85] {
      #expect(Shot(try wild.canvas(at: index)) == whole[index], "frame \(index) in any order")
    }
    #expect(wild.damage.values.allSatisfy { $0.errors == 0 })
  }

  @Test("a part of a looped or mirrored source has the frames of the whole")
  func repeatedPart() throws {
    for end in [SourceTiming.End.loop, .pingpong] {
      var stage = Stage(frames: 100)
      try stage.add(try Self.clip("h264OpenGOP")) { layer in
        guard case .asset(let picture, var timing) = layer.content else { return }
        (timing.start, timing.end, timing.atEnd) = (300_000, 1_300_000, end)
        layer.content = .asset(picture, timing)
      }
      let composer = try stage.composer()
      let whole = try (0..<100).map { Shot(try composer.canvas(at: $0)) }
      for start in [1, 29, 30, 31, 45, 59, 60, 61, 75, 97] {
        let alone = try stage.composer()
        for index in start..<start + 3 {
          #expect(Shot(try alone.canvas(at: index)) == whole[index], "\(end) \(index)")
        }
      }
    }
  }
}
