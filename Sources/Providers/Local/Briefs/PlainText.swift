internal import Foundation

/// Cleaning of text that somebody else made.
enum PlainText {
  /// NFC on one line: without controls, invisible marks, direction overrides and private characters; ligatures as letters.
  static func cleaned(_ text: some StringProtocol) -> String {
    if isPlain(text) { return String(text) }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let letters = ligatures[scalar] {
        scalars.append(contentsOf: letters.unicodeScalars)
      } else if isSpace(scalar) {
        if scalars.last != " " { scalars.append(" ") }
      } else if !isDropped(scalar) {
        scalars.append(scalar)
      }
    }
    return String(scalars).precomposedStringWithCanonicalMapping.trimmingCharacters(
      in: .whitespaces)
  }

  /// At most so many characters, ended at a word where there is one.
  static func shortened(_ text: String, to most: Int) -> String {
    guard text.count > most else { return text }
    let start = text.prefix(most - 1)
    let isWhole = text[start.endIndex].isWhitespace
    let word =
      isWhole ? start : start.lastIndex(where: \.isWhitespace).map { start[..<$0] } ?? start
    let kept = word.count * 2 > most ? word : start
    let trimmed = String(kept).trimmingCharacters(
      in: .whitespaces.union(CharacterSet(charactersIn: ",;:–—-(·")))
    return trimmed + "…"
  }

  /// The first sentence, or what stands before one of its commas: a name for what has none.
  static func opening(_ text: String) -> String {
    let sentence = SentenceSplitter.sentences(of: String(text.prefix(1000))).first ?? text
    let bare = Substring(sentence).trimming { ".。".contains($0) }
    guard bare.count > 60 else { return String(bare) }
    // Neither `1,000` nor `12:30` nor `well–known` ends there.
    let marks = bare.prefix(60).indices.filter { place in
      let next = bare.index(after: place)
      return "，、".contains(bare[place])
        || ",;:–—".contains(bare[place]) && next < bare.endIndex && bare[next].isWhitespace
    }
    if let last = marks.last, bare[..<last].count >= 12 {
      return bare[..<last].trimmingCharacters(in: .whitespaces)
    }
    return shortened(String(bare), to: 60)
  }

  /// Printed ASCII with single spaces: nothing to clean, as most lines are.
  private static func isPlain(_ text: some StringProtocol) -> Bool {
    var before: UInt8 = 0x20
    for byte in text.utf8 {
      guard (0x20..<0x7F).contains(byte), byte != 0x20 || before != 0x20 else { return false }
      before = byte
    }
    return before != 0x20
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
  }

  private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFE00...0xFE0F, 0xFFF9...0xFFFD, 0xE0000...0xE0FFF:
      true
    // Private: without its font it means nothing.
    case 0xE000...0xF8FF, 0xF0000...0x10FFFF: true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }

  private static let ligatures: [Unicode.Scalar: String] = [
    "\u{FB00}": "ff", "\u{FB01}": "fi", "\u{FB02}": "fl", "\u{FB03}": "ffi", "\u{FB04}": "ffl",
    "\u{FB05}": "st", "\u{FB06}": "st", "\u{132}": "IJ", "\u{133}": "ij",
    // Bullets of the Symbol and Wingdings fonts.
    "\u{F0B7}": "•", "\u{F0A7}": "•", "\u{F0D8}": "•", "\u{F076}": "•",
  ]
}
