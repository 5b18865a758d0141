import Foundation

/// What a voice is given of one word: letters, digits and what has a name; never a control character, markup or a
/// bracket that a synthesizer might take for an instruction.
enum SpokenWord {
  /// Letters of one word before a voice gets a space: its buffers are made for words.
  private static let longest = 80
  private static let named: Set<Unicode.Scalar> = [
    "%", "&", "@", "+", "=", "×", "÷", "±", "$", "€", "£", "¥", "₩", "°",
  ]

  static func isHeard(_ spoken: String) -> Bool {
    spoken.unicodeScalars.contains { isLetter($0) || isDigit($0) || named.contains($0) }
  }

  static func spoken(_ word: String, language: String) -> String {
    let scalars = Array(word.precomposedStringWithCanonicalMapping.unicodeScalars)
    var spoken = ""
    var run = 0
    for (index, scalar) in scalars.enumerated() {
      let before = index > 0 ? scalars[index - 1] : nil
      let after = index + 1 < scalars.count ? scalars[index + 1] : nil
      let piece = piece(scalar, after: before, before: after, language: language)
      spoken += piece
      run = piece == " " ? 0 : run + piece.unicodeScalars.count
      if run >= longest {
        spoken += " "
        run = 0
      }
    }
    return spoken.split(separator: " ").joined(separator: " ")
  }

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  private static func piece(
    _ scalar: Unicode.Scalar, after before: Unicode.Scalar?, before after: Unicode.Scalar?,
    language: String
  ) -> String {
    if isLetter(scalar) || isDigit(scalar) {
      return SpokenLetters.reads(scalar, language: language) ? plain(scalar) : " "
    }
    let followsDigit = before.map(isDigit) ?? false
    let precedesDigit = after.map(isDigit) ?? false
    switch scalar {
    case ".", ",", ":", ";", "!", "?", "(", ")", "%", "&", "@", "+", "=", "×", "÷", "±", "°":
      return String(scalar)
    case "'", "’":
      let joins = (before.map(isLetter) ?? false) && (after.map(isLetter) ?? false)
      return joins ? "'" : " "
    case "-", "‐", "‑":
      // Between letters it joins; at a word's beginning it is a minus before a digit, and a bullet before a letter.
      guard let after, isLetter(after) || isDigit(after) else { return " " }
      return before.map { isLetter($0) || isDigit($0) } ?? isDigit(after) ? "-" : " "
    case "−": return precedesDigit ? "-" : " "
    case "/": return followsDigit && precedesDigit ? "/" : " "
    case "~", "〜", "～", "–":
      return followsDigit && precedesDigit ? range(language) : scalar == "–" ? ", " : " "
    case "—", "―", "…": return ", "
    case "。", "．": return "."
    case "、", "，": return ","
    case "！": return "!"
    case "？": return "?"
    case "：": return ":"
    case "；": return ";"
    case "％": return "%"
    case "℃": return "°C"
    case "℉": return "°F"
    default: break
    }
    switch scalar.properties.generalCategory {
    case .currencySymbol: return String(scalar)
    case .nonspacingMark, .spacingMark:
      // One to a Latin letter; variation selectors belong to pictures.
      let isRead = SpokenLetters.reads(scalar, language: language)
      return isRead && (before.map(isLetter) ?? false || scalar.value >= 0x590)
        ? String(scalar) : ""
    case .format:
      // Joiners of letters, not those of emoji.
      return scalar == "\u{200C}" && (before.map(isLetter) ?? false) ? String(scalar) : ""
    case .enclosingMark: return ""
    default: return " "
    }
  }

  /// Full-width letters and circled digits as plain ones.
  private static func plain(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0xFF10...0xFF19, 0xFF21...0xFF3A, 0xFF41...0xFF5A:
      String(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
    case 0x2460...0x2473: String(scalar.value - 0x245F)
    default: String(scalar)
    }
  }

  private static func range(_ language: String) -> String {
    switch language.lowercased().split(separator: "-").first {
    case "ko": "에서 "
    case "en": " to "
    default: "-"
    }
  }
}
