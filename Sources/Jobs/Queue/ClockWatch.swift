internal import Storage
internal import Synchronization

/// Notices that somebody has set the clock forward, or that the machine was suspended.
///
/// To a process with such a clock all leases seem to have run out, though their owners work and are about to renew
/// them. So for the time of a lease it takes none from anybody.
final class ClockWatch: Sendable {
  /// What the two times may differ by without anything having happened.
  private static let toleranceMS: Int64 = 1_000

  private struct Look {
    var now, elapsed: Int64
    /// In the time that does not jump.
    var trustedFrom: Int64
  }

  private let last = Mutex<Look?>(nil)

  /// Whether leases may be judged by `clock`: since the last call, or for `lasting` after a jump, it went on as time did.
  func trusts(_ clock: any NodeClock, lasting: Int64) -> Bool {
    let (now, elapsed) = Self.read(clock)
    return last.withLock { last in
      var look = last ?? Look(now: now, elapsed: elapsed, trustedFrom: elapsed)
      let jump = (now - look.now) - (elapsed - look.elapsed)
      if jump > Self.toleranceMS { look.trustedFrom = elapsed + lasting }
      (look.now, look.elapsed) = (now, elapsed)
      last = look
      return elapsed >= look.trustedFrom
    }
  }

  /// Both times at one moment: a process that is stopped between reading them would see a jump.
  private static func read(_ clock: any NodeClock) -> (now: Int64, elapsed: Int64) {
    while true {
      let (before, now, after) = (clock.elapsed, clock.now, clock.elapsed)
      if after - before <= toleranceMS / 10 { return (now, after) }
    }
  }
}
