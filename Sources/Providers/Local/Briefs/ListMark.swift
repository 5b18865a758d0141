/// The mark before a list's item.
enum ListMark {
  /// The item without its mark; nil where there is none.
  static func text(of text: some StringProtocol) -> String? {
    let line = Substring(text).drop { $0 == " " || $0 == "\t" }
    guard let first = line.first else { return nil }
    if "•◦▪▫■□●○‣⁃∙·※◆◇▶►➢✓✔*+-–—".contains(first) {
      let rest = line.dropFirst()
      let needsSpace = "*+-–—·".contains(first)
      guard !needsSpace || rest.first == " " || rest.first == "\t" else { return nil }
      return usable(rest)
    }
    if let match = line.prefixMatch(
      of: /(?:\(?\d{1,3}[.)]|\(?[a-zA-Z][)]|[가나다라마바사아자차카타파하][.)]|[①-⑳])\s*/),
      match.output.last == " " || "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳".contains(first)
    {
      return usable(line[match.range.upperBound...])
    }
    return nil
  }

  private static func usable(_ text: some StringProtocol) -> String? {
    let text = PlainText.cleaned(text)
    return text.contains(where: { $0.isLetter || $0.isNumber }) ? text : nil
  }
}
