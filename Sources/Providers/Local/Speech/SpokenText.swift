/// A text as its words are written, and as a voice without a sense for symbols can say them.
struct SpokenText: Sendable {
  struct Word: Sendable, Hashable {
    /// As written.
    var text: String
    /// What a voice is given; empty where nothing of it can be spoken.
    var spoken: String
    /// Something of it is heard: a letter, a digit, a symbol that has a name.
    var isHeard: Bool
    /// A blank line follows.
    var endsParagraph = false

    /// A sentence ends with it.
    var endsSentence: Bool {
      for character in text.reversed() {
        if ".!?。！？…".contains(character) { return true }
        if !"\"'”’)]»」』".contains(character) { return false }
      }
      return false
    }
  }

  let words: [Word]

  /// `language` is BCP 47; it says how a range such as 3~5 is read.
  init(_ text: String, language: String) {
    var words: [Word] = []
    var lines = 0
    var current = ""
    func end() {
      guard !current.isEmpty else { return }
      let spoken = SpokenWord.spoken(current, language: language)
      words.append(Word(text: current, spoken: spoken, isHeard: SpokenWord.isHeard(spoken)))
      current = ""
      lines = 0
    }
    for character in text {
      guard character.isWhitespace else {
        current.append(character)
        continue
      }
      end()
      if character.isNewline { lines += character == "\u{2029}" ? 2 : 1 }
      if lines >= 2, !words.isEmpty { words[words.count - 1].endsParagraph = true }
    }
    end()
    self.words = words
  }

  var isHeard: Bool { words.contains { $0.isHeard } }
}
