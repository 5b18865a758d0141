/// Resizes a window of planar pictures of one kind to layers: 4:4:4 bitmaps in the pictures' own colour space.
///
/// Keep one for all frames while the window stands still.
public final class BitmapResampler {
  private let luma: Resampler
  private let chroma: Resampler
  /// Brings a picture with alpha to 4:4:4 at its own size first.
  private let unscaledChroma: Resampler
  private let window: SourceWindow

  /// For pictures of `sourceWidth` × `sourceHeight` luma samples with chroma on `grid`.
  public init(
    sourceWidth: Int, sourceHeight: Int, grid: ChromaGrid, window: SourceWindow, width: Int,
    height: Int
  ) {
    let size = grid.chromaSize(width: sourceWidth, height: sourceHeight)
    func chroma(_ window: SourceWindow, _ width: Int, _ height: Int) -> Resampler {
      Resampler(
        sourceWidth: size.width, sourceHeight: size.height,
        window: grid.chromaWindow(for: window, width: width, height: height, on: .full444),
        width: width, height: height)
    }
    luma = Resampler(
      sourceWidth: sourceWidth, sourceHeight: sourceHeight, window: window, width: width,
      height: height)
    self.chroma = chroma(window, width, height)
    unscaledChroma = chroma(
      SourceWindow(width: sourceWidth, height: sourceHeight), sourceWidth, sourceHeight)
    self.window = window
  }

  /// A bitmap from three planes, and from a straight alpha plane of the luma's size if there is one.
  /// With alpha the colour is weighted by it, which takes about three times as long.
  func bitmap(luma: PlaneView, cb: PlaneView, cr: PlaneView, alpha: PlaneView? = nil) -> Bitmap {
    guard let alpha else {
      let result = Bitmap(width: self.luma.width, height: self.luma.height)
      self.luma.resample(luma, into: result.luma.view)
      chroma.resample(cb, into: result.cb.view)
      chroma.resample(cr, into: result.cr.view)
      return result
    }
    let full = Bitmap(width: luma.width, height: luma.height)
    full.luma.view.copy(from: luma)
    unscaledChroma.resample(cb, into: full.cb.view)
    unscaledChroma.resample(cr, into: full.cr.view)
    full.materialisedAlpha().view.copy(from: alpha)
    return full.resized(window, width: self.luma.width, height: self.luma.height)
  }
}

/// Resizes a window of planar pictures of one kind onto 4:2:0 canvases, for backgrounds.
public final class CanvasResampler {
  private let luma: Resampler
  private let chroma: Resampler

  /// For pictures of `sourceWidth` × `sourceHeight` luma samples with chroma on `grid`, to canvases of
  /// `width` × `height`.
  public init(
    sourceWidth: Int, sourceHeight: Int, grid: ChromaGrid, window: SourceWindow, width: Int,
    height: Int
  ) {
    let sourceSize = grid.chromaSize(width: sourceWidth, height: sourceHeight)
    let size = ChromaGrid.left420.chromaSize(width: width, height: height)
    luma = Resampler(
      sourceWidth: sourceWidth, sourceHeight: sourceHeight, window: window, width: width,
      height: height)
    chroma = Resampler(
      sourceWidth: sourceSize.width, sourceHeight: sourceSize.height,
      window: grid.chromaWindow(for: window, width: width, height: height, on: .left420),
      width: size.width, height: size.height)
  }

  /// Fills `canvas` from three planes in the pictures' own colour space.
  func resample(luma: PlaneView, cb: PlaneView, cr: PlaneView, into canvas: CanvasView) {
    self.luma.resample(luma, into: canvas.luma)
    chroma.resample(cb, into: canvas.cb)
    chroma.resample(cr, into: canvas.cr)
  }
}
