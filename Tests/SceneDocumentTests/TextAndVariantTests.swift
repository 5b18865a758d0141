import Testing

@testable import SceneDocument

@Suite struct TextReadingTests {
  @Test("defaults of text are those of the specification")
  func defaults() throws {
    let reading = SceneDocument.read(
      oneScene(
        #""title_card": {"text": "A", "sub": "B"}, "lower_third": {"text": "C"}, "layers": [{"type": "text", "text": "D"}], "avatar": {"asset": "a"}, "background": {"asset": "b"}"#
      ))
    let scene = try #require(reading.document).scenes[0]
    let card = try #require(scene.titleCard)
    #expect((card.z, card.slot, card.size) == (700, .titleCard, Size(nil, nil)))
    #expect(card.position == .place(.center, margin: .zero))
    let title = try #require(card.text)
    #expect((title.styleName, title.align, title.maxWidth) == ("title", .center, Length(0.8)))
    #expect(title.sub == "B")
    // No style has the name 'title-sub': the second line is the first one's, smaller.
    #expect(title.subStyle.size == .vmin(5.5))
    #expect(title.subStyle.weight == 400)
    let third = try #require(scene.lowerThird)
    #expect((third.z, third.size) == (600, Size(nil, nil)))
    #expect(third.position == .place(.bottomLeft, margin: .vmin(8)))
    #expect(third.text?.align == .left)
    #expect(third.text?.maxWidth == Length(0.7))
    #expect(third.text?.subStyle == TextStyle.builtInText["lower-third-sub"])
    let layer = scene.layers[0]
    #expect((layer.z, layer.size, layer.id) == (100, Size(nil, nil), "s1/0"))
    #expect(layer.text?.styleName == "default")
    #expect(layer.text?.maxLines == nil)
    #expect(
      scene.allLayers.map(\.id) == [
        "s1/background", "s1/avatar", "s1/title_card", "s1/lower_third", "s1/0",
      ])
  }

  @Test("captions and what they leave open")
  func captions() throws {
    let text = oneScene(#""captions": {"cues": [{"from": 0, "to": 1, "text": "Hi"}]}"#)
    let captions = try #require(SceneDocument.read(text).document?.scenes[0].captions)
    #expect(captions == Captions(source: .cues([.init(from: .zero, to: .seconds(1), text: "Hi")])))
    #expect((captions.maximumCPS, captions.language) == (nil, nil))
  }

  @Test("the assets of fonts and captions count as used")
  func used() {
    let text = oneScene(
      #""captions": {"srt": "b"}"#, top: #""styles": {"fonts": {"f": {"assets": ["a"]}}},"#)
    #expect(SceneDocument.read(text).diagnostics.isEmpty)
  }

  @Test("a palette colour may stand wherever a colour may")
  func palette() throws {
    let text = oneScene(
      #""background": "@ink", "avatar": {"asset": "a", "key": {"color": "@ink"}, "border": {"width": 0, "color": "@ink"}, "shadow": {"color": "@ink"}}, "transition": {"kind": "dip", "color": "@ink"}"#,
      top:
        ##""output": {"background": "@ink"}, "styles": {"palette": {"ink": "#010203"}, "text": {"t": {"fill": "@ink"}}},"##
    )
    let document = try #require(SceneDocument.read(text).document)
    let ink = Color(red: 1, green: 2, blue: 3)
    let avatar = try #require(document.scenes[0].avatar)
    #expect(document.output.background == ink)
    #expect(document.scenes[0].background == .color(ink))
    #expect([avatar.key?.color, avatar.border?.color, avatar.shadow?.color] == [ink, ink, ink])
    #expect(document.scenes[0].transition.color == ink)
    #expect(document.styles.text["t"]?.fill == ink)
  }
}

@Suite struct VariantTests {
  private static let text = """
    {"spec": "scene/1", "id": "film",
     "output": {"size": [1920, 1080], "poster": {"at": 1}},
     "variants": [{"id": "tall", "size": [1080, 1920], "subtitles": "none"},
                  {"id": "square", "size": [1080, 1080], "poster": {"at": 2, "format": "png"}}],
     "assets": {"a": {"path": "a.mp4"}},
     "defaults": {"avatar": {"asset": "a", "margin": "24px"},
                  "on": {"tall": {"avatar": {"place": "bottom", "shadow": true}}}},
     "scenes": [{"id": "s1", "duration": 2},
                {"id": "s2", "duration": 2,
                 "on": {"tall": {"avatar": {"x": 0.5, "y": 0.5, "shadow": null}},
                        "square": {"avatar": {"hidden": true}}}}]}
    """

  @Test("defaults, scene, and 'on' of both, the later before the earlier")
  func order() throws {
    let document = try #require(SceneDocument.read(Self.text).document)
    #expect(document.variants.map(\.id) == ["tall", "square"])
    let usual = document.scenes.map(\.avatar)
    #expect(
      usual.map { $0?.position } == [
        .place(.bottomRight, margin: .pixels(24)), .place(.bottomRight, margin: .pixels(24)),
      ])
    let tall = document.document(for: document.variants[0])
    #expect(tall.scenes[0].avatar?.position == .place(.bottom, margin: .pixels(24)))
    #expect(tall.scenes[0].avatar?.shadow == Layer.Shadow())
    #expect(
      tall.scenes[1].avatar?.position == .at(x: Length(0.5), y: Length(0.5), anchor: .topLeft))
    #expect(tall.scenes[1].avatar?.shadow == nil)
    let square = document.document(for: document.variants[1])
    #expect(square.scenes.map { $0.avatar?.hidden } == [false, true])
    #expect(usual.map { $0?.hidden } == [false, false])
  }

  @Test("size, subtitles and poster of a variant; what it does not say is the output's")
  func companions() throws {
    let document = try #require(SceneDocument.read(Self.text).document)
    let (tall, square) = (
      document.document(for: document.variants[0]).output,
      document.document(for: document.variants[1]).output
    )
    #expect((tall.size, square.size) == (PixelSize(1080, 1920), PixelSize(1080, 1080)))
    #expect((tall.subtitles, square.subtitles) == (.none, .burn))
    #expect(tall.poster == Output.Poster(at: .seconds(1)))
    #expect(square.poster == Output.Poster(at: .seconds(2), format: .png))
    // Lengths in pixels are those of the main film.
    #expect(
      (tall.lengthSize, document.output.lengthSize) == (
        PixelSize(1920, 1080), PixelSize(1920, 1080)
      ))
  }

  @Test("a mistake is told once, however many variants see it")
  func once() {
    let text = Self.text.replacing(
      #""duration": 2}"#, with: #""duration": 2, "haed": 1, "avatar": {"opacity": 7}}"#)
    #expect(
      SceneDocument.read(text).diagnostics.map(\.pointer) == [
        "/scenes/0/haed", "/scenes/0/avatar/opacity",
      ])
  }

  @Test("a scene that no variant changes is the same in all")
  func untouched() throws {
    let text = oneScene(
      #""avatar": {"asset": "a"}"#, top: #""variants": [{"id": "v", "size": [64, 64]}],"#)
    let document = try #require(SceneDocument.read(text).document)
    #expect(document.variants[0].scenes == document.scenes)
  }

  @Test("reading 1500 scenes for eight variants takes about as long as the scenes need")
  func speed() throws {
    let variants = (0..<8).map { #"{"id": "v\#($0)", "size": [64, 64]}"# }
    let on = (0..<8).map {
      #""v\#($0)": {"avatar": {"place": "top"}, "title_card": {"hidden": true}}"#
    }
    let scenes = (0..<1500).map { #"{"id": "s\#($0)", "duration": 2}"# }
    let text = """
      {"spec": "scene/1", "id": "f", "variants": [\(variants.joined(separator: ","))],
       "assets": {"a": {"path": "a.mp4"}},
       "defaults": {"avatar": {"asset": "a"}, "title_card": {"text": "Hi"}, "on": {\(on.joined(separator: ","))}},
       "scenes": [\(scenes.joined(separator: ","))]}
      """
    let begin = ContinuousClock.now
    let document = try #require(SceneDocument.read(text).document)
    #expect(document.variants.allSatisfy { $0.scenes.count == 1500 })
    #expect(ContinuousClock.now - begin < .seconds(20))
  }
}

extension Layer {
  fileprivate var text: TextBlock? {
    if case .text(let block) = content { block } else { nil }
  }
}
