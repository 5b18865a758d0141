/// A soft shadow behind a layer.
public struct Shadow: Sendable, Hashable {
  /// Where the shadow lies from the layer, in pixels; drawn at the nearest whole pixel.
  public var offsetX: Double
  public var offsetY: Double
  /// Softness in pixels as CSS `box-shadow` means it: twice the standard deviation.
  public var blur: Double
  /// Its alpha is the shadow's opacity.
  public var colour: Colour

  public init(offsetX: Double, offsetY: Double, blur: Double, colour: Colour) {
    self.offsetX = offsetX
    self.offsetY = offsetY
    self.blur = blur
    self.colour = colour
  }

  /// The shadow of a layer with this alpha. Make it once when the layer's outline stands still.
  public func cast(by alpha: Plane) -> CastShadow {
    let deviation = max(blur, 0) / 2
    let margin = Int((3 * deviation).rounded(.up)) + 2
    let soft = Plane(width: alpha.width + 2 * margin, height: alpha.height + 2 * margin)
    soft.view.cropped(x: margin, y: margin, width: alpha.width, height: alpha.height)?
      .copy(from: alpha.view)
    GaussianBlur(width: soft.width, height: soft.height, deviation: deviation).apply(to: soft)
    let strength = Plane(width: soft.width, height: 1, filledWith: colour.alpha)
    for y in 0..<soft.height {
      unsafe Premultiplied.multiply(
        soft.view.row(y), by: strength.view.row(0), count: soft.width)
    }
    var opaque = colour
    opaque.alpha = 255
    let bitmap = Bitmap(width: soft.width, height: soft.height, filledWith: opaque)
    bitmap.alpha = soft
    return CastShadow(
      bitmap: bitmap, x: Int((offsetX + 0.5).rounded(.down)) - margin,
      y: Int((offsetY + 0.5).rounded(.down)) - margin)
  }
}

/// A shadow as a picture. It can be drawn by itself below the layer, which costs nothing per frame to
/// prepare, or be joined with it where both fade or move as one.
public struct CastShadow {
  public let bitmap: Bitmap
  /// Where the shadow's top left pixel lies from the layer's.
  public let x: Int
  public let y: Int

  /// The shadow with `layer` over it, and where the top left pixel of both lies from the layer's.
  public func under(_ layer: Bitmap) -> (bitmap: Bitmap, x: Int, y: Int) {
    let left = min(x, 0)
    let top = min(y, 0)
    let both = Bitmap(
      width: max(x + bitmap.width, layer.width) - left,
      height: max(y + bitmap.height, layer.height) - top, filledWith: .clear)
    both.compose(bitmap, x: x - left, y: y - top)
    both.compose(layer, x: -left, y: -top)
    return (both, left, top)
  }
}
