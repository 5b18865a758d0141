import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

// What goes wrong in other tools with real media, and the tests that it does not here. Those that have no
// better place are below.
//
//  1 rotation matrix              LayerPlaceTests.displayMatrix
//  2 sample aspect ratio          LayerPlaceTests.sampleAspect
//  3 BT.601 in a BT.709 film      SourceColourTests.tagged, untaggedSmall, untaggedLarge
//  4 RGB stills                   SourceColourTests.rgbStill, jpeg
//  5 full range                   SourceColourTests.tagged, fullRange
//  6 odd sizes and places         LayerPlaceTests.exactBox, oddPlaces, odd
//  7 variable frame rate          SourceTimingTests.variableRate
//  8 input without sound          FilmRendererTests.silence
//  9 avatar ends early            SourceTimingTests.slots, whenShort
// 10 VP9 with alpha               LayerLookTests.alpha
// 11 WebM that starts at 0.007 s  SourceTimingTests.lateWebM
// 12 background too short         SourceTimingTests.slots, whenShort
// 13 a seek is not the render     SourceTimingTests.partAlone, repeatedPart, trimOnTheGrid; FilmReuseTests.part
// 14 green rim after a key        LayerLookTests.chromaKey
// 15 AAC priming                  EncodedSoundTests; oneEncode below
// 16 parts that start late        FilmRendererTests.counts; oneEncode below
// 17 a still as a looped video    stillOnce below
// 18 every input open             openInputs below
// 19 long GOPs                    longGOP below
// 20 flipped bits                 FilmSafetyTests.damageWithinBound, damageBeyondBound
// 21 playlists and addresses      playlist, address below

@Suite struct MediaTrapsTests {
  @Test("many short scenes are one sound and one row of frame times, in every frame rate")
  func oneEncode() async throws {
    let studio = try FilmStudio([
      "clicks": try ClipForge.clicks(seconds: 4),
      "talk": try ClipForge.talking("talk.mp4", seconds: 0.5, options: ["-c:a", "aac"]),
    ])
    let scenes = (0..<12).map {
      #"{"id": "s\#($0)", "duration": "7f", "background": {"asset": "talk"}}"#
    }
    let document = studio.document(
      scenes.joined(separator: ","), output: #""fps": "30000/1001""#,
      more:
        #""audio": {"loudness": null, "music": [{"asset": "clicks", "gain_db": 0, "fade_in": 0, "fade_out": 0}]},"#
    )
    let result = try await studio.render(document)
    let rate = FrameRate(30000, 1001)
    let film = try FilmReading(studio.file("film.mp4"), rate: rate, pictures: false)
    #expect(film.places == Array(0..<84))
    #expect(film.samples == rate.sample(ofFrame: FrameIndex(84), rate: 48000).value)
    // The clicks at 0, 1 and 2 s come at 0, 1 and 2 s of the film, eleven joins later too.
    let sound = try readAll(studio.file("film.mp4"))
    let left = channel(0, of: 2, sound)
    for second in 0..<3 {
      let first = left[max(0, second * 48000 - 4800)...].firstIndex { abs($0) > 0.1 }
      #expect(abs(try #require(first) - second * 48000) < 48, "the click at \(second) s")
    }
    #expect(result.joins.allSatisfy { $0.holeSamples == 0 })
  }

  @Test("a still is decoded once for all frames of a scene")
  func stillOnce() throws {
    var stage = Stage(frames: 20)
    try stage.add(try ClipForge.still("still.png")) {
      $0.motion = .init(preset: .in, amount: 0.1, ease: .linear)
    }
    let composer = try stage.composer()
    for index in 0..<20 { _ = try composer.canvas(at: index) }
    #expect(composer.damage.values.map(\.frames) == [1])
  }

  @Test("only the inputs of the scene that is being rendered are open")
  func openInputs() throws {
    var clips: [String: String] = [:]
    for index in 0..<6 {
      clips["c\(index)"] = try ClipForge.plain("c.mp4", seconds: 0.5 + Double(index) / 10)
    }
    let studio = try FilmStudio(clips)
    let request = try studio.request(
      studio.document(
        (0..<6).map {
          #"{"id": "s\#($0)", "duration": "8f", "background": {"asset": "c\#($0)"}}"#
        }.joined(separator: ",")))
    let plan = RenderPlan(request)
    let film = SegmentRenderer.Film(
      timeline: request.timeline, files: request.files, profile: plan.profile)
    let renderer = SegmentRenderer([film], interrupt: Interrupt())
    for (index, segment) in plan.segments.enumerated() {
      _ = try renderer.render(
        [SegmentRenderer.Order(segment: segment, path: studio.file("segment-\(index)"))]
      ) { _ in }
      #expect(openFiles(below: studio.folder.path) == ["c\(index).mp4"])
    }
  }

  private func openFiles(below folder: String) -> [String] {
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return descriptors.compactMap { name in
      let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name)
      guard let path, path.hasPrefix(folder) else { return nil }
      return path.split(separator: "/").last.map(String.init)
    }
  }

  @Test("consecutive segments go on decoding: a clip with one key frame is decoded once")
  func longGOP() throws {
    let clip = try ClipForge.plain(
      "long-gop.mp4", seconds: 3, options: ["-g", "300", "-sc_threshold", "0"])
    let studio = try FilmStudio(["clip": clip])
    let request = try studio.request(
      studio.document(
        #"{"id": "s", "background": {"asset": "clip"}}"#,
        output: #""video": {"effort": "ultrafast", "gop": 1}"#))
    let plan = RenderPlan(request)
    #expect(plan.segments.count == 4)
    let film = SegmentRenderer.Film(
      timeline: request.timeline, files: request.files, profile: plan.profile)
    let renderer = SegmentRenderer([film], interrupt: Interrupt())
    var decoded = 0
    for (index, segment) in plan.segments.enumerated() {
      let outcome = try renderer.render(
        [SegmentRenderer.Order(segment: segment, path: studio.file("segment-\(index)"))]
      ) { _ in }
      decoded += outcome[0].damage.values.map(\.frames).reduce(0, +)
    }
    #expect(90...91 ~= decoded)
  }

  @Test(
    "a playlist named .mp4 is refused, whatever it leads to",
    arguments: [
      "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nclip.mp4\n#EXT-X-ENDLIST\n",
      "ffconcat version 1.0\nfile clip.mp4\n",
    ])
  func playlist(text: String) throws {
    let studio = try FilmStudio(["clip": try ClipForge.plain()])
    try studio.folder.write(text, to: "list.mp4")
    #expect {
      try Prober(root: try AssetRoot(path: studio.folder.path)).probe("list.mp4")
    } throws: { ($0 as? AssetError)?.code == .format }
  }

  @Test("a file named like an address is refused, and never taken for one")
  func address() throws {
    let folder = try TempFolder()
    try folder.copy(try ClipForge.plain(), to: "http:x.mp4")
    let root = try AssetRoot(path: folder.path)
    #expect {
      try Prober(root: root).probe("http:x.mp4")
    } throws: { ($0 as? AssetError)?.code == .pathForbidden }
    // Below a folder it cannot be one.
    try folder.copy(try ClipForge.plain(), to: "sub/http:x.mp4")
    #expect(try Prober(root: root).probe("sub/http:x.mp4").record.video?.frames == 30)
  }
}
