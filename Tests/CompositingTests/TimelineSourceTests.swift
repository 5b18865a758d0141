import SceneDocument
import Testing

@testable import Compositing

@Suite struct TimelineSourceTests {
  private func run(_ layer: String, seconds: Rational) throws -> Timeline.Making {
    try timeline(
      #"{"id": "a", "duration": 4, "background": {"asset": "b"\#(layer)}}"#,
      ["b": probedVideo("b", seconds: seconds)])
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
    #expect(
      try timing(run(#", "when_short": "pingpong""#, seconds: Rational(3))).atEnd == .pingpong)
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
      ["v": probedVideo("v", seconds: Rational(4), audio: true)])
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
        "b": probedVideo("b", seconds: Rational(2), matrix: nil),
        "c": probedVideo("c", seconds: Rational(2), width: 640, height: 480, matrix: nil),
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
    let record = probedVideo("b", seconds: Rational(2), isVariableRate: true)
    let scene =
      #"{"id": "a", "background": {"asset": "b"}}, {"id": "c", "background": {"asset": "b"}}"#
    #expect(try timeline(scene, ["b": record]).diagnostics.map(\.code) == [.variableRate])
  }

  @Test("sound without a picture cannot be shown")
  func noPicture() throws {
    let made = try timeline(
      #"{"id": "a", "duration": 2, "background": {"asset": "v"}}"#,
      ["v": probedSound("v", samples: 48000)])
    #expect(made.diagnostics.map(\.code) == [.mediaNoStream])
    #expect(made.diagnostics[0].pointer == "/scenes/0/background/asset")
  }
}
