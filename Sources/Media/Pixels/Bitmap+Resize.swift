extension Bitmap {
  /// This picture's `window` at `width` × `height` pixels. Colour is filtered together with alpha, so
  /// the colour of clear pixels does not show.
  public func resized(_ window: SourceWindow, width: Int, height: Int) -> Bitmap {
    let resampler = Resampler(
      sourceWidth: self.width, sourceHeight: self.height, window: window, width: width,
      height: height)
    let source = isOpaque ? self : copy()
    source.premultiply()
    func resize(_ plane: Plane) -> Plane {
      let target = Plane(width: width, height: height)
      resampler.resample(plane, into: target)
      return target
    }
    let result = Bitmap(
      luma: resize(source.luma), cb: resize(source.cb), cr: resize(source.cr),
      alpha: source.alpha.map(resize))
    result.unpremultiply()
    return result
  }

  /// This picture scaled around its centre and moved by (`dx`, `dy`) pixels, all between pixels if need be,
  /// with anti-aliased edges; and where its top left pixel now lies from where it was.
  public func transformed(
    scale: Double, dx: Double, dy: Double
  ) -> (bitmap: Bitmap, x: Int, y: Int) {
    precondition(scale > 0, "a scale above zero")
    let across = Span1D(length: width, scale: scale, offset: dx)
    let down = Span1D(length: height, scale: scale, offset: dy)
    let window = SourceWindow(
      x: across.windowOrigin / scale, y: down.windowOrigin / scale,
      width: Double(across.count) / scale, height: Double(down.count) / scale)
    let result = resized(window, width: across.count, height: down.count)
    if across.isWhole && down.isWhole { return (result, across.first, down.first) }
    let edges = Plane(width: across.count, height: down.count)
    for y in 0..<down.count {
      let row = unsafe edges.view.row(y)
      let share = down.share(at: y)
      for x in 0..<across.count {
        unsafe row[x] = UInt8((255 * share * across.share(at: x)).rounded())
      }
    }
    result.multiplyAlpha(by: edges)
    return (result, across.first, down.first)
  }

  /// One axis of a scaled and moved picture: its edges, and the whole pixels that it touches.
  private struct Span1D {
    let start: Double
    let end: Double
    let first: Int
    let count: Int

    init(length: Int, scale: Double, offset: Double) {
      let half = Double(length) / 2
      start = half - half * scale + offset
      end = half + half * scale + offset
      // Edges within rounding error of a pixel's own are taken as that.
      first = Int((start + 1e-9).rounded(.down))
      count = max(1, Int((end - 1e-9).rounded(.up)) - first)
    }

    var windowOrigin: Double { Double(first) - start }
    var isWhole: Bool { share(at: 0) > 0.999 && share(at: count - 1) > 0.999 }

    func share(at index: Int) -> Double {
      let pixel = Double(first + index)
      return max(0, min(pixel + 1, end) - max(pixel, start))
    }
  }
}
