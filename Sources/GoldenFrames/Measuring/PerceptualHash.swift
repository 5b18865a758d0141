internal import Foundation
internal import Media

/// 64 bits that are alike for pictures that look alike: which of the 64 lowest frequencies of luma, those of rows
/// and columns 1 to 8 of the cosine transform of its 32 × 32 means, are stronger than the median.
///
/// Computed in whole numbers, so it is the same on every machine. It tells which frame a picture looks like; no
/// verdict rests on it.
public struct PerceptualHash: Sendable, Hashable, CustomStringConvertible {
  public let bits: UInt64

  public init(bits: UInt64) { self.bits = bits }

  /// From 16 hexadecimal digits.
  init?(_ text: String) {
    guard text.utf8.count == 16, let bits = UInt64(text, radix: 16), !text.hasPrefix("+") else {
      return nil
    }
    self.bits = bits
  }

  init(of picture: PackedPicture) {
    let side = Self.side
    let grid = picture.lumaGrid(columns: side, rows: side)
    // Columns first, then rows; 2¹⁴ is taken out in between to stay within 64 bits.
    var half = [Int](repeating: 0, count: 8 * side)
    for v in 0..<8 {
      for x in 0..<side {
        var sum = 0
        for y in 0..<side { sum += grid[y * side + x] * Self.cosines[v * side + y] }
        half[v * side + x] = sum / 16384
      }
    }
    var values: [Int] = []
    for v in 0..<8 {
      for u in 0..<8 {
        var sum = 0
        for x in 0..<side { sum += half[v * side + x] * Self.cosines[u * side + x] }
        values.append(sum)
      }
    }
    let sorted = values.sorted()
    let median = (sorted[31] + sorted[32]) / 2
    bits = values.reduce(0) { $0 << 1 | ($1 > median ? 1 : 0) }
  }

  /// Bits that differ, 0 … 64; pictures that look the same differ in a few.
  public func distance(to other: PerceptualHash) -> Int { (bits ^ other.bits).nonzeroBitCount }

  public var description: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static let side = 32
  /// Rows 1 to 8 of the transform in units of 2⁻¹⁴.
  private static let cosines: [Int] = (1...8).flatMap { frequency in
    (0..<side).map { place in
      let angle = Double((2 * place + 1) * frequency) * Double.pi / Double(2 * side)
      return Int((cos(angle) * 16384).rounded())
    }
  }
}
