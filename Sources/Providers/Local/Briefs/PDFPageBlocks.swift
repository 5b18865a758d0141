/// The blocks of one page.
struct PDFPageBlocks {
  private(set) var blocks: [ParsedDocument.Block] = []
  private let page: PDFPage
  private let sizes: PDFSizes
  private let joiner: LineJoiner
  private var open: (kind: ParsedDocument.Block.Kind, text: String, last: PDFLine)?

  init(page: PDFPage, sizes: PDFSizes, joiner: LineJoiner) {
    (self.page, self.sizes, self.joiner) = (page, sizes, joiner)
    var index = 0
    while index < page.lines.count {
      if let (text, count) = heading(at: index) {
        close()
        blocks.append(.init(.heading, level: sizes.level(of: page.lines[index]), text))
        index += count
      } else {
        add(page.lines[index])
        index += 1
      }
    }
    close()
  }

  // MARK: Headings

  /// The heading that begins at a line, and how many lines it takes.
  private func heading(at index: Int) -> (String, Int)? {
    let line = page.lines[index]
    guard HeadingShape.isTitle(line.text, isLarger: sizes.isLarger(line)) else { return nil }
    if sizes.isLarger(line) { return largeHeading(at: index) }
    guard standsAlone(index), HeadingShape.isBodySized(line.text) else { return nil }
    return (HeadingShape.withoutNumber(line.text), 1)
  }

  private func largeHeading(at index: Int) -> (String, Int)? {
    var text = page.lines[index].text
    var count = 1
    while index + count < page.lines.count, count < 4 {
      let (above, below) = (page.lines[index + count - 1], page.lines[index + count])
      guard abs(above.size - below.size) < above.size * 0.06,
        below.top - above.bottom < above.size * 0.8, below.top > above.top,
        sizes.isLarger(below), !HeadingShape.hasNumber(below.text)
      else { break }
      text = joiner.join(text, below.text)
      count += 1
    }
    // Larger letters over many lines are a page set in larger letters, not a heading.
    return text.count <= 150 && count < 4 ? (HeadingShape.withoutNumber(text), count) : nil
  }

  /// White above and below, and words under it.
  private func standsAlone(_ index: Int) -> Bool {
    let line = page.lines[index]
    guard index + 1 < page.lines.count else { return false }
    let next = page.lines[index + 1]
    guard ListMark.text(of: line.text) == nil || HeadingShape.hasNumber(line.text),
      ListMark.text(of: next.text) == nil || !HeadingShape.hasNumber(line.text)
    else { return false }
    let above = index == 0 ? nil : page.lines[index - 1]
    let gap = above.map { line.top - $0.bottom } ?? .infinity
    // Above is often another column: then there is no telling.
    let isApart = gap > line.size * 0.5 || gap < -line.size
    let below = next.top - line.bottom
    return isApart && (next.block != line.block || below > line.size * 0.25)
      && line.right - line.left < max(next.right - next.left, page.width * 0.5) * 0.85
  }

  // MARK: Paragraphs

  private mutating func add(_ line: PDFLine) {
    if let text = ListMark.text(of: line.text) {
      close()
      open = (.listItem, text, line)
    } else if let (kind, text, last) = open, belongs(line, to: last, kind, text) {
      open = (kind, joiner.join(text, line.text), line)
    } else {
      close()
      open = (.paragraph, line.text, line)
    }
  }

  private func belongs(
    _ line: PDFLine, to last: PDFLine, _ kind: ParsedDocument.Block.Kind, _ text: String
  ) -> Bool {
    let gap = line.top - last.bottom
    let isNear = gap < last.size * 0.75 && gap > -last.size
    if line.block == last.block, isNear {
      // An indented line after a full stop begins a paragraph.
      let isIndented = line.left > last.left + last.size * 0.8
      if kind == .paragraph,
        endsEarly(last, line, joiner.isEnd(text) ? 0.2 : 0.4) || (isIndented && joiner.isEnd(text))
      {
        return false
      }
      return true
    }
    // The next column, or a block that was cut from this one.
    return !joiner.isEnd(text) && joiner.goesOn(text, line.text)
      && (isNear || line.top < last.top)
  }

  /// Leaves room in which the next line's first word would have stood.
  private func endsEarly(_ last: PDFLine, _ next: PDFLine, _ share: Double) -> Bool {
    let column = page.lines.filter {
      abs($0.left - last.left) < page.width * 0.1 && !sizes.isLarger($0)
    }
    let right = column.map(\.right).max() ?? last.right
    let letters = Double(max(1, next.text.count))
    let word = Double(next.text.prefix { $0 != " " }.count + 2) * (next.right - next.left) / letters
    return right - last.right > max(word, (right - last.left) * share)
  }

  private mutating func close() {
    if let (kind, text, _) = open {
      let text = PlainText.cleaned(text)
      if !text.isEmpty { blocks.append(.init(kind, text)) }
    }
    open = nil
  }
}
