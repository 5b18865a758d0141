internal import Media
internal import SceneDocument
internal import Synchronization

/// Draws text layers.
enum TextPainter {
  /// The text's picture and where its top left pixel is from that of `box`: outlines, shadows and the tails of
  /// letters reach out of it.
  static func draw(
    _ text: TextPicture, box: PixelRect, files: PictureFiles
  ) throws(MediaError) -> (bitmap: Bitmap, x: Int, y: Int) {
    let reach = text.lines.map { max($0.outline?.width ?? 0, 0) + 0.6 * $0.size }.max() ?? 0
    let margin = Int(reach.rounded(.up)) + 2
    var fonts: [String: FontFile] = [:]
    var lines: [TextLine] = []
    for line in text.lines {
      var runs: [TextRun] = []
      for run in line.runs {
        let file = try FontFiles.shared.file(run.sha256, at: try files.path(of: run.sha256))
        fonts[run.sha256] = file
        guard let face = file.faces.first(where: { $0.index == run.face }) else {
          throw MediaError(
            operation: .open, code: MediaError.invalidData, subject: file.path,
            detail: "the font has no face \(run.face)")
        }
        runs.append(TextRun(run.text, file: file, face: face, colour: Colour(run.color)))
      }
      let anchor: TextLine.Anchor =
        switch line.anchor {
        case .left: .left
        case .center: .center
        case .right: .right
        }
      var drawn = TextLine(
        runs: runs, size: line.size, anchor: anchor, x: line.x + Double(margin),
        baseline: line.baseline + Double(margin))
      drawn.letterSpacing = line.letterSpacing
      drawn.outline = line.outline.map { ($0.width, Colour($0.color)) }
      drawn.isRightToLeft = line.isRightToLeft
      lines.append(drawn)
    }
    let files = fonts.sorted { $0.key < $1.key }.map(\.value)
    var bitmap = try TextRenderer.withRenderer(of: files) { renderer throws(MediaError) in
      try renderer.draw(lines, width: box.width + 2 * margin, height: box.height + 2 * margin)
    }
    var (x, y) = (-margin, -margin)
    if let shadow = text.shadow {
      let whole = Shadow(shadow).cast(by: bitmap.materialisedAlpha()).under(bitmap)
      bitmap = whole.bitmap
      (x, y) = (x + whole.x, y + whole.y)
    }
    guard let plate = text.plate else { return (bitmap, x, y) }
    let (left, top) = (min(x, 0), min(y, 0))
    let ground = Bitmap(
      width: max(x + bitmap.width, box.width) - left,
      height: max(y + bitmap.height, box.height) - top,
      filledWith: .clear)
    ground.compose(Self.plate(plate, box), x: -left, y: -top)
    ground.compose(bitmap, x: x - left, y: y - top)
    return (ground, left, top)
  }

  private static func plate(_ plate: TextPicture.Plate, _ box: PixelRect) -> Bitmap {
    let shape: MaskShape = plate.radius > 0 ? .rounded(radius: plate.radius) : .rectangle
    let bitmap = Bitmap(width: box.width, height: box.height, filledWith: .clear)
    bitmap.compose(
      Colour(plate.color), coverage: shape.coverage(width: box.width, height: box.height))
    return bitmap
  }
}

extension Shadow {
  init(_ shadow: PictureLayer.Shadow) {
    var colour = Colour(shadow.color)
    colour.alpha = UInt8((Double(colour.alpha) * min(max(shadow.opacity, 0), 1)).rounded())
    self.init(offsetX: shadow.dx, offsetY: shadow.dy, blur: shadow.blur, colour: colour)
  }
}

/// Font files that are open, each once, by the SHA-256 of their bytes.
private final class FontFiles: Sendable {
  static let shared = FontFiles()
  private let open = Mutex<[String: FontFile]>([:])

  func file(_ sha256: String, at path: String) throws(MediaError) -> FontFile {
    if let known = open.withLock({ $0[sha256] }) { return known }
    let file = try FontFile(path: path)
    open.withLock { $0[sha256] = file }
    return file
  }
}
