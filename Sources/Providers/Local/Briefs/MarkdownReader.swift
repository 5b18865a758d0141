/// Headings, paragraphs and lists of a Markdown text. What cannot be spoken is left out: code, pictures, tags, addresses.
struct MarkdownReader {
  func read(_ text: String) -> TextOutline {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    var outline = TextOutline()
    if let (title, rest) = Self.frontMatter(lines) { (outline.title, lines) = (title, rest) }
    var parser = MarkdownLines(lines)
    for line in lines { parser.read(line) }
    outline.blocks = parser.finished()
    return outline
  }

  /// The title of a block between `---` lines at the very beginning, and the lines after it.
  private static func frontMatter(_ lines: ArraySlice<Substring>) -> (
    String?, ArraySlice<Substring>
  )? {
    guard lines.first?.trimmed == "---",
      let end = lines.dropFirst().firstIndex(where: { ["---", "..."].contains($0.trimmed) }),
      lines[1..<end].allSatisfy({
        $0.trimmed.isEmpty || $0.contains(":") || $0.first.map { " -#\t]".contains($0) } == true
      })
    else { return nil }
    let line = lines[1..<end].first { $0.lowercased().hasPrefix("title:") }
    let title = line.map { PlainText.cleaned($0.dropFirst(6)).trimmingQuotes }
    return (title.flatMap { $0.isEmpty ? nil : $0 }, lines[(end + 1)...])
  }
}

/// The state between a Markdown text's lines.
private struct MarkdownLines {
  private var collector = BlockCollector()
  private var fence: Substring?
  private var isInComment = false
  /// `script` or `style`, until its end tag.
  private var hidden: String?
  /// How many lines have been read, and the last ones that end a comment or a hidden element: without an end somewhere
  /// below, what looks like the beginning of one is text.
  private var lines = 0
  private var lastEnds: [String: Int] = [:]
  private var wasBlank = true
  private var table: [[String]] = []

  init(_ lines: some Sequence<Substring>) {
    for (number, line) in lines.enumerated() where line.contains("-->") || line.contains("</") {
      if line.contains("-->") { lastEnds["-->"] = number }
      let lower = line.lowercased()
      for name in Self.hiding where lower.contains("</\(name)") { lastEnds[name] = number }
    }
  }

  private static let hiding = ["script", "style"]

  private func ends(_ what: String) -> Bool { lastEnds[what, default: -1] >= lines }

  mutating func read(_ raw: Substring) {
    defer { lines += 1 }
    guard let line = visible(raw) else { return }
    let trimmed = line.trimmed
    if isFence(trimmed) { return }
    if trimmed.isEmpty {
      endTable()
      close()
      wasBlank = true
      return
    }
    defer { wasBlank = false }
    if row(trimmed) { return }
    endTable()
    if isIndentedCode(line) { return }
    let content = withoutQuote(trimmed)
    if heading(content) || definition(content) { return }
    if PlainTextReader.isRule(content) { return close() }
    if let item = ListMark.text(of: content), !isProse(content) {
      close()
      collector.begin(.listItem, item.replacing(/^\[[ xX]\]\s+/, with: ""))
    } else {
      collector.add(String(content))
      if raw.hasSuffix("\\") { collector.add("") }
    }
  }

  mutating func finished() -> [ParsedDocument.Block] {
    endTable()
    close()
    return collector.blocks
  }

  private mutating func close() { collector.close(MarkdownInline.spoken) }

  // MARK: What is not spoken

