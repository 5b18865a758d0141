/// Chooses sentences for a film of a given length: whole ones, in their order, from all over the brief.
struct SentenceChooser {
  private let sections: [BriefSection]
  private let target: Double
  private let scenes: Int
  private var parts: [[BriefSentence]] = []
  private var chosen: Set<Place> = []
  private var seconds = 0.0

  private struct Place: Hashable {
    var section, part, position: Int
    init(_ sentence: BriefSentence) {
      (section, part, position) = (sentence.section, sentence.part, sentence.position)
    }
  }

  /// `sections` with their sentences scored; `target` in seconds.
  init(sections: [BriefSection], target: Double, scenes: Int) {
    (self.sections, self.target, self.scenes) = (sections, target, max(1, scenes))
  }

  mutating func choose() -> [BriefSentence] {
    let all = sections.flatMap(\.sentences)
    if all.reduce(0, { $0 + $1.seconds }) <= target * 1.12 { return all }
    parts = chosenParts()
    let budget = target / Double(parts.count)
    for part in parts { fill(part, budget) }
    lengthen(parts.flatMap(\.self))
    lengthen(all)
    shorten(parts.flatMap(\.self), keepsParts: true)
    shorten(parts.flatMap(\.self), keepsParts: false)
    return all.filter { chosen.contains(Place($0)) }
  }

  // MARK: Parts

  private func chosenParts() -> [[BriefSentence]] {
    let all = sections.flatMap { section in
      // Parts are numbered, so one after the other they are already together.
      Dictionary(grouping: section.sentences, by: \.part).sorted { $0.key < $1.key }.map(\.value)
    }
    guard all.count > scenes else { return all }
    let first = all.filter { $0[0].part == 0 }
    if first.count >= scenes { return spread(first, scenes) }
    let others = all.filter { $0[0].part > 0 }
    return (first + spread(others, scenes - first.count)).sorted {
      ($0[0].section, $0[0].part) < ($1[0].section, $1[0].part)
    }
  }

  /// The best of each stretch, the very first always among them.
  private func spread(_ parts: [[BriefSentence]], _ count: Int) -> [[BriefSentence]] {
    guard parts.count > count, count > 0 else { return count > 0 ? parts : [] }
    let best = best(of: parts, count)
    // Stretches of code and forms give way to those of sentences.
    let telling = best.filter { worth($0) > 0 }
    return telling.count * 2 >= count ? telling : best
  }

  private func best(of parts: [[BriefSentence]], _ count: Int) -> [[BriefSentence]] {
    (0..<count).map { stretch in
      let range = parts.count * stretch / count..<parts.count * (stretch + 1) / count
      if stretch == 0, parts[0].reduce(0, { $0 + $1.seconds }) > 4 { return parts[0] }
      let best = range.max { (worth(parts[$0]), -$0) < (worth(parts[$1]), -$1) }
      return parts[best ?? range.lowerBound]
    }
  }

  private func worth(_ part: [BriefSentence]) -> Double {
    let best = part.map(\.score).sorted(by: >).prefix(2)
    let isThin = part.reduce(0) { $0 + $1.seconds } < 4
    return best.reduce(0, +) / 2 - (isThin ? 1 : 0)
  }

  // MARK: Sentences

  private mutating func fill(_ part: [BriefSentence], _ budget: Double) {
    var filled = 0.0
    while let next = best(of: part, where: { filled == 0 || filled + $0.seconds <= budget * 1.2 }) {
      filled += next.seconds
      take(next)
      if filled >= budget * 0.9 { return }
    }
  }

  private mutating func lengthen(_ sentences: [BriefSentence]) {
    while seconds < target * 0.95,
      let next = best(of: sentences, where: { seconds + $0.seconds <= target * 1.08 })
    {
      take(next)
    }
  }

  private mutating func shorten(_ sentences: [BriefSentence], keepsParts: Bool) {
    while seconds > target * 1.1 {
      let held = sentences.filter { chosen.contains(Place($0)) }
      let counts = Dictionary(grouping: held) { [$0.section, $0.part] }.mapValues(\.count)
      let droppable = held.filter {
        seconds - $0.seconds >= target * 0.86
          && (!keepsParts || counts[[$0.section, $0.part], default: 0] > 1)
      }
      guard held.count > 1,
        let worst = droppable.min(by: { ($0.score, -$0.section) < ($1.score, -$1.section) })
      else { return }
      chosen.remove(Place(worst))
      seconds -= worst.seconds
    }
  }

  private mutating func take(_ sentence: BriefSentence) {
    chosen.insert(Place(sentence))
    seconds += sentence.seconds
  }

  /// The best that is not yet chosen; what follows a chosen sentence is worth more, what leans on one that is not, less.
  private func best(of sentences: [BriefSentence], where fits: (BriefSentence) -> Bool)
    -> BriefSentence?
  {
    var found: (BriefSentence, Double)?
    for sentence in sentences where !chosen.contains(Place(sentence)) && fits(sentence) {
      var before = Place(sentence)
      before.position -= 1
      let follows = chosen.contains(before)
      let leans = sentence.position > 0 && SentenceScores.leans(sentence.text)
      let score = sentence.score + (follows ? 0.5 : leans ? -1.5 : 0)
      if found.map({ score > $0.1 }) ?? true { found = (sentence, score) }
    }
    return found?.0
  }
}
