internal import Foundation
internal import WebClient

/// How long a service asks to be left alone.
enum RetryAfter {
  /// Longer waits than a day are taken for a mistake and cut to one.
  static let most: Int64 = 24 * 3600 * 1000

  /// Milliseconds; nil where the reply says nothing that can be understood. Reads `retry-after-ms`, then `Retry-After`
  /// as seconds or as a date.
  static func milliseconds(_ headers: WebHeaders, now: Date = Date()) -> Int64? {
    if let text = headers["retry-after-ms"], let value = Double(text), value.isFinite {
      return bounded(value)
    }
    guard let text = headers["retry-after"]?.trimmingCharacters(in: .whitespaces) else {
      return nil
    }
    if let seconds = Double(text) { return seconds.isFinite ? bounded(seconds * 1000) : nil }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "UTC")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text).map { bounded($0.timeIntervalSince(now) * 1000) }
  }

  private static func bounded(_ milliseconds: Double) -> Int64 {
    Int64(max(0, min(milliseconds, Double(most))))
  }
}
