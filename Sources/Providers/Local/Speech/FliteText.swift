import Foundation

/// What Flite is given: ASCII, with the names of symbols that it does not know.
enum FliteText {
  private static let names: [Unicode.Scalar: String] = [
    "%": " percent ", "&": " and ", "@": " at ", "+": " plus ", "=": " equals ", "×": " times ",
    "÷": " divided by ", "±": " plus or minus ", "€": " euros ", "£": " pounds ", "¥": " yen ",
    "₩": " won ", "°": " degrees ", "(": ", ", ")": ", ",
  ]

  /// The passage in ASCII, and the word that each byte belongs to. Accents are left out; letters of other scripts are not
  /// there (see `foreign`).
  static func plain(_ passage: SpokenText.Passage) -> (text: String, wordOfByte: [Int]) {
    var text = ""
    var words: [Int] = []
    for (scalar, word) in zip(passage.text.unicodeScalars, passage.wordOfScalar) {
      let piece = names[scalar] ?? ascii(scalar)
      text += piece
      words += repeatElement(word, count: piece.utf8.count)
    }
    return (text, words)
  }

  /// The first letter that has no counterpart in ASCII; nil where all have.
  static func foreign(_ text: SpokenText) -> Character? {
    for word in text.words {
      for scalar in word.spoken.unicodeScalars
      where SpokenWord.isLetter(scalar) && ascii(scalar).isEmpty { return Character(scalar) }
    }
    return nil
  }

  private static let letters: [Unicode.Scalar: String] = [
    "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "đ": "d", "ł": "l",
    "Ł": "L", "ı": "i", "þ": "th", "ð": "th", "ª": "a", "º": "o",
  ]

  private static func ascii(_ scalar: Unicode.Scalar) -> String {
    if scalar.isASCII { return String(scalar) }
    if let letters = letters[scalar] { return letters }
    let parts = String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars
    return String(String.UnicodeScalarView(parts.filter(\.isASCII)))
  }
}
