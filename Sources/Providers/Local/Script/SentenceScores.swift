internal import Foundation

/// How much each sentence tells of the whole: the words it shares with the brief, where it stands, and whether it
/// stands on its own.
struct SentenceScores {
  private var counts: [String: Int] = [:]
  private var titleStems: Set<String> = []

  init(sections: [BriefSection], title: String) {
    for section in sections {
      for sentence in section.sentences {
        for stem in Set(Terms.terms(of: sentence.text).map(\.stem)) {
          counts[stem, default: 0] += 1
        }
      }
    }
    titleStems = Set(Terms.terms(of: title).map(\.stem))
  }

  /// Sentences of the brief that have this word.
  func count(_ stem: String) -> Int { counts[stem, default: 0] }

  func score(_ sentence: BriefSentence, under heading: String?) -> Double {
    let stems = Set(Terms.terms(of: sentence.text).map(\.stem))
    let heading = Set(Terms.terms(of: heading ?? "").map(\.stem))
    // Sorted, since a sum of fractions depends on its order.
    let weight = stems.sorted().reduce(0) { $0 + log(1 + Double(count($1))) }
    var score = weight / (Double(stems.count).squareRoot() + 2)
    score +=
      0.4 * Double(stems.intersection(heading).count) + 0.2
      * Double(stems.intersection(titleStems).count)
    if sentence.position == 0 { score += sentence.part == 0 ? 1.2 : 0.6 }
    return score - faults(sentence)
  }

  private func faults(_ sentence: BriefSentence) -> Double {
    let text = sentence.text
    var faults = 0.0
    if sentence.seconds > 12 { faults += (sentence.seconds - 12) * 0.25 }
    if sentence.seconds < 1.6 { faults += 0.8 }
    if text.hasSuffix("?") { faults += 0.3 }
    if sentence.position > 0, Self.leans(text) { faults += 0.5 }
    let words = text.split(separator: " ")
    if words.count < 4,
      !words.contains(where: { $0.unicodeScalars.contains(where: Scripts.isEastern) })
    {
      faults += 0.8
    }
    // Code, forms and tables: few of their words are words.
    let plain = words.count { word in
      word.dropFirst().allSatisfy { $0.isLetter || ",.;:’'-!?".contains($0) }
        && word.dropFirst().allSatisfy { !$0.isUppercase }
    }
    if plain * 3 < words.count * 2 { faults += 1.2 }
    let digits = text.count(where: \.isNumber)
    if digits * 3 > text.count { faults += 1 }
    return faults
  }

  /// Needs the sentence before it.
  static func leans(_ text: String) -> Bool {
    let word = text.prefix(24).lowercased().prefix { $0.isLetter }
    return leaning.contains(String(word))
  }

  private static let leaning: Set<String> = [
    "it", "its", "they", "their", "these", "this", "those", "that", "he", "she", "however", "but",
    "also", "then", "so",
    "therefore", "thus", "instead", "yet", "such", "both", "another", "moreover", "furthermore",
    "still",
    "그러나", "하지만", "그리고", "또한", "또", "따라서", "그래서", "이는", "이것은", "이들은", "그것은", "그는", "그녀는", "이런",
    "이러한", "반면",
    "しかし", "また", "そして", "これは", "それは",
  ]
}
