import SceneDocument
import Testing

@Suite struct SubRipTests {
  private func read(_ text: String) throws -> [TimedCue] {
    try CaptionFile.srt(Array(text.utf8)).cues
  }

  @Test("cues, numbers and lines")
  func usual() throws {
    let cues = try read(
      "1\n00:00:01,000 --> 00:00:02,500\nHello\nworld\n\n2\n00:01:00,020 --> 01:00:00,000\nEnd\n")
    #expect(
      cues == [
        TimedCue(start: 1_000_000, end: 2_500_000, lines: "Hello\nworld", line: 2),
        TimedCue(start: 60_020_000, end: 3_600_000_000, lines: "End", line: 7),
      ])
  }

  @Test(
    "files are read as they are found",
    arguments: [
      "\u{FEFF}1\r\n00:00:01,000 --> 00:00:02,000\r\nHi\r\n\r\n",
      "1\r00:00:01,000 --> 00:00:02,000\rHi\r",
      "00:00:01,000 --> 00:00:02,000\nHi", "\n\n\n7\n\n00:00:01,000 --> 00:00:02,000\nHi\n",
      "1\n00:00:01.000 --> 00:00:02.000\nHi", "1\n0:00:01,0 --> 0:00:02,00\nHi",
      "1\n00:00:01 --> 00:00:02\nHi", "1\n00:01,000-->00:02,000\nHi",
      "1\n00: 00: 01, 000 --> 00: 00: 02, 000\nHi", "1 \n 00:00:01,000  -->  00:00:02,000  \nHi  ",
      "1\n00:00:01,000 --> 00:00:02,000 X1:100 X2:200 Y1:1 Y2:2\nHi",
      "1\n00:00:01,000 --> 00:00:02,000\n<i>Hi</i>",
      "1\n00:00:01,000 --> 00:00:02,000\n<font color=\"#ff0\">H<b>i</B></font>",
      "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}{\\i1}Hi",
      "1\n00:00:01,000 --> 00:00:02,000\n\nHi\n\n\n2\n00:00:03,000 --> 00:00:04,000\n\n",
      "1\n00:00:01,000 --> 00:00:02,000\nHi\n2\n00:00:09,000 --> 00:00:04,000\n<i></i>\n",
      "1\n00:00:01,0001234 --> 00:00:02,0000000\nHi",
    ])
  func tolerant(text: String) throws {
    let cues = try read(text)
    #expect(cues.map(\.lines) == ["Hi"])
    #expect(cues.allSatisfy { $0.start / 1000 == 1000 && $0.end == 2_000_000 })
  }

  @Test(
    "markup goes, what only looks like it stays",
    arguments: [
      ("a < b > c", "a < b > c"), ("I <3 you", "I <3 you"), ("<Narrator> Hi", "<Narrator> Hi"),
      ("R&amp;D &lt;x&gt; &#44;&#x41; &bogus; &", "R&D <x> ,A &bogus; &"), ("{note}", "{note}"),
      ("漢字<ruby>今日<rt>きょう</rt></ruby>", "漢字今日"), ("10:30 - 11:00 Tea", "10:30 - 11:00 Tea"),
      ("see A --> B", "see A --> B"), ("one<br>two", "one\ntwo"),
      ("a\tb\u{0}".replacing("\u{0}", with: ""), "a b"),
      ("مرحبا بالعالم", "مرحبا بالعالم"), ("สวัสดีชาวโลก 👋🏽", "สวัสดีชาวโลก 👋🏽"),
    ])
  func markup(text: String, shown: String) throws {
    #expect(try read("1\n00:00:01,000 --> 00:00:02,000\n" + text).map(\.lines) == [shown])
  }

  @Test("cues out of order are sorted, those that overlap stay")
  func order() throws {
    let cues = try read(
      "1\n00:00:05,000 --> 00:00:07,000\nb\n\n2\n00:00:01,000 --> 00:00:06,000\na\n\n3\n00:00:05,000 --> 00:00:06,000\nc\n"
    )
    #expect(cues.map(\.lines) == ["a", "b", "c"])
    #expect(cues.map(\.line) == [6, 2, 10])
  }

  @Test(
    "what is broken is told with its line",
    arguments: [
      ("", DiagnosticCode.range, 1, 1), ("Hello\n", .type, 1, 1),
      ("WEBVTT\n\n00:01.000 --> 00:02.000\nHi", .type, 1, 1),
      ("1\n00:00:02,000 --> 00:00:02,000\nHi", .range, 2, 1),
      ("1\n00:00:02,000 --> 00:00:01,000\nHi", .range, 2, 1),
      ("1\n00:00:02,000 -> 00:00:03,000\nHi", .type, 2, 1),
      ("1\n00:00:02,000 --> soon\nHi", .type, 2, 18), ("1\n00:00:02,000 -->\nHi", .type, 2, 17),
      ("1\n00:00:0x --> 00:00:03,000\nHi", .type, 2, 8),
      ("1\n00:00:61,000 --> 00:02:00,000\nHi", .range, 2, 1),
      ("1\n00:00:01,000 --> 00:61:00,000\nHi", .range, 2, 18),
      ("1\n-00:00:01,000 --> 00:00:02,000\nHi", .type, 2, 1),
      ("1\n00:00:01,000 --> 00:00:02,000\nHi\u{0}", .type, 3, 3),
    ])
  func broken(text: String, code: DiagnosticCode, line: Int, column: Int) {
    let error = #expect(throws: CaptionFileError.self) { try read(text) }
    #expect(error?.code == code)
    #expect(error?.line == line)
    #expect(error?.column == column)
  }

  @Test("UTF-16 with its mark is read, without it and other encodings are told")
  func encodings() throws {
    let text = "1\r\n00:00:01,000 --> 00:00:02,000\r\n안녕 👋\r\n"
    let units = Array(text.utf16)
    let little: [UInt8] =
      [0xFF, 0xFE] + units.flatMap { unit -> [UInt8] in [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    let big: [UInt8] =
      [0xFE, 0xFF] + units.flatMap { unit -> [UInt8] in [UInt8(unit >> 8), UInt8(unit & 0xFF)] }
    for bytes in [little, big] {
      #expect(try CaptionFile.srt(bytes).cues.map(\.lines) == ["안녕 👋"])
    }
    let bare = #expect(throws: CaptionFileError.self) {
      try CaptionFile.srt(Array(little.dropFirst(2)))
    }
    #expect(bare?.message.contains("UTF-16") == true)
    // "안녕" as older Korean programs save it.
    let korean = Array("1\n00:00:01,000 --> 00:00:02,000\n".utf8) + [0xBE, 0xC8, 0xB3, 0xE7]
    let error = #expect(throws: CaptionFileError.self) { try CaptionFile.srt(korean) }
    #expect(error?.line == 3)
    #expect(error?.message.contains("save it as UTF-8") == true)
  }

  @Test("more cues than are read")
  func limit() {
    let text = (0...CaptionFile.maximumCues).map { _ in "00:01 --> 00:02\nHi" }
    let error = #expect(throws: CaptionFileError.self) { try read(text.joined(separator: "\n")) }
    #expect(error?.code == .limit)
    #expect(error?.line == 2 * CaptionFile.maximumCues + 1)
  }
}

