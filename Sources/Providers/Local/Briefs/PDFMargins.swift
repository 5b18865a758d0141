/// Takes away what stands on every page: running heads, footers, page numbers.
enum PDFMargins {
  static func removing(from pages: [PDFPage]) -> [PDFPage] {
    let repeated = repeatedLines(pages)
    return pages.map { page in
      var kept = page
      kept.lines.removeAll { line in
        isMargin(line, page) && (repeated.contains(key(line)) || isPageNumber(line.text))
      }
      return kept
    }
  }

  /// Lines of the same words, digits aside, at the same height of at least three pages and half of those that have lines.
  private static func repeatedLines(_ pages: [PDFPage]) -> Set<String> {
    var counts: [String: Int] = [:]
    var withText = 0
    for page in pages where !page.lines.isEmpty {
      withText += 1
      for key in Set(page.lines.filter { isMargin($0, page) }.map(key)) {
        counts[key, default: 0] += 1
      }
    }
    // Books have one head on left pages and another on right ones.
    let least = max(3, withText * 2 / 5)
    return Set(counts.filter { $0.value >= least }.keys)
  }

  private static func isMargin(_ line: PDFLine, _ page: PDFPage) -> Bool {
    guard page.height > 0 else { return false }
    return line.bottom < page.height * 0.12 || line.top > page.height * 0.88
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
