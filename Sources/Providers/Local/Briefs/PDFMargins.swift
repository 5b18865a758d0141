/// Takes away what stands on every page: running heads, footers, page numbers.
enum PDFMargins {
  static func removing(from pages: [PDFPage]) -> [PDFPage] {
    let margins = pages.map(margin)
    let repeated = repeatedLines(pages, margins)
    return zip(pages, margins).map { page, margin in
      var kept = page
      kept.lines = page.lines.indices.filter { at in
        let line = page.lines[at]
        if isContents(line.text) { return false }
        return !margin.contains(at) || !(repeated.contains(key(line)) || isPageNumber(line.text))
      }.map { page.lines[$0] }
      return kept
    }
  }

  /// Lines of the same words, digits aside, at the same height of at least three pages and two in five of those that
  /// have lines: books have one head on left pages and another on right ones.
  private static func repeatedLines(_ pages: [PDFPage], _ margins: [Set<Int>]) -> Set<String> {
    var counts: [String: Int] = [:]
    for (page, margin) in zip(pages, margins) {
      for key in Set(margin.map { key(page.lines[$0]) }) { counts[key, default: 0] += 1 }
    }
    let least = max(3, pages.count { !$0.lines.isEmpty } * 2 / 5)
    return Set(counts.filter { $0.value >= least }.keys)
  }

  /// The lines at a page's top and bottom that white parts from the others.
  private static func margin(_ page: PDFPage) -> Set<Int> {
    guard page.height > 0 else { return [] }
    let lines = page.lines
    let down = lines.indices.sorted { (lines[$0].top, $0) < (lines[$1].top, $1) }
    var margin: Set<Int> = []
    var zone: Set<Int> = []
    for (at, next) in zip(down, down.dropFirst()) where lines[at].bottom < page.height * 0.12 {
      zone.insert(at)
      if lines[next].top - lines[at].bottom > lines[at].size * 0.7 { margin.formUnion(zone) }
    }
    zone = []
    let up = Array(down.reversed())
    for (at, next) in zip(up, up.dropFirst()) where lines[at].top > page.height * 0.88 {
      zone.insert(at)
      if lines[at].top - lines[next].bottom > lines[at].size * 0.7 { margin.formUnion(zone) }
    }
    return margin
  }

  /// A line of a table of contents: its dots lead to a page's number.
  private static func isContents(_ text: String) -> Bool {
    text.firstMatch(of: /(?:\.\s?){5,}\s*[0-9ivxlc]*$/) != nil
  }

  private static func key(_ line: PDFLine) -> String {
    let words = String(line.text.lowercased().map { $0.isNumber ? "#" : $0 })
    return "\(Int(line.top / 8)) \(words)"
  }

  private static func isPageNumber(_ text: String) -> Bool {
    let words = ["page", "seite", "of", "von", "p", "쪽", "페이지", "頁", "页", "ページ", "/"]
    let parts = text.lowercased().split { !$0.isLetter && !$0.isNumber }
    let numbers = parts.filter { $0.allSatisfy(\.isNumber) && $0.count <= 4 }
    return !numbers.isEmpty && numbers.count <= 2
      && parts.allSatisfy { part in
        part.allSatisfy(\.isNumber) || words.contains(String(part))
          || words.contains(String(part.drop(while: \.isNumber)))
      }
  }
}
