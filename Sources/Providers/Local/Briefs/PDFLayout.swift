/// A page as pdftotext lays it out: lines in reading order, columns one after the other.
struct PDFPage: Hashable {
  var number: Int
  /// Points.
  var width = 0.0
  var height = 0.0
  var lines: [PDFLine] = []

  init(number: Int) { self.number = number }

  var characters: Int { lines.reduce(0) { $0 + $1.text.count } }
}

struct PDFLine: Hashable {
  var text: String
  /// Points from the page's left and top.
  var left: Double
  var right: Double
  var top: Double
  var bottom: Double
  /// Which of the page's blocks it stands in, from 0.
  var block: Int
  /// Height of its letters, as its font says.
  var size: Double { bottom - top }
}

/// Reads what `pdftotext -bbox-layout` writes: one element a line, in a form that never varies.
enum PDFLayout {
  static func pages(of bytes: [UInt8], first: Int) -> [PDFPage] {
    var pages: [PDFPage] = []
    var line: PDFLine?
    var words = PDFWords()
    var block = -1
    for row in bytes.split(separator: 0x0A) {
      let row = row.drop { $0 == 0x20 }
      if row.starts(with: Marks.word) {
        if line != nil, let word = word(row) { words.add(word, numbers(row)) }
      } else if row.starts(with: Marks.line) {
        line = Self.line(row, block)
        words = PDFWords()
      } else if row.starts(with: Marks.lineEnd) {
        if var line, !pages.isEmpty {
          line.text = PlainText.cleaned(words.text)
          if !line.text.isEmpty { pages[pages.count - 1].lines.append(line) }
        }
        line = nil
      } else if row.starts(with: Marks.block) {
        block += 1
      } else if row.starts(with: Marks.page) {
        let values = numbers(row)
        var page = PDFPage(number: first + pages.count)
        (page.width, page.height) = (values.first ?? 0, values.dropFirst().first ?? 0)
        pages.append(page)
        block = -1
      }
    }
    return pages.map(PDFLineRepair.repaired)
  }

  private enum Marks {
    static let page = Array("<page ".utf8)
    static let block = Array("<block ".utf8)
    static let line = Array("<line ".utf8)
    static let lineEnd = Array("</line>".utf8)
    static let word = Array("<word ".utf8)
  }

  private static func line(_ row: ArraySlice<UInt8>, _ block: Int) -> PDFLine? {
    let values = numbers(row)
    guard values.count >= 4 else { return nil }
    return PDFLine(
      text: "", left: values[0], right: values[2], top: values[1], bottom: values[3],
      block: max(0, block))
  }

  /// The numbers in quotation marks.
  private static func numbers(_ row: ArraySlice<UInt8>) -> [Double] {
    let parts = row.split(separator: 0x22, omittingEmptySubsequences: false)
    return stride(from: 1, to: parts.count, by: 2).compactMap { at in
      Double(String(decoding: parts[at], as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
    }
  }

  private static func word(_ row: ArraySlice<UInt8>) -> String? {
    guard let start = row.firstIndex(of: 0x3E), let end = row.lastIndex(of: 0x3C), start < end
    else { return nil }
    let text = String(decoding: row[row.index(after: start)..<end], as: UTF8.self)
    guard text.contains("&") else { return text }
    return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&quot;", with: "\"").replacing("&apos;", with: "'").replacing("&#39;", with: "'")
      .replacing("&amp;", with: "&")
  }
}

/// Words of a line. What pdftotext cuts where the font changes is put together again.
private struct PDFWords {
  private(set) var text = ""
  private var end: Double?

  /// `box`: left, top, right, bottom.
  mutating func add(_ word: String, _ box: [Double]) {
    let height = box.count >= 4 ? box[3] - box[1] : 0
    let isTouching = end.map { box.count >= 4 && abs(box[0] - $0) < height * 0.08 } ?? false
    let isMark = word.allSatisfy { ".,;:!?…)]”’」』。、".contains($0) }
    if !text.isEmpty, !isTouching, !isMark { text += " " }
    text += word
    end = box.count >= 4 ? box[2] : nil
  }
}
