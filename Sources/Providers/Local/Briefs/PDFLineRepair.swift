/// Puts lines together that pdftotext takes for columns because their spaces are as wide as their letters, as some
/// Korean, Japanese and Chinese fonts have them.
enum PDFLineRepair {
  static func repaired(_ page: PDFPage) -> PDFPage {
    let lines = page.lines
    let eastern = lines.filter(isEastern)
    // Real columns have lines of several words.
    guard !eastern.isEmpty,
      eastern.reduce(0, { $0 + $1.text.split(separator: " ").count }) * 10 < eastern.count * 16
    else { return page }
    // From top to bottom by half points, then from left to right.
    let sorted = lines.indices.sorted {
      ((lines[$0].top * 2).rounded(), lines[$0].left, $0) < (
        (lines[$1].top * 2).rounded(), lines[$1].left, $1
      )
    }
    var chains: [[Int]] = []
    for at in sorted {
      if let last = chains.last?.last, isNext(lines[at], to: lines[last]) {
        chains[chains.count - 1].append(at)
      } else {
        chains.append([at])
      }
    }
    var page = page
    page.lines = chains.sorted { ($0.min() ?? 0) < ($1.min() ?? 0) }.map { chain in
      joined(chain.map { lines[$0] })
    }
    return page
  }

  /// On the same height, and no farther than a wide space.
  private static func isNext(_ line: PDFLine, to before: PDFLine) -> Bool {
    let gap = line.left - before.right
    return abs(line.top - before.top) < 0.75 && gap > -line.size * 0.2 && gap < line.size * 1.2
      && (isEastern(line) || isEastern(before))
  }

  private static func joined(_ row: [PDFLine]) -> PDFLine {
    guard var line = row.first, row.count > 1 else { return row[0] }
    line.text = row.map(\.text).joined(separator: " ")
    line.right = row.map(\.right).max() ?? line.right
    line.block = row.map(\.block).min() ?? line.block
    return line
  }

  private static func isEastern(_ line: PDFLine) -> Bool {
    line.text.unicodeScalars.contains(where: Scripts.isEastern)
  }
}
