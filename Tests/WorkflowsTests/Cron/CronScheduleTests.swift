import Foundation
import Testing

@testable import Workflows

@Suite struct CronScheduleTests {
  @Test(
    "the next ticks of a schedule",
    arguments: [
      ("* * * * *", "2026-01-01T00:00:30Z", ["2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z"]),
      (
        "0 6 * * MON-FRI", "2026-11-20T07:00:00Z", ["2026-11-23T06:00:00Z", "2026-11-24T06:00:00Z"]
      ),
      (
        "*/20 8,12-13 * * *", "2026-01-01T08:20:00Z",
        ["2026-01-01T08:40:00Z", "2026-01-01T12:00:00Z"]
      ),
      ("7/25 0 * * *", "2026-01-01T00:00:00Z", ["2026-01-01T00:07:00Z", "2026-01-01T00:32:00Z"]),
      ("0 0 29 2 *", "2026-01-01T00:00:00Z", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]),
      ("0 0 29 feb *", "2096-03-01T00:00:00Z", ["2104-02-29T00:00:00Z"]),
      ("0 0 31 * *", "2026-01-31T00:00:00Z", ["2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"]),
      ("0 0 13 * FRI", "2026-11-01T00:00:00Z", ["2026-11-06T00:00:00Z", "2026-11-13T00:00:00Z"]),
      ("0 0 * * 7", "2026-11-21T00:00:00Z", ["2026-11-22T00:00:00Z", "2026-11-29T00:00:00Z"]),
      ("0 0 * * 5-7", "2026-11-21T00:00:00Z", ["2026-11-22T00:00:00Z", "2026-11-27T00:00:00Z"]),
      ("TZ=Asia/Seoul 0 6 * * *", "2026-11-20T21:00:00Z", ["2026-11-21T21:00:00Z"]),
      ("CRON_TZ=Asia/Seoul 0 6 * * *", "2026-11-20T20:59:59Z", ["2026-11-20T21:00:00Z"]),
      ("@hourly", "2026-01-01T00:00:00Z", ["2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"]),
      ("TZ=Asia/Seoul @daily", "2026-01-01T00:00:00Z", ["2026-01-01T15:00:00Z"]),
      ("@weekly", "2026-11-21T00:00:00Z", ["2026-11-22T00:00:00Z", "2026-11-29T00:00:00Z"]),
      ("@monthly", "2026-11-21T00:00:00Z", ["2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"]),
      ("@yearly", "2026-11-21T00:00:00Z", ["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"]),
      ("@every 90s", "1970-01-01T00:00:01Z", ["1970-01-01T00:01:30Z", "1970-01-01T00:03:00Z"]),
      ("@every 1h30m", "1969-12-31T23:00:00Z", ["1970-01-01T00:00:00Z", "1970-01-01T01:30:00Z"]),
    ])
  func nextTicks(text: String, after start: String, ticks: [String]) throws {
    let schedule = try CronSchedule(text)
    var instant = try milliseconds(start)
    for tick in ticks {
      instant = schedule.next(after: instant)
      #expect(iso(instant) == tick)
    }
  }

  @Test(
    "what changes of the clock do",
    arguments: [
      // 02:00-03:00 is left out on 2026-03-29 and comes twice on 2026-10-25.
      (
        "TZ=Europe/Berlin 30 2 * * *", "2026-03-28T12:00:00Z",
        ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
      ),
      (
        "TZ=Europe/Berlin */15 2 * * *", "2026-03-28T12:00:00Z",
        ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"]
      ),
      (
        "TZ=Europe/Berlin 30 2 * * *", "2026-10-24T12:00:00Z",
        ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
      ),
      (
        "TZ=Europe/Berlin 30 * * * *", "2026-10-24T23:45:00Z",
        ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"]
      ),
      (
        "TZ=Europe/Berlin 30 * * * *", "2026-03-29T00:00:00Z",
        ["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"]
      ),
      // 2011-12-30 was left out altogether.
      (
        "TZ=Pacific/Apia 0 12 30 12 *", "2011-12-01T00:00:00Z",
        ["2011-12-30T10:00:00Z", "2012-12-29T22:00:00Z"]
      ),
    ])
  func clockChanges(text: String, after start: String, ticks: [String]) throws {
    try nextTicks(text: text, after: start, ticks: ticks)
  }

  @Test(
    "a text that is no schedule is refused with what is wrong in it",
    arguments: [
      ("", "it is empty"), ("TZ=UTC", "it is empty"), ("* * * *", "it has 4 fields"),
      ("0 0 0 6 * *", "it has 6 fields"), ("60 * * * *", "'60' is no minute"),
      ("* 24 * * *", "'24' is no hour"), ("* * 0 * *", "'0' is no day of the month"),
      ("* * ? * *", "'?' is no day of the month"), ("* * L * *", "'L' is no day of the month"),
      ("* * * 13 *", "'13' is no month"), ("* * * FOO *", "'FOO' is no month"),
      ("* * * * 8", "'8' is no day of the week"), ("* 22-2 * * *", "ends before it begins"),
      ("*/0 * * * *", "'0' is no step of the minute"), ("*/-5 * * * *", "'-5' is no step"),
      ("1,,2 * * * *", "'' is no minute"), ("-5 * * * *", "'' is no minute"),
      ("+5 * * * *", "'+5' is no minute"), ("*/5/5 * * * *", "'5/5' is no step"),
      ("0 0 30 2 *", "no month of it has such a day"),
      ("0 0 31 4,6,9,11 *", "no month of it has such a day"),
      ("TZ=Mars/Base 0 0 * * *", "there is no time zone 'Mars/Base'"),
      ("@fortnightly", "'@fortnightly' is no descriptor"), ("@daily 5", "is no descriptor"),
      ("@every", "'' is no duration"), ("@every 1.5h", "'1.5h' is no duration"),
      ("@every 0s", "not between 1 s and 366 days"), ("@every 1500ms", "in whole seconds"),
      ("@every 400d", "not between 1 s and 366 days"), ("TZ=UTC @every 5m", "knows no time zone"),
      (String(repeating: "1,", count: 200) + "1 * * * *", "longer than 255 bytes"),
    ])
  func refusals(text: String, problem: String) {
    let error = #expect(throws: CronError.self) { try CronSchedule(text) }
    #expect(error?.problem.contains(problem) == true, "\(error?.description ?? "")")
  }

  @Test(
    "all ticks agree with a walk over every minute",
    arguments: [
      ("Asia/Seoul", "1988-05-07T00:00:00Z"), ("Asia/Seoul", "1988-10-07T00:00:00Z"),
      ("Asia/Seoul", "2026-02-27T00:00:00Z"), ("Europe/Berlin", "2026-03-27T12:00:00Z"),
      ("Europe/Berlin", "2026-10-23T12:00:00Z"), ("America/New_York", "2026-03-06T12:00:00Z"),
      ("America/New_York", "2026-10-30T12:00:00Z"), ("Pacific/Apia", "2011-12-28T12:00:00Z"),
      ("Pacific/Apia", "2021-04-02T12:00:00Z"), ("Australia/Lord_Howe", "2026-04-03T12:00:00Z"),
      ("America/St_Johns", "2006-10-28T00:00:00Z"), ("UTC", "2028-02-27T12:00:00Z"),
    ])
  func bruteForce(zone: String, start: String) throws {
    var generator = SeededGenerator(seed: 7)
    let walk = MinuteWalk(
      zone: try #require(TimeZone(identifier: zone)), from: try milliseconds(start),
      minutes: 4 * 1440)
    for _ in 0..<20 {
      let fields = RandomFields(using: &generator)
      let schedule = try CronSchedule("TZ=" + zone + " " + fields.text)
      let expected = walk.ticks(of: fields)
      var found: [Int64] = []
      var tick = schedule.next(after: walk.from - 1)
      while tick < walk.end {
        found.append(tick)
        tick = schedule.next(after: tick)
      }
      #expect(found == expected, "\(schedule.text)")
      for _ in 0..<20 {
        let after = Int64.random(in: walk.from..<walk.end, using: &generator)
        let next = schedule.next(after: after)
        #expect(min(next, walk.end) == expected.first { $0 > after } ?? walk.end)
        let latest = schedule.latest(after: walk.from - 1, until: after)
        #expect(latest == expected.last { $0 <= after })
      }
    }
  }

  @Test(
    "missed ticks",
    arguments: [
      (MissedTicks.skip, 30_000, ["06:00"]), (.skip, 600_000, []), (.last, 600_000, ["06:00"]),
      (.last, 7_200_000, ["08:00"]), (.all, 7_200_000, ["06:00", "07:00", "08:00"]),
      (.all, -1, []), (.last, -1, []),
    ])
  func missedTicks(policy: MissedTicks, late: Int, ticks: [String]) throws {
    let first = try milliseconds("2026-11-21T06:00:00Z")
    let found = policy.ticks(
      of: try CronSchedule("0 * * * *"), after: first - 3_600_000, until: first + Int64(late))
    #expect(found.map { String(iso($0).dropFirst(11).prefix(5)) } == ticks)
  }

  @Test("a year of missed minutes costs no walk over them")
  func longPause() throws {
    let schedule = try CronSchedule("* * * * *")
    let now = try milliseconds("2026-11-21T06:00:20Z")
    let ticks = MissedTicks.last.ticks(of: schedule, after: now - 366 * 86_400_000, until: now)
    #expect(ticks == [now - 20_000])
    let page = MissedTicks.all.ticks(of: schedule, after: now - 366 * 86_400_000, until: now)
    #expect(page.count == 100)
  }
}

