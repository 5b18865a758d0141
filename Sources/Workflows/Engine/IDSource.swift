internal import Storage
internal import Synchronization

/// Where ids and chance come from: the system, or a seed that gives the same ones every time.
final class IDSource: Sendable {
  private let generator: Mutex<SeededGenerator?>

  init(seed: UInt64? = nil) { generator = Mutex(seed.map { SeededGenerator(seed: $0) }) }

  /// A ULID's text.
  func make(at milliseconds: Int64) -> String {
    let seeded = generator.withLock { $0?.id(at: milliseconds) }
    return (seeded ?? ULID.make(at: milliseconds)).description
  }

  /// From 0 up to 1.
  func random() -> Double {
    generator.withLock { $0?.random() } ?? Double.random(in: 0..<1)
  }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  private var count: UInt64 = 0

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func random() -> Double { Double.random(in: 0..<1, using: &self) }

  /// The count comes before the random part, so that ids of one millisecond are in order.
  mutating func id(at milliseconds: Int64) -> ULID {
    count += 1
    return ULID(
      milliseconds: milliseconds, randomHigh: UInt16(truncatingIfNeeded: count >> 16),
      randomLow: count << 48 | next() >> 16)
  }
}
