/// Joins lines to paragraphs: takes hyphens away that a line's end has set, and sets a space where a language has spaces.
struct LineJoiner {
  /// Words of the whole document, to tell `wave-` + `length` from `tide-` + `locked`.
  private let words: Set<Substring>

  init(lines: [String]) {
    words = Set(lines.lazy.flatMap { $0.split(separator: " ").dropLast() })
  }

  func join(_ first: String, _ second: String) -> String {
    guard let last = first.last, let next = second.first else { return first + second }
    if last == "-" || last == "‐", first.dropLast().last?.isLetter == true, next.isLetter {
      let whole = (first.split(separator: " ").last ?? "") + (second.split(separator: " ").first ?? "")
      return words.contains(whole) || next.isUppercase ? first + second : String(first.dropLast()) + second
    }
    guard let end = first.unicodeScalars.last, let start = second.unicodeScalars.first else {
      return first + second
    }
    if Scripts.isSpaceless(end), Scripts.isSpaceless(start) || Scripts.isHangul(start) {
      return first + second
    }
    if Scripts.isHangul(end), Scripts.isHangul(start), isOneKoreanWord(first, second) {
      return first + second
    }
    return first + " " + second
  }

  /// Ends with a sentence's end.
  func isEnd(_ text: String) -> Bool {
    let core = text.reversed().first { !"\"”’')]』」》".contains($0) }
    return core.map { ".!?。！？…:：".contains($0) } ?? true
  }

  /// Whether a text may go on with another: small letter, or a script without capitals.
  func goesOn(_ text: String, _ next: String) -> Bool {
    guard let first = next.unicodeScalars.first else { return false }
    if text.hasSuffix("-") || text.hasSuffix(",") { return first.properties.isAlphabetic }
    return first.properties.isLowercase || Scripts.isEastern(first)
  }

  /// Lines may break within a Korean word: then the second part is a mere ending, or both parts are a word elsewhere.
  private func isOneKoreanWord(_ first: String, _ second: String) -> Bool {
    guard let head = first.split(separator: " ").last, let tail = second.split(separator: " ").first
    else { return false }
    let bare = tail.prefix { $0.isLetter }
    return Self.endings.contains(String(bare)) || words.contains(head + tail)
  }

  private static let endings: Set<String> = [
    "은", "는", "이", "가", "을", "를", "의", "에", "에서", "에게", "로", "으로", "와", "과", "도", "만", "까지", "부터",
    "다", "이다", "니다", "습니다", "입니다", "합니다", "됩니다", "한다", "된다", "했다", "였다", "었다", "요", "까", "고", "며",
    "면", "서", "지만", "하고", "하는", "되는", "한", "된", "들", "들은", "들이", "들을", "적", "적인",
  ]
}