  /// The line without comments and hidden elements; nil where nothing of it is left.
  private mutating func visible(_ raw: Substring) -> Substring? {
    guard fence == nil else { return raw }
    var text = raw
    if isInComment {
      guard let end = text.firstRange(of: "-->") else { return nil }
      isInComment = false
      text = text[end.upperBound...]
    }
    if let name = hidden {
      guard let rest = Self.behind(name, in: text) else { return nil }
      hidden = nil
      return rest.trimmed.isEmpty ? nil : rest
    }
    // Code may speak of comments.
    var clean = String(text).replacing(/(?:(`+).+?\1)|<!--.*?-->/) { match in
      match.output.0.hasPrefix("`") ? String(match.output.0) : ""
    }
    let code = clean.ranges(of: /(`+).+?\1/)
    if let start = clean.firstRange(of: "<!--"), !code.contains(where: { $0.overlaps(start) }),
      ends("-->")
    {
      isInComment = true
      clean = String(clean[..<start.lowerBound])
    }
    if let name = Self.hiddenElement(clean[...].trimmed), ends(name) {
      if let rest = Self.behind(name, in: clean[...]) { return rest.trimmed.isEmpty ? nil : rest }
      hidden = name
      return nil
    }
    // A blank line ends a paragraph, one that held a comment only does not.
    return raw.trimmed.isEmpty || !clean[...].trimmed.isEmpty ? clean[...] : nil
  }

  /// The name of an element that begins the line and whose content nobody sees.
  private static func hiddenElement(_ line: Substring) -> String? {
    let lower = line.lowercased()
    return hiding.first { name in
      guard lower.hasPrefix("<\(name)") else { return false }
      return lower.dropFirst(name.count + 1).first.map { $0 == ">" || $0.isWhitespace } ?? true
    }
  }

  /// What stands behind the element's end tag; nil where that is not in the text.
  private static func behind(_ name: String, in text: Substring) -> Substring? {
    let end =
      name == "script"
      ? text.firstRange(of: /<\/script[^>]*>?/.ignoresCase())
      : text.firstRange(of: /<\/style[^>]*>?/.ignoresCase())
    return end.map { text[$0.upperBound...] }
  }

  private mutating func isFence(_ line: Substring) -> Bool {
    if let open = fence {
      if line.hasPrefix(open), line.allSatisfy({ $0 == open.first }) { fence = nil }
      return true
    }
    guard line.hasPrefix("```") || line.hasPrefix("~~~") else { return false }
    let mark = line.prefix { $0 == line.first }
    guard !line.dropFirst(mark.count).contains("`") else { return false }
    close()
    fence = mark
    return true
  }

  private func isIndentedCode(_ line: Substring) -> Bool {
    wasBlank && !collector.isInList && collector.isEmpty && collector.blocks.last?.kind != .listItem
      && (line.hasPrefix("    ") || line.hasPrefix("\t"))
  }

  /// `[name]: address` and footnotes.
  private mutating func definition(_ line: Substring) -> Bool {
    guard line.prefixMatch(of: /\[[^\]]+\]:\s?/) != nil else { return false }
    close()
    return true
  }

  // MARK: Structure

  private mutating func heading(_ line: Substring) -> Bool {
    let marks = line.prefix { $0 == "#" }
    if (1...6).contains(marks.count),
      line.count == marks.count || line.dropFirst(marks.count).first?.isWhitespace == true
    {
      let text = line.dropFirst(marks.count).trimmed.replacing(/\s+#+$/, with: "")
      close()
      collector.heading(marks.count, HeadingShape.withoutNumber(MarkdownInline.spoken(text)))
      return true
    }
    let above = collector.openParagraph
    guard !above.isEmpty, above.count <= 2,
      line.allSatisfy({ $0 == "=" }) || (line.allSatisfy { $0 == "-" } && line.count >= 2)
    else { return false }
    collector.drop()
    let text = MarkdownInline.spoken(above.joined(separator: " "))
    collector.heading(line.first == "=" ? 1 : 2, HeadingShape.withoutNumber(text))
    return true
  }

  private func withoutQuote(_ line: Substring) -> Substring {
    var line = line
    while line.hasPrefix(">") { line = line.dropFirst().trimmed }
    return line
  }

  /// A line of a paragraph that happens to begin with a number or a dash.
  private func isProse(_ line: Substring) -> Bool {
    guard !collector.openParagraph.isEmpty else { return false }
    return line.prefixMatch(of: /[-*+•]\s|\(?1[.)]\s/) == nil
  }

  // MARK: Tables

  private mutating func row(_ line: Substring) -> Bool {
    guard line.hasPrefix("|") || (!table.isEmpty && line.contains("|")) else { return false }
    guard line.utf8.count(where: { $0 == 0x7C }) <= 100 else { return false }
    if table.isEmpty { close() }
    let escaped = line.replacing("\\|", with: "\u{1}")
    var cells = escaped.split(separator: "|", omittingEmptySubsequences: false).map {
      PlainText.cleaned(MarkdownInline.spoken($0.replacing("\u{1}", with: "|")))
    }
    if cells.first?.isEmpty == true { cells.removeFirst() }
    if cells.last?.isEmpty == true { cells.removeLast() }
    table.append(cells)
    return true
  }

  /// Each row is said with its column's names.
  private mutating func endTable() {
    defer { table = [] }
    let isRuled =
      table.count > 1 && table[1].allSatisfy { !$0.isEmpty && $0.allSatisfy { "-: ".contains($0) } }
    let names = isRuled ? table[0] : []
    for cells in table.dropFirst(isRuled ? 2 : 0) {
      let rest = cells.indices.dropFirst().filter { !cells[$0].isEmpty }.map { at in
        names.indices.contains(at) && !names[at].isEmpty ? "\(names[at]) \(cells[at])" : cells[at]
      }
      let first = cells.first ?? ""
      collector.begin(.listItem, rest.isEmpty ? first : "\(first): \(rest.joined(separator: ", "))")
    }
    if !table.isEmpty { collector.close() }
  }
}

extension Substring {
  /// Without white space at both ends.
  var trimmed: Substring {
    let start = drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else {
      return start[start.startIndex..<start.startIndex]
    }
    return start[...last]
  }
}

extension String {
  /// `"A title"` as front matter has it.
  fileprivate var trimmingQuotes: String {
    guard count >= 2, let mark = first, "\"'".contains(mark), last == mark else { return self }
    return String(dropFirst().dropLast())
  }
}
