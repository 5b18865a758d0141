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
    var (kept, used) = ("", 0)
    for character in clean {
      let size = columns(String(character))
      if used + size > room { break }
      kept.append(character)
      used += size
    }
    return kept + ellipsis
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

extension Unicode.Scalar {
  fileprivate var isBlank: Bool { self == "\n" || self == "\t" || self == "\r" }
}
