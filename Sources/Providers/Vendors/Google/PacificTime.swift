internal import Foundation

/// The clock of California, by which Google's daily allowances begin anew.
enum PacificTime {
  /// UTC milliseconds of the first midnight after `now`, in UTC milliseconds.
  static func nextMidnight(after now: Int64) -> Int64 {
    var calendar = Calendar(identifier: .gregorian)
    if let zone = TimeZone(identifier: "America/Los_Angeles")
      ?? TimeZone(secondsFromGMT: -8 * 3600)
    {
      calendar.timeZone = zone
    }
    let next = calendar.nextDate(
      after: Date(timeIntervalSince1970: Double(now) / 1000),
      matching: DateComponents(hour: 0, minute: 0, second: 0), matchingPolicy: .nextTime)
    return next.map { Int64($0.timeIntervalSince1970 * 1000) } ?? now + 24 * 3600 * 1000
  }
}