private func milliseconds(_ text: String) throws -> Int64 {
  Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970) * 1000
}

private func iso(_ instant: Int64) -> String {
  Date(timeIntervalSince1970: Double(instant) / 1000).formatted(.iso8601)
}

/// Fields whose text and meaning are made side by side.
private struct RandomFields {
  var text = ""
  var minutes = Set(0...59)
  var hours = Set(0...23)
  var days: Set<Int>?
  var months = Set(1...12)
  var weekdays: Set<Int>?

  init(using generator: inout SeededGenerator) {
    let minute = Self.field(0...59, using: &generator)
    let hour = Self.field(0...23, using: &generator)
    let day = Self.field(1...31, using: &generator)
    let month = Self.field(1...12, using: &generator)
    let weekday = Self.field(0...6, using: &generator)
    minutes = minute.values ?? minutes
    hours = hour.values ?? hours
    (days, weekdays) = (day.values, weekday.values)
    // Most of the time the months of the walk are among them.
    months = Bool.random(using: &generator) ? months : month.values ?? months
    let monthText = months.count == 12 ? "*" : month.text
    text = [minute.text, hour.text, day.text, monthText, weekday.text].joined(separator: " ")
    if weekdays == nil, days.map({ $0.isDisjoint(with: 1...28) }) == true {
      days = nil
      text = [minute.text, hour.text, "*", monthText, "*"].joined(separator: " ")
    }
  }