@Suite struct WebVTTTests {
  private func read(_ text: String) throws -> CaptionTrack {
    try CaptionFile.vtt(Array(text.utf8))
  }

  @Test("comments, styles, regions, ids and settings are passed over")
  func blocks() throws {
    let track = try read(
      """
      WEBVTT - a talk
      Kind: captions
      Language: zh-Hant

      STYLE
      ::cue { color: lime }

      REGION
      id:fred

      NOTE one line

      NOTE
      many
      00:00:00.000 --> 00:00:01.000

      intro
      00:01.000 --> 00:02.000 align:start position:0% region:fred
      <v Mary>你好</v>
      <c.yellow>world</c>

      00:02.000-->1:00:00.500
      - &lt;Bye&gt;&nbsp;now
      00:03.000 --> 00:04.000
      no blank line above
      """)
    #expect(track.language == "zh-Hant")
    #expect(
      track.cues == [
        TimedCue(start: 1_000_000, end: 2_000_000, lines: "你好\nworld", line: 18),
        TimedCue(start: 2_000_000, end: 3_600_500_000, lines: "- <Bye>\u{A0}now", line: 22),
        TimedCue(start: 3_000_000, end: 4_000_000, lines: "no blank line above", line: 24),
      ])
  }

  @Test("times inside the text are those of the words")
  func inner() throws {
    let cue = try read(
      "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nso<00:00:01.500><c> today we</c><00:00:03.000><c> start</c>\n"
    ).cues[0]
    #expect(cue.lines == "so today we start")
    #expect(
      cue.timedWords == [
        TimedWord("so", start: 1_000_000, end: 1_500_000),
        TimedWord("today", start: 1_500_000, end: 2_571_428),
        TimedWord("we", start: 2_571_428, end: 3_000_000),
        TimedWord("start", start: 3_000_000, end: 4_000_000),
      ])
    // Times that fall back, or lie outside the cue, say nothing.
    let wrong = try read(
      "WEBVTT\n\n00:01.000 --> 00:04.000\na <00:03.000>b <00:02.000>c\n\n00:05.000 --> 00:06.000\nd <00:07.000>e\n"
    ).cues
    #expect(wrong.map(\.words) == [[], []])
    #expect(wrong.map(\.lines) == ["a b c", "d e"])
  }

  @Test(
    "what is broken is told with its line",
    arguments: [
      ("", DiagnosticCode.type, 1), ("1\n00:01,000 --> 00:02,000\nHi", .type, 1),
      ("WEBVTTX\n\n00:01.000 --> 00:02.000\nHi", .type, 1), ("WEBVTT\n", .range, 1),
      ("WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n\nthere\n\n00:03.000 --> 00:04.000\nx", .type, 6),
      ("WEBVTT\n\n00:02.000 --> 00:01.000\nHi", .range, 3),
      ("WEBVTT\n\n00:01.000 --> 00:99.000\nHi", .range, 3),
      ("WEBVTT\n\n00:01.000 --> 0:0:0:3\nHi", .type, 3),
    ])
  func broken(text: String, code: DiagnosticCode, line: Int) {
    let error = #expect(throws: CaptionFileError.self) { try read(text) }
    #expect(error?.code == code)
    #expect(error?.line == line)
  }
}

