/// A layer ready to be drawn onto a 4:2:0 canvas, at one whole-pixel position.
///
/// Luma and its alpha stay at full size. Chroma and its alpha are already on the canvas's chroma grid
/// as that position meets it (chroma on the even luma columns, between two luma rows), so a layer
/// moved by one pixel really moves by one pixel. The position may be odd and partly or wholly outside.
public final class Overlay {
  /// Canvas position of the top left luma sample.
  public let x: Int
  public let y: Int
  public let width: Int
  public let height: Int
  let luma: BlendPlane
  let cb: BlendPlane
  let cr: BlendPlane
  /// Canvas chroma position of the top left chroma sample.
  let chromaX: Int
  let chromaY: Int

  /// Prepares `bitmap`, whose luma and alpha planes are shared, not copied: leave them alone until
  /// the overlay has been drawn for the last time.
  public init(_ bitmap: Bitmap, x: Int, y: Int) {
    self.x = x
    self.y = y
    width = bitmap.width
    height = bitmap.height
    let chroma = ChromaSubsampling(width: bitmap.width, height: bitmap.height, x: x, y: y)
    chromaX = chroma.x
    chromaY = chroma.y
    let planes = chroma.subsample(bitmap)
    luma = BlendPlane(samples: bitmap.luma, alpha: bitmap.alpha.map(AlphaPlane.init))
    let alpha = planes.alpha.map(AlphaPlane.init)
    cb = BlendPlane(samples: planes.cb, alpha: alpha)
    cr = BlendPlane(samples: planes.cr, alpha: alpha)
  }
}

extension CanvasView {
  /// Draws `overlay` over this canvas; `opacity` is 0...255. What the layer does not cover keeps its
  /// exact value, and where it is opaque its exact value is written.
  func draw(_ overlay: Overlay, opacity: UInt8 = 255) {
    guard opacity > 0 else { return }
    luma.blend(overlay.luma, x: overlay.x, y: overlay.y, opacity: opacity)
    cb.blend(overlay.cb, x: overlay.chromaX, y: overlay.chromaY, opacity: opacity)
    cr.blend(overlay.cr, x: overlay.chromaX, y: overlay.chromaY, opacity: opacity)
  }
}
