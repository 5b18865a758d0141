import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

/// What is rendered again after which change, and that the bytes never depend on the way.
@Suite struct FilmReuseTests {
  private static func studio() throws -> FilmStudio {
    try FilmStudio([
      "beach": try ClipForge.plain("beach.mp4", rate: "25", seconds: 1.5, codec: .h264OpenGOP),
      "host": try ClipForge.talking("host.mp4", seconds: 0.9, options: ["-c:a", "aac"]),
      "still": try ClipForge.still("still.png", size: "96x54"),
      "voice": try ClipForge.tone("voice.wav", seconds: 2.2),
    ])
  }

  /// Three scenes; the second has a layer that shows in its last 40 of 80 frames.
  private static func scenes(
    x: String = "0.1", color: String = "#336699", order: [Int] = [0, 1, 2], gain: Int = 0,
    last: String = "#800000"
  ) -> String {
    let all = [
      ##"{"id": "a", "duration": 1.4, "background": {"asset": "beach"}, "avatar": {"asset": "host", "mask": "circle"}, "layers": [{"type": "color", "fill": "\##(last)", "size": [0.2, 0.2], "from": "40f"}]}"##,
      ##"{"id": "b", "duration": "80f", "background": "\##(color)", "narration": {"asset": "voice", "gain_db": \##(gain)}, "layers": [{"asset": "still", "x": \##(x), "y": 0.1, "from": "40f"}]}"##,
      ##"{"id": "c", "duration": "40f", "background": {"asset": "still"}, "transition": {"kind": "crossfade", "duration": "8f"}}"##,
    ]
    return order.map { all[$0] }.joined(separator: ",\n")
  }

  /// Segments of a second.
  private static let output = #""video": {"effort": "ultrafast", "gop": 1}"#

  private static func reused(_ result: RenderResult) -> [Int] {
    result.scenes.map(\.reusedFrames)
  }

  @Test("one film whatever the number of jobs, with and without a cache, and from the cache")
  func oneHash() async throws {
    let studio = try Self.studio()
    let document = studio.document(Self.scenes(), output: Self.output)
    var hashes: [String] = []
    for (jobs, cached) in [(1, false), (2, false), (8, false), (2, true)] {
      let result = try await studio.render(document, jobs: jobs, cached: cached)
      #expect(Self.reused(result) == [0, 0, 0])
      hashes.append(result.outputs[0].sha256)
    }
    let again = try await studio.render(document, to: "again.mp4", jobs: 8)
    #expect(Self.reused(again) == [42, 80, 40])
    #expect(again.scenes.allSatisfy { $0.reusedFrames == $0.frames })
    hashes.append(again.outputs[0].sha256)
    #expect(Set(hashes).count == 1)
    #expect(try readBytes(studio.file("film.mp4")) == readBytes(studio.file("again.mp4")))
    studio.expectClean()
  }

  @Test("one film whatever instructions the processor has")
  func oneHashOnEveryCPU() throws {
    let studio = try Self.studio()
    let document = try studio.folder.write(
      studio.document(Self.scenes(), output: Self.output), to: "film.json")
    var films: Set<[UInt8]> = []
    for flags in ["", "sse2", "0"] {
      let outcome = try Command.run(
        ["render", document, "-o", studio.file("film.mp4"), "--no-cache"],
        environment: ["REELNODE_CPU_FLAGS": flags])
      #expect(outcome.status == 0, "\(outcome.errorText)")
      films.insert(try readBytes(studio.file("film.mp4")))
    }
    #expect(films.count == 1)
  }

  @Test("moving a layer renders the frames again in which it shows, and no others")
  func movedLayer() async throws {
    let studio = try Self.studio()
    try await studio.render(studio.document(Self.scenes(), output: Self.output))
    let moved = try await studio.render(
      studio.document(Self.scenes(x: "0.3"), output: Self.output))
    // The second scene is cut in four: the first two parts do not show the layer. The third scene begins with a
    // fade from the second's last frame.
    #expect(Self.reused(moved) == [42, 40, 32])
    let fresh = try await studio.render(
      studio.document(Self.scenes(x: "0.3"), output: Self.output), to: "fresh.mp4", cached: false)
    #expect(fresh.outputs[0].sha256 == moved.outputs[0].sha256)
  }

  @Test("a change before a crossfade renders its window again")
  func crossfadeWindow() async throws {
    let studio = try Self.studio()
    let scenes = { Self.scenes(order: [0, 2], last: $0) }
    try await studio.render(studio.document(scenes("#800000"), output: Self.output))
    let changed = try await studio.render(
      studio.document(scenes("#008000"), output: Self.output))
    #expect(Self.reused(changed) == [21, 32])
    let shot = try FilmReading(studio.file("film.mp4"), rate: FrameRate(30)).shots[42]
    let wanted = try studio.composed(studio.document(scenes("#008000")), [42])[0]
    #expect(shot.psnr(to: wanted) > 24)
  }

