/// One line of a text as it is shown under a message, with marks below the place that is meant.
struct SourceExcerpt {
  /// No tabs and no control characters; cut at both sides where it is long.
  let line: String
  /// Blanks, then `^~~~`.
  let marks: String

  private static let width = 100
  /// What stays visible before the place.
  private static let lead = 40

  /// `line` and `column` from 1, `column` and `length` in UTF-16 units. Nil when there is no such line.
  init?(_ text: [UInt8], line: Int, column: Int, length: Int) {
    let bytes = text.split(separator: 0x0A, maxSplits: line, omittingEmptySubsequences: false)
    guard line >= 1, line <= bytes.count else { return nil }
    let scalars = Array(String(decoding: bytes[line - 1], as: UTF8.self).unicodeScalars)
    let start = Self.index(of: column - 1, in: scalars)
    let end = max(Self.index(of: column - 1 + length, in: scalars), start)
    let from = start > Self.width - Self.lead ? start - Self.lead : 0
    let to = min(scalars.count, from + Self.width)
    var shown = ""
    for scalar in scalars[from..<to] { shown.unicodeScalars.append(Self.printable(scalar)) }
    if shown.hasSuffix("\u{FFFD}"), to == scalars.count, scalars.last == "\r" { shown.removeLast() }
    let before = scalars[from..<min(start, to)].reduce(from > 0 ? 1 : 0) {
      $0 + TerminalText.columns($1)
    }
    let under = scalars[min(start, to)..<min(end, to)].reduce(0) { $0 + TerminalText.columns($1) }
    self.line = (from > 0 ? "…" : "") + shown + (to < scalars.count ? "…" : "")
    marks =
      String(repeating: " ", count: before) + "^"
      + String(repeating: "~", count: max(0, under - 1))
  }

  /// The scalar that UTF-16 unit `unit` belongs to.
  private static func index(of unit: Int, in scalars: [Unicode.Scalar]) -> Int {
    var units = 0
    for (index, scalar) in scalars.enumerated() {
      if units >= unit { return index }
      units += scalar.value > 0xFFFF ? 2 : 1
    }
    return scalars.count
  }

  private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar == "\t" { return " " }
    return scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
  }
}
