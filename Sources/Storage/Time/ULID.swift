internal import Synchronization

/// An id that sorts by the time it was made: 48 bits of UTC milliseconds and 80 random bits, written in 26 characters
/// of Crockford's base 32.
public struct ULID: Sendable, Hashable, Comparable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  public init(milliseconds: Int64, randomHigh: UInt16, randomLow: UInt64) {
    high = UInt64(truncatingIfNeeded: milliseconds) << 16 | UInt64(randomHigh)
    low = randomLow
  }

  /// A new id. Those of one process are in order, also within a millisecond and when the clock goes back by less than
  /// a minute.
  public static func make(at milliseconds: Int64) -> ULID {
    latest.withLock { next(at: milliseconds, &$0) }
  }

  /// New ids, each after the one before, whatever other threads make meanwhile.
  public static func make(_ count: Int, at milliseconds: Int64) -> [ULID] {
    latest.withLock { latest in (0..<max(0, count)).map { _ in next(at: milliseconds, &latest) } }
  }

  /// The last id of each minute: clocks that tell quite different times do not disturb one another.
  private static let latest = Mutex<[Int64: ULID]>([:])

  private static func next(at milliseconds: Int64, _ latest: inout [Int64: ULID]) -> ULID {
    var generator = SystemRandomNumberGenerator()
    var next = ULID(
      milliseconds: milliseconds, randomHigh: generator.next(), randomLow: generator.next())
    let minute = milliseconds / 60_000
    let last = [latest[minute], latest[minute + 1]].compactMap(\.self).max()
    if let last, next <= last { next = last.successor }
    // Some days of minutes; forgetting those of other clocks sooner would put their ids out of order.
    if latest.count > 4096 { latest = latest.filter { abs($0.key - minute) <= 1 } }
    latest[next.milliseconds / 60_000] = next
    return next
  }

  private init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

  /// When it was made, UTC.
  public var milliseconds: Int64 { Int64(high >> 16) }

  private var successor: ULID {
    let (sum, overflow) = low.addingReportingOverflow(1)
    return ULID(high: overflow ? high &+ 1 : high, low: sum)
  }

  public static func < (left: ULID, right: ULID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  public var description: String {
    var (high, low) = (high, low)
    var characters = [UInt8](repeating: 0, count: 26)
    for place in characters.indices.reversed() {
      characters[place] = Self.digits[Int(low & 31)]
      low = low >> 5 | high << 59
      high >>= 5
    }
    return String(decoding: characters, as: UTF8.self)
  }

  /// Reads 26 characters of either case; nil for anything else, and for values beyond 128 bits.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 26 else { return nil }
    var (high, low) = (UInt64(0), UInt64(0))
    for (place, character) in text.uppercased().utf8.enumerated() {
      guard let digit = Self.digits.firstIndex(of: character), place > 0 || digit < 8 else {
        return nil
      }
      high = high << 5 | low >> 59
      low = low << 5 | UInt64(digit)
    }
    self.init(high: high, low: low)
  }
}
