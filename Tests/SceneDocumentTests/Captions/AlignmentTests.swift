import SceneDocument
import Testing

@Suite struct AlignmentTests {
  /// An alignment with a tenth of a second for each character.
  private func part(_ text: String, from start: Double = 0) -> JSONValue {
    let characters = text.map { JSONValue.string(String($0)) }
    func time(_ index: Int) -> JSONValue { .number(start + Double(index) / 10) }
    return [
      "characters": .array(characters),
      "character_start_times_seconds": .array(characters.indices.map(time)),
      "character_end_times_seconds": .array(characters.indices.map { time($0 + 1) }),
    ]
  }

  private func answer(_ plain: JSONValue, _ normalized: JSONValue = .null) -> String {
    JSONValue.object([
      .init("audio_base64", .string(String(repeating: "QUJD", count: 20_000))),
      .init("alignment", plain), .init("normalized_alignment", normalized),
    ]).compactText
  }

  private func read(_ text: String, normalized: Bool? = nil) throws -> [TimedWord] {
    try CaptionFile.alignment(Array(text.utf8), normalized: normalized).words
  }

  @Test("characters become words, punctuation with its word")
  func words() throws {
    #expect(
      try read(answer(part("Hi there. 今日は。"))) == [
        TimedWord("Hi", start: 0, end: 200_000), TimedWord("there.", start: 300_000, end: 900_000),
        TimedWord("今", start: 1_000_000, end: 1_100_000),
        TimedWord("日", start: 1_100_000, end: 1_200_000),
        TimedWord("は。", start: 1_200_000, end: 1_400_000),
      ])
  }

  @Test("what was said is taken where it differs from what was sent, or when asked")
  func normalized() throws {
    let text = answer(part("12 cm"), part("twelve centimetres"))
    #expect(try read(text).map(\.text) == ["twelve", "centimetres"])
    #expect(try read(text, normalized: false).map(\.text) == ["12", "cm"])
    #expect(try read(answer(.null, part("twelve"))).map(\.text) == ["twelve"])
    #expect(try read(answer(part("a b"), .null), normalized: true).map(\.text) == ["a", "b"])
  }

  @Test("the chunks of a stream, with times that run on or begin anew", arguments: [true, false])
  func stream(runsOn: Bool) throws {
    let lines = [
      answer(part("Hello wo")), "", "not json", answer(.null, .null),
      answer(part("rld. 12", from: runsOn ? 0.8 : 0)), "",
    ]
    let words = try read(lines.joined(separator: "\n"))
    #expect(words.map(\.text) == ["Hello", "world.", "12"])
    #expect(words.map(\.start) == [0, 600_000, 1_300_000])
    #expect(words.last?.end == 1_500_000)
  }

  @Test("letters that come in pieces are put together")
  func pieces() throws {
    let text =
      #"{"characters": ["e", "\u0301", "n", "", " ", "👩", "\u200d", "👧"], "character_start_times_seconds": [0,1,2,3,4,5,6,7], "character_end_times_seconds": [1,2,3,4,5,6,7,8]}"#
    #expect(
      try read(text) == [
        TimedWord("e\u{301}n", start: 0, end: 3_000_000),
        TimedWord("👩‍👧", start: 5_000_000, end: 8_000_000),
      ])
  }

  @Test(
    "timing that says nothing is told",
    arguments: [
      (
        #"{"alignment": null, "normalized_alignment": null, "audio_base64": ""}"#,
        DiagnosticCode.missingKey, 1
      ),
      (#"{"detail": {"status": "quota_exceeded", "message": "no credits"}}"#, .type, 1),
      (#"{"hello": 1}"#, .missingKey, 1), (#"[]"#, .type, 1), ("", .jsonSyntax, 1),
      (#"{"alignment": {"characters": ["a"]}}"#, .missingKey, 1),
      (
        #"{"characters": ["a", "b"], "character_start_times_seconds": [0], "character_end_times_seconds": [1, 2]}"#,
        .range, 1
      ),
      (
        "{\"characters\": [\"a\", \"b\"], \"character_start_times_seconds\": [1,\n0], \"character_end_times_seconds\": [1, 2]}",
        .wordsOrder, 2
      ),
      (
        "{\"characters\": [\"a\", \"b\"], \"character_start_times_seconds\": [0, 1], \"character_end_times_seconds\": [1,\n0]}",
        .wordsOrder, 2
      ),
      (
        #"{"characters": ["a", "b"], "character_start_times_seconds": [0, 0], "character_end_times_seconds": [0, 0]}"#,
        .wordsOrder, 1
      ),
      (
        #"{"characters": ["a"], "character_start_times_seconds": [null], "character_end_times_seconds": [0]}"#,
        .type, 1
      ),
      (
        #"{"characters": [" "], "character_start_times_seconds": [0], "character_end_times_seconds": [0]}"#,
        .range, 1
      ),
    ])
  func broken(text: String, code: DiagnosticCode, line: Int) {
    let error = #expect(throws: CaptionFileError.self) { try read(text) }
    #expect(error?.code == code)
    #expect(error?.line == line)
  }

  @Test("a stream that was cut is told at the line that is cut")
  func cut() {
    let text = answer(part("Hello")) + "\n" + answer(part("world")).prefix(2000)
    let error = #expect(throws: CaptionFileError.self) { try read(text) }
    #expect(error?.code == .jsonSyntax)
    #expect(error?.line == 2)
  }

  @Test("ten thousand words after much sound are read in under a second or two")
  func many() throws {
    let text = answer(part((0..<10_000).map { "w\($0)" }.joined(separator: " ")))
    let begin = ContinuousClock.now
    #expect(try read(text).count == 10_000)
    let time = ContinuousClock.now - begin
    #expect(time < .seconds(5), "\(time)")
  }
}

@Suite struct CaptionMutationTests {
  private static let seeds: [(CaptionFile.Kind, String)] = [
    (
      .words,
      #"{"v": 1, "lang": "ko", "words": [{"t": "안녕", "s": 0.12, "e": 0.83}, {"t": "네", "s": 0.9, "e": 1}]}"#
    ),
    (
      .srt,
      "1\n00:00:01,000 --> 00:00:02,500\n<i>Hello</i> {\\an8}&amp;\n\n2\n00:00:02,000 --> 00:00:04,000\n今日は晴れ。\n"
    ),
    (
      .vtt,
      "WEBVTT\nLanguage: en\n\nNOTE x\n\nid\n00:01.000 --> 00:04.000 align:start\nso<00:02.000><c> today</c> &#x41;\n\n00:05.000 --> 00:06.000\n<v Bob>bye\n"
    ),
    (
      .elevenlabs,
      #"{"audio_base64":"QUJD","alignment":{"characters":["H","i"," ","今"],"character_start_times_seconds":[0,0.1,0.2,0.3],"character_end_times_seconds":[0.1,0.2,0.3,0.4]},"normalized_alignment":null}"#
    ),
  ]

  @Test("5000 changed files give a track or an error, and quickly")
  func mutations() {
    var random = SeededNumbers(11)
    let pieces = Self.seeds.map { Array($0.1.utf8) }
    let time = ContinuousClock().measure {
      for round in 0..<5000 {
        let (kind, text) = Self.seeds[round % 4]
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...8, using: &random) { change(&bytes, pieces, &random) }
        for kind in [kind, CaptionFile.kind(of: bytes)] {
          guard let track = try? CaptionFile.read(bytes, as: kind) else { continue }
          let words = track.words + TimedCue.words(of: track.cues)
          #expect(words.allSatisfy { $0.start <= $0.end && !$0.text.isEmpty })
          #expect(zip(words, words.dropFirst()).allSatisfy { $0.start <= $1.start })
          #expect(track.cues.allSatisfy { $0.start < $0.end && !$0.lines.isEmpty })
          #expect(!track.words.isEmpty || !track.cues.isEmpty)
        }
      }
    }
    #expect(time < .seconds(60), "\(time)")
  }

  @Test(
    "many times the same ends quickly",
    arguments: [
      "<", "<a ", "{\\", "&#", "-", "-->", ">", "1", "1:", "\n", "\r", "[", "\"", "今", "e\u{301}",
      "<1:00.0>",
    ])
  func monotony(piece: String) {
    let body = String(repeating: piece, count: 64 * 1024 / piece.utf8.count)
    let begin = ContinuousClock.now
    for head in ["", "00:01.000 --> 02:00.000\n", "WEBVTT\n\n00:01.000 --> 02:00.000\n"] {
      for kind in CaptionFile.Kind.allCases {
        if let track = try? CaptionFile.read(Array((head + body).utf8), as: kind) {
          _ = CaptionFile.wordsFile(of: track)
        }
      }
    }
    #expect(ContinuousClock.now - begin < .seconds(60))
  }

  private func change(
    _ bytes: inout [UInt8], _ pieces: [[UInt8]], _ random: inout SeededNumbers
  ) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2 where place < bytes.count: bytes.remove(at: place)
    case 3: bytes.removeLast(bytes.count - place)
    default:
      let piece = pieces.randomElement(using: &random) ?? []
      let start = Int.random(in: 0..<piece.count, using: &random)
      bytes.insert(contentsOf: piece[start...].prefix(40), at: place)
    }
  }
}
