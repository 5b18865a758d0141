public import Media

/// A picture that shapes are drawn on: anti-aliased, premultiplied sRGB of eight bits, the same bytes on every machine.
///
/// The origin is the top left corner, y grows downwards, and pixel (0, 0) reaches to (1, 1). Coordinates that are no
/// number count as 0, those beyond 2^20 pixels as that far. Clear at the beginning. Not `Sendable`.
public final class VectorCanvas {
  public let surface: RGBASurface

  /// Both sides are 1 … 16384.
  public init(width: Int, height: Int) { surface = RGBASurface(width: width, height: height) }

  /// A picture as a canvas of its own.
  public convenience init(_ bitmap: Bitmap) {
    self.init(width: bitmap.width, height: bitmap.height)
    surface.replace(withStraight: bitmap.rgba())
  }

  public var width: Int { surface.width }
  public var height: Int { surface.height }

  public func clear() { surface.clear() }

  /// Fills the whole canvas.
  public func fill(_ paint: Paint, opacity: Double = 1) {
    fill(
      .rect(x: 0, y: 0, width: Double(width), height: Double(height)), paint, opacity: opacity)
  }

  /// - Parameters:
  ///   - transform: moves the path and what it is filled with.
  ///   - opacity: 0 … 1.
  public func fill(
    _ path: VectorPath, _ paint: Paint, transform: AffineTransform2D = .identity,
    opacity: Double = 1, rule: FillRule = .nonZero
  ) {
    surface.fill(
      path.outline(transform), rule: rule, paint: paint.rows(transform),
      opacity: Self.byte(opacity))
  }

  public func stroke(
    _ path: VectorPath, _ style: StrokeStyle, _ paint: Paint,
    transform: AffineTransform2D = .identity, opacity: Double = 1
  ) {
    fill(
      path.stroked(style, scale: transform.largestScale), paint, transform: transform,
      opacity: opacity)
  }

  public func stroke(
    _ path: VectorPath, width: Double, _ paint: Paint, cap: StrokeStyle.Cap = .round,
    join: StrokeStyle.Join = .round, transform: AffineTransform2D = .identity, opacity: Double = 1
  ) {
    stroke(
      path, StrokeStyle(width: width, cap: cap, join: join), paint, transform: transform,
      opacity: opacity)
  }

  /// The path with soft edges: a shadow, a glow, a blush. `softness` is the standard deviation in pixels of the canvas.
  public func fillSoft(
    _ path: VectorPath, _ paint: Paint, softness: Double,
    transform: AffineTransform2D = .identity, opacity: Double = 1, rule: FillRule = .nonZero
  ) {
    guard let bounds = path.transformed(by: transform).bounds else { return }
    func pixel(_ value: Double) -> Int { Int(min(max(value, -1e6), 1e6).rounded(.down)) }
    let (x, y) = (pixel(bounds.low.x), pixel(bounds.low.y))
    surface.fillSoft(
      path.outline(transform), rule: rule,
      box: (x, y, pixel(bounds.high.x) - x + 1, pixel(bounds.high.y) - y + 1),
      deviation: softness.isFinite ? softness : 0, paint: paint.rows(transform),
      opacity: Self.byte(opacity))
  }

  /// Draws, within `body`, only on what the path covers.
  public func clipped<Failure: Error>(
    to path: VectorPath, transform: AffineTransform2D = .identity, rule: FillRule = .nonZero,
    _ body: () throws(Failure) -> Void
  ) throws(Failure) {
    let mask = surface.clip(to: path.outline(transform), rule: rule)
    defer { surface.setMask(mask) }
    try body()
  }

  /// Draws another canvas with its top left pixel at (`x`, `y`).
  public func draw(_ other: VectorCanvas, x: Int = 0, y: Int = 0, opacity: Double = 1) {
    surface.draw(other.surface, x: x, y: y, opacity: Self.byte(opacity))
  }

  /// Draws another canvas anywhere, turned or at another size, mixing four neighbours; make what becomes much smaller
  /// smaller before (`Bitmap.resized`).
  public func draw(
    _ other: VectorCanvas, transform: AffineTransform2D, opacity: Double = 1
  ) {
    let frame = VectorPath.rect(
      x: 0, y: 0, width: Double(other.width), height: Double(other.height))
    fill(frame, with: other, at: transform, transform: transform, opacity: opacity)
  }

  /// Fills a path with a canvas that `placed` puts onto this one; beyond its edges it goes on with their colours.
  public func fill(
    _ path: VectorPath, with picture: VectorCanvas, at placed: AffineTransform2D,
    transform: AffineTransform2D = .identity, opacity: Double = 1, rule: FillRule = .nonZero
  ) {
    guard let inverse = placed.inverse else { return }
    surface.fill(
      path.outline(transform), rule: rule, picture: picture.surface, map: inverse.map,
      opacity: Self.byte(opacity))
  }

  /// The canvas with nothing drawn on it since, to be drawn again and again.
  public func copy() -> VectorCanvas {
    let copy = VectorCanvas(width: width, height: height)
    copy.surface.copy(from: surface)
    return copy
  }

  /// Takes over the pixels of a canvas of the same size: the quickest way to begin a frame.
  public func replace(with other: VectorCanvas) { surface.copy(from: other.surface) }

  private static func byte(_ opacity: Double) -> UInt8 {
    opacity.isNaN ? 0 : UInt8((255 * min(max(opacity, 0), 1)).rounded())
  }
}
