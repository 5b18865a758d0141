internal import Foundation
internal import SceneDocument
internal import Workflows

/// Points in time and their distances, for people.
struct TimeText {
  /// UTC milliseconds.
  var now: Int64
  var zone = TimeZone.current

  /// `13:05:10`, with the date where it is another day than today; in the machine's time zone.
  func clock(_ instant: Int64) -> String {
    let date = Date(timeIntervalSince1970: Double(instant) / 1000)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: date)
    let time = [parts.hour, parts.minute, parts.second].map { Self.two($0 ?? 0) }
      .joined(separator: ":")
    let today = Date(timeIntervalSince1970: Double(now) / 1000)
    if calendar.isDate(date, inSameDayAs: today) { return time }
    let day = [parts.month, parts.day].map { Self.two($0 ?? 0) }.joined(separator: "-")
    return "\(parts.year ?? 0)-\(day) \(time)"
  }

  /// `13:05:10 (in 2m5s)`, `13:05:10 (2m5s ago)`.
  func clockAndDistance(_ instant: Int64) -> String {
    clock(instant) + (instant > now ? " (in \(Self.rough(instant - now)))" : " (\(ago(instant)))")
  }

  func ago(_ instant: Int64) -> String {
    now - instant < 1000 ? "just now" : Self.rough(now - instant) + " ago"
  }

  /// The two largest units: `2d5h`, `3m20s`, `850ms`.
  static func rough(_ milliseconds: Int64) -> String {
    let units: [Int64] = [86_400_000, 3_600_000, 60_000, 1_000, 1]
    let length = max(0, milliseconds)
    let first = units.firstIndex { length >= $0 } ?? units.count - 1
    let second = units[min(first + 1, units.count - 1)]
    // Beside seconds, tenths of them would only be in the way.
    let step = units[first] == 1_000 ? length < 10_000 ? 100 : 1_000 : second
    return Duration.milliseconds(length / step * step).text
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
