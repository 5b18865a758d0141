internal import Foundation

/// Times as the API writes them: `2026-11-21T19:10:26.123Z`.
enum TimeText {
  static func text(_ milliseconds: Int64) -> String {
    let day = milliseconds.floorDivided(by: 86_400_000)
    let rest = Int(milliseconds - day * 86_400_000)
    let (year, month, date) = civil(day)
    return
      "\(digits(Int(year), 4))-\(digits(month, 2))-\(digits(date, 2))T\(digits(rest / 3_600_000, 2)):\(digits(rest / 60_000 % 60, 2)):\(digits(rest / 1000 % 60, 2)).\(digits(rest % 1000, 3))Z"
  }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }

  /// The date of a day counted from 1970-01-01, by the proleptic Gregorian calendar: years begin in March, so that the
  /// leap day is their last.
  private static func civil(_ day: Int64) -> (year: Int64, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = shifted.floorDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, Int(month), Int(dayOfYear - (153 * part + 2) / 5 + 1))
  }
}

extension Int64 {
  fileprivate func floorDivided(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

extension TimeText {
  /// Reads RFC 3339, with or without a fraction; nil for anything else.
  static func milliseconds(_ text: String) -> Int64? {
    guard text.utf8.count <= 40 else { return nil }
    let styles = [
      Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle(),
    ]
    guard let date = styles.lazy.compactMap({ try? $0.parse(text) }).first else { return nil }
    return Int64((date.timeIntervalSince1970 * 1000).rounded())
  }
}
