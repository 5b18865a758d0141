public import Storage
internal import WebClient

/// How often and how far apart a call is tried.
public struct RetryPolicy: Sendable {
  public var attempts: Int
  /// Before the second try; twice as long before each further one.
  public var firstWaitMS: Int64
  public var longestWaitMS: Int64
  public let clock: any NodeClock
  /// At least 0 and less than 1: where in the second half of the wait this try lies, so that machines that failed
  /// together do not come back together.
  public let random: @Sendable () -> Double

  public init(
    attempts: Int = 6, firstWaitMS: Int64 = 250, longestWaitMS: Int64 = 15_000,
    clock: any NodeClock = SystemClock(),
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    (self.attempts, self.firstWaitMS, self.longestWaitMS) = (attempts, firstWaitMS, longestWaitMS)
    (self.clock, self.random) = (clock, random)
  }

  /// Does `work` again while it throws an `ObjectStoreError` that may pass; it is given the number of the try, from 1.
  /// A damaged transfer is repeated once.
  func run<Value>(_ work: (Int) async throws -> Value) async throws -> Value {
    var damaged = 0
    var attempt = 1
    while true {
      do {
        return try await work(attempt)
      } catch let error as ObjectStoreError {
        if error.kind == .damaged { damaged += 1 }
        guard error.isRetryable || (error.kind == .damaged && damaged == 1), attempt < attempts
        else { throw error }
        try await clock.sleep(milliseconds: wait(after: attempt, asked: error.waitMS))
        attempt += 1
      }
    }
  }

  func wait(after attempt: Int, asked: Int64?) -> Int64 {
    let doubled = Double(firstWaitMS) * Double(1 << min(attempt - 1, 20))
    let whole = min(doubled, Double(longestWaitMS))
    let own = Int64(whole / 2 + whole / 2 * random())
    // A service that asks for hours has other reasons than being busy; the caller decides about those.
    return max(own, min(asked ?? 0, 4 * longestWaitMS))
  }
}

extension WebReply {
  /// What `Retry-After` says in seconds.
  var retryAfterMS: Int64? {
    headers["retry-after"].flatMap(Int64.init).flatMap { $0 < 0 || $0 > 86_400 ? nil : $0 * 1000 }
  }
}
