/// Text as cells of a terminal.
enum TerminalText {
  /// Cells that a scalar takes: two for East Asian letters and pictures, none for what joins to a letter.
  static func columns(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  static func columns(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + columns($1) }
  }

  /// `text` in one line without control characters, in `width` cells at most; what is cut off is shown by `ellipsis`.
  static func cut(_ text: some StringProtocol, to width: Int, ellipsis: String = "…") -> String {
    let clean = printable(text)
    if columns(clean) <= width { return clean }
    let room = width - columns(ellipsis)
    if room < 0 { return String(repeating: ".", count: max(0, width)) }
    return beginning(of: clean[...], cells: room) + ellipsis
  }

  /// The same, but ended behind a word where one ends in the second half of the room: in Korean at an eojeol.
  static func cutToWords(_ text: some StringProtocol, to width: Int) -> String {
    let clean = printable(text)
    if columns(clean) <= width { return clean }
    let start = beginning(of: clean[...], cells: width - 1)
    let isWhole = start.endIndex < clean.endIndex && clean[start.endIndex] == " "
    let end = isWhole ? start.endIndex : start.lastIndex(of: " ")
    guard let end, columns(start[..<end]) * 2 >= width else { return cut(clean, to: width) }
    return start[..<end].trimmingEnd { " ,;:–—-(·".contains($0) } + "…"
  }

  /// Lines of at most `width` cells, broken between words; a word that is longer than a line is broken too.
  static func wrapped(_ text: some StringProtocol, to width: Int) -> [String] {
    let width = max(2, width)
    var (lines, line) = ([String](), "")
    for word in printable(text).split(separator: " ") {
      let joined = line.isEmpty ? String(word) : line + " " + word
      if columns(joined) <= width {
        line = joined
        continue
      }
      if !line.isEmpty { lines.append(line) }
      var rest = word
      while columns(rest) > width {
        // One letter at least, however wide it is.
        let piece = rest.prefix(max(1, beginning(of: rest, cells: width).count))
        lines.append(String(piece))
        rest = rest[piece.endIndex...]
      }
      line = String(rest)
    }
    return line.isEmpty ? lines : lines + [line]
  }

  private static func beginning(of text: Substring, cells: Int) -> Substring {
    var used = 0
    let end = text.indices.first { index in
      used += columns(String(text[index]))
      return used > cells
    }
    return text[..<(end ?? text.endIndex)]
  }

  /// With blanks behind it up to `width` cells.
  static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(text)))
  }

  private static func printable(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control
      result.unicodeScalars.append(isControl ? (scalar.isBlank ? " " : "\u{FFFD}") : scalar)
    }
    return result
  }
}

extension Substring {
  fileprivate func trimmingEnd(where isDropped: (Character) -> Bool) -> Substring {
    guard let last = lastIndex(where: { !isDropped($0) }) else { return prefix(0) }
    return self[...last]
  }
}

extension Unicode.Scalar {
  fileprivate var isBlank: Bool { self == "\n" || self == "\t" || self == "\r" }
}
