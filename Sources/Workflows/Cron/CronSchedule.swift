internal import Foundation

/// Instants that come again and again, written as cron does: `0 6 * * MON-FRI`, `TZ=Asia/Seoul 30 9 1 * *`,
/// `@daily`, `@every 90s`. Without `TZ=` (or `CRON_TZ=`) the time zone is UTC.
///
/// The five fields are minute (0-59), hour (0-23), day of the month (1-31), month (1-12 or JAN-DEC) and day of the week
/// (0-7 or SUN-SAT; 0 and 7 are Sunday): `*`, numbers, ranges `a-b`, steps `*/n`, `a-b/n`, `a/n`, and lists of those.
/// Where both kinds of day are restricted, a day that fits one of them counts.
///
/// When clocks are changed, a schedule of certain hours runs once for each local time that it names: a time that
/// is skipped runs at the first valid moment after it, one that comes twice runs the first time. A
/// schedule whose hour is `*` follows the clock on the wall: nothing for the hour that is left out, twice for the
/// hour that is repeated.
///
/// `@every` counts from 1970-01-01 00:00 UTC, so that all processes agree on its ticks.
public struct CronSchedule: Sendable, Hashable {
  enum Rule: Sendable, Hashable {
    case fields(CronFields, zone: TimeZone)
    case every(milliseconds: Int64)
  }

  /// As it was written.
  public let text: String
  let rule: Rule

  /// Throws `CronError` for a text that is no schedule, and for one that never comes, such as February 30.
  public init(_ text: String) throws(CronError) {
    self.text = text
    rule = try CronParser(text: text).rule()
  }

  /// The first tick after `instant`; both UTC milliseconds.
  public func next(after instant: Int64) -> Int64 {
    switch rule {
    case .every(let period):
      return (instant.floored(by: period) + 1) * period
    case .fields(let fields, let zone):
      let clock = LocalClock(zone: zone)
      return fields.isHourly
        ? Self.nextOnTheWall(fields, clock, after: instant)
        : Self.nextReached(fields, clock, after: instant)
    }
  }

  /// The last tick that is after `earliest` and not after `now`; nil when there is none.
  public func latest(after earliest: Int64, until now: Int64) -> Int64? {
    var span: Int64 = 60_000
    while true {
      let from = max(earliest, now - span)
      var tick = next(after: from)
      if tick <= now {
        while true {
          let later = next(after: tick)
          if later > now { return tick }
          tick = later
        }
      }
      if from == earliest { return nil }
      span *= 2
    }
  }

  /// A local time that was reached, or passed by a jump of the clock, is done: only those beyond count.
  private static func nextReached(
    _ fields: CronFields, _ clock: LocalClock, after instant: Int64
  ) -> Int64 {
    clock.instant(reaching: fields.next(from: clock.furthest(at: instant) + 1))
  }

  /// Looks at each stretch of time between two changes of the clock by itself.
  private static func nextOnTheWall(
    _ fields: CronFields, _ clock: LocalClock, after instant: Int64
  ) -> Int64 {
    var from = instant + 1
    while true {
      let offset = clock.offset(at: from)
      let tick = fields.next(from: from + offset) - offset
      guard let change = clock.change(after: from), change <= tick else { return tick }
      from = change
    }
  }
}

extension CronSchedule: CustomStringConvertible {
  public var description: String { text }
}

extension Int64 {
  /// Divided and rounded towards minus infinity.
  func floored(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