  /// Nil stands for `*`.
  private static func field(
    _ range: ClosedRange<Int>, using generator: inout SeededGenerator
  ) -> (text: String, values: Set<Int>?) {
    let from = Int.random(in: range, using: &generator)
    let to = Int.random(in: from...range.upperBound, using: &generator)
    let step = Int.random(in: 2...max(2, range.count / 3), using: &generator)
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: return ("\(from)", [from])
    case 1: return ("\(from)-\(to)", Set(from...to))
    case 2: return ("\(from)-\(to)/\(step)", Set(stride(from: from, through: to, by: step)))
    case 3:
      return ("*/\(step)", Set(stride(from: range.lowerBound, through: range.upperBound, by: step)))
    case 4: return ("\(to),\(from)", [from, to])
    default: return ("*", nil)
    }
  }

  func fits(_ parts: DateComponents) -> Bool {
    guard let minute = parts.minute, let hour = parts.hour, let day = parts.day,
      let month = parts.month, let weekday = parts.weekday
    else { return false }
    guard minutes.contains(minute), hours.contains(hour), months.contains(month) else {
      return false
    }
    if let days, let weekdays { return days.contains(day) || weekdays.contains(weekday - 1) }
    return days?.contains(day) ?? weekdays?.contains(weekday - 1) ?? true
  }
}

/// Every minute of a stretch of time, with what the clock on the wall shows in it.
private struct MinuteWalk {
  let from: Int64
  let end: Int64
  /// Local minutes since 1970 at each minute.
  private let local: [Int64]
  private let before: Int64
  private let parts: [Int64: DateComponents]

  init(zone: TimeZone, from: Int64, minutes: Int) {
    (self.from, end) = (from, from + Int64(minutes) * 60_000)
    func local(_ instant: Int64) -> Int64 {
      let date = Date(timeIntervalSince1970: Double(instant) / 1000)
      return instant / 60_000 + Int64(zone.secondsFromGMT(for: date) / 60)
    }
    self.local = (0..<minutes).map { local(from + Int64($0) * 60_000) }
    before = (1...4320).map { local(from - $0 * 60_000) }.max() ?? 0
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    var parts: [Int64: DateComponents] = [:]
    for minute in min(before, self.local[0])...(self.local.max() ?? 0) {
      parts[minute] = calendar.dateComponents(
        [.minute, .hour, .day, .month, .weekday],
        from: Date(timeIntervalSince1970: Double(minute) * 60))
    }
    self.parts = parts
  }

  func ticks(of fields: RandomFields) -> [Int64] {
    func fits(_ minute: Int64) -> Bool { parts[minute].map(fields.fits) ?? false }
    var furthest = before
    var ticks: [Int64] = []
    for (place, minute) in local.enumerated() {
      let isTick: Bool
      if fields.hours.count == 24 {
        isTick = fits(minute)
      } else {
        isTick = minute > furthest && (furthest + 1...minute).contains(where: fits)
      }
      if isTick { ticks.append(from + Int64(place) * 60_000) }
      furthest = max(furthest, minute)
    }
    return ticks
  }
}
