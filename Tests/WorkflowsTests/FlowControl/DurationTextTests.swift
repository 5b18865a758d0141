import Testing

@testable import Workflows

@Suite struct DurationTextTests {
  @Test(
    "durations as text, there and back",
    arguments: [
      ("90s", 90_000, "1m30s"), ("2h30m10s", 9_010_000, "2h30m10s"), ("1d", 86_400_000, "1d"),
      ("1w", 604_800_000, "1w"), ("250ms", 250, "250ms"), ("1m500ms", 60_500, "1m500ms"),
      ("0s", 0, "0s"), ("8d", 691_200_000, "1w1d"), ("007m", 420_000, "7m"),
    ])
  func reads(text: String, milliseconds: Int, shortest: String) throws {
    let duration = try DurationText.parse(text)
    #expect(duration == .milliseconds(milliseconds))
    #expect(duration.text == shortest)
    #expect(try DurationText.parse(duration.text) == duration)
  }

  @Test(
    "what is no duration is refused",
    arguments: [
      "", " ", "s", "5", "5 s", "-5s", "+5s", "1.5h", "5S", "10s5m", "5s5s", "5x", "5sec", "٣s",
      "99999999999999999999s", "9223372036854775807ms", "9223372036854775807w", "101y", "5300w",
    ])
  func refuses(text: String) {
    #expect(throws: DurationTextError(text: text)) { try DurationText.parse(text) }
  }
}
