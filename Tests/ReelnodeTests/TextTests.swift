import Pipelines
import SceneDocument
import Testing

@testable import reelnode

@Suite struct TextTests {
  @Test("the mark stands under the place")
  func mark() throws {
    let excerpt = try #require(
      SourceExcerpt(Array("one\n  \"key\": 1\n".utf8), line: 2, column: 3, length: 5))
    #expect(excerpt.line == "  \"key\": 1")
    #expect(excerpt.marks == "  ^~~~~")
  }

  @Test("letters that fill two cells move the mark by two, a tab by one")
  func wideLetters() throws {
    let excerpt = try #require(
      SourceExcerpt(Array("\t\"안녕😀\": x".utf8), line: 1, column: 9, length: 1))
    #expect(excerpt.line == " \"안녕😀\": x")
    // Tab, quote, three times two cells, quote, colon; then the mark.
    #expect(excerpt.marks == String(repeating: " ", count: 10) + "^")
  }

  @Test("a long line is cut around the place, carriage return and escapes are not shown")
  func longLine() throws {
    let text =
      String(repeating: "a", count: 500) + "HERE\u{1B}" + String(repeating: "b", count: 500)
    let excerpt = try #require(SourceExcerpt(Array(text.utf8), line: 1, column: 501, length: 4))
    #expect(excerpt.line.count <= 102)
    let place = excerpt.marks.firstIndex(of: "^").map {
      excerpt.marks.distance(from: excerpt.marks.startIndex, to: $0)
    }
    #expect(Array(excerpt.line)[try #require(place)] == "H")
    #expect(!excerpt.line.contains("\u{1B}"))
    let windows = try #require(SourceExcerpt(Array("x\r\ny".utf8), line: 1, column: 1, length: 1))
    #expect(windows.line == "x")
  }

  @Test(
    "what is too long for a line is cut behind a word, in Korean behind an eojeol",
    arguments: [
      ("A film", 20, "A film"), ("The lighthouse shows the way", 20, "The lighthouse…"),
      ("The lighthouse shows the way", 21, "The lighthouse shows…"),
      ("바다에서 얻는 에너지의 모든 것", 20, "바다에서 얻는…"), ("바다에서\n얻는 에너지", 80, "바다에서 얻는 에너지"),
      ("Donaudampfschifffahrtsgesellschaft", 10, "Donaudamp…"),
      ("A Donaudampfschifffahrtsgesellschaft", 12, "A Donaudamp…"),
    ])
  func cutTitles(_ title: String, _ width: Int, _ shown: String) {
    #expect(TerminalText.cutToWords(title, to: width) == shown)
    #expect(TerminalText.columns(shown) <= width)
  }

  @Test("text is wrapped between words, and a word that is longer than a line within")
  func wrapping() {
    #expect(TerminalText.wrapped("one two three", to: 7) == ["one two", "three"])
    #expect(TerminalText.wrapped("abcdefgh i", to: 3) == ["abc", "def", "gh", "i"])
    #expect(TerminalText.wrapped("에너지의 모든 것", to: 9) == ["에너지의", "모든 것"])
    #expect(TerminalText.wrapped("", to: 9) == [])
    #expect(TerminalText.wrapped("가나", to: 0) == ["가", "나"])
  }

  @Test(
    "a scene's line fits the terminal, and what it waits for stands below where it has no room",
    arguments: [40, 64, 72, 80, 100, 200])
  func sceneLine(columns: Int) {
    let reason =
      "elevenlabs asks to wait: too many requests at a time for this account; it goes on by itself in 30 s"
    var line = SceneLine(
      number: 3, parts: Self.parts, title: "바다에서 얻는 에너지의 모든 것, 그리고 우리가 아직 모르는 많은 것들")
    let console = Console(json: false)
    func fits(_ lines: [String]) -> Bool {
      lines.dropFirst(columns < 64 ? 1 : 0).allSatisfy { TerminalText.columns($0) <= columns }
    }
    let titled = line.lines(console, columns: columns)
    #expect(titled.count == 1 && fits(titled), "\(titled)")
    line.reason = reason
    let waiting = line.lines(console, columns: columns)
    #expect(fits(waiting), "\(waiting)")
    #expect(
      waiting.joined(separator: " ").split(separator: " ").joined(separator: " ")
        .hasSuffix(reason))
    #expect((waiting.count == 1) == (columns == 200))
    #expect(line.lines(console, columns: nil).count == 1)
  }

  private static let parts: [(label: String, status: SceneRecord.Status)] = [
    ("speech", .waiting), ("avatar", .pending), ("background", .done), ("captions", .pending),
    ("render", .pending),
  ]

  @Test("settings fit the terminal, and are a line each where there is none", arguments: [60, 80])
  func settingsScreen(columns: Int) {
    let rows = SettingsTable.Key.allCases.map {
      SettingsScreen.Row(key: $0, value: $0.isSecret ? "•••" : nil)
    }
    let screen = SettingsScreen(rows: rows)
    #expect(screen.lines(columns: nil).count == rows.count)
    let narrow = screen.lines(columns: columns)
    #expect(narrow.allSatisfy { TerminalText.columns($0) <= columns })
    let text = narrow.map { $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: " ")
    for row in rows {
      #expect(text.contains(row.key.rawValue) && text.contains(row.key.variable))
      #expect(text.contains(row.key.purpose))
    }
    #expect(narrow.contains("s3.secret-key = •••"))
    #expect(screen.lines(columns: 400) == screen.lines(columns: nil))
  }

  @Test("no line, no excerpt", arguments: [0, 3])
  func noLine(line: Int) {
    #expect(SourceExcerpt(Array("a\nb".utf8), line: line, column: 1, length: 1) == nil)
  }

  @Test(
    "sizes as people write them",
    arguments: [
      ("1500", 1500), ("500MB", 500_000_000), ("10GiB", 10 << 30), ("10 GiB", 10 << 30),
      ("2.5k", 2560), ("0", 0),
    ] as [(String, Int64)])
  func size(text: String, bytes: Int64) {
    #expect(ByteSize(argument: text)?.bytes == bytes)
  }

  @Test("what is no size", arguments: ["", "GB", "-1", "1.2.3", "5 apples", "1e99", "99999999TiB"])
  func noSize(text: String) { #expect(ByteSize(argument: text) == nil) }

  @Test(
    "what is no range",
    arguments: ["", "..", "1", "a..b", "-1..2", "1...2", "1..2..3", "1e9..2e9", "nan.."])
  func noRange(text: String) { #expect(FilmRange(argument: text) == nil) }

  @Test("ranges in seconds and frames")
  func ranges() throws {
    let range = try #require(FilmRange(argument: "2.5..180f"))
    #expect(range.from == .seconds(2.5))
    #expect(range.to == .frames(180))
    #expect(range.name == "2.5-180f")
    #expect(FilmRange(argument: "..6")?.name == "0-6")
    #expect(FilmRange(argument: "6..")?.name == "6-end")
  }

  @Test("numbers for people")
  func numbers() {
    #expect(12.345.text(decimals: 1) == "12.3")
    #expect(0.999.text(decimals: 2) == "1.00")
    #expect((-0.001).text(decimals: 2) == "0.00")
    #expect(25.0.shortText == "25")
    #expect(29.97.shortText == "29.97")
    #expect(8.44.durationText == "8.4 s")
    #expect(125.0.durationText == "2:05")
    #expect(3725.0.clockText == "1:02:05")
    #expect(ByteSize(1023).description == "1023 B")
    #expect(ByteSize(10 << 30).description == "10.0 GiB")
  }

  @Test("differences are told by path, whatever the order of members")
  func differences() {
    let was: JSONValue = ["a": [1, 2, ["x": "y"]], "gone": true, "list": [1]]
    let now: JSONValue = ["list": [1, 2], "a": [1, 3, ["x": "y"]], "new": "n"]
    let found = Difference.between(was, now)
    #expect(found.map(\.pointer) == ["/list/length", "/a/1", "/new", "/gone"])
    #expect(found[1].was == 2 && found[1].now == 3)
    #expect(Difference.between(was, was).isEmpty)
  }
}
