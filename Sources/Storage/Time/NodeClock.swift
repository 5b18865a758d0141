internal import Foundation

/// The time of day that records carry, and waiting for it. Passed in, so that tests have one of their own.
public protocol NodeClock: Sendable {
  /// UTC milliseconds since 1970. May jump in either direction when somebody sets the machine's clock.
  var now: Int64 { get }

  /// Milliseconds since some moment, which setting the clock does not change and which stand still while the machine
  /// is suspended. Where `now` has gone on by more, somebody has set the clock.
  var elapsed: Int64 { get }

  /// Returns after `milliseconds`, measured so that setting the clock does not matter. Throws `CancellationError`.
  func sleep(milliseconds: Int64) async throws
}

/// The machine's clock.
public struct SystemClock: NodeClock {
  public init() {}

  public var now: Int64 { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) }

  public var elapsed: Int64 { Int64((SuspendingClock.now - Self.start) / .milliseconds(1)) }

  private static let start = SuspendingClock.now

  public func sleep(milliseconds: Int64) async throws {
    try await Task.sleep(for: .milliseconds(max(0, milliseconds)))
  }
}
