public import Media

extension VectorCanvas {
  /// Draws text as films have it, its box's top left corner at (`x`, `y`). The files name its fonts by their SHA-256.
  public func draw(
    _ text: TextPicture, x: Int, y: Int, width: Int, height: Int, files: PictureFiles
  ) throws(MediaError) {
    let drawn = try TextPainter.draw(
      text, box: PixelRect(x: x, y: y, width: width, height: height), files: files)
    draw(drawn.bitmap, x: x + drawn.x, y: y + drawn.y)
  }
}
