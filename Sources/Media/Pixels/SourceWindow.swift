/// The part of a picture that a resize reads, in samples of that picture; edges may lie between samples.
///
/// Coordinates are those of edges: the first sample covers 0 to 1, its centre is at 0.5. A window may
/// reach over the edge, where the outermost samples are repeated.
public struct SourceWindow: Sendable, Equatable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double

  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// All of a picture.
  public init(width: Int, height: Int) {
    self.init(x: 0, y: 0, width: Double(width), height: Double(height))
  }
}

/// Where the chroma samples of a picture lie among its luma samples.
public struct ChromaGrid: Sendable, Equatable {
  /// Luma columns for each chroma column: 1 or 2.
  public let columns: Int
  /// Luma rows for each chroma row: 1 or 2.
  public let rows: Int
  /// Where the centre of the first chroma sample lies, in luma edge coordinates.
  let centreX: Double
  let centreY: Double

  /// 4:2:0 as MPEG-2, H.264 and HEVC site it: on the even luma columns, between two luma rows.
  public static let left420 = ChromaGrid(columns: 2, rows: 2, centreX: 0.5, centreY: 1)
  /// 4:2:0 as JPEG and MPEG-1 site it: in the middle of four luma samples.
  public static let centre420 = ChromaGrid(columns: 2, rows: 2, centreX: 1, centreY: 1)
  /// 4:2:0 as HDR broadcasts site it: on the even luma columns and rows.
  public static let topLeft420 = ChromaGrid(columns: 2, rows: 2, centreX: 0.5, centreY: 0.5)
  /// 4:2:2: on the even luma columns.
  public static let left422 = ChromaGrid(columns: 2, rows: 1, centreX: 0.5, centreY: 0.5)
  /// 4:2:2 as JPEG sites it: between two luma columns.
  public static let centre422 = ChromaGrid(columns: 2, rows: 1, centreX: 1, centreY: 0.5)
  /// 4:4:4: a chroma sample for each luma sample.
  public static let full444 = ChromaGrid(columns: 1, rows: 1, centreX: 0.5, centreY: 0.5)

  /// The size of a chroma plane: luma size divided, rounded up.
  public func chromaSize(width: Int, height: Int) -> (width: Int, height: Int) {
    ((width + columns - 1) / columns, (height + rows - 1) / rows)
  }

  /// The window to read from a chroma plane on this grid, when `window` is read from the luma plane
  /// and resized to `width` × `height` luma samples with chroma on the `target` grid.
  ///
  /// The chroma planes resized with it stay where they belong to the hundredth of a sample, whatever
  /// the two grids are.
  public func chromaWindow(
    for window: SourceWindow, width: Int, height: Int, on target: ChromaGrid
  ) -> SourceWindow {
    let size = target.chromaSize(width: width, height: height)
    let x = Self.axis(
      origin: window.x, scale: window.width / Double(width), from: (columns, centreX),
      to: (target.columns, target.centreX), count: size.width)
    let y = Self.axis(
      origin: window.y, scale: window.height / Double(height), from: (rows, centreY),
      to: (target.rows, target.centreY), count: size.height)
    return SourceWindow(x: x.origin, y: y.origin, width: x.length, height: y.length)
  }

  /// One axis. The target's chroma sample j has its centre at `to.centre + j·to.step` in target luma;
  /// `scale` brings that to source luma and `from` to source chroma, whose samples have their centres
  /// at halves.
  private static func axis(
    origin: Double, scale: Double, from: (step: Int, centre: Double),
    to: (step: Int, centre: Double), count: Int
  ) -> (origin: Double, length: Double) {
    let first = (origin + to.centre * scale - from.centre) / Double(from.step) + 0.5
    let step = scale * Double(to.step) / Double(from.step)
    return (first - 0.5 * step, step * Double(count))
  }
}
