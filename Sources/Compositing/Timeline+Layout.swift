import SceneDocument

extension TimelineMaker {
  /// A length in pixels of the film.
  func pixels(_ length: Length, _ axis: Length.Axis = .horizontal) -> Double {
    length.pixels(along: axis, of: frameSize, documentSize: document.output.lengthSize)
  }

  /// Where a layer stands, in pixels not yet rounded.
  ///
  /// - Parameter shape: size of the upright, cropped source in square pixels, for `auto`; nil is a
  ///   square, as for colours and shapes.
  func box(_ layer: Layer, shape: PixelBox?) -> PixelBox {
    let aspect = shape.map { $0.width / max($0.height, 1e-6) } ?? 1
    let width: Double
    let height: Double
    switch (layer.size.width, layer.size.height) {
    case (let w?, let h?): (width, height) = (pixels(w), pixels(h, .vertical))
    case (let w?, nil):
      width = pixels(w)
      height = width / max(aspect, 1e-6)
    case (nil, let h?):
      height = pixels(h, .vertical)
      width = height * aspect
    case (nil, nil):
      // Source pixels are pixels of the document's size.
      let scale = Double(frameSize.width) / Double(max(document.output.size.width, 1))
      width = (shape?.width ?? Double(frameSize.width)) * scale
      height = (shape?.height ?? Double(frameSize.height)) * scale
    }
    return place(layer.position, width: width, height: height)
  }

  /// A box of this size where a position says.
  func place(_ position: Layer.Position, width: Double, height: Double) -> PixelBox {
    switch position {
    case .place(let place, let margin):
      let point = place.point
      return PixelBox(
        x: edge(point.x, Double(frameSize.width), width, pixels(margin)),
        y: edge(point.y, Double(frameSize.height), height, pixels(margin, .vertical)),
        width: width, height: height)
    case .at(let x, let y, let anchor):
      let point = anchor.point
      return PixelBox(
        x: pixels(x) - point.x * width, y: pixels(y, .vertical) - point.y * height, width: width,
        height: height)
    }
  }

  /// Near edge of a box that stands at 0, 0.5 or 1 of a side, with a margin at the ends.
  private func edge(_ place: Double, _ side: Double, _ length: Double, _ margin: Double) -> Double {
    switch place {
    case 0: margin
    case 1: side - length - margin
    default: (side - length) / 2
    }
  }

  /// By how much a source is enlarged to fill a box as its `fit` asks.
  func enlargement(_ fit: Layer.Fit, _ shape: PixelBox, in box: PixelBox) -> Double {
    let (x, y) = (box.width / max(shape.width, 1e-6), box.height / max(shape.height, 1e-6))
    switch fit {
    case .cover, .fill: return max(x, y)
    case .contain, .containBlur: return min(x, y)
    case .none: return 1
    }
  }
}
