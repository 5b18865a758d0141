/// One text being spoken.
final class EspeakUtterance: EspeakLibrary.Listener {
  private let library: EspeakLibrary
  private let text: SpokenText
  private let choice: EspeakChoice
  private let file: SpeechFile
  private let stop: SpeechStop
  private var times = WordTimes()
  private var passage = SpokenText.Passage()
  /// Samples before the passage.
  private var begin = 0
  /// The passage's first word has begun.
  private var hasBegun = false
  private var writeError: (any Error)?

  init(text: SpokenText, choice: EspeakChoice, path: String, stop: SpeechStop) throws {
    (self.text, self.choice, self.stop) = (text, choice, stop)
    library = try EspeakLibrary()
    file = try SpeechFile(path: path, rate: library.rate)
  }

  /// Throws `ProviderError`, `CancellationError`, `EspeakLibrary.Failure`, and what the file system says.
  func speak() throws -> Speech {
    var voice: EspeakVoice?
    for passage in text.passages() {
      let wanted = choice.voice(for: passage.script)
      if wanted != voice {
        let name = choice.variant.map { wanted.name + "+" + $0 } ?? wanted.name
        try library.choose(voice: name, words: choice.rate(of: wanted))
      }
      voice = wanted
      self.passage = passage
      begin = file.received
      hasBegun = false
      try library.speak(passage.text, pause: passage.endsSentence, to: self)
      if let writeError { throw writeError }
      if stop.isStopped { throw CancellationError() }
      if file.isFull { throw ProviderError.tooLong(EspeakSynthesizer.name) }
      if passage.endsParagraph { try file.appendSilence(seconds: 0.25) }
    }
    guard file.isHeard else { throw ProviderError.unspeakable(EspeakSynthesizer.name, text) }
    let length = try file.finish()
    let times = times.shifted(by: file.cut)
    return Speech(
      path: file.path, duration: Double(length) / Double(file.rate),
      words: times.words(of: text.words, length: length, rate: file.rate),
      phonemes: times.phonemes(length: length, rate: file.rate))
  }

  func heard(_ samples: [Int16]) -> Bool {
    do { try file.append(samples) } catch { writeError = error }
    return writeError != nil || stop.isStopped || file.isFull
  }

  func word(at position: Int, sample: Int) {
    guard passage.wordOfScalar.indices.contains(position) else { return }
    var word = passage.wordOfScalar[position]
    if !hasBegun {
      // Whatever it says, the first word is where the passage begins.
      word = passage.wordOfScalar.first { text.words[$0].isHeard } ?? word
      hasBegun = true
    }
    guard text.words[word].isHeard else { return }
    times.begin(word: word, at: begin + sample)
  }

  func sound(_ symbol: String, sample: Int) {
    // The name of a language that begins.
    guard !symbol.hasPrefix("(") else { return }
    times.sound(Self.plain(symbol), at: begin + sample)
  }

  /// Without stress marks, tones and what is not IPA.
  private static func plain(_ symbol: String) -> String {
    String(
      String.UnicodeScalarView(
        symbol.unicodeScalars.filter { !"ˈˌ|-_.'’%0123456789".unicodeScalars.contains($0) }))
  }
}
