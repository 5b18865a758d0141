internal import Foundation
internal import Workflows

/// Times as apps write them. All instants are UTC milliseconds.
enum WireTime {
  static let longest: Int64 = 366 * 86_400_000

  /// RFC 3339 with or without a fraction; nil for anything else.
  static func instant(_ text: String) -> Int64? {
    for fractional in [true, false] {
      let style = Date.ISO8601FormatStyle(includingFractionalSeconds: fractional)
      if let date = try? style.parse(text) { return milliseconds(date) }
    }
    return nil
  }

  /// A duration such as `90s` from `now` on, or an instant.
  static func end(_ text: String, from now: Int64) -> Int64? {
    if let instant = instant(text) { return instant }
    guard let duration = try? DurationText.parse(text.filter { $0 != " " }) else { return nil }
    return now + milliseconds(duration)
  }

  /// What `retry-after` says: seconds, or a date as RFC 3339 or HTTP writes it.
  static func retryAfter(_ text: String, now: Int64) -> Duration? {
    let text = text.trimmingCharacters(in: .whitespaces)
    if text.count <= 7, let seconds = Int64(text), seconds >= 0 { return .seconds(seconds) }
    let instant = instant(text) ?? httpDate(text)
    return instant.map { .milliseconds(max(0, $0 - now)) }
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static func httpDate(_ text: String) -> Int64? {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return format.date(from: text).map(milliseconds)
  }

  private static func milliseconds(_ date: Date) -> Int64 {
    let value = (date.timeIntervalSince1970 * 1000).rounded()
    return Int64(max(-9e15, min(9e15, value)))
  }

  static func milliseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return max(-9_000_000_000_000, min(9_000_000_000_000, seconds)) * 1000
      + attoseconds / 1_000_000_000_000_000
  }
}
