/// A text's words as its subject: without small words, plurals and Korean particles.
enum Terms {
  struct Term: Hashable {
    /// For counting: small letters, singular.
    var stem: String
    /// As it is shown.
    var shown: String
    /// How surely it is the name of something: 1 where nothing speaks for or against it.
    var certainty = 1.0
  }

  /// In the order of the text.
  static func terms(of text: String) -> [Term] {
    let words = text.split(whereSeparator: \.isWhitespace)
    return words.indices.flatMap { at in
      let parts = words[at].split { "/–—·,".contains($0) }
      return parts.indices.compactMap { part -> Term? in
        guard var term = term(parts[part]) else { return nil }
        let isEnd = words[at].last.map { !$0.isLetter && !$0.isNumber } ?? true
        let next = isEnd || at + 1 == words.endIndex ? nil : words[at + 1]
        if !Scripts.isEastern(term.shown.unicodeScalars.first ?? " ") {
          term.certainty =
            latinCertainty(after: at == 0 ? nil : words[at - 1], before: next) * shape(term.stem)
        }
        return term
      }
    }
  }

  /// `the open sea`: the last word before a small one is the thing, `open` is how it is.
  private static func latinCertainty(after: Substring?, before: Substring?) -> Double {
    let follows = after.map { announcers.contains($0.lowercased()) } ?? false
    let isLast = before.map { term($0) == nil } ?? true
    if before?.lowercased() == "than" { return 0.2 }
    return (follows ? 1.3 : 1) * (isLast ? 1.4 : 0.8)
  }

  /// Forms of verbs and adverbs, by their endings.
  private static func shape(_ word: String) -> Double {
    guard word.count > 4 else { return 1 }
    return word.hasSuffix("ly") ? 0.2 : word.hasSuffix("ed") ? 0.4 : word.hasSuffix("ing") ? 0.7 : 1
  }

  private static let announcers: Set<String> = [
    "the", "a", "an", "of", "in", "on", "with", "from", "its", "our", "their", "and", "or", "by",
    "for", "into", "most", "no", "this", "these",
  ]

  static func term(_ word: Substring) -> Term? {
    let bare = String(word.trimming { !$0.isLetter && !$0.isNumber })
    guard let first = bare.unicodeScalars.first, bare.contains(where: \.isLetter) else {
      return nil
    }
    if bare.unicodeScalars.contains(where: Scripts.isHangul) { return korean(bare) }
    if Scripts.isEastern(first) { return bare.count <= 8 ? Term(stem: bare, shown: bare) : nil }
    let shown = withoutPossessive(bare)
    let lower = shown.lowercased()
    guard !StopWords.contains(singular(lower)),
      lower.count > 2 || (lower.count == 2 && shown == shown.uppercased()),
      !StopWords.contains(lower)
    else {
      return nil
    }
    let isName = shown.dropFirst().contains(where: \.isUppercase)
    return Term(stem: singular(lower), shown: isName ? shown : lower)
  }

  private static func withoutPossessive(_ word: String) -> String {
    for end in ["'s", "’s", "'", "’"] where word.hasSuffix(end) {
      return String(word.dropLast(end.count))
    }
    return word
  }

  private static func singular(_ word: String) -> String {
    guard word.count > 3, word.hasSuffix("s"), !["ss", "us", "is"].contains(where: word.hasSuffix)
    else { return word }
    if word.hasSuffix("ies"), word.count > 4 { return word.dropLast(3) + "y" }
    if ["ches", "shes", "sses", "xes"].contains(where: word.hasSuffix) {
      return String(word.dropLast(2))
    }
    return String(word.dropLast())
  }

  // MARK: Korean

  private static func korean(_ word: String) -> Term? {
    guard !StopWords.contains(word), !isPredicate(word), !word.contains(where: \.isNumber) else {
      return nil
    }
    let noun = withoutParticle(withoutParticle(word))
    guard !StopWords.contains(noun), noun.count >= 2 || (noun != word && keepsOne(noun)) else {
      return nil
    }
    if noun != word { return Term(stem: noun, shown: noun, certainty: 1.5) }
    // Without a particle it may as well be a form of a verb, or say how something is.
    guard let last = noun.last else { return nil }
    if noun.count == 2, "은는을를".contains(last), !["마을", "가을", "노을"].contains(noun) { return nil }
    return Term(
      stem: noun, shown: noun, certainty: "면고게어아며서지히이려한운인른던된은는쯤라겨할될킬".contains(last) ? 0.3 : 0.9)
  }

  /// Nouns of one syllable that are worth a picture.
  private static func keepsOne(_ noun: String) -> Bool { "물달해빛열꽃숲강산집별땅불말힘눈비새뇌몸피낮밤".contains(noun) }

  /// Verbs and adjectives, by their endings.
  private static func isPredicate(_ word: String) -> Bool {
    let endings = [
      "다", "니다", "어요", "아요", "해요", "지요", "네요", "까", "하는", "하게", "하고", "하며", "하여", "해서", "하면", "한다면",
      "되는", "되어", "되고",
      "되며", "으며", "이며", "면서", "지만", "어서", "아서", "어야", "아야", "려면", "려고", "도록", "던", "았던", "었던",
      "스러운", "로운", "적인", "적으로", "하기",
      "하지", "기면", "하면", "되면", "으면", "리면", "않고", "인데", "는데", "은데", "들어", "있는", "없는", "같은", "오르내리는",
      "르는", "리는", "지는", "치는", "우는", "오는", "가는", "나는", "드는",
    ]
    return word.count >= 2 && endings.contains { word.count > $0.count && word.hasSuffix($0) }
      || word.hasSuffix("다") && word.count > 1
  }

  static func withoutParticle(_ word: String) -> String {
    for particle in particles where word.hasSuffix(particle) && word.count - particle.count >= 1 {
      let noun = String(word.dropLast(particle.count))
      if noun.count == 1, !keepsOne(noun) { continue }
      // `가` and `이` end many nouns of two syllables, `도` those of places and measures.
      if word.count == 2, ["도", "만", "가", "이", "로", "과", "와", "의", "에"].contains(particle),
        !keepsOne(noun)
      {
        continue
      }
      if word.count == 3, particle == "도",
        ["온", "정", "농", "습", "밀", "속", "각", "강", "반"].contains(noun.last.map(String.init) ?? "")
      {
        continue
      }
      return noun.hasSuffix("들") && noun.count > 2 ? String(noun.dropLast()) : noun
    }
    return word
  }

  private static let particles = [
    "으로부터", "에서부터", "이라고는", "에서는", "에서도", "으로는", "으로도", "이라는", "까지는", "부터는", "에게서", "이라고", "처럼은",
    "이지만",
    "에서", "에게", "으로", "까지", "부터", "처럼", "보다", "마다", "이나", "이란", "라는", "에는", "에도", "로는", "로도", "와는",
    "과는", "만의", "만이", "만을", "조차", "쯤", "없이", "만큼",
    "은", "는", "이", "가", "을", "를", "의", "에", "로", "와", "과", "도", "만",
  ]
}

extension Substring {
  func trimming(where isDropped: (Character) -> Bool) -> Substring {
    let start = drop(while: isDropped)
    guard let last = start.lastIndex(where: { !isDropped($0) }) else { return start.prefix(0) }
    return start[...last]
  }
}
