extension SpokenText {
  /// The letters in which most of a passage is written.
  enum Script: Sendable { case hangul, latin, other, none }

  /// What is spoken in one go, by one voice.
  struct Passage: Sendable {
    /// For the voice.
    var text = ""
    /// The word that each scalar of the text belongs to; spaces belong to the word before them.
    var wordOfScalar: [Int] = []
    /// A pause follows, as after a sentence.
    var endsSentence = false
    /// A longer one.
    var endsParagraph = false
    /// In which all of its letters are; `other` for a mixture.
    var script = Script.none
  }

  /// Passages end at paragraphs, at sentences after so many scalars, and where a sentence is in other letters than the
  /// one before it.
  private static let wanted = 1200
  /// A passage ends after so many scalars wherever it is.
  private static let longest = 3000

  /// In order; every word that is heard is in one of them.
  func passages() -> [Passage] {
    var passages: [Passage] = []
    for sentence in sentences() {
      let script = script(of: sentence)
      if let last = passages.last, !last.endsParagraph, last.wordOfScalar.count < Self.wanted,
        last.script == script || script == .none || last.script == .none
      {
        if last.script == .none { passages[passages.count - 1].script = script }
      } else {
        passages.append(Passage(script: script))
      }
      append(sentence, to: &passages)
    }
    return passages.filter { SpokenWord.isHeard($0.text) }
  }

  private func append(_ sentence: Range<Int>, to passages: inout [Passage]) {
    var last = passages.count - 1
    for index in sentence {
      let word = words[index]
      if passages[last].wordOfScalar.count > Self.longest {
        passages.append(Passage(script: passages[last].script))
        last += 1
      }
      if !word.spoken.isEmpty {
        let piece = passages[last].text.isEmpty ? word.spoken : " " + word.spoken
        passages[last].text += piece
        passages[last].wordOfScalar += repeatElement(index, count: piece.unicodeScalars.count)
      }
    }
    guard let end = sentence.last else { return }
    passages[last].endsSentence = words[end].endsSentence || words[end].endsParagraph
    passages[last].endsParagraph = words[end].endsParagraph
  }

  private func sentences() -> [Range<Int>] {
    var sentences: [Range<Int>] = []
    var start = 0
    for (index, word) in words.enumerated() where word.endsSentence || word.endsParagraph {
      sentences.append(start..<index + 1)
      start = index + 1
    }
    if start < words.count { sentences.append(start..<words.count) }
    return sentences
  }

  private func script(of sentence: Range<Int>) -> Script {
    var script = Script.none
    for word in words[sentence] {
      for scalar in word.spoken.unicodeScalars where SpokenWord.isLetter(scalar) {
        let found = Self.script(of: scalar)
        if script == .none { script = found }
        if script != found { return .other }
      }
    }
    return script
  }

  static func script(of scalar: Unicode.Scalar) -> Script {
    switch scalar.value {
    case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x1E00...0x1EFF: .latin
    case 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7A3: .hangul
    default: .other
    }
  }
}
