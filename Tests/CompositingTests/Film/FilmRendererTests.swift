import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

/// Whole renders: counts, pictures, containers, companions and the result document.
@Suite struct FilmRendererTests {
  /// A moving background, a round avatar with sound, a still and a colour.
  static func studio() throws -> FilmStudio {
    try FilmStudio([
      "beach": try ClipForge.plain("beach.mp4", rate: "25", seconds: 1.5),
      "host": try ClipForge.talking("host.mp4", seconds: 0.9, options: ["-c:a", "aac"]),
      "still": try ClipForge.still("still.png", size: "96x54"),
      "voice": try ClipForge.tone("voice.wav", seconds: 0.7),
    ])
  }

  static let scenes = [
    #"{"id": "a", "title": "First", "background": {"asset": "beach"}, "avatar": {"asset": "host", "mask": "circle"}}"#,
    ##"{"id": "b", "title": "Second", "background": {"asset": "still"}, "narration": {"asset": "voice"}, "tail": 0.11}"##,
    ##"{"id": "c", "duration": "1f", "background": "#ff8000"}"##,
    #"{"id": "d", "duration": 0.77, "background": {"asset": "beach", "trim": [0.3, 1.4]}, "transition": {"kind": "crossfade", "duration": "6f"}}"#,
    ##"{"id": "e", "duration": "17f", "background": "#203040", "layers": [{"asset": "still", "x": 11, "y": 5, "size": [0.31, 0.41]}]}"##,
    ##"{"id": "f", "duration": 0.51, "background": {"asset": "still", "motion": {"kind": "ken-burns", "preset": "left", "amount": 0.2}}}"##,
  ].map { $0.replacing(#""x": 11, "y": 5"#, with: #""x": "11px", "y": "5px""#) }

  private static func list(_ indexes: [Int]) -> String {
    indexes.map { scenes[$0] }.joined(separator: ",\n")
  }

  @Test(
    "frames and samples are exactly as planned",
    arguments: [
      ("24", FrameRate(24), [0, 1]), ("25", FrameRate(25), [0, 1, 2]),
      (#""30000/1001""#, FrameRate(30000, 1001), [0, 1, 2, 4, 5]),
      ("30", FrameRate(30), [1, 0, 2, 1, 4, 5]),
    ])
  func counts(text: String, rate: FrameRate, order: [Int]) async throws {
    let studio = try Self.studio()
    var used = Set<Int>()
    let scenes = order.map { index in
      used.insert(index).inserted
        ? Self.scenes[index]
        : Self.scenes[index].replacing(#""id": ""#, with: #""id": "again-"#)
    }
    let document = studio.document(
      scenes.joined(separator: ","), output: #""fps": \#(text)"#)
    let timeline = try studio.request(document).timeline
    let result = try await studio.render(document)
    let film = try #require(result.outputs.first)
    let samples = rate.sample(ofFrame: FrameIndex(timeline.frames), rate: 48000).value
    #expect(film.frames == timeline.frames)
    #expect(film.samples == samples)
    #expect(result.scenes.map(\.frames).reduce(0, +) == timeline.frames)
    let found = try FilmReading(studio.file("film.mp4"), rate: rate, pictures: false)
    #expect(found.places == Array(0..<timeline.frames))
    #expect(found.samples == samples)
    studio.expectClean()
  }

  @Test("the film shows what was composed, transitions and scenes of one frame included")
  func pictures() async throws {
    let studio = try Self.studio()
    let document = studio.document(
      ([0, 2, 1, 3, 5].map { Self.scenes[$0] }).joined(separator: ","),
      output: #""video": {"effort": "ultrafast", "quality": 2}"#)
    let result = try await studio.render(document)
    let film = try FilmReading(studio.file("film.mp4"), rate: FrameRate(30))
    let composed = try studio.composed(document, Array(0..<film.shots.count))
    for (index, (found, wanted)) in zip(film.shots, composed).enumerated() {
      #expect(found.psnr(to: wanted) > 38, "frame \(index)")
    }
    #expect(result.scenes[1].frames == 1)
    #expect(result.joins.map(\.atFrame) == result.scenes.dropFirst().map(\.startFrame))
  }

  @Test("a crossfade mixes the last frame before with falling weight")
  func crossfade() async throws {
    let studio = try FilmStudio()
    let document = studio.document(
      ##"{"id": "a", "duration": "10f", "background": "#ffffff"}, {"id": "b", "duration": "10f", "background": "#000000", "transition": {"kind": "crossfade", "duration": "4f"}}"##,
      output: #""video": {"effort": "ultrafast", "quality": 1}"#)
    // Weights of 4, 3, 2 and 1 fifth of white.
    let wanted = [235, 191.2, 147.4, 103.6, 59.8, 16]
    let composed = try studio.composed(document, Array(9..<15))
    _ = try await studio.render(document)
    let film = try FilmReading(studio.file("film.mp4"), rate: FrameRate(30))
    for (index, luma) in wanted.enumerated() {
      #expect(abs(Double(composed[index].luma(30, 18)) - luma) <= 1)
      #expect(abs(Double(film.shots[9 + index].luma(30, 18)) - luma) <= 3)
    }
    #expect(film.shots.count == 20)
  }

  @Test(
    "every container and codec is read back frame by frame and sample by sample",
    arguments: [
      ("mp4", "h264", "aac"), ("mp4", "hevc", "aac"), ("mp4", "h264", "opus"),
      ("mp4", "vp9", "opus"), ("mov", "h264", "pcm"), ("mov", "hevc", "aac"),
      ("mov", "prores", "pcm"), ("mkv", "h264", "aac"), ("mkv", "hevc", "opus"),
      ("mkv", "ffv1", "pcm"), ("mkv", "vp9", "opus"), ("mkv", "prores", "pcm"),
      ("webm", "vp9", "opus"),
    ])
  func containers(container: String, video: String, audio: String) async throws {
    let studio = try Self.studio()
    let effort = ["prores", "ffv1"].contains(video) ? "" : #", "effort": "ultrafast""#
    let document = studio.document(
      Self.list([1, 4]),
      output: """
        "container": "\(container)", "video": {"codec": "\(video)"\(effort)}, "audio": {"codec": "\(audio)"}
        """)
    let result = try await studio.render(document, to: "film.\(container)")
    let film = try FilmReading(studio.file("film.\(container)"), rate: FrameRate(30))
    #expect(film.places == Array(0..<result.scenes.map(\.frames).reduce(0, +)))
    #expect(film.samples == film.places.count * 1600)
    #expect((film.width, film.height) == (64, 36))
    let second = result.scenes[1].startFrame
    let composed = try studio.composed(document, [0, second])
    #expect(try #require(film.shots.first).psnr(to: composed[0]) > 27)
    #expect(film.shots[second].psnr(to: composed[1]) > 27)
    let probed = try probe(studio.file("film.\(container)")).record
    let picture = try #require(probed.video)
    #expect((picture.matrix, picture.range) == ("bt709", "tv"))
    #expect(picture.codec == video && picture.frameRate == Rational(30))
    #expect(picture.start == .zero && !picture.isVariableRate)
  }

  @Test("clips without sound and scenes without anything that sounds are silent, not shorter")
  func silence() async throws {
    let studio = try Self.studio()
    let document = studio.document(
      #"{"id": "mute", "background": {"asset": "beach"}}, "# + Self.scenes[1])
    let result = try await studio.render(document, to: "film.mov")
    let film = try FilmReading(studio.file("film.mov"), rate: FrameRate(30), pictures: false)
    #expect(film.samples == result.scenes.map(\.frames).reduce(0, +) * 1600)
    let silent = studio.document(#"{"id": "mute", "background": {"asset": "beach"}}"#)
    let alone = try await studio.render(silent, to: "silent.mp4")
    #expect(alone.outputs.first?.samples == Int64(alone.scenes[0].frames * 1600))
    #expect(alone.audio?.lufs == nil)
  }

  @Test("chapters have the scenes' titles and first frames")
  func chapters() async throws {
    let studio = try Self.studio()
    let document = studio.document(
      Self.list([1, 4, 0]), output: #""chapters": true"#, more: #""title": "A film","#)
    let result = try await studio.render(document)
    let text = try Tool.require(
      "ffprobe",
      ["-v", "error", "-show_chapters", "-show_format", "-of", "json", studio.file("film.mp4")])
    let json = try JSONDecoder().decode(JSONValue.self, from: Data(text.output))
    guard case .array(let chapters)? = json["chapters"] else {
      Issue.record("no chapters")
      return
    }
    #expect(chapters.map { $0["tags"]?["title"] } == ["Second", "First"])
    let third = Double(result.scenes[2].startFrame) / 30
    guard case .string(let start)? = chapters[1]["start_time"] else { return }
    #expect(abs((Double(start) ?? -1) - third) < 0.002)
    #expect(json["format"]?["tags"]?["title"] == "A film")
  }

  @Test("poster and thumbnails are frames of the composed film")
  func companions() async throws {
    let studio = try Self.studio()
    let document = studio.document(
      Self.list([4, 1]),
      output:
        ##""size": [128, 72], "poster": {"at": "3f", "format": "png"}, "thumbnails": {"every": 0.5, "width": 64}"##
    )
    let result = try await studio.render(document)
    let frames = result.scenes.map(\.frames).reduce(0, +)
    let thumbnails = studio.names().filter { $0.contains("thumb") }
    #expect(thumbnails == (0...(frames - 1) / 15).map { "film.thumb-000\($0).jpg" })
    var stage = Stage(width: 128, height: 72)
    try stage.add(studio.file("film.poster.png"))
    let wanted = try studio.composed(document, [3])[0]
    #expect(try stage.shot().psnr(to: wanted) > 40)
    for name in thumbnails {
      let picture = try #require(try probe(studio.file(name)).record.video)
      #expect((picture.width, picture.height) == (64, 36))
    }
    let other = studio.document(
      Self.list([4]), output: ##""poster": {"at": 0, "format": "jpeg"}"##)
    _ = try await studio.render(other, to: "other.mp4")
    #expect(studio.names().contains("other.poster.jpg"))
  }

  @Test("the result document tells what was made")
  func result() async throws {
    let studio = try Self.studio()
    let result = try await studio.render(studio.document(Self.list([0, 1, 3])))
    let data = try Data(contentsOf: URL(fileURLWithPath: studio.file("film.mp4.result.json")))
    let json = try JSONDecoder().decode(JSONValue.self, from: data)
    #expect(json["spec"] == "result/1" && json["job"] == "film")
    #expect(json["state"] == .string(result.warnings.isEmpty ? "done" : "done_with_warnings"))
    #expect(json["reproducible"] == true)
    guard case .array(let outputs)? = json["outputs"], case .array(let scenes)? = json["scenes"],
      case .array(let assets)? = json["assets"], case .array(let joins)? = json["joins"]
    else {
      Issue.record("lists are missing: \(json)")
      return
    }
    let bytes = try readBytes(studio.file("film.mp4"))
    #expect(outputs.first?["bytes"] == .integer(bytes.count))
    #expect(outputs.first?["path"] == .string(studio.file("film.mp4")))
    let sha256 = try Tool.require("sha256sum", [studio.file("film.mp4")]).outputText.prefix(64)
    #expect(outputs.first?["sha256"] == .string(String(sha256)))
    #expect(scenes.map { $0["id"] } == ["a", "b", "d"])
    #expect(scenes.map { $0["start_frame"] } == result.scenes.map { .integer($0.startFrame) })
    #expect(scenes.allSatisfy { $0["reused"] == false })
    #expect(assets.map { $0["id"] } == ["beach", "host", "still", "voice"])
    #expect(assets.allSatisfy { $0["decode_errors"] == 0 && $0["missing_frames"] == 0 })
    #expect(joins.map { $0["at_frame"] } == result.joins.map { .integer($0.atFrame) })
    for key in ["document_sha256", "programme_key", "fingerprint", "audio", "timings", "warnings"] {
      #expect(json[key] != nil, "\(key)")
    }
    guard case .number(let loudness)? = json["audio"]?["lufs"] else { return }
    #expect(abs(loudness + 16) < 0.6)
  }

  @Test("progress never goes back and ends at the whole film")
  func progress() async throws {
    let studio = try Self.studio()
    let renderer = try studio.renderer(studio.document(Self.list([0, 1, 4])))
    let (steps, sink) = AsyncStream.makeStream(of: RenderProgress.self)
    _ = try await renderer.render { sink.yield($0) }
    sink.finish()
    var seen: [RenderProgress] = []
    for await step in steps { seen.append(step) }
    #expect(seen.last?.framesDone == renderer.request.timeline.frames)
    #expect(seen.allSatisfy { 0...1 ~= $0.fraction })
    #expect([.done, .doneWithWarnings].contains(seen.last?.state))
    #expect(seen.contains { $0.state == .verifying })
  }

  @Test(
    "films of a few frames are whole in every container", arguments: [1, 3, 6, 8],
    ["mkv", "webm", "mp4"])
  func short(frames: Int, container: String) async throws {
    let studio = try Self.studio()
    let video = container == "webm" ? #""codec": "vp9""# : #""effort": "ultrafast""#
    let document = studio.document(
      #"{"id": "a", "duration": "\#(frames)f", "background": {"asset": "beach"}}"#,
      output:
        #""container": "\#(container)", "video": {\#(video)}, "audio": {"codec": "opus"}"#)
    let result = try await studio.render(document, to: "film." + container)
    #expect(result.outputs[0].frames == frames)
    #expect(result.outputs[0].samples == Int64(frames * 1600))
  }

  @Test("the best qualities are lossless or nearly so", arguments: ["0", "0.5"])
  func lossless(quality: String) async throws {
    let studio = try Self.studio()
    let document = studio.document(
      #"{"id": "a", "duration": "5f", "background": {"asset": "beach"}}"#,
      output: #""video": {"quality": \#(quality)}"#)
    _ = try await studio.render(document)
    let film = try FilmReading(studio.file("film.mp4"), rate: FrameRate(30))
    let composed = try studio.composed(document, Array(0..<5))
    for (found, wanted) in zip(film.shots, composed) { #expect(found.psnr(to: wanted) > 55) }
  }

  @Test("a poster may be at any time before the end")
  func latePoster() async throws {
    let studio = try FilmStudio()
    let document = studio.document(
      ##"{"id": "a", "duration": "6f", "background": "#336699"}"##,
      output: #""poster": {"at": 0.199}"#)
    _ = try await studio.render(document)
    #expect(studio.names().contains { $0.hasPrefix("film.poster.") })
  }

  @Test("a frame that is looked at alone is the film's frame before encoding, sample by sample")
  func previewed() async throws {
    let studio = try Self.studio()
    let document = studio.document(
      [0, 3, 5].map { Self.scenes[$0] }.joined(separator: ","),
      output: #""container": "mkv", "video": {"codec": "ffv1"}, "audio": {"codec": "pcm"}"#)
    let result = try await studio.render(document, to: "film.mkv")
    let film = try FilmReading(studio.file("film.mkv"), rate: FrameRate(30))
    // Backwards, so that no frame follows the one before it.
    let order = Array((0..<result.outputs[0].frames).reversed())
    for (frame, shot) in zip(order, try studio.composed(document, order)) {
      #expect(film.shots[frame] == shot, "frame \(frame)")
    }
  }
}
