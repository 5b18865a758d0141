internal import Foundation

/// How two pictures of one size differ, sample by sample.
public struct PictureDifference: Sendable, Hashable {
  /// Samples of all three planes.
  public let samples: Int
  /// Samples that differ at all, and by more than 1.
  public private(set) var differing = 0
  public private(set) var overOne = 0
  public private(set) var largest = 0
  /// Sum of the squared differences.
  public private(set) var squares = 0
  /// The block with the largest mean square; nil for equal pictures.
  public private(set) var worst: Block?

  /// A block of 16 × 16 pixels in one plane: 16 × 16 samples of luma, 8 × 8 of chroma, fewer at the edges.
  public struct Block: Sendable, Hashable {
    /// 0 luma, 1 Cb, 2 Cr.
    public var plane: Int
    /// Its top left pixel.
    public var x, y: Int
    public var meanSquare: Double
    public var psnr: Double { PictureDifference.decibels(meanSquare) }

    public init(plane: Int, x: Int, y: Int, meanSquare: Double) {
      (self.plane, self.x, self.y, self.meanSquare) = (plane, x, y, meanSquare)
    }
  }

  /// Over all samples; infinite for equal pictures.
  public var psnr: Double { Self.decibels(Double(squares) / Double(samples)) }

  /// Peak signal to noise ratio of a mean square of differences.
  public static func decibels(_ meanSquare: Double) -> Double {
    meanSquare == 0 ? .infinity : 10 * log10(255 * 255 / meanSquare)
  }

  /// Compares `a` with `b`, which have one size.
  public init(_ a: PackedPicture, _ b: PackedPicture) {
    precondition(a.width == b.width && a.height == b.height, "pictures of one size")
    samples = a.samples.count
    for index in 0..<3 {
      let plane = a.plane(index)
      let side = index == 0 ? 16 : 8
      let columns = (plane.width + side - 1) / side
      for top in stride(from: 0, to: plane.height, by: side) {
        let rows = min(side, plane.height - top)
        var sums = [UInt32](repeating: 0, count: columns)
        add(a, b, start: plane.start + top * plane.width, plane.width, rows, side, &sums)
        for column in 0..<columns where sums[column] > 0 {
          squares += Int(sums[column])
          let count = rows * min(side, plane.width - column * side)
          let mean = Double(sums[column]) / Double(count)
          if mean > worst?.meanSquare ?? 0 {
            worst = Block(plane: index, x: column * 16, y: top * 16 / side, meanSquare: mean)
          }
        }
      }
    }
  }

  /// Adds squares of `rows` rows to the sums of their blocks.
  private mutating func add(
    _ a: PackedPicture, _ b: PackedPicture, start: Int, _ width: Int, _ rows: Int, _ side: Int,
    _ sums: inout [UInt32]
  ) {
    let shift = side == 16 ? 4 : 3
    var (most, some, many) = (0 as Int32, 0, 0)
    unsafe a.samples.withUnsafeBufferPointer { p in
      unsafe b.samples.withUnsafeBufferPointer { q in
        for y in 0..<rows {
          let offset = start + y * width
          for x in 0..<width {
            let difference = unsafe abs(Int32(p[offset &+ x]) &- Int32(q[offset &+ x]))
            if difference == 0 { continue }
            some &+= 1
            if difference > 1 { many &+= 1 }
            most = max(most, difference)
            sums[x &>> shift] &+= UInt32(bitPattern: difference &* difference)
          }
        }
      }
    }
    differing += some
    overOne += many
    largest = max(largest, Int(most))
  }

  /// The pixels whose luma, or whose chroma, differs: one flag a pixel, in reading order.
  public static func map(_ a: PackedPicture, _ b: PackedPicture) -> [Bool] {
    precondition(a.width == b.width && a.height == b.height, "pictures of one size")
    let (cb, cr) = (a.plane(1), a.plane(2))
    var flags = [Bool](repeating: false, count: a.width * a.height)
    for y in 0..<a.height {
      for x in 0..<a.width {
        let luma = y * a.width + x
        let chroma = y / 2 * cb.width + x / 2
        flags[luma] =
          a.samples[luma] != b.samples[luma]
          || a.samples[cb.start + chroma] != b.samples[cb.start + chroma]
          || a.samples[cr.start + chroma] != b.samples[cr.start + chroma]
      }
    }
    return flags
  }
}
