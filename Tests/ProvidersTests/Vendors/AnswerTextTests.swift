import Testing

@testable import Providers

@Suite struct AnswerTextTests {
  @Test(
    "what is left of a text",
    arguments: [
      ("Plain words.", "Plain words."),
      ("  two\n\nlines\tand\u{B} more ", "two lines and more"),
      ("# Heading\n- one\n* two\n> three", "Heading one two three"),
      ("**bold** _thin_ `code` snake_case", "bold thin code snake_case"),
      ("<speak>a<break time=\"9s\"/>b</speak> 3 < 4", "a b 3 4"),
      ("![logo](x.png) see [here](https://example.org/a_b)", "logo see here"),
      ("{{name}} ${x} \\n", "name $x n"),
      ("a\u{202E}b\u{2066}c\u{200B}d\u{E0041}e\u{FEFF}f\u{0}g\u{7F}h\u{9F}i", "a b c d e f g h i"),
      ("\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}", "\u{D55C}\u{AD6D}"),
      (
        "\u{0646}\u{0645}\u{06CC}\u{200C}\u{062E}\u{0648}",
        "\u{0646}\u{0645}\u{06CC}\u{200C}\u{062E}\u{0648}"
      ),
      ("5 - 3 = 2, it's 50% (or $1.50)!", "5 - 3 = 2, it's 50% (or $1.50)!"),
      (
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}"
      ),
      ("", ""),
    ])
  func cleaned(_ written: String, _ shown: String) {
    #expect(AnswerText(written).text == shown)
    #expect(AnswerText(shown).text == shown)
  }

  @Test func whatCannotBeSpoken() {
    for text in ["", " ", "...", "\u{200B}", "***", "<b></b>", "—?!"] {
      #expect(!AnswerText(text).canBeSpoken)
    }
    for text in ["a", "7", "안녕", "مرحبا"] { #expect(AnswerText(text).canBeSpoken) }
  }

  @Test func longTextsAreCutAtWordsAndSentences() {
    #expect(AnswerText("one two three").cut(to: 9) == "one two")
    #expect(AnswerText(String(repeating: "x", count: 99)).cut(to: 10).count == 10)
    #expect(AnswerText("one two").cut(to: 7) == "one two")
    let text = AnswerText("First sentence. Second sentence! Third sentence is longer")
    #expect(text.cutToSentences(limit: 35) == "First sentence. Second sentence!")
    #expect(text.cutToSentences(limit: 1000) == text.text)
    #expect(AnswerText("words without an end here").cutToSentences(limit: 14) == "words without")
  }

  @Test func aHugeTextIsNotReadToItsEnd() {
    #expect(AnswerText(String(repeating: "word ", count: 100_000)).text.count <= 20_000)
  }

  @Test(
    "when a day's allowance comes back",
    arguments: [
      // 2026-11-20 10:20:31 UTC, winter: midnight is at 08:00 UTC
      (1_795_170_031_000, 1_795_248_000_000),
      // 2026-07-01 06:59:59.999 UTC, summer: at 07:00 UTC
      (1_782_889_199_999, 1_782_889_200_000), (1_782_889_200_000, 1_782_975_600_000),
      // The day that has 23 hours, 2026-03-08, and the one that has 25, 2026-11-01
      (1_772_956_800_000, 1_773_039_600_000), (1_793_516_400_000, 1_793_606_400_000),
    ] as [(Int64, Int64)])
  func midnight(_ now: Int64, _ next: Int64) {
    #expect(PacificTime.nextMidnight(after: now) == next)
  }

  @Test(
    "durations that headers name",
    arguments: [
      ("20ms", 20), ("1.2s", 1200), ("6m0s", 360_000), ("1h2m3.5s", 3_723_500), ("0s", nil),
      ("-1", nil),
      ("12", nil), ("s", nil), ("", nil), ("1.2.3s", nil), ("99999h", nil), ("1s x", nil),
    ] as [(String, Int64?)])
  func durations(_ text: String, _ milliseconds: Int64?) {
    #expect(OpenAIService.milliseconds(text) == milliseconds)
  }
}
