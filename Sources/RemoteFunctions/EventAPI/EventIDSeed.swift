internal import Foundation
internal import Storage

/// What a sender has ids made from, so that the same request sent again gives the same ids.
public struct EventIDSeed: Sendable, Equatable {
  private let milliseconds: Int64
  private let entropy: [UInt8]

  /// Reads `x-inngest-event-id-seed`: `<milliseconds>,<base64 of 10 bytes>`. Nil for anything else.
  public init?(_ header: String) {
    let parts = header.split(separator: ",", maxSplits: 1)
    guard parts.count == 2, let milliseconds = Int64(parts[0]), 0..<(1 << 48) ~= milliseconds,
      let data = Data(base64Encoded: String(parts[1]).trimmingCharacters(in: .whitespaces)),
      data.count == 10
    else { return nil }
    (self.milliseconds, entropy) = (milliseconds, Array(data))
  }

  /// The id of event number `number`, from 1: the last four bytes grow by it.
  public func id(_ number: Int) -> String {
    func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
      bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
    let tail = UInt32(integer(entropy[6...])) &+ UInt32(truncatingIfNeeded: number)
    return ULID(
      milliseconds: milliseconds, randomHigh: UInt16(integer(entropy[..<2])),
      randomLow: integer(entropy[2..<6]) << 32 | UInt64(tail)
    ).description
  }
}
