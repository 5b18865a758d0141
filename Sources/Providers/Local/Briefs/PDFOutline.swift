/// Makes headings, paragraphs and list items of a PDF's lines.
struct PDFOutline {
  private(set) var pages: [ParsedDocument.Page] = []
  /// The first heading of the largest letters on the first page with text.
  private(set) var title: String?
  private(set) var warnings: [String] = []

  init(pages read: [PDFPage]) {
    let silent = read.filter { $0.lines.isEmpty }.map(\.number)
    let kept = PDFMargins.removing(from: read)
    let sizes = PDFSizes(pages: kept)
    let joiner = LineJoiner(lines: kept.flatMap { $0.lines.map(\.text) })
    for page in kept {
      let blocks = PDFPageBlocks(page: page, sizes: sizes, joiner: joiner).blocks
      pages.append(ParsedDocument.Page(number: page.number, blocks: blocks))
    }
    joinAcrossPages(joiner)
    title = pages.first { !$0.blocks.isEmpty }.flatMap { page in
      page.blocks.filter { $0.kind == .heading }.min { $0.level < $1.level }?.text
    }
    if !silent.isEmpty {
      warnings.append(
        "no text on page\(silent.count == 1 ? "" : "s") \(Self.ranges(silent)): empty, or pictures only"
      )
    }
  }

  /// A paragraph that a page's end cuts belongs to the page it began on.
  private mutating func joinAcrossPages(_ joiner: LineJoiner) {
    var previous: Int?
    for index in pages.indices where !pages[index].blocks.isEmpty {
      defer { previous = pages[index].blocks.isEmpty ? previous : index }
      guard let before = previous, let last = pages[before].blocks.last,
        let first = pages[index].blocks.first, last.kind != .heading, first.kind == .paragraph,
        !joiner.isEnd(last.text), joiner.goesOn(last.text, first.text)
      else { continue }
      pages[before].blocks[pages[before].blocks.count - 1].text = joiner.join(last.text, first.text)
      pages[index].blocks.removeFirst()
    }
  }

  /// `2, 5–7`.
  static func ranges(_ numbers: [Int]) -> String {
    var parts: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = parts.last, last.upperBound + 1 == number {
        parts[parts.count - 1] = last.lowerBound...number
      } else {
        parts.append(number...number)
      }
    }
    return parts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
      .joined(separator: ", ")
  }
}
