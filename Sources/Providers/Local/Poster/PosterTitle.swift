internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

/// A film's title over the lower left of a picture, on a shade that grows towards the edge.
struct PosterTitle {
  private static let fonts = ShippedFonts()
  private static let names = [
    "NotoSans-Bold.ttf", "NotoSansCJK-Bold.ttc", "NotoSans-Regular.ttf", "NotoSansCJK-Regular.ttc",
  ]
  private static let lines = 3
  private static let letters = 200

  private struct Setting {
    var file: FontFile
    var face: FontFace
  }

  private let pieces: [String]
  private let settings: [Setting]

  /// What no font has is left out of `text`, as are control characters.
  init(_ text: String, language: String) {
    let region = language.lowercased().prefix(2)
    let family = ["ja": "JP", "zh": "SC"][String(region)] ?? "KR"
    settings = Self.names.compactMap { name in
      guard let file = Self.fonts.file(named: name)?.font,
        let face = file.faces.first(where: { $0.family.hasSuffix(" \(family)") })
          ?? file.faces.first
      else { return nil }
      return Setting(file: file, face: face)
    }
    let words = text.precomposedStringWithCanonicalMapping.prefix(Self.letters)
      .map { $0.isWhitespace || $0.isNewline ? " " : $0 }
    var clean = ""
    for character in words where character == " " || Self.setting(character, settings) != nil {
      if character == " ", clean.isEmpty || clean.hasSuffix(" ") { continue }
      clean.append(character)
    }
    let bare = clean.trimmingCharacters(in: .whitespaces)
    pieces = bare.isEmpty ? [] : LineBreaks.pieces(of: bare, language: language)
  }

  private static func setting(_ character: Character, _ settings: [Setting]) -> Setting? {
    let scalars = character.unicodeScalars.filter { !TextScript.isIgnorable($0) }
    guard !scalars.isEmpty,
      scalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { return nil }
    return settings.first { setting in scalars.allSatisfy(setting.face.covers) }
  }

  /// Stretches in one font each.
  private func runs(_ text: String) -> [(text: String, setting: Setting)] {
    var runs: [(text: String, setting: Setting)] = []
    for character in text {
      guard let found = character == " " ? runs.last?.setting : Self.setting(character, settings)
      else { continue }
      if let last = runs.last, last.setting.face === found.face {
        runs[runs.count - 1].text.append(character)
      } else {
        runs.append((String(character), found))
      }
    }
    return runs
  }

  /// In em.
  private func width(_ text: String) -> Double {
    runs(text).reduce(0) { $0 + $1.setting.face.advance(of: $1.text) }
  }

  /// The lines for a width in em; the last one ends in an ellipsis where there is more.
  private func broken(_ width: Double) -> (lines: [String], isWhole: Bool) {
    var lines: [String] = []
    for piece in pieces {
      let joined = (lines.last ?? "") + piece
      if !lines.isEmpty, self.width(joined.trimmingCharacters(in: .whitespaces)) <= width {
        lines[lines.count - 1] = joined
      } else {
        lines.append(piece)
      }
    }
    lines = lines.map { $0.trimmingCharacters(in: .whitespaces) }
    let isWhole = lines.count <= Self.lines && lines.allSatisfy { self.width($0) <= width }
    if isWhole { return (lines, true) }
    lines = Array(lines.prefix(Self.lines))
    lines[lines.count - 1] += "…"
    return (
      lines.map { line in
        var line = line
        while line.count > 2, self.width(line) > width { line = line.dropLast(2) + "…" }
        return line
      }, false
    )
  }

  /// The picture with the title on it; the picture itself when there is nothing to write.
  func draw(on canvas: Canvas) throws(MediaError) -> Canvas {
    guard !pieces.isEmpty, canvas.width >= 64, canvas.height >= 64 else { return canvas }
    let (width, height) = (Double(canvas.width), Double(canvas.height))
    let room = 0.72 * width
    var size = 0.060 * min(width, 1.5 * height)
    var set = broken(room / size)
    for _ in 0..<8 where !set.isWhole {
      size *= 0.88
      set = broken(room / size)
    }
    let lineHeight = 1.22 * size
    let bottom = height - 0.085 * min(width, height)
    let top = bottom - lineHeight * Double(set.lines.count)
    let picture = VectorCanvas(width: canvas.width, height: canvas.height)
    let shade = max(0, top - 0.22 * height)
    picture.fill(
      .rect(x: 0, y: shade, width: width, height: height - shade),
      .linear(
        from: VectorPoint(0, shade), to: VectorPoint(0, height), Color.black.opacity(0),
        Color.black.opacity(0.36), Color.black.opacity(0.66)))
    let lines = set.lines.enumerated().map { index, line in
      TextLine(
        runs: runs(line).map {
          TextRun($0.text, file: $0.setting.file, face: $0.setting.face, colour: .white)
        }, size: size, anchor: .left, x: 0.07 * width,
        baseline: top + lineHeight * (Double(index) + 0.80))
    }
    // Only what is used: collections of ideographs are large.
    let used = lines.flatMap(\.runs).map(\.file.path)
    var files: [FontFile] = []
    for setting in settings where used.contains(setting.file.path) {
      if !files.contains(where: { $0 === setting.file }) { files.append(setting.file) }
    }
    try picture.draw(lines, fonts: files)
    let result = try canvas.copy()
    try result.draw(Overlay(picture.bitmap(), x: 0, y: 0))
    return result
  }
}
