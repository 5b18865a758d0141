import Foundation
import Providers
import SceneDocument
import Testing

@testable import Pipelines

/// Words on their way into a film's document.
@Suite struct FilmWordsTests {
  @Test("a word that is too long for a line comes in pieces, its time shared among them")
  func longWord() throws {
    let word = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
    let words = try read(WordsFile([.init(word, start: 1, end: 4)], language: "de"))
    #expect(words.allSatisfy { $0.text.count <= LongWord.longest + 1 })
    #expect(words.map(\.text).joined().replacing("-", with: "") == word)
    #expect(words.first?.start == 1 && words.last?.end == 4)
    #expect(zip(words, words.dropFirst()).allSatisfy { $0.end <= $1.start })
  }

  @Test("text without spaces is cut into words that light up one by one")
  func dense() throws {
    let words = try read(
      WordsFile([.init("海は広くて深い。", start: 0, end: 2)], language: "ja"))
    #expect(words.count > 3)
    #expect(words.map(\.text).joined() == "海は広くて深い。")
  }

  @Test("times of a careless provider never go back")
  func disorder() throws {
    let words = try read(
      WordsFile(
        [
          .init("a", start: 1, end: 0.5), .init("b", start: 0.2, end: 3),
          .init(" ", start: 3, end: 4),
        ],
        language: "en"))
    #expect(words.map(\.start) == [1, 1])
    #expect(words.allSatisfy { $0.end >= $0.start })
  }

  @Test(
    "titles fit whatever they are",
    arguments: [
      String(repeating: "x", count: 500), String(repeating: "안녕하세요 ", count: 40),
      "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
      String(repeating: "WM", count: 100),
    ])
  func titles(_ title: String) {
    let fitting = LongWord.fitting(title, columns: 66)
    #expect(fitting.count <= 67)
    #expect(fitting.split(separator: " ").allSatisfy { $0.count <= LongWord.longest + 1 })
  }

  @Test("wide letters make shorter pieces and shorter titles")
  func wideLetters() {
    let shout = String(repeating: "W", count: 200)
    #expect(LongWord.pieces(of: shout).allSatisfy { $0.count <= 14 })
    #expect(LongWord.fitting(shout, columns: 66).count <= 42)
    #expect(LongWord.pieces(of: "Internationalization") == ["Internationalization"])
  }

  @Test("a title that is too long ends behind a word, in Korean behind an eojeol")
  func cutTitles() {
    #expect(LongWord.fitting("바다에서 얻는 에너지의 모든 것", columns: 20) == "바다에서 얻는…")
    #expect(LongWord.fitting("바다에서 얻는 에너지", columns: 13) == "바다에서 얻는…")
    #expect(LongWord.fitting("The lighthouse, shows the way", columns: 20) == "The lighthouse…")
    #expect(LongWord.fitting("The lighthouse", columns: 14) == "The lighthouse")
  }

  @Test("no word of a brief is a variable, a path or a picture in the document")
  func hostile() throws {
    #expect(FilmDocument.plain("a ${title} $5 \u{1F600}\u{202E}x\u{0007}") == "a $${title} $$5 x")
    var settings = ProjectSettings()
    settings.outputPath = nil
    let scene = FilmScene.sample(title: "../../etc/passwd ${x} \"quoted\" \\N {\\an8}")
    let text = FilmDocument(title: "t", settings: settings, scenes: [(0, scene)]).text
    let reading = SceneDocument.read(Array(text.utf8))
    let document = try #require(reading.document, "\(reading.diagnostics)")
    #expect(document.scenes.first?.titleCard != nil)
    #expect(document.assets.map(\.path).allSatisfy { !$0.contains("/") && $0.hasPrefix("s01-") })
  }

  @Test(
    "a brief's own marks stand in a title as they are written",
    arguments: ["{\\b1}", "{{name}}", "../x", "a\\Nb", "${x} $$"])
  func marks(_ title: String) throws {
    #expect(try card(title)?.text == title)
  }

  @Test("titles that are read from the right begin there")
  func rightToLeft() throws {
    for title in ["البحر والطاقة", "אנרגיה מן הים"] {
      let card = try #require(try card(title))
      #expect(card.align == .right)
    }
    #expect(try card("The sea")?.align == .left)
    #expect(try card("البحر والطاقة", width: 1080, height: 1920)?.align == .center)
  }

  /// The title card that the scene document has for a title.
  private func card(_ title: String, width: Int = 1920, height: Int = 1080) throws -> TextBlock? {
    var settings = ProjectSettings()
    (settings.width, settings.height) = (width, height)
    let text = FilmDocument(
      title: "t", settings: settings, scenes: [(0, FilmScene.sample(title: title))]
    ).text
    let reading = SceneDocument.read(Array(text.utf8))
    let document = try #require(reading.document, "\(reading.diagnostics)")
    guard case .text(let block)? = document.scenes.first?.titleCard?.content else { return nil }
    return block
  }

  private struct Word {
    var text: String
    var start: Double
    var end: Double
  }

  private func read(_ file: WordsFile) throws -> [Word] {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(file.text.utf8)) as? [String: Any])
    let words = try #require(object["words"] as? [[String: Any]])
    return try words.map {
      Word(
        text: try #require($0["t"] as? String), start: try #require($0["s"] as? Double),
        end: try #require($0["e"] as? Double))
    }
  }
}

extension FilmScene {
  static func sample(title: String) -> FilmScene {
    let file = #"{"sha256":"\#(String(repeating: "ab", count: 32))","mediaType":"image/png"}"#
    let json =
      #"{"position":0,"title":"","language":"en","avatarHasAlpha":false,"speech":\#(file),"background":\#(file)}"#
    var scene = try! JSONDecoder().decode(FilmScene.self, from: Data(json.utf8))
    scene.title = title
    return scene
  }
}
