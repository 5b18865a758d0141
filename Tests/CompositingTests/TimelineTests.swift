import SceneDocument
import Testing

@testable import Compositing

/// What a film of one avatar and one background would have.
private func video(
  _ name: String, seconds: Rational, width: Int = 1920, height: Int = 1080, audio: Bool = false,
  rotation: Int = 0, isVariableRate: Bool = false, matrix: String? = "bt709"
) -> ProbeRecord {
  ProbeRecord(
    sha256: String(repeating: "0", count: 64 - name.utf8.count) + name, bytes: 1000, kind: .video,
    format: "mov",
    video: ProbeRecord.Video(
      codec: "h264", width: width, height: height, rotation: rotation, frameRate: Rational(30),
      frames: Int((seconds * Rational(30)).rounded), start: .zero, duration: seconds,
      isVariableRate: isVariableRate, matrix: matrix, range: matrix == nil ? nil : "tv"),
    audio: audio
      ? ProbeRecord.Audio(
        codec: "aac", rate: 48000, channels: 1, samples: (seconds * Rational(48000)).rounded) : nil)
}

private func sound(_ name: String, samples: Int64, rate: Int = 48000) -> ProbeRecord {
  ProbeRecord(
    sha256: String(repeating: "0", count: 64 - name.utf8.count) + name, bytes: 1000, kind: .audio,
    format: "wav", audio: ProbeRecord.Audio(codec: "pcm", rate: rate, channels: 1, samples: samples))
}

private func still(_ name: String, width: Int = 1920, height: Int = 1080) -> ProbeRecord {
  ProbeRecord(
    sha256: String(repeating: "0", count: 64 - name.utf8.count) + name, bytes: 1000, kind: .image,
    format: "png_pipe",
    video: ProbeRecord.Video(
      codec: "png", width: width, height: height, frameRate: Rational(25), frames: 1,
      duration: .zero, pixelFormat: "rgb24", isRGB: true))
}

/// The timeline of a document with these scenes and assets.
private func timeline(
  _ scenes: String, _ probes: [String: ProbeRecord], output: String = "{}", more: String = ""
) throws -> Timeline.Making {
  let ids = Set(probes.keys).union(scenes.contains("\"gone\"") ? ["gone"] : []).sorted()
  let assets = ids.map { "\"\($0)\": {\"path\": \"\($0).bin\"}" }.joined(separator: ", ")
  let text = """
    {"spec": "scene/1", "id": "t", "output": \(output), "assets": {\(assets)}, \(more)
    "scenes": [
    \(scenes)
    ]}
    """
  let reading = SceneDocument.read(text)
  let document = try #require(reading.document, "\(reading.diagnostics)")
  return Timeline.make(document, source: reading.source, probes: probes)
}

@Suite struct TimelineDurationTests {
  @Test("a narration decides the length, rounded up to a whole frame")
  func narration() throws {
    // 0.2 s + 6.01 s + 0.3 s = 6.51 s = 195.3 frames.
    let made = try timeline(
      ##"{"id": "a", "head": 0.2, "tail": 0.3, "narration": {"asset": "v"}, "background": "#102030"}"##,
      ["v": sound("v", samples: 288_480)])
    let timeline = try #require(made.timeline, "\(made.diagnostics)")
    #expect(timeline.frames == 196)
    #expect(timeline.scenes[0].durationRule == .narration)
    #expect(timeline.sound.samples == 196 * 1600)
    let clip = try #require(timeline.sound.clips.first)
    #expect(clip.start == 9600)
    #expect(clip.count == 288_480)
    #expect(clip.role == .speech)
  }

