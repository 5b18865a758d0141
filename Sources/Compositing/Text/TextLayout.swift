internal import Media
internal import SceneDocument

/// How text is set, in canvas pixels.
struct TextSetting {
  var font: String?
  var weight: Int
  /// Of an em.
  var size: Double
  /// From baseline to baseline.
  var lineHeight: Double
  var letterSpacing: Double
  var outline: PictureLayer.Border?
  var fill: RGBA
  var isUpper: Bool
  /// BCP 47.
  var language: String

  /// The same, smaller.
  func scaled(by factor: Double) -> TextSetting {
    var setting = self
    setting.size *= factor
    setting.lineHeight *= factor
    setting.letterSpacing *= factor
    return setting
  }
}

/// Measures text and breaks it into lines.
final class TextLayout {
  let book: FontBook
  /// Characters that no font has.
  private(set) var missing: [Character] = []
  private var widths: [WidthKey: Double] = [:]

  private struct WidthKey: Hashable {
    var text: String
    var font: String?
    var weight: Int
    var language: String
  }

  init(_ book: FontBook) { self.book = book }

  /// What stands together on a line, and the room it takes without the spaces at its end.
  struct Piece {
    var text: String
    var width: Double
    /// With the spaces.
    var advance: Double
    /// A line that ends here ends well: after a sentence or clause.
    var isGoodEnd: Bool
  }

  func width(of text: String, _ setting: TextSetting) -> Double {
    let em = ems(of: text, setting)
    return em * setting.size + Double(text.count) * setting.letterSpacing
  }

  private func ems(of text: String, _ setting: TextSetting) -> Double {
    let key = WidthKey(
      text: text, font: setting.font, weight: setting.weight, language: setting.language)
    if let known = widths[key] { return known }
    let itemized = book.itemize(
      text, font: setting.font, weight: setting.weight, language: setting.language)
    for character in itemized.missing where !missing.contains(character) {
      missing.append(character)
    }
    let ems = itemized.spans.reduce(0) { $0 + $1.face.face.advance(of: $1.text) }
    widths[key] = ems
    return ems
  }

  /// Gives the missing characters and forgets them.
  func takeMissing() -> [Character] {
    defer { missing = [] }
    return missing
  }

  /// The pieces of one paragraph, which holds no line feed, for lines of `width`.
  func pieces(of paragraph: String, _ setting: TextSetting, width: Double) -> [Piece] {
    LineBreaks.pieces(of: paragraph, language: setting.language).flatMap { text -> [Piece] in
      let whole = piece(text, setting)
      if whole.width <= width { return [whole] }
      // A phrase longer than a line is broken after all where its script allows it.
      return LineBreaks.pieces(of: text, language: setting.language, keepsPhrases: false)
        .map { piece($0, setting) }
    }
  }

  func piece(_ text: String, _ setting: TextSetting) -> Piece {
    let bare = trimmed(text)
    return Piece(
      text: text, width: width(of: bare, setting), advance: width(of: text, setting),
      isGoodEnd: bare.last.map(Self.isStop) ?? false)
  }

  /// A sign after which a reader may rest.
  static func isStop(_ character: Character) -> Bool {
    ".,;:!?…。、，；：！？」』）)\u{61F}\u{60C}\u{6D4}".contains(character)
  }

  /// A sign that ends a sentence.
  static func isFullStop(_ character: Character) -> Bool {
    ".!?…。！？\u{61F}\u{6D4}".contains(character)
  }

  /// Without the spaces at its end.
  func trimmed(_ text: String) -> String {
    guard let last = text.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(text[...last])
  }

  /// Breaks a paragraph into as few lines as `width` allows, and these as equal in length as they can be. nil
  /// when a piece alone is wider.
  func lines(of pieces: [Piece], width: Double) -> [Range<Int>]? {
    if pieces.contains(where: { $0.width > width }) { return nil }
    let fewest = Self.greedy(pieces, width)
    guard fewest.count > 1, fewest.count <= 12, pieces.count <= 400 else { return fewest }
    return Self.balanced(pieces, width, lines: fewest.count) ?? fewest
  }

