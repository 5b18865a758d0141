import SceneDocument
import Testing

@Suite struct WordsFileTests {
  @Test("words, times and language are read")
  func sound() throws {
    let track = try CaptionFile.words(
      Array(
        #"{"v": 1, "lang": "ko", "words": [{"t": "안녕하세요.", "s": 0.12, "e": 0.83}, {"t": "네", "s": 0.83, "e": 0.83}], "x-by": null}"#
          .utf8))
    #expect(track.language == "ko")
    #expect(
      track.words == [
        TimedWord("안녕하세요.", start: 120_000, end: 830_000),
        TimedWord("네", start: 830_000, end: 830_000),
      ])
    #expect(track.end == 830_000)
  }

  @Test(
    "a mistake is told with its code and place",
    arguments: [
      (#"{"v": 1, "words": [}"#, DiagnosticCode.jsonSyntax, 1, 20),
      (#"[]"#, .type, 1, 1),
      (#"{"words": []}"#, .missingKey, 1, 1),
      (#"{"v": 2, "words": []}"#, .specVersion, 1, 7),
      (#"{"v": 1}"#, .missingKey, 1, 1),
      (#"{"v": 1, "words": []}"#, .range, 1, 19),
      (#"{"v": 1, "words": {}}"#, .type, 1, 19),
      (#"{"v": 1, "lang": "Korean!", "words": []}"#, .type, 1, 18),
      (#"{"v": 1, "language": "ko", "words": []}"#, .unknownKey, 1, 10),
      (#"{"v": 1, "v": 1, "words": []}"#, .duplicateKey, 1, 10),
      ("{\"v\": 1, \"words\": [\n{\"t\": \"a\", \"s\": 0}]}", .missingKey, 2, 1),
      ("{\"v\": 1, \"words\": [\n{\"t\": \"a b\", \"s\": 0, \"e\": 1}]}", .type, 2, 7),
      ("{\"v\": 1, \"words\": [\n{\"t\": \"\", \"s\": 0, \"e\": 1}]}", .type, 2, 7),
      ("{\"v\": 1, \"words\": [\n{\"t\": \"a\", \"s\": \"0\", \"e\": 1}]}", .type, 2, 17),
      ("{\"v\": 1, \"words\": [\n{\"t\": \"a\", \"s\": -1, \"e\": 1}]}", .range, 2, 17),
      ("{\"v\": 1, \"words\": [\n{\"t\": \"a\", \"s\": 1e400, \"e\": 1}]}", .range, 2, 17),
      ("{\"v\": 1, \"words\": [\n{\"t\": \"a\", \"s\": 2, \"e\": 1}]}", .wordsOrder, 2, 25),
      (
        "{\"v\": 1, \"words\": [{\"t\": \"가\", \"s\": 2, \"e\": 3},\n{\"t\": \"b\", \"s\": 1, \"e\": 3}]}",
        .wordsOrder, 2, 17
      ),
      (
        "{\"v\": 1, \"words\": [{\"t\": \"a\", \"s\": 1, \"e\": 3},\n{\"t\": \"b\", \"s\": 1, \"e\": 2}]}",
        .wordsOrder, 2, 25
      ),
    ])
  func wrong(text: String, code: DiagnosticCode, line: Int, column: Int) {
    let error = #expect(throws: CaptionFileError.self) { try CaptionFile.words(Array(text.utf8)) }
    #expect(error?.code == code)
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.message.isEmpty == false)
  }

  @Test("what is written reads back as it was")
  func roundTrip() throws {
    let words = [
      TimedWord("\"Sí\"", start: 1, end: 1_000_001),
      TimedWord("${x}", start: 1_000_001, end: 2_000_000),
      TimedWord("กขค👩‍👩‍👧", start: 2_000_000, end: 14_400_000_000),
    ]
    let text = CaptionFile.wordsFile(of: CaptionTrack(words: words, language: "th"))
    let read = try CaptionFile.words(Array(text.utf8))
    #expect(read.words == words)
    #expect(read.language == "th")
  }

  @Test("ten thousand words are read in well under a second")
  func many() throws {
    let words = (0..<10_000).map {
      TimedWord("word\($0)", start: Int64($0) * 300_000, end: Int64($0) * 300_000 + 250_000)
    }
    let bytes = Array(CaptionFile.wordsFile(of: CaptionTrack(words: words)).utf8)
    let begin = ContinuousClock.now
    #expect(try CaptionFile.words(bytes).words.count == 10_000)
    let time = ContinuousClock.now - begin
    #expect(time < .seconds(1), "\(time)")
  }

  @Test("a file that is too large is refused unread")
  func large() {
    let bytes = [UInt8](repeating: 0x20, count: CaptionFile.maximumBytes + 1)
    for kind in [CaptionFile.Kind.words, .srt, .vtt] {
      let error = #expect(throws: CaptionFileError.self) {
        try CaptionFile.read(bytes, as: kind)
      }
      #expect(error?.code == .limit)
    }
  }
}
