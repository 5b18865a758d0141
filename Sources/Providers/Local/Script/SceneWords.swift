internal import Foundation

/// A scene's title, keywords and picture, all from the brief's own words.
struct SceneWords {
  let scores: SentenceScores
  /// Titles that earlier scenes have.
  private var used: Set<String> = []

  init(scores: SentenceScores) { self.scores = scores }

  // MARK: Title

  mutating func title(of scene: [BriefSentence], sections: [BriefSection]) -> String {
    guard let first = scene.first else { return "" }
    let candidates =
      [sections[first.section].title.map(Self.heading)] + [
        phrase(of: first), scene.dropFirst().first.flatMap(phrase),
      ]
    let titles = candidates.compactMap { $0 }.filter { !$0.isEmpty }
    let title =
      titles.first { !used.contains($0.lowercased()) } ?? titles.first ?? Self.heading(first.text)
    used.insert(title.lowercased())
    return title
  }

  static func heading(_ text: String) -> String {
    var title = SpeechText.spoken(HeadingShape.withoutNumber(text), language: "")
    while let last = title.last, ".。:：;,、-–—".contains(last) { title.removeLast() }
    return PlainText.shortened(title.trimmingCharacters(in: .whitespaces), to: 60)
  }

  /// The longest run of telling words of a sentence, nearest to its beginning.
  private func phrase(of sentence: BriefSentence) -> String? {
    var runs: [[Terms.Term]] = [[]]
    let sure = Set(Terms.terms(of: sentence.text).filter { $0.certainty >= 0.9 }.map(\.stem))
    for word in sentence.text.split(separator: " ") {
      guard let term = Terms.terms(of: String(word)).first, term.certainty > 0.5 else {
        runs.append([])
        continue
      }
      runs[runs.count - 1].append(term)
      let isEnd = word.last.map { !$0.isLetter && !$0.isNumber } ?? true
      // A Korean particle ends what it follows.
      let hasParticle =
        Scripts.isHangul(word.unicodeScalars.first ?? " ") && term.shown.count < word.count
      if isEnd || hasParticle || runs[runs.count - 1].count == 3 { runs.append([]) }
    }
    let weighed = runs.enumerated().filter { !$0.element.isEmpty }.map { at, run in
      (
        run,
        run.reduce(0) { $0 + log(2 + Double(scores.count($1.stem))) } * (run.count == 1 ? 1.2 : 1)
          - Double(at) * 0.25
      )
    }
    guard let best = weighed.max(by: { $0.1 < $1.1 })?.0 else { return nil }
    var phrase = best.map(\.shown).joined(separator: " ")
    let others = weighed.filter { $0.0 != best && $0.0.allSatisfy { sure.contains($0.stem) } }
    if best.count == 1, let other = others.max(by: { $0.1 < $1.1 })?.0 {
      let isFirst = (runs.firstIndex(of: best) ?? 0) < (runs.firstIndex(of: other) ?? 0)
      let second = other.map(\.shown).joined(separator: " ")
      phrase =
        isFirst
        ? Self.pair(phrase, second, sentence.language)
        : Self.pair(second, phrase, sentence.language)
    }
    return PlainText.shortened(phrase.prefix(1).uppercased() + phrase.dropFirst(), to: 60)
  }

  /// `Salt and steel`, `소금과 쇠`.
  private static func pair(_ first: String, _ second: String, _ language: String) -> String {
    switch LanguageGuess.base(language) {
    case "en": return first + " and " + second
    case "ko":
      guard let last = first.unicodeScalars.last?.value, (0xAC00...0xD7A3).contains(last) else {
        break
      }
      return first + ((last - 0xAC00) % 28 == 0 ? "와 " : "과 ") + second
    default: break
    }
    return first + ", " + second
  }

  // MARK: Keywords and picture

  /// At most six, the most telling first.
  func keywords(of scene: [BriefSentence], title: String) -> [String] {
    let inTitle = Set(Terms.terms(of: title).map(\.stem))
    var weights: [String: Double] = [:]
    var shown: [String: String] = [:]
    var order: [String] = []
    for term in scene.flatMap({ Terms.terms(of: $0.text) }) {
      if shown[term.stem] == nil {
        shown[term.stem] = term.shown
        order.append(term.stem)
      }
      // Often here and seldom elsewhere.
      weights[term.stem, default: 0] +=
        term.certainty / (1 + log(Double(max(1, scores.count(term.stem)))) * 0.3)
    }
    for stem in inTitle where weights[stem] != nil { weights[stem, default: 0] += 1.5 }
    let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    let best = order.sorted {
      (-weights[$0, default: 0], place[$0, default: 0]) < (
        -weights[$1, default: 0], place[$1, default: 0]
      )
    }
    return best.prefix(6).compactMap { shown[$0] }
  }

  /// One sentence for those who draw or generate the background.
  static func visual(title: String, keywords: [String], language: String) -> String {
    let list = keywords.prefix(5).joined(separator: ", ")
    if language.hasPrefix("ko") {
      return list.isEmpty
        ? "\(title) — 차분하고 넓은 장면, 글자 없음." : "\(title) — 차분하고 넓은 장면, 글자 없음. 보이는 것: \(list)."
    }
    return list.isEmpty
      ? "\(title): a calm wide view without lettering."
      : "\(title): a calm wide view with \(list), without lettering."
  }
}
