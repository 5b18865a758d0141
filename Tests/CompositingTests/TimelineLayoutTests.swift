import SceneDocument
import Testing

@testable import Compositing

@Suite struct TimelineLayoutTests {
  private func box(_ layer: String, _ record: ProbeRecord, output: String = "{}") throws -> PixelBox
  {
    let made = try timeline(
      #"{"id": "a", "duration": 2, "layers": [{"asset": "p"\#(layer)}]}"#, ["p": record],
      output: output)
    return try #require(made.timeline?.scenes[0].picture.layers.first, "\(made.diagnostics)").box
  }

  @Test("auto follows the display aspect, rotation included")
  func automatic() throws {
    let wide = try box("", probedStill("p", width: 800, height: 400))
    #expect(wide == PixelBox(x: 636, y: 378, width: 648, height: 324))
    let turned = try box(
      #", "size": ["auto", 0.5], "place": "top-left""#,
      probedVideo("p", seconds: Rational(2), width: 1920, height: 1080, rotation: 90))
    #expect(turned == PixelBox(x: 0, y: 0, width: 303.75, height: 540))
  }

  @Test("places keep their margin from the edges they touch")
  func places() throws {
    let still = probedStill("p", width: 100, height: 100)
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
      #", "size": ["200px", "100px"], "x": "40px", "y": "20px""#, probedStill("p"),
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
      ["o": probedVideo("o", seconds: Rational(3))],
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
    #expect(made.timeline?.scenes.map { $0.transition?.frames } == [nil, 30])
    #expect(made.diagnostics.map(\.code) == [.transitionIgnored])
    let long = try timeline(scenes("1.1"), [:])
    #expect(long.diagnostics.map(\.code).contains(.transitionTooLong))
  }

  @Test("a background still moves slowly unless told otherwise")
  func motion() throws {
    let made = try timeline(
      #"{"id": "a", "duration": 2, "background": {"asset": "p"}, "layers": [{"asset": "p"}]}"#,
      ["p": probedStill("p")])
    let layers = try #require(made.timeline?.scenes[0].picture.layers)
    #expect(layers[0].motion == PictureLayer.KenBurns(preset: .in, amount: 0.08, ease: .linear))
    #expect(layers[1].motion == nil)
  }
}
