import Foundation
import Testing

@testable import reelnode

@Suite struct TimelineDrawingTests {
  private let run = RunTimeline(
    from: 1_000, until: 21_000,
    lanes: [
      .init(name: "queued", spans: [.init(activity: .queued, from: 1_000, to: 2_000)], note: "1s"),
      .init(
        name: "load the document", spans: [.init(activity: .executing, from: 2_000, to: 2_040)],
        note: "40ms"),
      .init(
        name: "speak",
        spans: [
          .init(activity: .failing, from: 2_040, to: 6_000),
          .init(activity: .backingOff, from: 6_000, to: 9_000),
          .init(activity: .executing, from: 9_000, to: 11_000),
        ], note: "9s, attempt 2"),
      .init(name: "scenes", spans: [.init(activity: .waiting, from: 11_000, to: 21_000)], note: ""),
      .init(
        name: "장면 하나를 아주 길게 렌더링합니다", depth: 1,
        spans: [.init(activity: .failing, from: 11_000, to: 15_000)], note: "no such file",
        hasFailed: true),
      .init(
        name: "nap", depth: 1, spans: [.init(activity: .sleeping, from: 11_000, to: nil)],
        note: "until 13:00:30"),
      .init(
        name: "avatar", depth: 1, spans: [.init(activity: .waiting, from: 11_000, to: nil)],
        note: "avatar/ready until 13:10:00"),
    ])

  @Test("a run in 60 columns")
  func narrow() {
    #expect(
      TimelineDrawing(width: 60).lines(run).joined(separator: "\n") == """
                            0s   5s    10s   15s
                            ┬────┬─────┬─────┬─────
        queued              ░                        1s
        load the document    █                       40ms
        speak                ▒▒▒▒✗···███             9s, attempt 2
        scenes                         ╌╌╌╌╌╌╌╌╌╌╌╌
          장면 하나를 아…              ▒▒▒▒✗         no such file
          nap                          ───────────▶  until 13:00:30
          avatar                       ╌╌╌╌╌╌╌╌╌╌╌▶  avatar/ready u…
        """)
  }

  @Test("a terminal that knows ASCII alone")
  func ascii() {
    let lines = TimelineDrawing(width: 60, isUnicode: false).lines(run)
    #expect(lines.allSatisfy { $0.allSatisfy(\.isASCII) })
    #expect(lines[4] == "speak                xxxxx...###             9s, attempt 2")
    #expect(lines[7] == "  nap                          ----------->  until 13:00:30")
  }

  @Test("no line is wider than the terminal, and colours change no letter", arguments: 20...160)
  func widths(width: Int) {
    let plain = TimelineDrawing(width: width).lines(run)
    #expect(plain.count == run.lanes.count + 2)
    #expect(plain.allSatisfy { TerminalText.columns($0) <= width })
    let coloured = TimelineDrawing(width: width, usesColour: true).lines(run)
    #expect(
      coloured.map { $0.replacing(/\u{1B}\[[0-9]*m/, with: "").trimmingSuffix() } == plain)
  }

  @Test("lanes beyond the terminal's height are cut at the beginning")
  func height() {
    let lines = TimelineDrawing(width: 60, maximumLanes: 3).lines(run)
    #expect(lines[2] == "… 4 before")
    #expect(lines.count == 6)
    #expect(lines[3].contains("장면"))
  }

  @Test("letters of a step's name that would move the cursor are not written")
  func controls() {
    var run = run
    run.lanes[1].name = "a\u{1B}[2Jb\nc"
    let lines = TimelineDrawing(width: 80).lines(run)
    #expect(lines.count == run.lanes.count + 2)
    #expect(lines[3].hasPrefix("a\u{FFFD}[2Jb c "))
  }

  @Test(
    "a run of any length has an axis whose labels stand apart",
    arguments: [0, 1, 7, 999, 61_000, 7_200_000, 400 * 86_400_000 as Int64])
  func axes(length: Int64) {
    let scale = TimeScale(from: 5, until: 5 + length, cells: 60)
    #expect(scale.ticks.first == .init(cell: 0, label: "0s"))
    for (tick, next) in zip(scale.ticks, scale.ticks.dropFirst()) {
      #expect(tick.cell + tick.label.count < next.cell)
    }
    #expect(scale.ticks.allSatisfy { (0..<60).contains($0.cell) })
    #expect(length < 7 || scale.ticks.count > 3)
  }

  @Test("what took no time, or lies outside, is still a cell of the line")
  func ranges() {
    let scale = TimeScale(from: 1_000, until: 2_000, cells: 10)
    #expect(scale.range(1_000, 1_000) == 0..<1)
    #expect(scale.range(2_000, 2_000) == 9..<10)
    #expect(scale.range(0, 500) == 0..<1)
    #expect(scale.range(5_000, 9_000) == 9..<10)
    #expect(scale.range(1_500, nil) == 5..<10)
    #expect(scale.range(1_500, 1_200) == 5..<6)
  }
}

extension String {
  fileprivate func trimmingSuffix() -> String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}
