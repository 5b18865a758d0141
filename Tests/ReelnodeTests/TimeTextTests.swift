import Foundation
import Testing

@testable import reelnode

@Suite struct TimeTextTests {
  private let time = TimeText(now: 1_767_272_400_000, zone: .gmt)  // 2026-01-01 13:00

  @Test(
    "a length has its two largest units",
    arguments: [
      (0, "0s"), (850, "850ms"), (1_234, "1s200ms"), (12_345, "12s"), (125_000, "2m5s"),
      (3_600_000, "1h"), (7_384_000, "2h3m"), (200_000_000, "2d7h"), (-5, "0s"),
    ])
  func lengths(milliseconds: Int64, text: String) {
    #expect(TimeText.rough(milliseconds) == text)
  }

  @Test("another day than today's is named")
  func clocks() {
    #expect(time.clock(time.now + 65_000) == "13:01:05")
    #expect(time.clock(time.now + 86_400_000) == "2026-01-02 13:00:00")
    #expect(time.clockAndDistance(time.now + 65_000) == "13:01:05 (in 1m5s)")
    #expect(time.clockAndDistance(time.now - 65_000) == "12:58:55 (1m5s ago)")
    #expect(time.ago(time.now - 10) == "just now")
  }

  @Test(
    "whether a terminal knows more than ASCII",
    arguments: [
      (["LANG": "ko_KR.UTF-8"], true), (["LANG": "C.utf8"], true), ([:], false),
      (["LANG": "C"], false), (["LANG": "en_US.UTF-8", "LC_ALL": "C"], false),
      (["LANG": "C", "LC_ALL": "", "LC_CTYPE": "en_US.UTF-8"], true),
    ])
  func locales(environment: [String: String], isUnicode: Bool) {
    #expect(Terminal.isUnicode(environment) == isUnicode)
  }

  @Test("the width without a terminal")
  func widths() {
    #expect(Terminal.columns(["COLUMNS": "72"]) == 72)
    #expect(Terminal.columns([:]) == 100)
    #expect(Terminal.columns(["COLUMNS": "-3"]) == 100)
    #expect(Terminal.columns(["COLUMNS": "99999999"]) == 1000)
  }
}