  private static func greedy(_ pieces: [Piece], _ width: Double) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var (start, used) = (0, 0.0)
    for (index, piece) in pieces.enumerated() {
      if index > start, used + piece.width > width {
        lines.append(start..<index)
        (start, used) = (index, 0)
      }
      used += piece.advance
    }
    lines.append(start..<pieces.count)
    return lines
  }

  /// The division into so many lines with the least sum of squared room to spare; a line that ends with a
  /// sentence or clause may be a fifth shorter for it.
  private static func balanced(
    _ pieces: [Piece], _ width: Double, lines count: Int
  ) -> [Range<Int>]? {
    let total = pieces.count
    var before = [0.0]
    for piece in pieces { before.append(before.last! + piece.advance) }
    func length(_ range: Range<Int>) -> Double {
      before[range.upperBound - 1] - before[range.lowerBound] + pieces[range.upperBound - 1].width
    }
    let mean = length(0..<total) / Double(count)
    func cost(_ range: Range<Int>) -> Double? {
      let length = length(range)
      if length > width { return nil }
      let off = (length - mean) / width
      let isGood = range.upperBound == total || pieces[range.upperBound - 1].isGoodEnd
      return off * off + (isGood ? 0 : 0.04)
    }
    var best = [[(cost: Double, start: Int)?]](
      repeating: Array(repeating: nil, count: total + 1), count: count + 1)
    best[0][0] = (0, 0)
    for line in 1...count {
      for end in line...total {
        for start in stride(from: end - 1, through: line - 1, by: -1) {
          guard let cost = cost(start..<end) else { break }
          guard let earlier = best[line - 1][start] else { continue }
          let sum = earlier.cost + cost
          if best[line][end].map({ sum < $0.cost }) ?? true { best[line][end] = (sum, start) }
        }
      }
    }
    var ranges: [Range<Int>] = []
    var end = total
    for line in stride(from: count, to: 0, by: -1) {
      guard let found = best[line][end] else { return nil }
      ranges.insert(found.start..<end, at: 0)
      end = found.start
    }
    return ranges
  }

  /// The runs of one line. `isLit` tells, character by character, which are drawn in `highlight`.
  func runs(
    of text: String, _ setting: TextSetting, highlight: (range: Range<Int>, color: RGBA)? = nil
  ) -> [TextPicture.Run] {
    let itemized = book.itemize(
      text, font: setting.font, weight: setting.weight, language: setting.language)
    var runs: [TextPicture.Run] = []
    var place = 0
    for span in itemized.spans {
      for character in span.text {
        let isLit = highlight.map { $0.range.contains(place) } ?? false
        place += 1
        let color = isLit ? highlight!.color : setting.fill
        if let last = runs.last, last.sha256 == span.face.sha256,
          last.face == span.face.face.index, last.color == color
        {
          runs[runs.count - 1].text.append(character)
        } else {
          runs.append(
            TextPicture.Run(
              text: String(character), sha256: span.face.sha256, face: span.face.face.index,
              color: color))
        }
      }
    }
    return runs
  }

  /// How far the box of a line reaches above and below the baseline, as a share of the em: of the font that
  /// most of the text is in.
  func reach(of text: String, _ setting: TextSetting) -> (above: Double, below: Double) {
    let itemized = book.itemize(
      text, font: setting.font, weight: setting.weight, language: setting.language)
    let main = itemized.spans.max { $0.text.count < $1.text.count }
    guard let face = main?.face.face else { return (0.8, 0.2) }
    // Capitals and ideographs stand in the middle of the line, whatever room a font keeps for accents.
    let middle = max(min(face.capHeight, 0.9), 0.4) / 2
    return (0.5 + middle, 0.5 - middle)
  }
}
