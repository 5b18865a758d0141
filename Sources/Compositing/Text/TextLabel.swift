internal import Media

/// A line of small text in the shipped fonts, for sheets that people look at.
struct TextLabel {
  private let layout: TextLayout
  private let setting: TextSetting

  /// - Parameter size: height of an em in pixels.
  init(size: Double, weight: Int = 400, color: RGBA = RGBA(red: 255, green: 255, blue: 255)) {
    layout = TextLayout(FontBook(shipped: ShippedFonts()))
    setting = TextSetting(
      font: nil, weight: weight, size: size, lineHeight: size, letterSpacing: 0, outline: nil,
      fill: color, isUpper: false, language: "und")
  }

  /// The text, or as much of it as fits with an ellipsis; nil where nothing does, or no font is installed.
  func draw(_ text: String, width: Int, height: Int) throws(MediaError) -> Bitmap? {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    guard let shown = fitting(line, Double(width)), width > 0, height > 0 else { return nil }
    let runs = layout.book.itemize(shown, font: nil, weight: setting.weight, language: "und").spans
      .map {
        TextRun($0.text, file: $0.face.file, face: $0.face.face, colour: Colour(setting.fill))
      }
    if runs.isEmpty { return nil }
    let reach = layout.reach(of: shown, setting)
    var drawn = TextLine(
      runs: runs, size: setting.size, anchor: .left, x: 0,
      baseline: (Double(height) - setting.size) / 2 + reach.above * setting.size)
    drawn.isRightToLeft = TextScript.isRightToLeft(shown)
    var files: [FontFile] = []
    for run in runs where !files.contains(where: { $0 === run.file }) { files.append(run.file) }
    return try TextRenderer.withRenderer(of: files) { renderer throws(MediaError) in
      try renderer.draw([drawn], width: width, height: height)
    }
  }

  private func fitting(_ text: String, _ width: Double) -> String? {
    if layout.width(of: text, setting) <= width { return text.isEmpty ? nil : text }
    var (low, high) = (0, text.count)
    while low < high {
      let middle = (low + high + 1) / 2
      if layout.width(of: text.prefix(middle) + "…", setting) <= width {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return low == 0 ? nil : text.prefix(low) + "…"
  }
}
