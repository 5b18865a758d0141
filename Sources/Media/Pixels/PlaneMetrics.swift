internal import Foundation

/// How much two planes of one size differ.
public struct PlaneMetrics: Sendable, Hashable {
  /// The largest absolute difference of two samples.
  public let largestDifference: Int
  /// The mean absolute difference.
  public let meanDifference: Double
  /// The mean squared difference.
  public let meanSquare: Double

  /// Peak signal to noise ratio in decibels; infinite for equal planes.
  public var psnr: Double {
    meanSquare == 0 ? .infinity : 10 * log10(255 * 255 / meanSquare)
  }

  /// Compares `a` with `b`, which have one size.
  public init(_ a: Plane, _ b: Plane) { self.init(a.view, b.view) }

  init(_ a: PlaneView, _ b: PlaneView) {
    precondition(a.width == b.width && a.height == b.height, "planes of one size")
    var largest: Int32 = 0
    var sum = 0
    var squares = 0
    for y in 0..<a.height {
      let (p, q) = unsafe (a.row(y), b.row(y))
      // A row's sums fit 32 bits up to 66 000 samples, which keeps the loop in narrow lanes.
      var rowSum: UInt32 = 0
      var rowSquares: UInt32 = 0
      for x in 0..<a.width {
        let difference = unsafe abs(Int32(p[x]) &- Int32(q[x]))
        largest = max(largest, difference)
        rowSum &+= UInt32(truncatingIfNeeded: difference)
        rowSquares &+= UInt32(truncatingIfNeeded: difference &* difference)
      }
      sum += Int(rowSum)
      squares += Int(rowSquares)
    }
    let count = Double(a.width * a.height)
    largestDifference = Int(largest)
    meanDifference = Double(sum) / count
    meanSquare = Double(squares) / count
  }
}

/// Structural similarity: 1 for equal planes. Windows of 8 × 8 samples every 4 samples, as FFmpeg's `ssim`
/// filter and x264 take them, so the numbers can be compared with theirs.
public enum StructuralSimilarity {
  private struct Sums {
    var a: Int32 = 0
    var b: Int32 = 0
    var squares: Int32 = 0
    var products: Int32 = 0

    static func + (left: Sums, right: Sums) -> Sums {
      Sums(
        a: left.a &+ right.a, b: left.b &+ right.b, squares: left.squares &+ right.squares,
        products: left.products &+ right.products)
    }
  }

  /// The mean over all windows; planes smaller than 8 × 8 samples have none and give nil.
  public static func mean(_ a: Plane, _ b: Plane) -> Double? { mean(a.view, b.view) }

  static func mean(_ a: PlaneView, _ b: PlaneView) -> Double? {
    precondition(a.width == b.width && a.height == b.height, "planes of one size")
    let columns = a.width / 4
    let rows = a.height / 4
    guard columns > 1, rows > 1 else { return nil }
    var above = [Sums](repeating: Sums(), count: columns)
    var below = above
    var total = 0.0
    for row in 0..<rows {
      swap(&above, &below)
      for column in 0..<columns { below[column] = block(a, b, x: 4 * column, y: 4 * row) }
      guard row > 0 else { continue }
      for column in 1..<columns {
        total += similarity(
          above[column - 1] + above[column] + below[column - 1] + below[column])
      }
    }
    return total / Double((rows - 1) * (columns - 1))
  }

  @inline(__always)
  private static func block(_ a: PlaneView, _ b: PlaneView, x: Int, y: Int) -> Sums {
    var sums = Sums()
    for line in y..<(y &+ 4) {
      let (p, q) = unsafe (a.row(line) + x, b.row(line) + x)
      for column in 0..<4 {
        let (v, w) = unsafe (Int32(p[column]), Int32(q[column]))
        sums.a &+= v
        sums.b &+= w
        sums.squares &+= v &* v &+ w &* w
        sums.products &+= v &* w
      }
    }
    return sums
  }

  private static func similarity(_ sums: Sums) -> Double {
    // 64 samples; the constants are FFmpeg's (0.01 and 0.03 of the peak, squared, scaled alike).
    let c1 = 416.0
    let c2 = 235_963.0
    let (a, b) = (Double(sums.a), Double(sums.b))
    let variances = Double(sums.squares) * 64 - a * a - b * b
    let covariance = Double(sums.products) * 64 - a * b
    return (2 * a * b + c1) * (2 * covariance + c2) / ((a * a + b * b + c1) * (variances + c2))
  }
}
