extension FontFile {
  /// Throws unless letters of the font leave ink when they are drawn: tables that cannot be read show nothing,
  /// and nobody would be told.
  public func expectDrawable() throws(MediaError) {
    guard let face = faces.first else { return }
    let letters = "aA0한あ中اกא1.🎬".unicodeScalars.filter { face.covers($0) && $0 != "." }
    guard let letter = letters.first else { return }
    let line = TextLine(
      runs: [TextRun(String(letter), file: self, face: face, colour: .white)], size: 32,
      anchor: .left, x: 16, baseline: 48)
    let drawn = try TextRenderer(fonts: [self]).draw([line], width: 96, height: 64)
    if drawn.alpha?.samples.contains(where: { $0 > 0 }) != true {
      throw MediaError(
        operation: .recognise, code: MediaError.invalidData, subject: path,
        detail: "its letters cannot be drawn: the file is damaged or lacks their outlines")
    }
  }
}
