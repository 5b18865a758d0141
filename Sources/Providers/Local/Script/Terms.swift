/// A text's words as its subject: without small words, plurals and Korean particles.
enum Terms {
  struct Term: Hashable {
    /// For counting: small letters, singular.
    var stem: String
    /// As it is shown.
    var shown: String
  }

  /// In the order of the text.
  static func terms(of text: String) -> [Term] {
    text.split { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "’" && $0 != "'" }.compactMap(term)
  }

  static func term(_ word: Substring) -> Term? {
    let bare = String(word.trimming { !$0.isLetter && !$0.isNumber })
    guard let first = bare.unicodeScalars.first, bare.contains(where: \.isLetter) else { return nil }
    if Scripts.isHangul(first) { return korean(bare) }
    if Scripts.isEastern(first) { return bare.count <= 8 ? Term(stem: bare, shown: bare) : nil }
    let shown = withoutPossessive(bare)
    let lower = shown.lowercased()
    guard lower.count > 2 || (lower.count == 2 && shown == shown.uppercased()), !StopWords.contains(lower) else {
      return nil
    }
    let isName = shown.dropFirst().contains(where: \.isUppercase)
    return Term(stem: singular(lower), shown: isName ? shown : lower)
  }

  private static func withoutPossessive(_ word: String) -> String {
    for end in ["'s", "’s", "'", "’"] where word.hasSuffix(end) { return String(word.dropLast(end.count)) }
    return word
  }

  private static func singular(_ word: String) -> String {
    guard word.count > 3, word.hasSuffix("s"), !["ss", "us", "is"].contains(where: word.hasSuffix) else { return word }
    if word.hasSuffix("ies"), word.count > 4 { return word.dropLast(3) + "y" }
    if ["ches", "shes", "sses", "xes"].contains(where: word.hasSuffix) { return String(word.dropLast(2)) }
    return String(word.dropLast())
  }

  // MARK: Korean

  private static func korean(_ word: String) -> Term? {
    guard !StopWords.contains(word), !isPredicate(word) else { return nil }
    let noun = withoutParticle(word)
    guard noun.count >= 2 || (noun.count == 1 && noun != word && keepsOne(noun)), !StopWords.contains(noun) else { return nil }
    return Term(stem: noun, shown: noun)
  }

  /// Nouns of one syllable that are worth a picture.
  private static func keepsOne(_ noun: String) -> Bool { "물달해빛열꽃숲강산집별땅불말힘눈비새뇌몸피".contains(noun) }

  /// Verbs and adjectives, by their endings.
  private static func isPredicate(_ word: String) -> Bool {
    let endings = [
      "다", "니다", "어요", "아요", "해요", "지요", "네요", "까", "하는", "하게", "하고", "하며", "하여", "해서", "하면", "한다면", "되는", "되어", "되고",
      "되며", "으며", "이며", "면서", "지만", "어서", "아서", "어야", "아야", "려면", "려고", "도록", "던", "았던", "었던", "스러운", "로운", "적인", "적으로", "하기",
      "하지", "않고", "인데", "는데", "은데", "들어", "있는", "없는", "같은", "오르내리는", "르는", "리는", "지는", "치는", "우는", "오는", "가는", "나는", "드는",
    ]
    return word.count >= 2 && endings.contains { word.count > $0.count && word.hasSuffix($0) } || word.hasSuffix("다") && word.count > 1
  }

  static func withoutParticle(_ word: String) -> String {
    for particle in particles where word.hasSuffix(particle) && word.count - particle.count >= 1 {
      let noun = String(word.dropLast(particle.count))
      if noun.count == 1, !keepsOne(noun) { continue }
      // `가` and `이` end many nouns of two syllables, `도` those of places and measures.
      if word.count == 2, ["도", "만", "가", "이", "로", "과", "와", "은", "의", "에", "나"].contains(particle), !keepsOne(noun) { continue }
      if word.count == 3, particle == "도", ["온", "정", "농", "습", "밀", "속", "각", "강", "반"].contains(noun.last.map(String.init) ?? "") { continue }
      return noun.hasSuffix("들") && noun.count > 2 ? String(noun.dropLast()) : noun
    }
    return word
  }

  private static let particles = [
    "으로부터", "에서부터", "이라고는", "에서는", "에서도", "으로는", "으로도", "이라는", "까지는", "부터는", "에게서", "이라고", "처럼은", "이지만",
    "에서", "에게", "으로", "까지", "부터", "처럼", "보다", "마다", "이나", "이란", "라는", "에는", "에도", "로는", "로도", "와는", "과는", "만의", "만이", "만을", "조차",
    "은", "는", "이", "가", "을", "를", "의", "에", "로", "와", "과", "도", "만", "나",
  ]
}

extension Substring {
  func trimming(where isDropped: (Character) -> Bool) -> Substring {
    let start = drop(while: isDropped)
    guard let last = start.lastIndex(where: { !isDropped($0) }) else { return start.prefix(0) }
    return start[...last]
  }
}
