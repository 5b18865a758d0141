import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

@Suite struct CaptionTests {
  private func words(_ list: [(String, Double, Double)]) -> String {
    let items = list.map { "{\"t\": \"\($0.0)\", \"s\": \($0.1), \"e\": \($0.2)}" }
    return "{\"v\": 1, \"words\": [\(items.joined(separator: ","))]}"
  }

  /// A scene of `seconds` with captions from a words file.
  private func studio(
    _ list: [(String, Double, Double)]
  ) throws -> FilmStudio {
    var studio = try FilmStudio()
    try studio.write("w", "words.json", words(list))
    return studio
  }

  private func document(
    _ studio: FilmStudio, mode: String, seconds: Double = 8, rate: String = "30", more: String = ""
  ) -> String {
    studio.document(
      #"{"id": "s", "duration": \#(seconds), "captions": {"words": "w", "mode": "\#(mode)"\#(more)}}"#,
      output: #""size": [640, 360], "fps": \#(rate)"#)
  }

  private static let speech: [(String, Double, Double)] = [
    ("Every", 0.213, 0.51), ("word", 0.51, 0.8), ("lights", 0.8, 1.17), ("up", 1.2, 1.4),
    ("when", 1.52, 1.7), ("it", 1.7, 1.81), ("is", 1.81, 1.95), ("spoken.", 1.95, 2.43),
    ("After", 3.2, 3.47), ("a", 3.47, 3.55), ("pause,", 3.55, 4.0), ("more", 4.05, 4.3),
    ("follows", 4.3, 4.9), ("here.", 4.9, 5.3),
  ]

  @Test(
    "a word is shown within a frame of its time, in every frame rate and mode",
    arguments: ["24", "25", "30", "60", "\"30000/1001\""], ["karaoke", "word"])
  func inTime(_ rate: String, _ mode: String) throws {
    let studio = try studio(Self.speech)
    let request = try studio.request(document(studio, mode: mode, rate: rate))
    let fps = request.timeline.frameRate.doubleValue
    let layers = request.timeline.scenes[0].picture.layers
    let highlight = RGBA(red: 0xFF, green: 0xD2, blue: 0x3F)
    for (word, start, end) in Self.speech {
      let shown = layers.filter { layer in
        guard let text = layer.text else { return false }
        let runs = text.lines.flatMap(\.runs)
        return mode == "word"
          ? text.text == word : runs.contains { $0.text == word && $0.color == highlight }
      }
      let first = try #require(shown.map(\.from).min(), "\(word) is never shown")
      #expect(abs(Double(first) - start * fps) <= 1, "\(word) begins at \(first)")
      let last = try #require(shown.map(\.to).max())
      #expect(Double(last) >= end * fps - 1, "\(word) ends at \(last)")
    }
  }

  @Test("captions end with sentences and pauses, and never two are shown at once")
  func cut() throws {
    let studio = try studio(Self.speech)
    let cues = try studio.request(document(studio, mode: "line")).timeline.scenes[0].captions
    #expect(
      cues.map { $0.text.replacing("\n", with: " ") } == [
        "Every word lights up when it is spoken.", "After a pause, more follows here.",
      ])
    for (cue, next) in zip(cues, cues.dropFirst()) {
      #expect(cue.frames.upperBound <= next.frames.lowerBound)
    }
  }

  @Test("gaps shorter than the bridge are closed, and a short caption is shown long enough")
  func shownLongEnough() throws {
    let studio = try studio([
      ("Yes.", 0, 0.1), ("A", 1.0, 1.1), ("sentence", 1.1, 1.5), ("follows.", 1.5, 2.2),
      ("Then", 2.4, 2.6), ("another.", 2.6, 3.2),
    ])
    let cues = try studio.request(document(studio, mode: "line")).timeline.scenes[0].captions
    #expect(cues.first?.frames == 0..<21)
    #expect(cues.contains { $0.frames.upperBound == 72 && $0.text == "A sentence follows." })
  }

