/// A decoded picture made ready for the compositor: upright, planar, 8 bits, its colour known.
///
/// Nothing is scaled or converted here; `canvas` and `bitmap` do both in one go, for the part and size asked for.
/// Not `Sendable`.
public final class SourcePicture {
  public enum Alpha: Sendable { case none, straight, premultiplied }

  /// Upright size in stored pixels.
  public let width: Int
  public let height: Int
  let luma: PlaneView
  let cb: PlaneView
  let cr: PlaneView
  let alpha: PlaneView?
  let grid: ChromaGrid
  let colour: ColourSpace
  /// Chroma is multiplied by alpha, as luma always is where there is alpha.
  private let isChromaWeighted: Bool
  /// The frame whose samples the planes are, if they were not moved.
  private let frame: Frame?
  /// Whatever else owns planes.
  private let owners: [Plane]

  /// `rotation` is in clockwise degrees, a multiple of 90; `colour` tells what the samples of a YUV frame stand
  /// for, an RGB frame is converted.
  public init(
    _ source: Frame, rotation: Int, colour: ColourSpace, alpha: Alpha, scaler: Scaler
  ) throws(MediaError) {
    var views: [PlaneView]
    var owners: [Plane] = []
    var grid: ChromaGrid
    if source.format.isRGB {
      let packed = source.format == .rgba ? source : try scaler.convert(source, to: .rgba)
      let bitmap = Bitmap(
        rgba: packed.view(0, width: 4 * packed.width, height: packed.height),
        premultiplied: alpha == .premultiplied)
      owners = [bitmap.luma, bitmap.cb, bitmap.cr]
      if alpha != .none, let plane = bitmap.alpha { owners.append(plane) }
      views = owners.map(\.view)
      (frame, grid, self.colour) = (nil, .full444, .canvas)
    } else {
      let planar = try Self.planar(source, scaler)
      grid = planar.chromaGrid
      let size = grid.chromaSize(width: planar.width, height: planar.height)
      views = [
        planar.view(0, width: planar.width, height: planar.height),
        planar.view(1, width: size.width, height: size.height),
        planar.view(2, width: size.width, height: size.height),
      ]
      if planar.format.hasAlpha, alpha != .none {
        views.append(planar.view(3, width: planar.width, height: planar.height))
      }
      (frame, self.colour) = (planar, colour)
    }
    if rotation != 0 {
      owners = views.map { $0.turned(quarters: rotation / 90) }
      views = owners.map(\.view)
      grid = grid.turned(quarters: rotation / 90)
    }
    isRotated = rotation != 0
    // Hidden colour must not bleed into the edge. Chroma on a coarser grid has no alpha of its own; it is left
    // as it is, unless the file says that it was multiplied.
    let isYUVProduct = alpha == .premultiplied && !source.format.isRGB
    isChromaWeighted = views.count > 3 && (grid == .full444 || isYUVProduct)
    if views.count > 3, !isYUVProduct {
      let zeros = [Self.lumaZero(self.colour), 128, 128]
      for plane in 0..<(grid == .full444 ? 3 : 1) {
        let product = views[plane].multiplied(by: views[3], around: zeros[plane])
        owners.append(product)
        views[plane] = product.view
      }
    }
    (luma, cb, cr) = (views[0], views[1], views[2])
    self.alpha = views.count > 3 ? views[3] : nil
    (width, height) = (luma.width, luma.height)
    (self.grid, self.owners) = (grid, owners)
  }

  private let isRotated: Bool

  public var hasAlpha: Bool { alpha != nil }

  /// The frame itself, or what libswscale makes of it in the nearest planar 8-bit format.
  private static func planar(_ frame: Frame, _ scaler: Scaler) throws(MediaError) -> Frame {
    let ready: [PixelFormat] = [
      .yuv420p, .yuvj420p, .yuv422p, .yuv444p, .yuva420p, .yuva422p, .yuva444p,
    ]
    let format = frame.format
    if ready.contains(format) { return frame }
    let shift = format.isGray ? (x: 1, y: 1) : format.chromaShift
    switch (shift.x, shift.y, format.hasAlpha) {
    case (1, 1, false): return try scaler.convert(frame, to: .yuv420p)
    case (1, 1, true): return try scaler.convert(frame, to: .yuva420p)
    case (1, 0, false): return try scaler.convert(frame, to: .yuv422p)
    case (1, 0, true): return try scaler.convert(frame, to: .yuva422p)
    case (_, _, false): return try scaler.convert(frame, to: .yuv444p)
    case (_, _, true): return try scaler.convert(frame, to: .yuva444p)
    }
  }

  /// The part inside `window` as a canvas of `width` × `height`; alpha is ignored.
  public func canvas(
    _ window: SourceWindow, width: Int, height: Int, using resizing: Resizing
  ) throws(MediaError) -> Canvas {
    let isWhole = window == SourceWindow(width: self.width, height: self.height)
    if isWhole, width == self.width, height == self.height, !isRotated, alpha == nil,
      grid == .left420, colour == .canvas, let frame, frame.format == .yuv420p
    {
      return try Canvas(sharing: frame)
    }
    let canvas = try Canvas(width: width, height: height)
    let view = canvas.view
    resizing.prepare(self, window, width: width, height: height, on: .left420)
    resizing.luma.resample(luma, into: view.luma)
    resizing.chroma.resample(cb, into: view.cb)
    resizing.chroma.resample(cr, into: view.cr)
    if colour != .canvas { view.convert(from: colour) }
    return canvas
  }