  @Test("a length of whole frames is not rounded up by one")
  func exact() throws {
    let made = try timeline(
      #"{"id": "a", "narration": {"asset": "v"}}"#, ["v": sound("v", samples: 308_700, rate: 44100)])
    #expect(made.timeline?.frames == 210)
  }

  @Test("without narration the avatar's sound counts, then its picture, then the background")
  func order() throws {
    let avatar = video("a", seconds: Rational(4), audio: true)
    let background = video("b", seconds: Rational(9))
    let scenes = """
      {"id": "s1", "avatar": {"asset": "a"}, "background": {"asset": "b"}},
      {"id": "s2", "avatar": {"asset": "a", "audio": "off"}, "background": {"asset": "b"}},
      {"id": "s3", "background": {"asset": "b", "speed": 2}}
      """
    let timeline = try #require(try timeline(scenes, ["a": avatar, "b": background]).timeline)
    #expect(timeline.scenes.map(\.durationRule) == [.avatarSound, .avatarPicture, .background])
    #expect(timeline.scenes.map(\.frames) == [120, 120, 135])
    #expect(timeline.scenes.map(\.startFrame) == [0, 120, 240])
    #expect(timeline.sound.clips.count == 1)
  }

  @Test("a scene with nothing that lasts is told at the scene")
  func unresolved() throws {
    let made = try timeline(##"{"id": "a", "background": "#102030"}"##, [:])
    #expect(made.timeline == nil)
    let diagnostic = try #require(made.diagnostics.first)
    #expect(diagnostic.code == .durationUnresolved)
    #expect(diagnostic.pointer == "/scenes/0")
    #expect((diagnostic.line, diagnostic.column) == (3, 1))
    #expect(diagnostic.scene == "a")
  }

  @Test("speech that is longer than a fixed duration extends, cuts or fails")
  func overrun() throws {
    let voice = ["v": sound("v", samples: 48000 * 6)]
    let scene = { (overrun: String) in
      #"{"id": "a", "duration": 5, "tail": 0.5, "overrun": "\#(overrun)", "narration": {"asset": "v"}}"#
    }
    let extended = try timeline(scene("extend"), voice)
    #expect(extended.timeline?.frames == 195)
    #expect(extended.diagnostics.map(\.code) == [.durationExtended])
    #expect(extended.diagnostics[0].pointer == "/scenes/0/duration")
    let cut = try timeline(scene("cut"), voice)
    #expect(cut.timeline?.frames == 150)
    #expect(cut.diagnostics.isEmpty)
    #expect(cut.timeline?.scenes[0].events.map(\.policy) == ["cut"])
    #expect(cut.timeline?.sound.clips[0].count == 240_000)
    let failed = try timeline(scene("fail"), voice)
    #expect(failed.diagnostics.map(\.code) == [.speechCut])
    #expect(failed.diagnostics[0].pointer == "/scenes/0/duration")
  }

  @Test("the longest duration never cuts speech in silence")
  func maximum() throws {
    let voice = ["v": sound("v", samples: 48000 * 6)]
    let made = try timeline(
      #"{"id": "a", "max_duration": 4, "narration": {"asset": "v"}}"#, voice)
    #expect(made.diagnostics.map(\.code) == [.speechCut])
    #expect(made.diagnostics[0].pointer == "/scenes/0/max_duration")
    let cut = try timeline(
      #"{"id": "a", "max_duration": 4, "overrun": "cut", "narration": {"asset": "v"}}"#, voice)
    #expect(cut.timeline?.frames == 120)
  }

  @Test("the shortest duration lengthens")
  func minimum() throws {
    let made = try timeline(
      #"{"id": "a", "narration": {"asset": "v"}}"#, ["v": sound("v", samples: 4800)])
    #expect(made.timeline?.frames == 15)
  }

  @Test("a payload's duration is a hint: used only where nothing else has a length")
  func hint() throws {
    let text = """
      {"projectId": "p", "scenes": [
        {"sceneId": "s1", "avatarUrl": "a.mp4", "backgroundUrl": "b.png", "duration": 7}
      ]}
      """
    let reading = SceneDocument.read(text)
    let document = try #require(reading.document)
    let ids = document.assets.map(\.id)
    let probes = [ids[0]: still("b"), ids[1]: video("a", seconds: Rational(5), audio: true)]
    let made = Timeline.make(document, source: reading.source, probes: probes)
    #expect(made.timeline?.frames == 150)
    let hint = try #require(made.diagnostics.first { $0.code == .durationHint })
    #expect(hint.pointer == "/scenes/0/duration")
    #expect((hint.line, hint.column, hint.length) == (2, 81, 1))
    let stills = [ids[0]: still("b"), ids[1]: still("a")]
    #expect(Timeline.make(document, source: reading.source, probes: stills).timeline?.frames == 210)
  }

  @Test("sums over many scenes are exact at every rate", arguments: ["24000/1001", "30000/1001", "25"])
  func sums(rate: String) throws {
    let scenes = (0..<40).map { #"{"id": "s\#($0)", "narration": {"asset": "v\#($0 % 5)"}}"# }
    let probes = Dictionary(
      uniqueKeysWithValues: (0..<5).map {
        ("v\($0)", sound("v\($0)", samples: Int64(100_000 + $0 * 7919)))
      })
    let output = rate == "25" ? #"{"fps": 25}"# : #"{"fps": "\#(rate)"}"#
    let made = try timeline(scenes.joined(separator: ",\n"), probes, output: output)
    let timeline = try #require(made.timeline)
    #expect(timeline.scenes.map(\.frames).reduce(0, +) == timeline.frames)
    let fps = timeline.frameRate
    let samples = 2 * Int64(timeline.frames) * 48000 * fps.denominator + fps.numerator
    #expect(timeline.sound.samples == samples / (2 * fps.numerator))
    for (scene, next) in zip(timeline.scenes, timeline.scenes.dropFirst()) {
      #expect(scene.startFrame + scene.frames == next.startFrame)
    }
  }
}

@Suite struct TimelineSourceTests {
  private func run(_ layer: String, seconds: Rational) throws -> Timeline.Making {
    try timeline(
      #"{"id": "a", "duration": 4, "background": {"asset": "b"\#(layer)}}"#,
      ["b": video("b", seconds: seconds)])
  }

  private func timing(_ made: Timeline.Making) throws -> SourceTiming {
    let layer = try #require(made.timeline?.scenes[0].picture.layers.first, "\(made.diagnostics)")
    guard case .asset(_, let timing) = layer.content else {
      throw Unexpected.content
    }
    return timing
  }
  private enum Unexpected: Error { case content }

  @Test("a short source does what its policy says, and the policy is an event")
  func short() throws {
    let looped = try run("", seconds: Rational(3))
    #expect(try timing(looped).atEnd == .loop)
    #expect(try timing(looped).end == 3_000_000)
    let events = try #require(looped.timeline?.scenes[0].events)
    #expect(
      events == [
        PolicyEvent(
          layer: "a/background", policy: "loop", plannedMicroseconds: 4_000_000,
          realMicroseconds: 3_000_000)
      ])
    #expect(try timing(run(#", "when_short": "pingpong""#, seconds: Rational(3))).atEnd == .pingpong)
    #expect(try timing(run(#", "when_short": "freeze""#, seconds: Rational(3))).atEnd == .freeze)
    #expect(
      try timing(run(#", "when_short": "slow""#, seconds: Rational(3))).rate == Rational(3, 4))
    let hidden = try run(#", "when_short": "hide""#, seconds: Rational(3))
    #expect(hidden.timeline?.scenes[0].picture.layers[0].to == 90)
  }

  @Test("policies that cannot be kept are errors at the policy or the asset")
  func impossible() throws {
    let slow = try run(#", "when_short": "slow""#, seconds: Rational(1))
    #expect(slow.diagnostics.map(\.code) == [.speedRange])
    let speed = try run(#", "when_long": "speed""#, seconds: Rational(9))
    #expect(speed.diagnostics.map(\.code) == [.speedRange])
    #expect(speed.diagnostics[0].pointer == "/scenes/0/background/when_long")
    let tiny = try run("", seconds: Rational(2, 5))
    #expect(tiny.diagnostics.map(\.code) == [.mediaTooShort])
    #expect(tiny.diagnostics[0].pointer == "/scenes/0/background/asset")
    let failing = try run(#", "when_short": "fail""#, seconds: Rational(3))
    #expect(failing.diagnostics.map(\.code) == [.mediaTooShort])
  }

  @Test("a source that ends within half a frame of its place fits")
  func slack() throws {
    let made = try run("", seconds: Rational(3_990_000, 1_000_000))
    #expect(made.timeline?.scenes[0].events.isEmpty == true)
  }

  @Test("trim and speed give the part and the rate")
  func trim() throws {
    let made = try run(#", "trim": [1, 7], "speed": 1.5"#, seconds: Rational(9))
    let timing = try timing(made)
    #expect((timing.start, timing.end, timing.rate) == (1_000_000, 7_000_000, Rational(3, 2)))
    #expect(made.timeline?.scenes[0].events.isEmpty == true)
    let late = try run(#", "trim": [9, 12]"#, seconds: Rational(9))
    #expect(late.diagnostics.map(\.code) == [.mediaTooShort])
  }

  @Test("an avatar waits for the head and freezes over the tail")
  func head() throws {
    let made = try timeline(
      #"{"id": "a", "head": 1, "tail": 1, "avatar": {"asset": "v"}}"#,
      ["v": video("v", seconds: Rational(4), audio: true)])
    #expect(made.timeline?.frames == 180)
    let timing = try timing(made)
    #expect((timing.first, timing.atEnd) == (30, .freeze))
    #expect(made.timeline?.sound.clips[0].start == 48000)
    #expect(made.timeline?.scenes[0].events.map(\.policy) == ["freeze"])
  }

  @Test("a file that is not there follows the scene's policy")
  func missing() throws {
    let scene = { (policy: String) in
      #"{"id": "a", "duration": 2, "on_missing": "\#(policy)", "avatar": {"asset": "gone"}}"#
    }
    let failed = try timeline(scene("fail"), [:])
    #expect(failed.diagnostics.map(\.code) == [.assetMissing])
    #expect(failed.diagnostics[0].pointer == "/assets/gone/path")
    let dropped = try timeline(scene("drop"), [:])
    #expect(dropped.diagnostics.map(\.code) == [.policyApplied])
    #expect(dropped.timeline?.scenes[0].picture.layers.isEmpty == true)
    let card = try timeline(scene("placeholder"), [:])
    #expect(
      card.timeline?.scenes[0].picture.layers.first?.content
        == .placeholder(label: "missing: gone.bin"))
  }

  @Test("colours that a file does not state are guessed by its height, and told")
  func colors() throws {
    let made = try timeline(
      #"{"id": "a", "background": {"asset": "b"}, "avatar": {"asset": "c"}}"#,
      [
        "b": video("b", seconds: Rational(2), matrix: nil),
        "c": video("c", seconds: Rational(2), width: 640, height: 480, matrix: nil),
      ])
    #expect(made.diagnostics.map(\.code) == [.colorGuessed, .colorGuessed])
    #expect(made.diagnostics.map(\.pointer) == ["/assets/b", "/assets/c"])
    let layers = try #require(made.timeline?.scenes[0].picture.layers)
    let matrices = layers.map { layer -> String in
      if case .asset(let picture, _) = layer.content { picture.matrix } else { "" }
    }
    #expect(matrices == ["bt709", "smpte170m"])
  }

  @Test("a variable frame rate is told once")
  func variableRate() throws {
    let record = video("b", seconds: Rational(2), isVariableRate: true)
    let scene = #"{"id": "a", "background": {"asset": "b"}}, {"id": "c", "background": {"asset": "b"}}"#
    #expect(try timeline(scene, ["b": record]).diagnostics.map(\.code) == [.variableRate])
  }

  @Test("sound without a picture cannot be shown")
  func noPicture() throws {
    let made = try timeline(
      #"{"id": "a", "duration": 2, "background": {"asset": "v"}}"#,
      ["v": sound("v", samples: 48000)])
    #expect(made.diagnostics.map(\.code) == [.mediaNoStream])
    #expect(made.diagnostics[0].pointer == "/scenes/0/background/asset")
  }
}

@Suite struct TimelineLayoutTests {
  private func box(_ layer: String, _ record: ProbeRecord, output: String = "{}") throws -> PixelBox {
    let made = try timeline(
      #"{"id": "a", "duration": 2, "layers": [{"asset": "p"\#(layer)}]}"#, ["p": record],
      output: output)
    return try #require(made.timeline?.scenes[0].picture.layers.first, "\(made.diagnostics)").box
  }

  @Test("auto follows the display aspect, rotation included")
  func automatic() throws {
    let wide = try box("", still("p", width: 800, height: 400))
    #expect(wide == PixelBox(x: 636, y: 378, width: 648, height: 324))
    let turned = try box(
      #", "size": ["auto", 0.5], "place": "top-left""#,
      video("p", seconds: Rational(2), width: 1920, height: 1080, rotation: 90))
    #expect(turned == PixelBox(x: 0, y: 0, width: 303.75, height: 540))
  }

  @Test("places keep their margin from the edges they touch")
  func places() throws {
    let still = still("p", width: 100, height: 100)
    let size = #", "size": ["200px", "100px"], "margin": "5vmin""#
    #expect(
      try box(size + #", "place": "bottom-right""#, still)
        == PixelBox(x: 1666, y: 926, width: 200, height: 100))
    #expect(
      try box(size + #", "place": "top""#, still)
        == PixelBox(x: 860, y: 54, width: 200, height: 100))
    #expect(
      try box(#", "size": [0.5, "25%"], "x": 0.5, "y": 1, "anchor": "bottom""#, still)
        == PixelBox(x: 480, y: 810, width: 960, height: 270))
  }

  @Test("a draft is half as large, its pixels too")
  func draft() throws {
    let box = try box(
      #", "size": ["200px", "100px"], "x": "40px", "y": "20px""#, still("p"),
      output: #"{"preset": "draft"}"#)
    #expect(box == PixelBox(x: 20, y: 10, width: 100, height: 50))
  }

  @Test("layers are stacked by z, then in the order of the document")
  func stacking() throws {
    let made = try timeline(
      """
      {"id": "a", "duration": 2, "background": {"type": "color", "fill": "#111111"},
       "avatar": {"type": "color", "fill": "#222222"},
       "layers": [{"type": "color", "fill": "#333333", "z": 600},
                  {"type": "color", "fill": "#444444"}, {"type": "color", "fill": "#555555"}]}
      """, [:], more: ##""overlays": [{"type": "color", "fill": "#666666", "from": 1}],"##)
    let layers = try #require(made.timeline?.scenes[0].picture.layers)
    let reds = layers.map { layer -> UInt8 in
      if case .color(let color) = layer.content { color.red } else { 0 }
    }
    #expect(reds == [0x11, 0x44, 0x55, 0x22, 0x33, 0x66])
    #expect((layers[5].from, layers[5].to) == (30, 60))
  }

  @Test("an overlay keeps its own time over all scenes")
  func overlays() throws {
    let made = try timeline(
      ##"{"id": "a", "duration": 2, "background": "#000000"}, {"id": "b", "duration": 2}"##,
      ["o": video("o", seconds: Rational(3))],
      more: #""overlays": [{"asset": "o", "from": 1}],"#)
    let timeline = try #require(made.timeline, "\(made.diagnostics)")
    let second = try #require(timeline.scenes[1].picture.layers.first)
    #expect((second.from, second.to) == (-30, 60))
    guard case .asset(_, let timing) = second.content else { return }
    #expect(timing.first == -30)
  }

  @Test("a crossfade takes frames of the incoming scene, at most half of either")
  func crossfade() throws {
    let scenes = { (duration: String) in
      """
      {"id": "a", "duration": 2, "transition": {"kind": "crossfade"}},
      {"id": "b", "duration": 2, "transition": {"duration": \(duration)}}
      """
    }
    let made = try timeline(scenes("1"), [:])
    #expect(made.timeline?.scenes.map(\.crossfadeFrames) == [0, 30])
    #expect(made.diagnostics.map(\.code) == [.transitionIgnored])
    let long = try timeline(scenes("1.1"), [:])
    #expect(long.diagnostics.map(\.code).contains(.transitionTooLong))
  }

  @Test("a background still moves slowly unless told otherwise")
  func motion() throws {
    let made = try timeline(
      #"{"id": "a", "duration": 2, "background": {"asset": "p"}, "layers": [{"asset": "p"}]}"#,
      ["p": still("p")])
    let layers = try #require(made.timeline?.scenes[0].picture.layers)
    #expect(layers[0].motion == PictureLayer.KenBurns(preset: .in, amount: 0.08, ease: .linear))
    #expect(layers[1].motion == nil)
  }
}

@Suite struct TimelineSoundTests {
  @Test("with a narration the avatar's sound is not heard, and that is told")
  func voiceOnce() throws {
    let probes = ["v": sound("v", samples: 96000), "a": video("a", seconds: Rational(2), audio: true)]
    let made = try timeline(
      #"{"id": "a", "narration": {"asset": "v"}, "avatar": {"asset": "a"}}"#, probes)
    #expect(made.diagnostics.map(\.code) == [.avatarAudioIgnored])
    #expect(made.timeline?.sound.clips.map(\.sha256) == [probes["v"]?.sha256 ?? ""])
    let both = try timeline(
      #"{"id": "a", "narration": {"asset": "v"}, "avatar": {"asset": "a", "audio": "on"}}"#, probes)
    #expect(both.timeline?.sound.clips.count == 2)
  }

  @Test("music runs from scene to scene in absolute samples")
  func music() throws {
    let made = try timeline(
      #"{"id": "a", "duration": 2}, {"id": "b", "duration": 3}, {"id": "c", "duration": 1}"#,
      ["m": sound("m", samples: 48000)],
      more: #""audio": {"music": [{"asset": "m", "from": "b", "to": "b"}]},"#)
    let clip = try #require(made.timeline?.sound.clips.first, "\(made.diagnostics)")
    #expect((clip.start, clip.count, clip.loop) == (96000, 144_000, true))
    #expect((clip.fadeIn, clip.fadeOut, clip.gainDB) == (48000, 96000, -20))
    #expect(clip.duck == SoundClip.Duck(byDB: -10, attackMS: 150, releaseMS: 600))
  }

  @Test("a sound cut by a join is faded there")
  func joins() throws {
    let made = try timeline(
      """
      {"id": "a", "duration": 2},
      {"id": "b", "duration": 2, "sounds": [{"asset": "m", "from": 1}, {"asset": "m", "to": 1}]}
      """, ["m": sound("m", samples: 480_000)])
    let clips = try #require(made.timeline?.sound.clips)
    #expect(clips.map(\.start) == [144_000, 96000])
    #expect(clips.map(\.count) == [48000, 48000])
    #expect(clips.map(\.fadeIn) == [0, 240])
    #expect(clips.map(\.fadeOut) == [240, 0])
  }
}
