/// Finds the sentences of a paragraph. Full stops of abbreviations, numbers and initials do not end one, nor do those
/// within brackets or quotation marks.
enum SentenceSplitter {
  static func sentences(of text: String) -> [String] {
    let letters = Array(text)
    var sentences: [String] = []
    var start = 0
    var depth = 0
    var opened = 0
    var at = 0
    while at < letters.count {
      let letter = letters[at]
      if "([“「『".contains(letter) {
        depth += 1
        opened = at
      } else if ")]”」』".contains(letter) {
        depth = max(0, depth - 1)
      }
      // A bracket that nobody closes ends nothing.
      if depth > 0, at - opened > 300 { depth = 0 }
      if depth == 0, let end = end(letters, at, start) {
        append(letters[start..<end], &sentences)
        start = end
        at = end
      } else {
        at += 1
      }
    }
    append(letters[start...], &sentences)
    return sentences
  }

  private static func append(_ letters: ArraySlice<Character>, _ sentences: inout [String]) {
    let sentence = String(Substring(String(letters)).trimmed)
    guard !sentence.isEmpty else { return }
    if sentence.contains(where: { $0.isLetter || $0.isNumber }) {
      sentences.append(sentence)
    } else if !sentences.isEmpty {
      sentences[sentences.count - 1] += sentence
    }
  }

  /// Where the sentence ends whose last mark may stand here, closing marks with it.
  private static func end(_ letters: [Character], _ at: Int, _ start: Int) -> Int? {
    let letter = letters[at]
    let isClosedQuote = "”」』".contains(letter) && at > 0 && ".!?。".contains(letters[at - 1])
    guard ".!?。！？…।؟".contains(letter) || isClosedQuote else { return nil }
    var end = at + 1
    while end < letters.count, ".!?。！？…।؟".contains(letters[end]) { end += 1 }
    while end < letters.count, "\"”’')]」』".contains(letters[end]) { end += 1 }
    guard end < letters.count else { return end }
    if "。！？".contains(letter) { return end }
    guard letters[end].isWhitespace else { return nil }
    guard let next = letters[end...].first(where: { !$0.isWhitespace && !"\"“'‘([「".contains($0) })
    else { return end }
    if next.isLowercase { return nil }
    return letter == "." && end == at + 1 && isAbbreviation(letters, at, start, next, end)
      ? nil : end
  }

  private static func isAbbreviation(
    _ letters: [Character], _ at: Int, _ start: Int, _ next: Character, _ end: Int
  ) -> Bool {
    let head = letters[start..<at].reversed().prefix { !$0.isWhitespace && !"(“\"‘'[".contains($0) }
    let word = String(head.reversed())
    let lower = word.lowercased()
    if titles.contains(lower) { return true }
    if numbered.contains(lower) { return next.isNumber }
    let isInitial =
      word.count == 1 && word.first?.isUppercase == true && word.first?.isASCII == true
    let isLetters =
      word.contains(".")
      && word.split(separator: ".").allSatisfy { $0.count <= 2 && $0.allSatisfy(\.isLetter) }
    guard isInitial || isLetters else { return false }
    // `in the U.S. The …` ends, `the U.S. Navy` does not.
    let following = String(letters[end...].drop(while: \.isWhitespace).prefix { $0.isLetter })
      .lowercased()
    return !starters.contains(following)
  }

  private static let titles: Set<String> = [
    "dr", "mr", "mrs", "ms", "prof", "st", "jr", "sr", "rev", "hon", "gen", "col", "capt", "lt",
    "sgt", "mt",
    "e.g", "i.e", "cf", "vs", "etc", "approx", "ca", "dipl", "bzw", "z.b", "d.h", "u.a", "mme",
    "mlle",
  ]
  private static let numbered: Set<String> = [
    "no", "nos", "fig", "figs", "vol", "pp", "p", "ch", "sec", "eq", "nr", "abb",
  ]
  private static let starters: Set<String> = [
    "the", "a", "an", "it", "its", "this", "that", "these", "those", "in", "on", "at", "he", "she",
    "they", "we", "i",
    "you", "but", "and", "however", "there", "when", "while", "if", "as", "for", "most", "many",
    "some", "today", "each",
  ]
}
