internal import Foundation

/// The minutes, hours and days that a schedule names, on a calendar without time zone.
struct CronFields: Sendable, Hashable {
  var minutes: Set<Int>
  var hours: Set<Int>
  /// Nil: any day of the month.
  var days: Set<Int>?
  var months: Set<Int>
  /// 0 is Sunday; nil: any day of the week.
  var weekdays: Set<Int>?

  var isHourly: Bool { hours.count == 24 }

  /// Some day of some year fits.
  var comesAtAll: Bool {
    guard let days, weekdays == nil else { return true }
    let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return months.contains { month in days.contains { $0 <= lengths[month - 1] } }
  }

  /// The first local time from `local` on that fits; the fields come at all.
  func next(from local: Int64) -> Int64 {
    let minute = -(-local).floored(by: Self.minute)
    let day = minute.floored(by: 1440)
    if fits(day: day), let time = time(from: Int(minute - day * 1440)) {
      return (day * 1440 + Int64(time)) * Self.minute
    }
    var next = day + 1
    while !fits(day: next) { next += 1 }
    return (next * 1440 + Int64(time(from: 0) ?? 0)) * Self.minute
  }

  /// The first minute of a day from `minute` on that fits.
  private func time(from minute: Int) -> Int? {
    let (hour, rest) = (minute / 60, minute % 60)
    if hours.contains(hour), let found = minutes.filter({ $0 >= rest }).min() {
      return hour * 60 + found
    }
    guard let later = hours.filter({ $0 > hour }).min(), let first = minutes.min() else {
      return nil
    }
    return later * 60 + first
  }

  /// `day` counts from 1970-01-01.
  private func fits(day: Int64) -> Bool {
    let date = Date(timeIntervalSince1970: Double(day) * 86_400)
    let parts = Self.calendar.dateComponents([.month, .day, .weekday], from: date)
    guard let month = parts.month, let number = parts.day, let weekday = parts.weekday,
      months.contains(month)
    else { return false }
    switch (days, weekdays) {
    case (nil, nil): return true
    case (let days?, nil): return days.contains(number)
    case (nil, let weekdays?): return weekdays.contains(weekday - 1)
    case (let days?, let weekdays?): return days.contains(number) || weekdays.contains(weekday - 1)
    }
  }

  private static let minute: Int64 = 60_000

  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }()
}
