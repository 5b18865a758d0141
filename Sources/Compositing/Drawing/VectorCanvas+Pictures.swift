public import Media

extension VectorCanvas {
  /// Draws a layer's picture, such as one of text, with its top left pixel at (`x`, `y`).
  public func draw(_ bitmap: Bitmap, x: Int, y: Int, opacity: Double = 1) {
    draw(VectorCanvas(bitmap), x: x, y: y, opacity: opacity)
  }

  /// Draws lines of text with the given fonts. Places are those of the canvas.
  public func draw(_ lines: [TextLine], fonts: [FontFile]) throws(MediaError) {
    let (width, height) = (width, height)
    let bitmap = try TextRenderer.withRenderer(of: fonts) { renderer throws(MediaError) in
      try renderer.draw(lines, width: width, height: height)
    }
    draw(bitmap, x: 0, y: 0)
  }

  /// Packed RGBA in reading order, straight or premultiplied.
  public func rgba(premultiplied: Bool = false) -> [UInt8] {
    surface.rgba(premultiplied: premultiplied)
  }

  /// An RGBA frame with the picture.
  public func frame(premultiplied: Bool = false) throws(MediaError) -> Frame {
    try surface.frame(premultiplied: premultiplied)
  }

  /// The bytes of a PNG file, with transparency.
  public func png() throws -> [UInt8] { try surface.png() }

  /// The picture as a layer that can be drawn on films.
  public func bitmap() -> Bitmap { Bitmap(width: width, height: height, rgba: rgba()) }

  /// The picture as a film's, on black where it is not opaque.
  public func film() throws(MediaError) -> Canvas {
    let canvas = try Canvas(width: width, height: height)
    try canvas.draw(Overlay(bitmap(), x: 0, y: 0))
    return canvas
  }

  /// The picture as a value of film samples, on black where it is not opaque.
  public func packed() throws(MediaError) -> PackedPicture { PackedPicture(try film()) }
}
