import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

@Suite struct TextPictureTests {
  private func text(_ inside: String, size: String = "[640, 360]", output: String = "") throws
    -> RenderRequest
  {
    let studio = try FilmStudio()
    return try studio.request(
      studio.document(
        ##"{"id": "s", "duration": 2, "background": "#203040", \##(inside)}"##,
        output: #""size": \#(size)"# + output))
  }

  private func layers(_ request: RenderRequest) -> [PictureLayer] {
    request.timeline.scenes[0].picture.layers.filter { $0.text != nil }
  }

  @Test("a title card stands in the middle, a lower third at the bottom left, below it")
  func slots() throws {
    let request = try text(
      #""title_card": {"text": "Title", "sub": "and more"}, "lower_third": {"text": "Name"}"#)
    let found = layers(request)
    #expect(found.map { $0.text?.text } == ["Name", "Title\nand more"])
    let (name, title) = (found[0].box, found[1].box)
    #expect(abs(title.x + title.width / 2 - 320) < 0.01)
    #expect(abs(title.y + title.height / 2 - 180) < 0.01)
    #expect(abs(name.x - 28.8) < 0.01 && abs(name.y + name.height - (360 - 28.8)) < 0.01)
    // The second line is smaller.
    let lines = try #require(found[1].text?.lines)
    #expect(lines[1].size < lines[0].size && lines[1].baseline > lines[0].baseline)
  }

  @Test("long titles are broken into even lines, and shrink before they overflow")
  func breaking() throws {
    let even = try text(#""title_card": {"text": "The quick brown fox jumps over the lazy dog"}"#)
    let lines = try #require(layers(even).first?.text?.lines)
    #expect(lines.count == 2 && lines.allSatisfy { $0.text.count > 15 })
    let narrow = try text(
      #""title_card": {"text": "Wondrous incomprehensibilities", "max_width": 0.45}"#)
    let shrunk = try #require(layers(narrow).first?.text?.lines)
    #expect(shrunk[0].size < lines[0].size && shrunk[0].size >= 0.7 * lines[0].size - 0.01)
  }

  @Test("a box of a given size holds the text, whatever its length")
  func fixedBox() throws {
    let request = try text(
      #""layers": [{"type": "text", "text": "Hello", "size": [0.5, 0.25], "align": "right"}]"#)
    let layer = try #require(layers(request).first)
    #expect(layer.box.width == 320 && layer.box.height == 90)
    #expect(layer.text?.lines.first?.anchor == .right)
  }

  @Test("upper case, letter spacing, weight and palette colours reach the picture")
  func style() throws {
    let studio = try FilmStudio()
    let request = try studio.request(
      studio.document(
        #"{"id": "s", "duration": 1, "layers": [{"type": "text", "text": "straße", "style": "loud"}]}"#,
        output: #""size": [640, 360]"#,
        more:
          ##""styles": {"palette": {"accent": "#FF8800"}, "text": {"loud": {"fill": "@accent", "case": "upper", "letter_spacing": "2vmin", "weight": 400}}},"##
      ))
    let line = try #require(request.timeline.scenes[0].picture.layers.first?.text?.lines.first)
    #expect(line.text == "STRASSE")
    #expect(line.letterSpacing == 7.2)
    #expect(line.runs[0].color == RGBA(red: 0xFF, green: 0x88, blue: 0))
  }

  @Test("a document's own font is used, then its fallback, then the shipped fonts")
  func ownFont() throws {
    var studio = try FilmStudio()
    try studio.add("mono", "/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf")
    let request = try studio.request(
      studio.document(
        #"{"id": "s", "duration": 1, "layers": [{"type": "text", "text": "Ab 한", "style": "own"}]}"#,
        output: #""size": [640, 360]"#,
        more: #""styles": {"fonts": {"f": {"assets": ["mono"]}}, "text": {"own": {"font": "f"}}},"#)
    )
    let runs = try #require(
      request.timeline.scenes[0].picture.layers.first?.text?.lines.first?.runs)
    #expect(runs.count == 2)
    #expect(request.files.paths[runs[0].sha256]?.hasPrefix(studio.folder.path) == true)
    #expect(request.files.paths[runs[1].sha256]?.hasSuffix("NotoSansCJK-Bold.ttc") == true)
  }

  @Test("a font that is not there, has no name to be set by, or cannot be drawn is told")
  func unusableFont() async throws {
    let folder = try TempFolder()
    let good = "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"
    var damaged = Array(try Data(contentsOf: URL(fileURLWithPath: good)))
    // The outlines are gone, the letters are still listed.
    let name = Array("glyf".utf8)
    let place = try #require(damaged.indices.first { damaged[$0...].starts(with: name) })
    damaged.replaceSubrange(place..<place + 4, with: Array("gone".utf8))
    try Data(damaged).write(to: URL(fileURLWithPath: folder.file("damaged.ttf")))
    for file in ["missing.ttf", "damaged.ttf"] {
      let text = """
        {"spec": "scene/1", "id": "f", "assets": {"f": {"path": "\(file)"}},
         "styles": {"fonts": {"own": {"assets": ["f"]}}, "text": {"s": {"font": "own"}}},
         "scenes": [{"id": "s", "duration": 1, "layers": [{"type": "text", "text": "Hi", "style": "s"}]}]}
        """
      let error = await #expect(throws: DocumentRefusal.self) {
        _ = try await DocumentPreparer(text: Array(text.utf8), assetFolder: folder.path).prepare()
      }
      #expect(error?.diagnostics.first?.pointer == "/assets/f/path", "\(file)")
    }
  }

  @Test("text that runs right to left is set so, whatever colours it has")
  func rightToLeft() throws {
    let studio = try FilmStudio()
    func picture(_ words: [String], lit: Int) throws -> Canvas {
      let document = studio.document(
        #"{"id": "s", "duration": 1, "layers": [{"type": "text", "text": "\#(words.joined(separator: " "))"}]}"#,
        output: #""size": [640, 360]"#)
      var request = try studio.request(document)
      let layer = try #require(request.timeline.scenes[0].picture.layers.first)
      var text = try #require(layer.text)
      let run = text.lines[0].runs[0]
      text.shadow = nil
      text.lines[0].runs = words.enumerated().map { number, word in
        var part = run
        part.text = word + (number + 1 < words.count ? " " : "")
        part.color = number == lit ? RGBA(red: 255, green: 0, blue: 0) : run.color
        return part
      }
      request.timeline.scenes[0].picture.layers[0].content = .text(text)
      return try StillRenderer(request: request, interrupt: Interrupt()).canvas(at: 0)
    }
    /// The middle of what is red.
    func red(_ canvas: Canvas) -> Int {
      var (sum, count) = (0, 0)
      for y in 0..<canvas.height / 2 {
        canvas.withRow(y, ofPlane: 2) { row in
          for x in row.indices where row[x] > 170 { (sum, count) = (sum + x, count + 1) }
        }
      }
      return sum / max(count, 1)
    }
    let words = ["هذا", "نص", "عربي"]
    let places = try words.indices.map { red(try picture(words, lit: $0)) }
    #expect(places[0] > places[1] && places[1] > places[2])
  }

  @Test("text is the same pixels with any number of jobs, and on every CPU")
  func sameEverywhere() async throws {
    let studio = try FilmStudio()
    let document = studio.document(
      #"{"id": "s", "duration": 3, "title_card": {"text": "Reelnode 한국어 日本 مرحبا 🎬", "enter": {"kind": "slide-up"}}, "captions": {"style": "boxed", "cues": [{"from": 0, "to": 3, "text": "boxed"}]}}"#,
      output: #""size": [640, 360]"#)
    let one = try await studio.render(document, to: "one.mp4", jobs: 1, cached: false)
    let many = try await studio.render(document, to: "many.mp4", jobs: 8, cached: false)
    #expect(one.outputs[0].sha256 == many.outputs[0].sha256)
  }

  @Test("text is drawn where its box is, with its plate, and nowhere else")
  func drawn() throws {
    let studio = try FilmStudio()
    let request = try studio.request(
      studio.document(
        ##"{"id": "s", "duration": 2, "background": "#203040", "layers": [{"type": "text", "text": "WWWW", "style": "plain", "x": 0.25, "y": 0.25}]}"##,
        output: #""size": [640, 360]"#,
        more: ##""styles": {"text": {"plain": {"fill": "#FFFFFF"}}},"##))
    let renderer = StillRenderer(request: request, interrupt: Interrupt())
    let canvas = try renderer.canvas(at: 10)
    let box = PixelRect(rounding: try #require(layers(request).first?.box))
    var (inside, outside) = (0, 0)
    for y in 0..<canvas.height {
      canvas.withRow(y, ofPlane: 0) { row in
        for x in row.indices where row[x] > 150 {
          let isIn =
            box.x - 2..<box.x + box.width + 2 ~= x && box.y - 2..<box.y + box.height + 2 ~= y
          if isIn { inside += 1 } else { outside += 1 }
        }
      }
    }
    #expect(inside > 500 && outside == 0)
  }

  @Test(
    "contrast is measured against the outline, the box or the picture",
    arguments: [
      (##""style": "faint""##, true), (##""style": "boxed-faint""##, false),
      (##""style": "default""##, false),
    ])
  func contrast(_ style: String, _ isLow: Bool) throws {
    let studio = try FilmStudio()
    let request = try studio.request(
      studio.document(
        ##"{"id": "s", "duration": 1, "background": "#F0F0F0", "captions": {"cues": [{"from": 0, "to": 1, "text": "Hello"}], \##(style)}}"##,
        output: #""size": [640, 360]"#,
        more:
          ##""styles": {"captions": {"faint": {"fill": "#FFFFFF", "outline": {"width": 0}, "box": {"color": "#FFFFFF22"}}, "boxed-faint": {"fill": "#FFFFFF", "outline": {"width": 0}, "box": {"color": "#000000FF"}}}},"##
      ))
    let findings = try ContrastProof(request).findings()
    #expect(findings.isEmpty != isLow)
    if isLow { #expect(findings[0].ratio < 1.5) }
  }
}
