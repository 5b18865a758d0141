internal import Storage

/// What the limits and schedules do by themselves when a time comes: a debounce or a batch that is full, a tick.
enum FlowTimers {
  /// The next time after `now` at which `fire` has something to do; nil for none.
  static func next(_ db: any Connection, now: Int64) throws -> Int64? { nil }

  /// Called in the transaction of every claim, before runs are taken.
  static func fire(in commit: inout Commit) throws {}
}