@Suite struct CueWordsTests {
  @Test("a word's share of the time is that of its characters")
  func share() {
    let cue = TimedCue(start: 1_000_000, end: 2_000_000, lines: "a bbb\ncccc", line: 1)
    #expect(
      cue.timedWords == [
        TimedWord("a", start: 1_000_000, end: 1_125_000),
        TimedWord("bbb", start: 1_125_000, end: 1_500_000),
        TimedWord("cccc", start: 1_500_000, end: 2_000_000),
      ])
  }

  @Test("cues that overlap give words one after another")
  func overlap() throws {
    let cues = [
      TimedCue(start: 0, end: 4_000_000, lines: "one two"),
      TimedCue(start: 2_000_000, end: 3_000_000, lines: "three"),
      TimedCue(start: 2_000_000, end: 5_000_000, lines: "four"),
    ]
    let words = TimedCue.words(of: cues)
    #expect(words.map(\.text) == ["one", "two", "three", "four"])
    #expect(words.map(\.start) == [0, 1_000_000, 2_000_000, 3_666_666])
    #expect(words.last?.end == 5_000_000)
    let file = CaptionFile.wordsFile(of: CaptionTrack(cues: cues, language: "en"))
    #expect(try CaptionFile.words(Array(file.utf8)).words == words)
  }

  @Test(
    "words of every script, punctuation with its word",
    arguments: [
      ("Hello, world!", ["Hello,", "world!"]), ("안녕하세요, 여러분.", ["안녕하세요,", "여러분."]),
      ("今日は、晴れ。", ["今", "日", "は、", "晴", "れ。"]), ("「きょうって」", ["「きょ", "うっ", "て」"]),
      ("スーパー", ["スー", "パー"]), ("时时刻刻。《红楼梦》", ["时", "时", "刻", "刻。", "《红", "楼", "梦》"]),
      ("iPhone16を買う", ["iPhone16", "を", "買", "う"]), ("人々", ["人々"]),
      ("مرحبا، بالعالم", ["مرحبا،", "بالعالم"]), ("สวัสดี ชาวโลก", ["สวัสดี", "ชาวโลก"]),
      ("👩‍👩‍👧 家族👨‍👩‍👦", ["👩‍👩‍👧", "家", "族", "👨‍👩‍👦"]), (" \n\u{3000} ", []), ("—", ["—"]), ("。。。", ["。。。"]),
    ] as [(String, [String])])
  func splitting(text: String, words: [String]) {
    #expect(WordSplitting.words(in: text) == words)
  }

  @Test("what stands between two words")
  func separators() {
    #expect(WordSplitting.separator(between: "Hello,", and: "world") == " ")
    #expect(WordSplitting.separator(between: "안녕", and: "하세요") == " ")
    #expect(WordSplitting.separator(between: "今", and: "日") == "")
    #expect(WordSplitting.separator(between: "は、", and: "iPhone") == "")
  }
}
