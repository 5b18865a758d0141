/// Joins lines to paragraphs: takes hyphens away that a line's end has set, and sets a space where a language has spaces.
struct LineJoiner {
  /// Words of the whole document, to tell `wave-` + `length` from `tide-` + `locked`.
  private let words: Set<Substring>
  /// The Korean ones without particles.
  private let stems: Set<String>

  init(lines: [String]) {
    // What a line begins or ends with may be half a word.
    words = Set(lines.lazy.flatMap { $0.split(separator: " ").dropFirst().dropLast() })
    let korean = words.filter { $0.unicodeScalars.contains(where: Scripts.isHangul) }
    stems = Set(korean.map { Terms.withoutParticle($0.filter(\.isLetter)) })
  }

  func join(_ first: String, _ second: String) -> String {
    guard let last = first.last, let next = second.first else { return first + second }
    if last == "-" || last == "‐", first.dropLast().last?.isLetter == true, next.isLetter {
      let whole =
        (first.split(separator: " ").last ?? "") + (second.split(separator: " ").first ?? "")
      return words.contains(whole) || next.isUppercase
        ? first + second : String(first.dropLast()) + second
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
    if Self.endings.contains(String(bare)) || words.contains(head + tail) { return true }
    let whole = Terms.withoutParticle(head.filter(\.isLetter) + bare)
    if whole.count >= 2, whole.count > head.count, stems.contains(whole) { return true }
    return head.count == 1 && !Self.single.contains(head)
  }

  /// Korean words of one syllable; any other syllable alone at a line's end is half a word.
  private static let single: Set<Substring> = Set(
    "그 이 저 두 세 네 한 수 것 등 및 또 더 잘 안 못 때 곳 점 몇 물 달 왜 나 너 내 제 새 옛 첫 각 전 후 중 약 총 큰 긴 온 늘 다 참 꼭 곧 막 갓 단 즉 만 천 백 십 일 월 년 명 개 번 배 해 산 강 땅 불 빛 열 힘 말 눈 비 밤 낮 봄 꽃 숲 별 집 몸 뇌 뿐 듯 채 데 줄 바 뒤 앞 위 밑 옆 속 밖 본 된 될 할 볼 갈 올 줄 쓸 들 준 간 온 난 든"
      .split(separator: " "))

  private static let endings: Set<String> = [
    "은", "는", "이", "가", "을", "를", "의", "에", "에서", "에게", "로", "으로", "와", "과", "도", "만", "까지", "부터",
    "다", "이다", "니다", "습니다", "입니다", "합니다", "됩니다", "한다", "된다", "했다", "였다", "었다", "요", "까", "고", "며",
    "면", "서", "지만", "하고", "하는", "되는", "한", "된", "들", "들은", "들이", "들을", "적", "적인", "에게는", "에게도",
    "에는", "에서는", "으로는", "처럼", "보다", "까지는", "됩니다", "합니다", "습니까", "려면", "면서", "도록",
  ]
}