  /// The part inside `window` as a bitmap of `width` × `height`, with straight alpha where it has alpha.
  public func bitmap(
    _ window: SourceWindow, width: Int, height: Int, using resizing: Resizing
  ) -> Bitmap {
    resizing.prepare(self, window, width: width, height: height, on: .full444)
    let bitmap = Bitmap(width: width, height: height)
    resizing.luma.resample(luma, into: bitmap.luma.view)
    resizing.chroma.resample(cb, into: bitmap.cb.view)
    resizing.chroma.resample(cr, into: bitmap.cr.view)
    if let alpha {
      let plane = Plane(width: width, height: height)
      resizing.luma.resample(alpha, into: plane.view)
      bitmap.setAlpha(plane)
      bitmap.luma.divide(by: plane, around: Self.lumaZero(colour))
      if isChromaWeighted {
        bitmap.cb.divide(by: plane, around: 128)
        bitmap.cr.divide(by: plane, around: 128)
      }
    }
    if colour != .canvas { bitmap.convert(from: colour) }
    return bitmap
  }

  private static func lumaZero(_ colour: ColourSpace) -> Int { colour.range == .limited ? 16 : 0 }
}

extension ChromaGrid {
  /// The grid of a picture that was turned clockwise by quarters of a circle.
  func turned(quarters: Int) -> ChromaGrid {
    var grid = self
    for _ in 0..<quarters & 3 {
      grid = ChromaGrid(
        columns: grid.rows, rows: grid.columns, centreX: Double(grid.rows) - grid.centreY,
        centreY: grid.centreX)
    }
    return grid
  }
}

extension PlaneView {
  /// A new plane with this one's samples turned clockwise by quarters of a circle.
  func turned(quarters: Int) -> Plane {
    let swaps = quarters & 1 == 1
    let plane = Plane(width: swaps ? height : width, height: swaps ? width : height)
    plane.view.turn(self, quarters: quarters)
    return plane
  }

  /// A plane with this one's samples drawn towards `zero` by `alpha`: what hides under clear pixels then adds
  /// nothing when it is resized.
  func multiplied(by alpha: PlaneView, around zero: Int) -> Plane {
    let result = Plane(width: width, height: height)
    for y in 0..<height {
      let (from, weight, to) = unsafe (row(y), alpha.row(y), result.view.row(y))
      for x in 0..<width {
        let product = unsafe (Int(from[x]) &- zero) &* Int(weight[x])
        let rounded = (product &+ (product < 0 ? -127 : 127)) / 255
        unsafe to[x] = UInt8(truncatingIfNeeded: zero &+ rounded)
      }
    }
    return result
  }
}

extension Plane {
  /// Undoes `multiplied(by:around:)`, in place. Clear samples keep what they hold.
  func divide(by alpha: Plane, around zero: Int) {
    for y in 0..<height {
      let (row, weights) = unsafe (view.row(y), alpha.view.row(y))
      for x in 0..<width {
        let weight = unsafe Int(weights[x])
        if weight == 255 || weight == 0 { continue }
        let product = unsafe (Int(row[x]) &- zero) &* 255
        let value = zero &+ (product &+ (product < 0 ? -weight : weight) / 2) / weight
        unsafe row[x] = UInt8(truncatingIfNeeded: min(max(value, 0), 255))
      }
    }
  }
}

/// The resize tables of one layer, kept while size and window stay the same.
public final class Resizing {
  private struct Shape: Equatable {
    var sourceWidth, sourceHeight, width, height: Int
    var window: SourceWindow
    var from, to: ChromaGrid
  }

  private var shape: Shape?
  private var lumaTables: Resampler?
  private var chromaTables: Resampler?

  public init() {}

  var luma: Resampler { lumaTables! }
  var chroma: Resampler { chromaTables! }

  func prepare(
    _ picture: SourcePicture, _ window: SourceWindow, width: Int, height: Int, on target: ChromaGrid
  ) {
    let wanted = Shape(
      sourceWidth: picture.width, sourceHeight: picture.height, width: width, height: height,
      window: window, from: picture.grid, to: target)
    if shape == wanted { return }
    shape = wanted
    lumaTables = Resampler(
      sourceWidth: picture.width, sourceHeight: picture.height, window: window, width: width,
      height: height)
    let size = target.chromaSize(width: width, height: height)
    chromaTables = Resampler(
      sourceWidth: picture.cb.width, sourceHeight: picture.cb.height,
      window: picture.grid.chromaWindow(for: window, width: width, height: height, on: target),
      width: size.width, height: size.height)
  }
}

extension Bitmap {
  /// Moves the picture towards black: 0 leaves it, 1 is black. Alpha stays.
  public func dim(_ amount: Double) {
    let share = Int((min(max(amount, 0), 1) * 1024).rounded())
    luma.view.fade(to: 16, numerator: share, denominator: 1024)
    cb.view.fade(to: 128, numerator: share, denominator: 1024)
    cr.view.fade(to: 128, numerator: share, denominator: 1024)
  }
}
