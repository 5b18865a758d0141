/// How often something that failed is tried again, and after how long.
public struct RetryPolicy: Sendable, Equatable {
  public enum BackOff: Sendable, Equatable {
    /// The delay after each failure in turn; the last one stays.
    case delays([Duration])
    case exponential(first: Duration, factor: Double, cap: Duration)
  }

  /// Attempts after the first: 4 are five attempts in all.
  public var retries: Int
  public var backOff: BackOff
  /// Up to this much is added to each delay, so that many that failed together do not come back together.
  public var jitter: Duration

  public init(retries: Int = 4, backOff: BackOff = .customary, jitter: Duration = .seconds(30)) {
    (self.retries, self.backOff, self.jitter) = (retries, backOff, jitter)
  }

  /// Four retries after 15 s, 30 s, 1 min and 2 min, each with up to 30 s of jitter.
  public static let customary = RetryPolicy()
  /// One attempt alone.
  public static let never = RetryPolicy(retries: 0)

  /// The customary delays with another number of retries.
  public static func times(_ retries: Int) -> RetryPolicy { RetryPolicy(retries: retries) }

  /// Milliseconds to wait after attempt number `attempt`, from 1; nil when it was the last one.
  func delay(afterAttempt attempt: Int, random: Double) -> Int64? {
    guard attempt <= retries else { return nil }
    return base(attempt) + Int64(random * Double(jitter.milliseconds))
  }

  private func base(_ attempt: Int) -> Int64 {
    switch backOff {
    case .delays(let delays):
      return delays.isEmpty ? 0 : delays[min(attempt, delays.count) - 1].milliseconds
    case .exponential(let first, let factor, let cap):
      var delay = Double(first.milliseconds)
      for _ in 1..<max(1, attempt) where delay < Double(cap.milliseconds) { delay *= factor }
      return Int64(min(delay, Double(cap.milliseconds)))
    }
  }
}

extension RetryPolicy.BackOff {
  /// 15 s, 30 s, 1, 2, 5, 10, 20, 40 min, 1 h, then 2 h.
  public static let customary = Self.delays([
    .seconds(15), .seconds(30), .seconds(60), .seconds(120), .seconds(300), .seconds(600),
    .seconds(1200), .seconds(2400), .seconds(3600), .seconds(7200),
  ])
}

extension Duration {
  /// Whole milliseconds, rounded up, and no more than fit.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    if overflow { return seconds < 0 ? .min / 4 : .max / 4 }
    let part = attoseconds / 1_000_000_000_000_000
    let rest = attoseconds % 1_000_000_000_000_000
    return max(.min / 4, min(.max / 4, whole + part + (rest > 0 ? 1 : 0)))
  }
}
