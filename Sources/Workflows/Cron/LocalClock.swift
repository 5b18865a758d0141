internal import Foundation

/// The clock on the wall in one time zone. Local times are milliseconds too, counted as though the place were UTC.
struct LocalClock {
  let zone: TimeZone

  /// No place is further than this from UTC, and no change of a clock is larger than twice this.
  private static let widestOffset: Int64 = 26 * 3_600_000

  /// Local time minus UTC.
  func offset(at instant: Int64) -> Int64 {
    Int64(zone.secondsFromGMT(for: Self.date(instant))) * 1000
  }

  /// The next instant with another offset; nil when the zone's clock is never changed again.
  func change(after instant: Int64) -> Int64? {
    var instant = instant
    // A zone may list changes of its name alone.
    while let date = zone.nextDaylightSavingTimeTransition(after: Self.date(instant)) {
      let change = Int64((date.timeIntervalSince1970 * 1000).rounded())
      if offset(at: change) != offset(at: change - 1) { return change }
      instant = max(change, instant + 1)
    }
    return nil
  }

  /// The highest local time that the clock has shown up to `instant`: more than it shows then,
  /// where it was set back a short while ago.
  func furthest(at instant: Int64) -> Int64 {
    var furthest = instant + offset(at: instant)
    var from = instant - 2 * Self.widestOffset
    while let change = change(after: from), change <= instant {
      furthest = max(furthest, change - 1 + offset(at: change - 1))
      from = change
    }
    return furthest
  }

  /// The first instant at which the clock shows `local` or, having jumped, more.
  func instant(reaching local: Int64) -> Int64 {
    var from = local - Self.widestOffset
    while true {
      let candidate = max(from, local - offset(at: from))
      guard let change = change(after: from), change <= candidate else { return candidate }
      from = change
    }
  }

  private static func date(_ instant: Int64) -> Date {
    Date(timeIntervalSince1970: Double(instant) / 1000)
  }
}
