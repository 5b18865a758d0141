import Testing

@testable import SceneDocument

@Suite struct DocumentPropertyTests {
  @Test("400 random documents are sound, and their expansion means the same and expands to itself")
  func expansion() throws {
    for seed in 0..<400 {
      var random = RandomDocument(seed: UInt64(seed))
      let text = random.document().compactText
      let first = SceneDocument.read(text)
      let errors = first.diagnostics.filter { $0.severity == .error }
      try #require(errors.isEmpty, "seed \(seed): \(errors) in \(text)")
      let expanded = try #require(first.expandedText)
      let second = SceneDocument.read(expanded)
      #expect(second.document == first.document, "seed \(seed): \(text)")
      #expect(second.expandedText == expanded, "seed \(seed): \(text)")
    }
  }

  @Test("variants of random documents differ in layout, style and visibility only")
  func variants() throws {
    for seed in 1000..<1200 {
      var random = RandomDocument(seed: UInt64(seed))
      let reading = SceneDocument.read(random.document().compactText)
      let document = try #require(reading.document, "\(seed): \(reading.diagnostics)")
      for variant in document.variants {
        let other = document.document(for: variant)
        #expect(other.output.size == variant.size)
        #expect(other.output.lengthSize == document.output.size)
        #expect(other.variants.isEmpty)
        #expect(other.scenes.count == document.scenes.count)
        for (scene, seen) in zip(document.scenes, other.scenes) {
          #expect(scene.withoutLooks == seen.withoutLooks, "seed \(seed)")
        }
      }
    }
  }

  @Test("3000 documents with a change somewhere give a document or diagnostics with places")
  func mutations() throws {
    var random = SeededNumbers(77)
    for seed in 0..<3000 {
      var source = RandomDocument(seed: UInt64(seed % 60))
      var text = Array(source.document().compactText.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text[place] = UInt8.random(in: 0x20...0x7E, using: &random)
        case 1: text.remove(at: place)
        default: text.insert(contentsOf: text[place...].prefix(20), at: place)
        }
      }
      let reading = SceneDocument.read(text)
      let errors = reading.diagnostics.filter { $0.severity == .error }
      #expect((reading.document == nil) == !errors.isEmpty)
      #expect(reading.diagnostics.allSatisfy { ($0.line ?? 0) > 0 && ($0.column ?? 0) > 0 })
      if let expanded = reading.expandedText {
        #expect(SceneDocument.read(expanded).expandedText == expanded)
      }
    }
  }

  @Test("styles that build on each other in a long chain are read, and quickly")
  func chain() throws {
    let styles = (1..<1000).map { #""s\#($0)": {"extends": "s\#($0 - 1)"}"# }
    let text = """
      {"spec": "scene/1", "id": "f", "scenes": [{"id": "s", "duration": 1}],
       "styles": {"text": {\(styles.reversed().joined(separator: ",")), "s0": {"size": "3vmin"}}}}
      """
    let document = try #require(SceneDocument.read(text).document)
    #expect(document.styles.text["s999"]?.size == .vmin(3))
    let cycle = text.replacing(#""s0": {"size": "3vmin"}"#, with: #""s0": {"extends": "s999"}"#)
    #expect(SceneDocument.read(cycle).diagnostics.map(\.code) == [.styleCycle])
  }
}

extension Scene {
  /// What must be the same in every variant.
  fileprivate var withoutLooks: Scene {
    var scene = self
    if case .color = scene.background { scene.background = .color(.black) }
    scene.avatar = avatar?.withoutLooks
    scene.titleCard = titleCard?.withoutLooks
    scene.lowerThird = lowerThird?.withoutLooks
    scene.layers = layers.map(\.withoutLooks)
    if let captions {
      var plain = Captions(source: captions.source)
      (plain.minimumShow, plain.bridge) = (captions.minimumShow, captions.bridge)
      (plain.pauseBreak, plain.language) = (captions.pauseBreak, captions.language)
      scene.captions = plain
    }
    return scene
  }
}

extension Layer {
  fileprivate var withoutLooks: Layer {
    var content = content
    if case .text(let block) = content {
      content = .text(TextBlock(text: block.text, sub: block.sub))
    }
    var layer = Layer(id: id, slot: slot, content: content)
    (layer.from, layer.to, layer.trim, layer.speed) = (from, to, trim, speed)
    (layer.gain, layer.mute, layer.audio) = (gain, mute, audio)
    (layer.enter.duration, layer.exit.duration) = (enter.duration, exit.duration)
    (layer.whenShort, layer.whenLong) = (whenShort, whenLong)
    return layer
  }
}
