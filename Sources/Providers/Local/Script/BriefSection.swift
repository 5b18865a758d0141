/// A sentence of the brief, where it stands and how much it tells.
struct BriefSentence: Equatable {
  var text: String
  /// To be spoken.
  var seconds: Double
  var page: Int
  /// Which section of the brief, and which part of that, from 0.
  var section: Int
  var part: Int
  /// Its place in the part, from 0.
  var position: Int
  var language: String
  var score = 0.0
}

/// What stands under one heading.
struct BriefSection: Equatable {
  var title: String?
  var level: Int
  var sentences: [BriefSentence] = []
}

/// Cuts a brief into sections, and those into parts of some sentences each.
struct BriefSections {
  private(set) var sections: [BriefSection] = []
  /// Seconds after which a paragraph's end ends a part.
  private let partSeconds = 7.0

  /// With a `language`, only what is written in it.
  init(_ document: ParsedDocument, language: String?) {
    var builder = SectionBuilder(document: document, language: language, partSeconds: partSeconds)
    for page in document.pages {
      for block in page.blocks { builder.add(block, page: page.number) }
    }
    sections = builder.finished()
  }
}

private struct SectionBuilder {
  let document: ParsedDocument
  let language: String?
  let partSeconds: Double
  private var sections: [BriefSection] = []
  private var items: [String] = []
  private var leadIn: String?
  private var page = 1
  private var part = 0
  private var secondsInPart = 0.0
  private var position = 0

  init(document: ParsedDocument, language: String?, partSeconds: Double) {
    (self.document, self.language, self.partSeconds) = (document, language, partSeconds)
  }

  mutating func add(_ block: ParsedDocument.Block, page: Int) {
    if block.kind != .listItem { endList() }
    self.page = page
    switch block.kind {
    case .heading:
      sections.append(BriefSection(title: block.text, level: block.level))
      (part, secondsInPart, position) = (0, 0, 0)
    case .listItem: items.append(block.text)
    case .paragraph:
      let text = SpeechText.spoken(block.text, language: blockLanguage(block.text))
      if text.last == ":" || text.last == "：" { leadIn = text } else { addSentences(text) }
    }
  }

  mutating func finished() -> [BriefSection] {
    endList()
    return sections
  }

  /// Short items are said in one breath, long ones each as a sentence.
  private mutating func endList() {
    defer { (items, leadIn) = ([], nil) }
    let spoken = items.map { SpeechText.spoken($0, language: blockLanguage($0)) }.filter {
      !$0.isEmpty
    }
    if let joined = ListSentence.joined(
      spoken, after: leadIn, language: blockLanguage(spoken.joined(separator: " ")))
    {
      addSentences(joined)
      return
    }
    if let leadIn { addSentences(ListSentence.ended(leadIn)) }
    for item in spoken { addSentences(ListSentence.ended(item)) }
  }

  private mutating func addSentences(_ text: String) {
    if sections.isEmpty { sections.append(BriefSection(title: nil, level: 0)) }
    if secondsInPart >= partSeconds { (part, secondsInPart, position) = (part + 1, 0, 0) }
    for whole in SentenceSplitter.sentences(of: text) {
      for sentence in LongSentence.pieces(of: ListSentence.ended(whole)) {
        let language = blockLanguage(sentence)
        guard self.language == nil || base(language) == self.language else { continue }
        let seconds = SpeechRate.seconds(sentence)
        sections[sections.count - 1].sentences.append(
          BriefSentence(
            text: sentence, seconds: seconds, page: page, section: sections.count - 1, part: part,
            position: position, language: language))
        position += 1
        secondsInPart += seconds
      }
    }
  }

  /// The document's, unless the text is clearly written in other letters.
  private func blockLanguage(_ text: String) -> String {
    let letters = text.count(where: \.isLetter)
    guard letters >= 8 else { return document.language }
    let guess = LanguageGuess.language(of: [text])
    let isLatin = LanguageGuess.isLatin(guess) && LanguageGuess.isLatin(document.language)
    // A single sentence says too little to tell languages of the same letters.
    return isLatin && letters < 200 ? document.language : guess
  }

  private func base(_ language: String) -> String { LanguageGuess.base(language) }
}
