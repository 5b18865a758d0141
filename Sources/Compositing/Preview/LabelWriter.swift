internal import Media
internal import SceneDocument

/// Writes labels of sheets: in the shipped fonts, or in dots where they are not installed.
final class LabelWriter {
  private let layout = TextLayout(FontBook())

  /// As much of a line as fits into `width`, white, its top left corner at (`x`, `y`) of `bitmap`; `size` is that of
  /// an em in pixels.
  func write(
    _ text: String, on bitmap: Bitmap, x: Int, y: Int, width: Int, size: Double
  ) throws(MediaError) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    if layout.book.isInstalled {
      try set(line, on: bitmap, x: x, y: y, width: width, size: size)
    } else {
      let dot = max(1, Int(size) / 9)
      let ink = Plane(width: bitmap.width, height: bitmap.height)
      DotFont.write(
        String(line.prefix(max(0, width / (6 * dot)))), on: ink, x: x, y: y + Int(size) / 3,
        dot: dot)
      bitmap.compose(.white, coverage: ink)
    }
  }

  private func set(
    _ text: String, on bitmap: Bitmap, x: Int, y: Int, width: Int, size: Double
  ) throws(MediaError) {
    let setting = TextSetting(
      font: nil, weight: 400, size: size, lineHeight: 1.4 * size, letterSpacing: 0,
      fill: RGBA(red: 255, green: 255, blue: 255), isUpper: false, language: "und")
    guard let shown = cut(text, to: Double(width), setting), !shown.isEmpty else { return }
    let picture = TextPicture(lines: [
      TextPicture.Line(
        runs: layout.runs(of: shown, setting), size: size, letterSpacing: 0, anchor: .left, x: 0,
        baseline: 1.05 * size, isRightToLeft: TextScript.isRightToLeft(shown))
    ])
    let box = PixelRect(x: 0, y: 0, width: max(1, width), height: max(1, Int(1.4 * size)))
    let drawn = try TextPainter.draw(
      picture, box: box, files: PictureFiles(layout.book.paths(of: [picture])))
    bitmap.compose(drawn.bitmap, x: x + drawn.x, y: y + drawn.y)
  }

  /// The text, or its beginning with an ellipsis; nil when not even that fits.
  private func cut(_ text: String, to width: Double, _ setting: TextSetting) -> String? {
    if layout.width(of: text, setting) <= width { return text }
    var (low, high) = (0, text.count)
    while low < high {
      let middle = (low + high + 1) / 2
      let isShort = layout.width(of: text.prefix(middle) + "…", setting) <= width
      if isShort { low = middle } else { high = middle - 1 }
    }
    return low > 0 ? text.prefix(low) + "…" : nil
  }
}