  @Test("sound, titles and the order of scenes render no picture again")
  func notThePicture() async throws {
    let studio = try Self.studio()
    let scenes = { Self.scenes(order: $0, gain: $1) }
    func document(_ order: [Int], _ gain: Int, title: String = "One") -> String {
      studio.document(
        scenes(order, gain), output: Self.output, more: #""title": "\#(title)","#)
    }
    let first = try await studio.render(document([0, 1], 0))
    let louder = try await studio.render(document([0, 1], -6))
    #expect(Self.reused(louder) == [42, 80])
    let titled = try await studio.render(document([0, 1], 0, title: "Two"))
    #expect(Self.reused(titled) == [42, 80])
    #expect(titled.outputs[0].sha256 != first.outputs[0].sha256)
    let turned = try await studio.render(document([1, 0], 0))
    #expect(Self.reused(turned) == [80, 42])
    let back = try await studio.render(document([0, 1], 0))
    #expect(back.outputs[0].sha256 == first.outputs[0].sha256)
  }

  /// Paths of what the cache keeps: encoded segments (`video`) or sound.
  private static func kept(in studio: FilmStudio, _ kind: String) -> [String] {
    studio.names(in: "cache/segments").flatMap { shard in
      studio.names(in: "cache/segments/\(shard)").map {
        studio.file("cache/segments/\(shard)/\($0)")
      }
    }
    .filter { PacketFile(reading: $0)?.header["kind"] == .string(kind) }
  }

  @Test("equal scenes are rendered once, and progress still ends at the whole")
  func equalScenes() async throws {
    let studio = try Self.studio()
    let scene = { (id: String) in
      #"{"id": "\#(id)", "duration": "20f", "background": {"asset": "beach"}}"#
    }
    let document = studio.document([scene("a"), scene("b"), scene("c")].joined(separator: ","))
    let (steps, sink) = AsyncStream.makeStream(of: RenderProgress.self)
    _ = try await studio.renderer(document).render { sink.yield($0) }
    sink.finish()
    var last: RenderProgress?
    for await step in steps { last = step }
    #expect(last?.framesDone == 60)
    #expect(Self.kept(in: studio, "video").count == 1)
    let film = try FilmReading(studio.file("film.mp4"), rate: FrameRate(30))
    #expect(film.shots[0] == film.shots[20] && film.shots[19] == film.shots[59])
  }

  @Test(
    "files of the cache that were damaged on disk are made again", arguments: ["video", "sound"])
  func damagedCache(kind: String) async throws {
    let studio = try Self.studio()
    let document = studio.document(Self.scenes(), output: Self.output)
    let first = try await studio.render(document)
    let damaged = Self.kept(in: studio, kind)
    // The first two parts of the second scene are equal.
    #expect(damaged.count == (kind == "sound" ? 1 : 7))
    for (index, path) in damaged.enumerated() {
      var bytes = try readBytes(path)
      if index % 2 == 0 { bytes[bytes.count / 2] ^= 16 } else { bytes.removeLast(9) }
      try writeBytes(bytes, to: path)
    }
    let again = try await studio.render(document)
    #expect(again.outputs[0].sha256 == first.outputs[0].sha256)
    #expect(Self.reused(again) == (kind == "sound" ? [42, 80, 40] : [0, 0, 0]))
    for path in damaged { #expect(PacketFile(reading: path) != nil) }
    let third = try await studio.render(document)
    #expect(Self.reused(third) == [42, 80, 40])
  }

  @Test("a part of a film shows the frames of the whole")
  func part() async throws {
    let studio = try Self.studio()
    let document = studio.document(Self.scenes(), output: Self.output)
    let whole = try studio.request(document)
    let renderer = StillRenderer(request: whole, interrupt: Interrupt())
    for range in [0..<10, 30..<60, 121..<140, 122..<162, 41..<43, 125..<127, 126..<150] {
      var request = whole
      request.timeline = whole.timeline.part(range)
      #expect(request.timeline.frames == range.count)
      let part = StillRenderer(request: request, interrupt: Interrupt())
      for frame in Set([0, 1, range.count / 2, range.count - 1]) {
        #expect(
          Shot(try part.canvas(at: frame))
            == Shot(try renderer.canvas(at: range.lowerBound + frame)), "\(frame) of \(range)")
      }
    }
  }
}
