import Foundation
import Testing

@testable import Providers

@Suite struct MouthTrackTests {
  private func phonemes(_ list: (String, Double)...) -> [Speech.Phoneme] {
    var time = 0.0
    return list.map { symbol, length in
      defer { time += length }
      return Speech.Phoneme(symbol, start: time, end: time + length)
    }
  }

  @Test(
    "sounds of English and Korean",
    arguments: [
      ("", [Viseme.closed]), ("m", [.pressed]), ("pʰ", [.pressed]), ("b", [.pressed]),
      ("f", [.teethOnLip]), ("v", [.teethOnLip]), ("θ", [.tongue]), ("ɫ", [.tongue]),
      ("s", [.narrow]), ("tʃ", [.forward]), ("dʑ", [.forward]), ("ɡ", [.back]), ("ŋ", [.back]),
      ("ɑː", [.open]), ("ɐ", [.open]), ("ʌ", [.open]), ("ə", [.mid]), ("iː", [.wide]),
      ("ɯ", [.wide]),
      ("ɔ", [.round]), ("uː", [.pucker]), ("w", [.pucker]),
      ("aɪ", [.open, .wide]), ("oʊ", [.round, .pucker]), ("ɔɪ", [.round, .wide]), ("?!", [.mid]),
    ])
  func visemes(symbol: String, shapes: [Viseme]) { #expect(Viseme.of(ipa: symbol) == shapes) }

  @Test("every sound that the voices make is known")
  func known() async throws {
    let english =
      "The quick brown fox jumps over a lazy dog, while Joy treasures much better things, you know how."
    let korean = "빠른 갈색 여우가 게으른 개를 뛰어넘고, 쪽빛 하늘 아래 외국 의사와 왜 웃었는지 묻습니다."
    for (text, language) in [(english, "en"), (korean, "ko"), (english, "en-GB")] {
      let speech = try await Spoken(text, language).speech
      for phoneme in speech.phonemes where !phoneme.symbol.isEmpty {
        let known = phoneme.symbol.unicodeScalars.contains { Viseme.isKnown($0) }
        #expect(known, "\(phoneme)")
      }
    }
  }

  @Test("lips are closed in p, b and m, open in vowels, at rest in silence, all at the middle")
  func middles() async throws {
    let text = "My map, a big puppy. Mama bought apples, people hope!"
    for synthesizer in [EspeakSynthesizer(), FliteSynthesizer()] as [any SpeechSynthesizer] {
      let speech = try await Spoken(text, "en", by: synthesizer).speech
      let track = MouthTrack(phonemes: speech.phonemes, duration: speech.duration)
      var seen: Set<String> = []
      for phoneme in speech.phonemes {
        let shape = track.shape(at: (phoneme.start + phoneme.end) / 2)
        switch Viseme.of(ipa: phoneme.symbol) {
        case [.pressed]:
          #expect(shape.openness < 0.02 && shape.pressed > 0.95, "\(phoneme) \(shape)")
          seen.insert("pressed")
        case [.open]:
          #expect(shape.openness > 0.5 && shape.pressed < 0.05, "\(phoneme) \(shape)")
          seen.insert("open")
        case [.wide], [.pucker], [.mid], [.round]:
          #expect(shape.openness > 0.15, "\(phoneme) \(shape)")
        case [.closed] where phoneme.end - phoneme.start >= 0.04:
          #expect(shape == .rest, "\(phoneme) \(shape)")
          seen.insert("closed")
        default: break
        }
      }
      #expect(seen.count == 3)
    }
  }

  @Test("the mouth moves at most one frame before and after a border")
  func timing() {
    let track = MouthTrack(
      phonemes: phonemes(("", 0.3), ("a", 0.3), ("m", 0.2), ("i", 0.3), ("", 0.4)), duration: 1.5)
    let frame = 1.0 / 30 + 1e-9
    #expect(track.shape(at: 0.3 - frame) == .rest)
    #expect(track.shape(at: 0.3 + frame).openness > 0.9)
    #expect(track.shape(at: 0.6 - frame).openness > 0.9)
    #expect(track.shape(at: 0.6 + frame).pressed == 1)
    #expect(track.shape(at: 0.8 - frame).openness == 0)
    #expect(track.shape(at: 0.8 + frame).width > 0.95)
    #expect(track.shape(at: 1.1 + frame) == .rest)
  }

  @Test("nothing jumps: from one millisecond to the next every figure moves a little")
  func smoothness() async throws {
    let speech = try await Spoken("Peter Piper picked 3 pickled peppers, 그리고 바다로 갔어요.", "en").speech
    let track = MouthTrack(phonemes: speech.phonemes, duration: speech.duration)
    var last = track.shape(at: 0)
    for step in 1..<Int(speech.duration * 1000) {
      let shape = track.shape(at: Double(step) / 1000)
      for figure in [\MouthShape.openness, \.width, \.teeth, \.tongue, \.pressed] {
        #expect((0...1).contains(shape[keyPath: figure]))
        #expect(abs(shape[keyPath: figure] - last[keyPath: figure]) < 0.2, "at \(step) ms")
      }
      last = shape
    }
  }

  @Test("a closure shorter than a frame is still seen")
  func shortClosure() {
    let track = MouthTrack(phonemes: phonemes(("a", 0.2), ("p", 0.02), ("a", 0.2)), duration: 0.42)
    // Whatever the first frame's time, one of them meets the lips nearly together.
    for offset in stride(from: 0.0, to: 1.0 / 30, by: 0.002) {
      let frames = (0..<12).map { track.shape(at: offset + Double($0) / 30).openness }
      #expect(frames.min() ?? 1 < 0.35)
    }
  }

  @Test("consonants take the lips of their vowels")
  func coarticulation() {
    let round = MouthTrack(phonemes: phonemes(("k", 0.1), ("u", 0.2)), duration: 0.3)
    let spread = MouthTrack(phonemes: phonemes(("k", 0.1), ("i", 0.2)), duration: 0.3)
    #expect(spread.shape(at: 0.05).width - round.shape(at: 0.05).width > 0.5)
  }

  @Test("bad times do no harm")
  func badInput() {
    let bad: [Speech.Phoneme] = [
      .init("a", start: .nan, end: 1), .init("m", start: 0.5, end: 0.2),
      .init("a", start: -1, end: 0.1), .init("i", start: 0.2, end: 0.3),
      .init("o", start: 0.25, end: 99), .init("u", start: 50, end: .infinity),
    ]
    let track = MouthTrack(phonemes: bad, duration: 0.5)
    for step in -10...70 {
      let shape = track.shape(at: Double(step) / 100)
      #expect(shape.openness.isFinite && (0...1).contains(shape.openness))
    }
    #expect(track.shape(at: .nan) == .rest)
    #expect(track.shape(at: 0.25).width > 0.9)
    #expect(MouthTrack(phonemes: [], duration: .nan).shape(at: 0) == .rest)
    #expect(MouthTrack(phonemes: [], duration: 1).shape(at: 0.5) == .rest)
  }

  @Test("words and loudness alone: open in loud vowels, closed in pauses")
  func wordsAlone() async throws {
    let folder = try SpeechFolder()
    let request = SpeechRequest(text: "Banana papaya. 바나나 아버지.", language: "en")
    let speech = try await EspeakSynthesizer().speak(request, folder.call).value
    let exact = MouthTrack(phonemes: speech.phonemes, duration: speech.duration)
    let guess = try MouthTrack(
      words: speech.words, soundPath: speech.path, duration: speech.duration)
    // Both are open and closed at much the same times.
    var (same, count, open) = (0, 0, 0)
    for step in 0..<Int(speech.duration * 30) {
      let time = Double(step) / 30
      let (one, other) = (exact.shape(at: time), guess.shape(at: time))
      count += 1
      if (one.openness > 0.15) == (other.openness > 0.15) { same += 1 }
      if other.openness > 0.4 { open += 1 }
    }
    #expect(Double(same) / Double(count) > 0.6, "\(same) of \(count)")
    #expect(Double(open) / Double(count) > 0.15)
    #expect(guess.shape(at: speech.duration - 0.1).openness < 0.05)
    let pause = try #require(speech.phonemes.first { $0.symbol.isEmpty && $0.end - $0.start > 0.2 })
    #expect(guess.shape(at: (pause.start + pause.end) / 2).openness < 0.05)
    #expect(throws: (any Error).self) {
      _ = try MouthTrack(words: speech.words, soundPath: folder.file("none.wav"), duration: 1)
    }
  }

  @Test("letters tell their shapes")
  func letters() {
    #expect(LetterSounds.symbols(of: "바다") == ["p", "a", "t", "a"])
    #expect(LetterSounds.symbols(of: "안녕") == ["a", "n", "n", "jʌ", "ŋ"])
    #expect(LetterSounds.symbols(of: "Phone") == ["f", "o", "n"])
    #expect(LetterSounds.symbols(of: "the") == ["θ", "ɛ"])
    #expect(LetterSounds.symbols(of: "мама").first == "m")
    #expect(!LetterSounds.symbols(of: "2024").isEmpty)
    #expect(LetterSounds.symbols(of: "🎉").isEmpty)
  }
}