  @Test("times count from the narration, its offset, trim and the scene's head")
  func offsets() throws {
    var studio = try FilmStudio(["voice": try ClipForge.tone("narration.wav", seconds: 4)])
    try studio.write("w", "words.json", words([("early", 0.1, 0.4), ("Hello", 1.0, 1.5)]))
    let request = try studio.request(
      studio.document(
        #"{"id": "s", "head": 0.5, "narration": {"asset": "voice", "offset": 0.25, "trim": [0.5, 3]}, "captions": {"words": "w", "mode": "word"}}"#,
        output: #""size": [640, 360]"#))
    let cues = request.timeline.scenes[0].captions
    // 0.5 + 0.25 + (1.0 − 0.5) s; what is before the trim is not heard and not shown.
    #expect(cues.map(\.text) == ["Hello"])
    #expect(cues[0].frames.lowerBound == 38)
  }

  @Test("without anything else the scene is as long as its captions")
  func duration() throws {
    var studio = try FilmStudio()
    try studio.write("w", "words.json", words([("Hello", 0.2, 1.5)]))
    let request = try studio.request(
      studio.document(
        #"{"id": "s", "tail": 0.5, "captions": {"words": "w"}}"#, output: #""size": [640, 360]"#))
    #expect(request.timeline.scenes[0].durationRule == .captions)
    #expect(request.timeline.frames == 60)
  }

  @Test("ten thousand words are cut in a moment, each shown once")
  func long() throws {
    let many = (0..<10_000).map {
      ("word\($0 % 97)\($0 % 7 == 0 ? "." : "")", Double($0) * 0.05, Double($0) * 0.05 + 0.04)
    }
    let studio = try studio(many)
    let began = ContinuousClock.now
    let request = try studio.request(document(studio, mode: "karaoke", seconds: 520))
    #expect(ContinuousClock.now - began < .seconds(20))
    let text = request.timeline.scenes[0].captions.map(\.text).joined(separator: " ")
    #expect(text.split(whereSeparator: \.isWhitespace).count == 10_000)
  }

  @Test("an edit of one caption changes the segments in which it shows and no others")
  func edit() throws {
    let scenes = (0..<6).map { scene in
      ##"{"id": "s\##(scene)", "duration": 6, "background": "#204060", "captions": {"cues": [{"from": 0.5, "to": 2, "text": "Caption \##(scene)"}, {"from": 4, "to": 5, "text": "Second \##(scene)"}]}}"##
    }.joined(separator: ",")
    let studio = try FilmStudio()
    let text = studio.document(scenes, output: #""size": [640, 360]"#)
    let before = RenderPlan(try studio.request(text)).segments
    let after = RenderPlan(try studio.request(text.replacing("Caption 3", with: "Kaption 3")))
      .segments
    let changed = zip(before, after).filter { $0.key != $1.key }.map(\.0)
    #expect(!changed.isEmpty && changed.allSatisfy { $0.scene == 3 && $0.range.lowerBound < 60 })
    #expect(changed.count <= 2)
  }

  // MARK: Proofs

  private func told(_ scene: String, output: String = "") throws -> [Diagnostic] {
    let text = try FilmStudio().document(
      scene, output: output.isEmpty ? #""size": [640, 360]"# : output)
    let reading = SceneDocument.read(text)
    let document = try #require(reading.document, "\(reading.diagnostics)")
    return Timeline.make(document, source: reading.source, probes: [:]).diagnostics
  }

  private func cue(_ text: String, to: Double = 3, more: String = "") -> String {
    #"{"id": "s", "duration": 4, "captions": {"cues": [{"from": 0, "to": \#(to), "text": "\#(text)"}]\#(more)}}"#
  }

  @Test("a character without a glyph is told with its code point and place")
  func missingGlyph() throws {
    let told = try told(cue("tag \u{E0900}\u{F8F0} here"))
    let found = try #require(told.first { $0.code == .glyphMissing })
    #expect(found.message.contains("U+F8F0"))
    #expect(found.pointer == "/scenes/0/captions/cues/0/text")
  }

  @Test("captions in all shipped scripts have their glyphs")
  func scripts() throws {
    for text in [
      "Ελληνικά и русский", "한국어 자막", "日本語の字幕", "繁體中文字幕，简体中文", "مرحبا بالعالم", "สวัสดีชาวโลก",
      "שלום עולם", "नमस्ते दुनिया", "😀 🎬 ❤️ ☀️ 👍", "½ ± → ∑ € ₩ ¥", "e\u{301}a\u{308}", "Việt Nam",
    ] {
      #expect(try told(cue(text)).filter { $0.code == .glyphMissing } == [], "\(text)")
    }
  }

  @Test("what does not fit, is read too fast, or stands badly is told")
  func proofs() throws {
    let long = String(repeating: "incomprehensibilities ", count: 12)
    #expect(try told(cue(long)).map(\.code).contains(.captionOverflow))
    #expect(
      try told(cue("Donaudampfschifffahrtsgesellschaftskapitänswitwenrente")).map(\.code).contains(
        .captionOverflow))
    #expect(
      try told(cue("far too many letters for so short a time", to: 0.5)).map(\.code).contains(
        .readingSpeed))
    #expect(try told(cue("자막을 읽기에는 너무 짧은 시간입니다", to: 0.8)).map(\.code).contains(.readingSpeed))
    #expect(try told(cue("Hi", more: #", "margin": 0"#)).map(\.code).contains(.safeArea))
    #expect(try told(cue("Hello")) == [])
    let card =
      #"{"id": "s", "duration": 4, "lower_third": {"text": "A name that is long enough", "place": "bottom"}, "captions": {"cues": [{"from": 0, "to": 3, "text": "A caption as long as that"}]}}"#
    #expect(try told(card).map(\.code).contains(.captionOccluded))
    let text = String(repeating: "many words ", count: 80)
    #expect(
      try told(#"{"id": "s", "duration": 2, "title_card": {"text": "\#(text)"}}"#).map(\.code)
        .contains(.textOverflow))
  }

  @Test("cues that share time are shown together, and none is lost")
  func overlapping() throws {
    let studio = try FilmStudio()
    let request = try studio.request(
      studio.document(
        #"{"id": "s", "duration": 4, "captions": {"cues": [{"from": 0, "to": 2, "text": "outer"}, {"from": 0.5, "to": 1, "text": "inner"}, {"from": 3, "to": 4, "text": "- Hi\n- Hello"}]}}"#,
        output: #""size": [640, 360]"#))
    #expect(
      request.timeline.scenes[0].captions == [
        CaptionCue(frames: 0..<15, text: "outer"),
        CaptionCue(frames: 15..<30, text: "outer\ninner"),
        CaptionCue(frames: 30..<60, text: "outer"),
        CaptionCue(frames: 90..<120, text: "- Hi\n- Hello"),
      ])
  }

  @Test("a part of a film has its captions at their times in the part")
  func part() throws {
    let studio = try FilmStudio()
    let scenes = ["a", "b"].map {
      #"{"id": "\#($0)", "duration": 2, "captions": {"cues": [{"from": 0.2, "to": 0.9, "text": "one"}, {"from": 1, "to": 1.5, "text": "two"}]}}"#
    }
    let timeline = try studio.request(
      studio.document(scenes.joined(separator: ","), output: #""size": [640, 360]"#)
    ).timeline.part(15..<75)
    #expect(timeline.scenes.map(\.startFrame) == [0, 45])
    #expect(timeline.scenes[0].captions.map(\.frames) == [0..<15, 15..<36])
    #expect(timeline.scenes[1].captions.map(\.frames) == [6..<15])
  }

  @Test("cues after the end of their scene are told and left out")
  func late() throws {
    let told = try told(
      #"{"id": "s", "duration": 2, "captions": {"cues": [{"from": 0, "to": 1, "text": "in"}, {"from": 5, "to": 6, "text": "out"}]}}"#
    )
    #expect(told.map(\.code) == [.captionsCut])
  }

  @Test("a broken caption file is told with the line in it", arguments: ["srt", "vtt", "words"])
  func broken(_ kind: String) throws {
    var studio = try FilmStudio()
    let text =
      kind == "words"
      ? #"{"v": 1, "words": [{"t": "a", "s": 2, "e": 1}]}"#
      : kind == "vtt" ? "nothing" : "1\n00:00:xx\n"
    try studio.write("c", "c.\(kind == "words" ? "json" : kind)", text)
    let reading = SceneDocument.read(
      studio.document(#"{"id": "s", "duration": 2, "captions": {"\#(kind)": "c"}}"#))
    let document = try #require(reading.document, "\(reading.diagnostics)")
    let record = ProbeRecord(sha256: "0", bytes: 10, kind: .captions, format: "text")
    let making = Timeline.make(
      document, source: reading.source, probes: ["c": record],
      text: TextResources(captionFiles: ["c": Array(text.utf8)]))
    #expect(making.timeline == nil)
    let found = try #require(making.diagnostics.first)
    #expect(found.pointer == "/scenes/0/captions/\(kind)")
    #expect(found.message.contains("line "))
  }
}
