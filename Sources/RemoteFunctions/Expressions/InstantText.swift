/// Instants as text, in the Gregorian calendar, UTC milliseconds.
enum InstantText {
  /// RFC 3339 in UTC; milliseconds only where there are some.
  static func write(_ milliseconds: Int64, alwaysFraction: Bool = false) -> String {
    let (days, rest) = quotientAndRest(milliseconds, 86_400_000)
    let (year, month, day) = date(days)
    let (seconds, thousandths) = rest.quotientAndRemainder(dividingBy: 1000)
    let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
    let fraction = thousandths == 0 && !alwaysFraction ? "" : "." + padded(thousandths, 3)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
      + time.joined(separator: ":") + fraction + "Z"
  }

  /// Reads `2026-11-21`, `2026-11-21T06:00:00.250Z` and the like; without a zone it is UTC. Nil for anything else.
  static func read(_ text: String) -> Int64? {
    var reader = Reader(bytes: Array(text.utf8))
    guard let year = reader.number(4), reader.take(0x2D), let month = reader.number(2),
      reader.take(0x2D), let day = reader.number(2), 1...12 ~= month, 1...31 ~= day
    else { return nil }
    let days = days(year, month, day)
    if date(days) != (year, month, day) { return nil }
    var milliseconds = days * 86_400_000
    if reader.isAtEnd { return milliseconds }
    guard reader.take(0x54) || reader.take(0x74) || reader.take(0x20),
      let time = reader.time(), let zone = reader.zone(), reader.isAtEnd
    else { return nil }
    milliseconds += time - zone
    return milliseconds
  }

  /// Unix seconds or milliseconds; beyond the year 5000 in seconds they are milliseconds.
  static func read(_ number: Double) -> Int64? {
    let milliseconds = number.magnitude < 1e11 ? number * 1000 : number
    guard milliseconds.isFinite, milliseconds.magnitude < 8.64e15 else { return nil }
    return Int64(milliseconds)
  }

  private struct Reader {
    let bytes: [UInt8]
    var place = 0

    var isAtEnd: Bool { place == bytes.count }

    mutating func take(_ byte: UInt8) -> Bool {
      guard place < bytes.count, bytes[place] == byte else { return false }
      place += 1
      return true
    }

    mutating func number(_ count: Int) -> Int64? {
      guard place + count <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[place..<place + count] {
        guard 0x30...0x39 ~= byte else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      place += count
      return value
    }

    /// Milliseconds of the day.
    mutating func time() -> Int64? {
      guard let hour = number(2), take(0x3A), let minute = number(2), hour < 24, minute < 60 else {
        return nil
      }
      var milliseconds = (hour * 60 + minute) * 60_000
      guard take(0x3A) else { return milliseconds }
      guard let second = number(2), second < 61 else { return nil }
      milliseconds += second * 1000
      guard take(0x2E) else { return milliseconds }
      var (scale, digits): (Int64, Int) = (100, 0)
      while let digit = number(1) {
        milliseconds += digit * scale
        (scale, digits) = (scale / 10, digits + 1)
      }
      return digits > 0 ? milliseconds : nil
    }

    /// Milliseconds east of UTC.
    mutating func zone() -> Int64? {
      if isAtEnd || take(0x5A) || take(0x7A) { return 0 }
      let isEast = take(0x2B)
      guard isEast || take(0x2D), let hours = number(2), hours < 24 else { return nil }
      _ = take(0x3A)
      guard let minutes = number(2), minutes < 60 else { return nil }
      return (isEast ? 1 : -1) * (hours * 60 + minutes) * 60_000
    }
  }

  // MARK: The calendar

  /// Days since 1970-01-01; years begin in March, so that the leap day is their last.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = quotientAndRest(year, 400)
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(_ days: Int64) -> (Int64, Int64, Int64) {
    let (era, dayOfEra) = quotientAndRest(days + 719_468, 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// Towards minus infinity.
  private static func quotientAndRest(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
  }

  private static func padded(_ number: Int64, _ count: Int) -> String {
    let digits = String(number.magnitude)
    let zeros = String(repeating: "0", count: max(0, count - digits.utf8.count))
    return (number < 0 ? "-" : "") + zeros + digits
  }
}
