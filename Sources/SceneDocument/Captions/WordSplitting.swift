/// Cuts text into the words that captions show one by one.
///
/// White space parts words; punctuation stays with its word. In scripts written without spaces each Han
/// or Kana character is a word, with the small letters and marks that belong to it.
public enum WordSplitting {
  public static func words(in text: String) -> [String] {
    var words: [String] = []
    for token in text.split(whereSeparator: \.isWhitespace) {
      words += pieces(of: token).map { String(token[$0]) }
    }
    return words
  }

  /// What stands between two words of a line: nothing where either side is written without spaces.
  public static func separator(between first: String, and second: String) -> String {
    guard let last = first.last, let next = second.first else { return "" }
    return isUnspaced(last) || isUnspaced(next) ? "" : " "
  }

  /// A character of a script that writes no spaces: a dense one, or Thai, Lao, Myanmar, Khmer.
  private static func isUnspaced(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first?.value else { return false }
    let isOfWords = [0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF]
    return isDense(character) || isOfWords.contains { $0.contains(Int(scalar)) }
  }

  /// The ranges of the words of a text without white space.
  static func pieces(of token: Substring) -> [Range<Substring.Index>] {
    guard token.contains(where: isDense) else { return [token.startIndex..<token.endIndex] }
    var pieces: [Range<Substring.Index>] = []
    var start = token.startIndex
    var hasBody = false
    var wasDense = false
    var index = token.startIndex
    while index < token.endIndex {
      let character = token[index]
      let isMark = !isBody(character)
      let begins =
        isMark ? hasBody && isOpening(character) : hasBody && (isDense(character) || wasDense)
      if begins {
        pieces.append(start..<index)
        (start, hasBody) = (index, false)
      }
      if !isMark { (hasBody, wasDense) = (true, isDense(character)) }
      index = token.index(after: index)
    }
    pieces.append(start..<token.endIndex)
    return pieces
  }

  // MARK: Characters

  /// Whether a word may begin with this character: no punctuation, and no letter that only follows.
  private static func isBody(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first else { return false }
    if isFollowing(scalar) { return false }
    switch scalar.properties.generalCategory {
    case .closePunctuation, .connectorPunctuation, .dashPunctuation, .finalPunctuation,
      .initialPunctuation, .openPunctuation, .otherPunctuation, .nonspacingMark, .spacingMark:
      return false
    default: return true
    }
  }

  private static func isOpening(_ character: Character) -> Bool {
    switch character.unicodeScalars.first?.properties.generalCategory {
    case .openPunctuation, .initialPunctuation: true
    default: false
    }
  }

  /// Small Kana, length and repetition marks.
  private static func isFollowing(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3005, 0x3031...0x3035, 0x303B, 0x3041, 0x3043, 0x3045, 0x3047, 0x3049, 0x3063, 0x3083,
      0x3085, 0x3087, 0x308E, 0x3095, 0x3096, 0x309B...0x309E, 0x30A1, 0x30A3, 0x30A5, 0x30A7,
      0x30A9, 0x30C3, 0x30E3, 0x30E5, 0x30E7, 0x30EE, 0x30F5, 0x30F6, 0x30FC...0x30FE,
      0x31F0...0x31FF, 0xFF67...0xFF70:
      true
    default: false
    }
  }

  /// Han, Kana, Bopomofo and the punctuation of their full width: no space stands beside them.
  static func isDense(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first else { return false }
    switch scalar.value {
    case 0x2E80...0x2FDF, 0x3001...0x30FF, 0x3100...0x312F, 0x31A0...0x31FF, 0x3400...0x4DBF,
      0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF01...0xFF9F, 0x20000...0x3FFFD:
      return true
    default: return false
    }
  }
}
