/// What becomes of ticks whose time came while no engine ran the function.
public enum MissedTicks: String, Sendable, Codable {
  /// None of them runs.
  case skip
  /// The last of them runs.
  case last
  /// Each of them runs, the oldest first.
  case all

  /// A tick that is later than this is one that was missed.
  static let tolerance: Int64 = 60_000

  /// The ticks after `last` and not after `now` that are to run, in order; at most `limit` of them,
  /// after which one asks again from the last one on.
  func ticks(
    of schedule: CronSchedule, after last: Int64, until now: Int64, limit: Int = 100
  ) -> [Int64] {
    switch self {
    case .skip:
      schedule.latest(after: max(last, now - Self.tolerance), until: now).map { [$0] } ?? []
    case .last: schedule.latest(after: last, until: now).map { [$0] } ?? []
    case .all:
      Array(
        sequence(first: schedule.next(after: last)) { schedule.next(after: $0) }
          .prefix { $0 <= now }.prefix(limit))
    }
  }
}
