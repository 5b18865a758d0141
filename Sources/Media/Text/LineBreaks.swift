internal import CText

/// Where lines of text may end, by Unicode's line breaking algorithm (UAX 14), with dictionaries for scripts
/// that write no spaces.
public enum LineBreaks {
  /// Splits a text without line feeds into pieces between which a line may end. Spaces stay at the end of the
  /// piece before them; the pieces together are the text.
  ///
  /// Korean is broken at spaces alone, as its readers expect, and Japanese, where `keepsPhrases`, between phrases.
  /// `language` is a BCP 47 tag.
  public static func pieces(
    of text: String, language: String, keepsPhrases: Bool = true
  ) -> [String] {
    let isJapanese =
      language.hasPrefix("ja") || text.unicodeScalars.contains { 0x3041...0x30FF ~= $0.value }
    let locale = isJapanese && keepsPhrases ? "ja@lw=phrase" : language
    let units = Array(text.utf16)
    guard !units.isEmpty else { return [] }
    var places = [Int32](repeating: 0, count: units.count + 1)
    let found = unsafe rn_line_breaks(
      units, Int32(units.count), locale, &places, Int32(places.count))
    guard found > 0 else { return [text] }
    var pieces: [String] = []
    var start = text.utf16.startIndex
    for place in places.prefix(Int(found)) {
      let end = text.utf16.index(text.utf16.startIndex, offsetBy: Int(place))
      // Only whole characters: a break within one would show as two.
      guard let whole = end.samePosition(in: text), whole > start else { continue }
      if whole < text.endIndex, joins(text[text.index(before: whole)], text[whole]) { continue }
      pieces.append(String(text[start..<whole]))
      start = whole
    }
    if start < text.endIndex { pieces.append(String(text[start...])) }
    return pieces
  }

  private static func joins(_ left: Character, _ right: Character) -> Bool {
    func isPart(_ character: Character) -> Bool {
      character.isNumber || character.isASCII && character.isLetter
    }
    if TextScript.isHangul(left) { return TextScript.isHangul(right) || isPart(right) }
    return TextScript.isHangul(right) && isPart(left)
  }
}

/// What a character's script means for setting it.
public enum TextScript {
  /// ICU's numbers (uscript.h), which never change.
  private static let hangul: Int32 = 18
  /// Han, Hiragana, Katakana, Bopomofo, Yi, and marks of both kinds of kana.
  private static let ideographic: Set<Int32> = [17, 20, 22, 5, 41, 54]

  public static func isHangul(_ character: Character) -> Bool {
    character.unicodeScalars.first.map { rn_script($0.value) == hangul } ?? false
  }

  /// Han, Kana, Bopomofo, Yi and full-width forms: no spaces, a character is about a syllable.
  public static func isIdeographic(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first else { return false }
    if ideographic.contains(rn_script(scalar.value)) { return true }
    return (0x3000...0x303F).contains(scalar.value) || (0xFF00...0xFFEF).contains(scalar.value)
  }

  /// Whether the first strong character of the text is written right to left.
  public static func isRightToLeft(_ text: String) -> Bool {
    for scalar in text.unicodeScalars {
      let direction = rn_direction(scalar.value)
      if direction >= 0 { return direction == 1 }
    }
    return false
  }

  /// Shows nothing by itself: joiners, variation selectors, direction marks.
  public static func isIgnorable(_ scalar: Unicode.Scalar) -> Bool {
    rn_is_ignorable(scalar.value) != 0
  }
}
