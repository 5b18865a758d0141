internal import Media

/// Means of small squares of every frame of a film.
///
/// They say how far a frame is from the recorded one without its picture being kept. The mean of a square cannot
/// differ by more than the square root of its mean squared difference, so a frame whose squares are too far away
/// is certainly outside of the bounds for pixels; one whose squares are near may still differ in detail.
public struct SquareTable: Sendable, Hashable {
  /// Samples along the side of a square.
  public let side: Int
  /// Squares of a frame, of all planes.
  public let columns: Int
  /// A row for each frame, in 64ths of a sample.
  public let values: [UInt16]

  var frames: Int { values.count / max(columns, 1) }

  /// The smallest squares with which a row and the table stay small.
  static func layout(width: Int, height: Int, frames: Int) -> (side: Int, columns: Int) {
    var side = 8
    while true {
      let columns = grid(width: width, height: height, side: side).reduce(0) {
        $0 + $1.columns * $1.rows
      }
      if side == 128 || columns <= 16_384 && columns * frames <= 32 << 20 { return (side, columns) }
      side *= 2
    }
  }

  /// Squares along the sides of each plane.
  static func grid(width: Int, height: Int, side: Int) -> [(columns: Int, rows: Int)] {
    func count(_ length: Int) -> Int { (length + side - 1) / side }
    let chroma = (columns: count((width + 1) / 2), rows: count((height + 1) / 2))
    return [(count(width), count(height)), chroma, chroma]
  }

  init(width: Int, height: Int, rows: [[UInt16]]) {
    (side, columns) = Self.layout(width: width, height: height, frames: rows.count)
    values = rows.flatMap { $0 }
  }

  func row(_ frame: Int) -> ArraySlice<UInt16> {
    values[frame * columns..<(frame + 1) * columns]
  }

  var image: GrayImage? { GrayImage(width: columns, height: frames, samples: values) }

  /// Of `squares.png`; it must be the table that `reference` names.
  init(reading path: String, of reference: Reference) throws(GoldenError) {
    (side, columns) = Self.layout(
      width: reference.width, height: reference.height, frames: reference.frames.count)
    let image = try GoldenFile.image(path)
    guard image.width == columns, image.height == reference.frames.count,
      image.bytesPerSample == 2, FrameDigest.hexadecimal(image.bytes) == reference.squares
    else { throw .damaged(path, "it is not the table that was recorded") }
    values = image.samples
  }

  /// The largest distance of two rows, in samples, and which square it is.
  static func distance(
    _ a: ArraySlice<UInt16>, _ b: ArraySlice<UInt16>
  ) -> (largest: Double, square: Int) {
    var (most, place) = (0, 0)
    for (index, pair) in zip(a, b).enumerated() {
      let difference = abs(Int(pair.0) - Int(pair.1))
      if difference > most { (most, place) = (difference, index) }
    }
    return (Double(most) / 64, place)
  }

  /// The mean distance of two rows, in samples.
  static func meanDistance(_ a: ArraySlice<UInt16>, _ b: ArraySlice<UInt16>) -> Double {
    let sum = zip(a, b).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(64 * max(a.count, 1))
  }

  /// The plane and the top left pixel of a square.
  static func place(
    of square: Int, width: Int, height: Int, side: Int
  ) -> (plane: Int, x: Int, y: Int, pixels: Int) {
    var rest = square
    for (plane, grid) in grid(width: width, height: height, side: side).enumerated() {
      let count = grid.columns * grid.rows
      if rest < count {
        let pixels = plane == 0 ? side : 2 * side
        return (plane, rest % grid.columns * pixels, rest / grid.columns * pixels, pixels)
      }
      rest -= count
    }
    return (0, 0, 0, side)
  }
}
