import SceneDocument
import Testing

@testable import Compositing

@Suite struct TimelineDurationTests {
  @Test("a narration decides the length, rounded up to a whole frame")
  func narration() throws {
    // 0.2 s + 6.01 s + 0.3 s = 6.51 s = 195.3 frames.
    let made = try timeline(
      ##"{"id": "a", "head": 0.2, "tail": 0.3, "narration": {"asset": "v"}, "background": "#102030"}"##,
      ["v": probedSound("v", samples: 288_480)])
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
      #"{"id": "a", "narration": {"asset": "v"}}"#,
      ["v": probedSound("v", samples: 308_700, rate: 44100)])
    #expect(made.timeline?.frames == 210)
  }

  @Test("without narration the avatar's sound counts, then its picture, then the background")
  func order() throws {
    let avatar = probedVideo("a", seconds: Rational(4), audio: true)
    let background = probedVideo("b", seconds: Rational(9))
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
    let voice = ["v": probedSound("v", samples: 48000 * 6)]
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
    let voice = ["v": probedSound("v", samples: 48000 * 6)]
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
      #"{"id": "a", "narration": {"asset": "v"}}"#, ["v": probedSound("v", samples: 4800)])
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
    let probes = [
      ids[0]: probedStill("b"), ids[1]: probedVideo("a", seconds: Rational(5), audio: true),
    ]
    let made = Timeline.make(document, source: reading.source, probes: probes)
    #expect(made.timeline?.frames == 150)
    let hint = try #require(made.diagnostics.first { $0.code == .durationHint })
    #expect(hint.pointer == "/scenes/0/duration")
    #expect((hint.line, hint.column, hint.length) == (2, 81, 1))
    let stills = [ids[0]: probedStill("b"), ids[1]: probedStill("a")]
    #expect(Timeline.make(document, source: reading.source, probes: stills).timeline?.frames == 210)
  }

  @Test(
    "sums over many scenes are exact at every rate", arguments: ["24000/1001", "30000/1001", "25"])
  func sums(rate: String) throws {
    let scenes = (0..<40).map { #"{"id": "s\#($0)", "narration": {"asset": "v\#($0 % 5)"}}"# }
    let probes = Dictionary(
      uniqueKeysWithValues: (0..<5).map {
        ("v\($0)", probedSound("v\($0)", samples: Int64(100_000 + $0 * 7919)))
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
