internal import Synchronization

/// A token bucket for each client.
final class RateLimiter: Sendable {
  private struct Bucket {
    var tokens: Double
    var at: ContinuousClock.Instant
  }

  /// Clients beyond are forgotten, those with full buckets first.
  private static let mostClients = 10_000

  private let rate: Double
  private let burst: Double
  private let buckets = Mutex<[String: Bucket]>([:])

  /// `rate` tokens a second, `burst` of them at most.
  init(rate: Double, burst: Int) { (self.rate, self.burst) = (max(rate, 0.001), Double(burst)) }

  /// Takes tokens; where there are none left, nothing is taken and it says after how long there are. More than a whole
  /// bucket are given to a full one, which owes the rest.
  func take(_ count: Int, for client: String, at now: ContinuousClock.Instant) -> Duration? {
    buckets.withLock { buckets in
      if buckets.count >= Self.mostClients, buckets[client] == nil { sweep(&buckets, now) }
      var bucket = buckets[client] ?? Bucket(tokens: burst, at: now)
      bucket.tokens = min(burst, bucket.tokens + rate * max(0, (now - bucket.at) / .seconds(1)))
      bucket.at = now
      let needed = min(Double(count), burst)
      defer { buckets[client] = bucket }
      if bucket.tokens < needed { return .seconds((needed - bucket.tokens) / rate) }
      bucket.tokens -= Double(count)
      return nil
    }
  }

  private func sweep(_ buckets: inout [String: Bucket], _ now: ContinuousClock.Instant) {
    buckets = buckets.filter {
      $0.value.tokens + rate * ((now - $0.value.at) / .seconds(1)) < burst
    }
    if buckets.count >= Self.mostClients { buckets.removeAll() }
  }
}
