/// A picture being composed: 4:2:0, 8 bits, BT.709 limited range, chroma on the even luma columns.
///
/// Not `Sendable`. Its samples may be shared with the frame it was made from; the first drawing copies them.
public final class Canvas {
  public let frame: Frame

  /// A canvas of one colour, which is taken as opaque.
  public init(width: Int, height: Int, filledWith colour: Colour = .black) throws(MediaError) {
    frame = try Frame(width: width, height: height, format: .yuv420p)
    frame.tagBT709()
    let view = frame.canvasView
    view.luma.fill(colour.luma)
    view.cb.fill(colour.cb)
    view.cr.fill(colour.cr)
  }

  /// Takes a decoded frame as it is: yuv420p in the canvas's colour and siting.
  public init(sharing frame: Frame) throws(MediaError) {
    self.frame = try frame.reference()
    self.frame.tagBT709()
    self.frame.forcesKey = false
  }

  private init(frame: Frame) { self.frame = frame }

  public var width: Int { frame.width }
  public var height: Int { frame.height }

  /// Another canvas with the same picture; neither sees what is drawn on the other.
  public func copy() throws(MediaError) -> Canvas { Canvas(frame: try frame.reference()) }

  /// The planes, after copying them when another frame shares them.
  var writable: CanvasView {
    get throws(MediaError) {
      try frame.makeWritable()
      return frame.canvasView
    }
  }

  /// The planes for reading.
  var view: CanvasView { frame.canvasView }

  /// Draws `overlay`; `opacity` is 0 … 255.
  public func draw(_ overlay: Overlay, opacity: UInt8 = 255) throws(MediaError) {
    try writable.draw(overlay, opacity: opacity)
  }

  /// Draws `bitmap` with its top left pixel at (`x`, `y`), its colours meeting those below as `mode` says.
  public func draw(
    _ bitmap: Bitmap, x: Int, y: Int, mode: BlendMode, opacity: UInt8 = 255
  ) throws(MediaError) {
    try writable.draw(bitmap, x: x, y: y, mode: mode, opacity: opacity)
  }

  public func apply(_ blur: CanvasBlur) throws(MediaError) { blur.apply(to: try writable) }

  /// Towards black: 0 leaves the picture, 1 is black.
  public func dim(_ amount: Double) throws(MediaError) { try writable.dim(amount) }

  /// Moves every pixel the given share of its way to one colour, which is taken as opaque.
  public func fade(to colour: Colour, numerator: Int, denominator: Int) throws(MediaError) {
    try writable.fade(to: colour, numerator: numerator, denominator: denominator)
  }

  /// Copies a part of `other`, a picture of the same size; the part begins and ends on even pixels or at an edge.
  public func draw(
    _ other: Canvas, columns: Range<Int>, rows: Range<Int>
  ) throws(MediaError) {
    try writable.copy(other.view, columns: columns, rows: rows)
  }

  /// Makes this picture `numerator` parts of `other` and the rest of itself, out of `denominator`.
  public func mix(
    _ other: Canvas, numerator: Int, denominator: Int
  ) throws(MediaError) {
    let target = try writable
    target.mix(target, other.view, numerator: numerator, denominator: denominator)
  }

  /// Lends one plane (0 luma, 1 Cb, 2 Cr) row by row for reading, `width` samples each.
  public func withRow<Value>(
    _ row: Int, ofPlane plane: Int, _ body: (borrowing Span<UInt8>) -> Value
  ) -> Value {
    let planes = view
    let view = plane == 0 ? planes.luma : plane == 1 ? planes.cb : planes.cr
    return body(unsafe Span(_unsafeStart: view.row(row), count: view.width))
  }
}
