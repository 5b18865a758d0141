/// Paragraphs, lists and headings of a text without markup.
struct PlainTextReader {
  func read(_ text: String) -> TextOutline {
    var outline = TextOutline()
    let groups = Self.groups(text)
    for (index, group) in groups.enumerated() {
      outline.blocks += blocks(group, isFirst: index == 0, isLast: index == groups.count - 1)
    }
    return outline
  }

  /// Lines between blank ones.
  private static func groups(_ text: String) -> [[String]] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      .split { PlainText.cleaned($0).isEmpty }.map(Array.init)
  }

  private func blocks(_ lines: [String], isFirst: Bool, isLast: Bool) -> [ParsedDocument.Block] {
    var collector = BlockCollector()
    // Whoever writes a paragraph into one line does not break lines.
    let areParagraphs = lines.contains { $0.count > 110 }
    for (index, line) in lines.enumerated() {
      if index == 1, Self.isRule(line) {
        let title = collector.openParagraph.joined(separator: " ")
        collector.drop()
        collector.heading(isFirst ? 1 : 2, title)
      } else if lines.count == 1, !isLast, let title = heading(line) {
        collector.heading(isFirst ? 1 : 2, title)
      } else if Self.isRule(line) {
        collector.close()
      } else if let item = ListMark.text(of: line) {
        collector.begin(.listItem, item)
      } else if areParagraphs {
        collector.begin(.paragraph, line)
      } else {
        collector.add(line)
      }
    }
    collector.close()
    return collector.blocks
  }

  private func heading(_ line: String) -> String? {
    let text = PlainText.cleaned(line)
    guard text.count <= 70, HeadingShape.isTitle(text, isLarger: false),
      HeadingShape.hasNumber(text)
        || (ListMark.text(of: text) == nil && HeadingShape.isBodySized(text))
    else { return nil }
    return HeadingShape.withoutNumber(text)
  }

  /// `=====`, `-----`, `* * *`.
  static func isRule(_ line: some StringProtocol) -> Bool {
    let marks = line.filter { !$0.isWhitespace }
    guard let first = marks.first, marks.count >= 3 else { return false }
    return "=-*_~#".contains(first) && marks.allSatisfy { $0 == first }
  }
}
