import Testing

@testable import Workflows

@Suite struct CellRateTests {
  /// Asks at each time in turn; which were admitted.
  private func admitted(_ rate: CellRate, at times: [Int64]) -> [Int64] {
    var arrival: Int64?
    return times.filter { time in
      guard case .admitted(let next) = rate.ask(arrival: arrival, now: time) else { return false }
      arrival = next
      return true
    }
  }

  @Test("one at once and the next an interval later")
  func evenly() {
    let rate = CellRate(limit: 2, periodMilliseconds: 60_000, burst: 0)
    #expect(
      admitted(rate, at: [0, 1, 29_999, 30_000, 30_001, 60_000, 60_001]) == [0, 30_000, 60_000])
  }

  @Test("a burst, and again after a pause")
  func bursts() {
    let rate = CellRate(limit: 20, periodMilliseconds: 60_000, burst: 2)
    #expect(admitted(rate, at: [0, 0, 0, 0]).count == 3)
    #expect(admitted(rate, at: [0, 0, 0, 2_999, 3_000, 3_000]).count == 4)
    #expect(admitted(rate, at: [0, 0, 0, 9_000, 9_000, 9_000, 9_000]).count == 6)
  }

  @Test("a refusal says when to come again")
  func refusal() {
    let rate = CellRate(limit: 3, periodMilliseconds: 1_000, burst: 0)
    guard case .admitted(let arrival) = rate.ask(arrival: nil, now: 5) else {
      Issue.record("the first is refused")
      return
    }
    #expect(rate.ask(arrival: arrival, now: 6) == .refused(untilMilliseconds: 339))
    #expect(rate.ask(arrival: arrival, now: 338) == .refused(untilMilliseconds: 339))
    guard case .admitted = rate.ask(arrival: arrival, now: 339) else {
      Issue.record("it came when it was told to and is refused")
      return
    }
  }

  @Test("in any time no more than the rule allows, whatever comes", arguments: 1...20)
  func property(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let limit = Int.random(in: 1...50, using: &generator)
    let burst = Int.random(in: 0..<limit, using: &generator)
    let period = Int64.random(in: 1_000...100_000, using: &generator)
    let rate = CellRate(limit: limit, periodMilliseconds: period, burst: burst)
    var now: Int64 = 1_767_225_600_000
    var times: [Int64] = []
    for _ in 0..<2_000 {
      now += Int64.random(in: 0...(2 * period / Int64(limit)), using: &generator)
      times.append(now)
    }
    let went = admitted(rate, at: times)
    #expect(went.count > 200)
    for (place, time) in went.enumerated() {
      let count = went[place...].prefix { $0 < time + period }.count
      #expect(count <= limit + burst)
      let atOnce = went[place...].prefix { $0 == time }.count
      #expect(atOnce <= burst + 1)
    }
  }

  @Test("a clock that is set back does not close the gate for as long")
  func clockSetBack() {
    let rate = CellRate(limit: 1, periodMilliseconds: 1_000, burst: 0)
    guard case .admitted(let arrival) = rate.ask(arrival: nil, now: 86_400_000) else {
      Issue.record("the first is refused")
      return
    }
    #expect(rate.ask(arrival: arrival, now: 0) == .refused(untilMilliseconds: 1_000))
  }
}
