public import Media

extension VectorCanvas {
  /// Draws lines of text with the given fonts. Places are those of the canvas.
  public func draw(_ lines: [TextLine], fonts: [FontFile]) throws(MediaError) {
    let (width, height) = (width, height)
    let bitmap = try TextRenderer.withRenderer(of: fonts) { renderer throws(MediaError) in
      try renderer.draw(lines, width: width, height: height)
    }
    draw(bitmap, x: 0, y: 0)
  }

  /// Draws text as films have it, its box's top left corner at (`x`, `y`). The files name its fonts by their SHA-256.
  public func draw(
    _ text: TextPicture, x: Int, y: Int, width: Int, height: Int, files: PictureFiles
  ) throws(MediaError) {
    let drawn = try TextPainter.draw(
      text, box: PixelRect(x: x, y: y, width: width, height: height), files: files)
    draw(drawn.bitmap, x: x + drawn.x, y: y + drawn.y)
  }
}
