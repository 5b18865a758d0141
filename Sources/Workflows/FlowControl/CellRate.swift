/// The generic cell rate algorithm: so many in a period, evenly apart, some of them at once.
///
/// All that has to be kept is one instant, at which the next one would arrive if all came evenly. Instants
/// are microseconds here, so that a period of which `limit` is no divisor is cut into parts that fit.
struct CellRate: Sendable, Hashable {
  /// Microseconds from one to the next.
  let interval: Int64
  /// How far the kept instant may be ahead for one more to be let through.
  let tolerance: Int64

  /// `limit` of them in `period`; besides one, `burst` more may come at once.
  init(limit: Int, periodMilliseconds: Int64, burst: Int) {
    interval = max(1, periodMilliseconds * 1000 / Int64(limit))
    tolerance = interval * Int64(burst)
  }

  enum Answer: Hashable {
    /// It may go; `arrival` is to be kept in the place of the instant that was kept.
    case admitted(arrival: Int64)
    /// It may go then, UTC milliseconds, if nobody else goes before it.
    case refused(untilMilliseconds: Int64)
  }

  /// Asks for one at `now`, UTC milliseconds. `arrival` is what the last answer said to keep; nil at first.
  func ask(arrival: Int64?, now: Int64) -> Answer {
    let now = now * 1000
    let arrival = max(now, heldToTheRule(arrival ?? now, now: now))
    if arrival - now > tolerance {
      return .refused(untilMilliseconds: -(tolerance - arrival).floored(by: 1000))
    }
    return .admitted(arrival: arrival + interval)
  }

  /// An instant further ahead than the rule can bring about was kept before the clock was set back, or
  /// before the limit was made another.
  private func heldToTheRule(_ arrival: Int64, now: Int64) -> Int64 {
    min(arrival, now + tolerance + interval)
  }
}
