import Testing

@testable import SceneDocument

@Suite struct DocumentReadingTests {
  @Test("defaults of the slots are those of the specification")
  func slots() throws {
    let reading = SceneDocument.read(
      oneScene(
        #""background": {"asset": "a"}, "avatar": {"asset": "a"}, "layers": [{"asset": "b"}]"#))
    let scene = try #require(reading.document).scenes[0]
    let background = try #require(scene.allLayers.first)
    #expect(
      (background.z, background.fit, background.whenShort, background.mute) == (
        0, .cover, .loop, true
      ))
    #expect(background.motion == nil)
    let avatar = try #require(scene.avatar)
    #expect(avatar.position == .place(.bottomRight, margin: .vmin(4)))
    #expect(avatar.size == Size(.vmin(30), .vmin(30)))
    #expect(avatar.focus == Point(0.5, 0.35))
    #expect((avatar.z, avatar.whenShort, avatar.mute) == (500, .freeze, false))
    let layer = scene.layers[0]
    #expect(layer.size == Size(nil, Length(0.3)))
    #expect((layer.z, layer.fit, layer.whenShort, layer.mute) == (100, .contain, .hide, true))
    #expect(scene.allLayers.map(\.id) == ["s1/background", "s1/avatar", "s1/0"])
  }

  @Test("a draft is half the size, even, at least 16")
  func draft() throws {
    var options = ReadingOptions()
    options.preset = .draft
    let document = try #require(SceneDocument.read(oneScene(), options: options).document)
    #expect(document.output.size == PixelSize(1920, 1080))
    #expect(document.output.frameSize == PixelSize(960, 540))
    #expect(document.output.video.quality == 28)
    #expect(document.output.video.effort == .veryfast)
    var output = document.output
    output.size = PixelSize(1366, 16)
    #expect(output.frameSize == PixelSize(682, 16))
  }

  @Test("assets keep the order of the text and are found by id")
  func assets() throws {
    let text = oneScene(#""avatar": {"asset": "a"}"#)
    let assets = try #require(SceneDocument.read(text).document).assets
    #expect(assets.map(\.id) == ["a", "b"])
    #expect(assets["b"]?.path == "b.png")
    #expect(assets["c"] == nil)
  }

  @Test("unused assets and variables are warnings, silenced only with a reason, errors when strict")
  func warnings() throws {
    let text = oneScene(top: #""vars": {"v": 1},"#)
    let reading = SceneDocument.read(text)
    #expect(reading.document != nil)
    #expect(reading.diagnostics.map(\.code) == [.unusedVariable, .unusedAsset, .unusedAsset])
    #expect(reading.diagnostics.map(\.pointer) == ["/vars/v", "/assets/a", "/assets/b"])
    let silenced = SceneDocument.read(
      text.replacing(
        #""path": "a.mp4""#,
        with: #""path": "a.mp4", "x-allow": [{"code": "W_ASSET_UNUSED", "reason": "later"}]"#))
    #expect(silenced.diagnostics.map(\.pointer) == ["/vars/v", "/assets/b"])
    var options = ReadingOptions()
    options.strict = true
    let strict = SceneDocument.read(text, options: options)
    #expect(strict.document == nil)
    #expect(strict.diagnostics.allSatisfy { $0.severity == .error })
  }

  @Test("no more than 100 diagnostics, the first ones of the text")
  func hundred() {
    let scenes = (0..<150).map { #"{"id": "s\#($0)", "duration": -1}"# }.joined(separator: ",\n")
    let reading = SceneDocument.read(#"{"spec": "scene/1", "id": "f", "scenes": [\#(scenes)]}"#)
    #expect(reading.diagnostics.count == 100)
    #expect(reading.diagnostics.last?.pointer == "/scenes/99/duration")
    #expect(reading.document == nil)
  }

  @Test("later stages find the origin of a value, in the defaults too")
  func origins() throws {
    let text = """
      {"spec": "scene/1", "id": "film",
       "defaults": {"avatar": {"asset": "a", "fit": "contain"}},
       "assets": {"a": {"path": "a.mp4"}},
       "scenes": [{"id": "s1", "avatar": {"when_short": "fail"}}]}
      """
    let source = SceneDocument.read(text).source
    let own = source.diagnostic(.mediaTooShort, at: "/scenes/0/avatar/when_short", "x")
    #expect(own.pointer == "/scenes/0/avatar/when_short")
    #expect((own.line, own.column, own.length) == (4, 51, 6))
    #expect(own.scene == "s1")
    let inherited = source.diagnostic(.mediaTooShort, at: "/scenes/0/avatar/fit", "x")
    #expect(inherited.pointer == "/defaults/avatar/fit")
    #expect((inherited.line, inherited.column) == (2, 47))
    let absent = source.diagnostic(.mediaTooShort, at: "/scenes/0/avatar/when_long", "x")
    #expect(absent.pointer == "/scenes/0/avatar")
    let key = source.diagnostic(.colorGuessed, at: "/assets/a", isAboutKey: true, "x")
    #expect((key.line, key.column, key.length) == (3, 13, 3))
  }

  @Test("a diagnostic is encoded with the names of the specification")
  func json() throws {
    let text = oneScene(#""avatar": {"asset": "a", "postion": "left"}"#)
    let diagnostic = try #require(SceneDocument.read(text).diagnostics.first)
    let json = diagnostic.json
    #expect(json["code"] == "E_UNKNOWN_KEY")
    #expect(json["severity"] == "error")
    #expect(json["retryable"] == false)
    #expect(json["suggestion"] == "place")
    #expect(json["scene"] == "s1")
    #expect(json["patch_safe"] == true)
    #expect(
      json["patch"] == [
        [
          "op": "move", "from": "/scenes/0/avatar/postion", "path": "/scenes/0/avatar/place",
        ]
      ])
  }

  @Test("private keys are kept as they are, null included")
  func privateKeys() throws {
    let reading = SceneDocument.read(oneScene(#""x-a": {"b": null}, "x-c": null, "avatar": null"#))
    let scene = try #require(reading.expanded)["scenes"]
    guard case .array(let scenes) = scene else { return }
    #expect(scenes[0]["x-a"] == ["b": .null])
    #expect(scenes[0]["x-c"] == .null)
    #expect(scenes[0]["avatar"] == nil)
  }

  @Test("the order of keys and white space change nothing")
  func layout() throws {
    var random = SeededNumbers(5)
    for name in Fixtures.names("valid").filter({ !$0.contains("payload") }) {
      let bytes = try Fixtures.bytes("valid", name + ".json")
      var reader = JSONReader(bytes)
      let plain = try reader.document().plain
      let shuffled = plain.shuffled(using: &random)
      let first = try #require(SceneDocument.read(bytes).document)
      let second = try #require(SceneDocument.read(shuffled.compactText).document, "\(name)")
      // The order of assets is that of the text, and means nothing.
      var (a, b) = (first, second)
      (a.assets, b.assets) = (
        Assets(a.assets.sorted { $0.id < $1.id }), Assets(b.assets.sorted { $0.id < $1.id })
      )
      #expect(a == b, "\(name)")
    }
  }
}

extension JSONValue {
  fileprivate func shuffled(using random: inout SeededNumbers) -> JSONValue {
    switch self {
    case .object(let members):
      return .object(
        members.shuffled(using: &random).map { Member($0.key, $0.value.shuffled(using: &random)) })
    case .array(let items): return .array(items.map { $0.shuffled(using: &random) })
    default: return self
    }
  }
}

@Suite struct PayloadImportTests {
  @Test("a payload becomes a document, one asset for each path")
  func document() throws {
    let text = """
      {"projectId": "p1", "scenes": [
        {"sceneId": "s1", "avatarUrl": "a1.mp4", "backgroundUrl": "beach.mp4", "duration": 7},
        {"sceneId": "s2", "avatarUrl": "a2.mp4", "backgroundUrl": "beach.mp4"}]}
      """
    let document = try #require(SceneDocument.read(text).document)
    #expect(document.id == "p1")
    #expect(document.scenes.map(\.id) == ["s1", "s2"])
    #expect(document.assets.map(\.path) == ["beach.mp4", "a1.mp4", "a2.mp4"])
    #expect(document.scenes[0].duration == nil)
    #expect(document.scenes[0].durationHint == .seconds(7))
    #expect(document.scenes[0].avatar?.asset == document.assets[1].id)
  }

  @Test("a missing avatar follows the policy asked for")
  func missing() throws {
    let text =
      #"{"projectId": "p", "scenes": [{"sceneId": "s", "avatarUrl": null, "backgroundUrl": "b.mp4"}]}"#
    #expect(SceneDocument.read(text).diagnostics.map(\.code) == [.assetMissing])
    var options = ReadingOptions()
    options.onMissing = .drop
    let dropped = SceneDocument.read(text, options: options)
    #expect(dropped.diagnostics.map(\.code) == [.policyApplied])
    #expect(try #require(dropped.document).scenes[0].avatar == nil)
    options.onMissing = .placeholder
    let card = try #require(SceneDocument.read(text, options: options).document)
    #expect(card.scenes[0].onMissing == .placeholder)
    #expect(card.scenes[0].avatar?.asset != nil)
  }
}

@Suite struct RepairTests {
  @Test("safe repairs are made in place and the rest of the text is kept")
  func fixes() {
    let text = """
      {
        "spec" : "scene/1",  "id": "film",
        "assets": { "beach": {"src": "beach.mp4"}, "sea": {"path": "clips\\\\sea.mp4"} },
        "scenes": [
          { "id": "s1", "length": 4, "head": "1s",
            "background": {"asset": "baech", "opacity": 80, "fit": "crop", "volume": 0.5} }
        ]
      }

      """
    let expected = """
      {
        "spec" : "scene/1",  "id": "film",
        "assets": { "beach": {"path": "beach.mp4"}, "sea": {"path": "clips/sea.mp4"} },
        "scenes": [
          { "id": "s1", "duration": 4, "head": 1,
            "background": {"asset": "beach", "opacity": 0.8, "fit": "cover", "volume": 0.5} }
        ]
      }

      """
    let result = SceneDocument.applyingFixes(to: text)
    #expect(result.text == expected)
    #expect(result.fixed.allSatisfy { $0.patchSafe == true })
  }

  @Test("of two keys for one place only one is renamed")
  func sameTarget() {
    let text = oneScene(#""avatar": {"asset": "a", "postion": "left", "position": "top"}"#)
    let fixed = SceneDocument.applyingFixes(to: text).text
    #expect(fixed.contains(#""place": "left", "position": "top""#))
  }

  @Test("a text without safe repairs stays as it is", arguments: ["{", "", oneScene()])
  func untouched(text: String) { #expect(SceneDocument.applyingFixes(to: text).text == text) }

  @Test("repairing never makes a document worse", arguments: Fixtures.names("invalid"))
  func never(name: String) throws {
    let bytes = try Fixtures.bytes("invalid", name + ".json")
    guard bytes.count < 5000 else { return }
    let before = SceneDocument.read(bytes).diagnostics.filter { $0.severity == .error }
    let fixed = SceneDocument.applyingFixes(to: bytes)
    let after = SceneDocument.read(fixed.text).diagnostics.filter { $0.severity == .error }
    #expect(after.count + (fixed.fixed.isEmpty ? 0 : 1) <= before.count)
    #expect(SceneDocument.applyingFixes(to: fixed.text).fixed.isEmpty)
  }
}

@Suite struct SuggestionTests {
  @Test("the nearest name within two changes, foreign names counted")
  func nearest() {
    let keys = ["place", "margin", "size", "x", "y"]
    #expect(Suggestions.nearest(to: "plcae", among: keys)?.name == "place")
    #expect(Suggestions.nearest(to: "siez", among: keys)?.name == "size")
    #expect(Suggestions.nearest(to: "weather", among: keys)?.name == nil)
    #expect(Suggestions.nearest(to: "z", among: keys)?.name == nil)
    #expect(
      Suggestions.nearest(to: "postion", among: keys, foreign: ["position": "place"])?.name
        == "place")
    #expect(Suggestions.nearest(to: "clip3", among: ["clip1", "clip2"])?.isSingle == false)
  }
}
