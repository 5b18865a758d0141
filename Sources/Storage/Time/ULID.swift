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
    last.withLock { last in
      var generator = SystemRandomNumberGenerator()
      var next = ULID(
        milliseconds: milliseconds, randomHigh: generator.next(), randomLow: generator.next())
      // Each minute has a last id of its own, so that clocks that tell quite different times do not disturb one another.
      let minute = milliseconds / 60_000
      if let latest = [last[minute], last[minute + 1]].compactMap(\.self).max(), next <= latest {
        next = latest.successor
      }
      if last.count > 16 { last = last.filter { abs($0.key - minute) <= 1 } }
      last[next.milliseconds / 60_000] = next
      return next
    }
  }

  private static let last = Mutex<[Int64: ULID]>([:])

  /// New ids, each after the one before.
  public static func make(_ count: Int, at milliseconds: Int64) -> [ULID] {
    (0..<count).map { _ in make(at: milliseconds) }
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
