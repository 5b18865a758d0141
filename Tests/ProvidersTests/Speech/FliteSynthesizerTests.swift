import Testing

@testable import Providers

@Suite struct FliteSynthesizerTests {
  @Test("other languages are refused, and espeak is named", arguments: ["ko", "de-DE", "", "e"])
  func language(language: String) async throws {
    await #expect {
      _ = try await Spoken("Hello", language, by: FliteSynthesizer())
    } throws: { error in
      let error = error as? ProviderError
      return error?.kind == .permanent && error?.advice.contains("espeak") == true
    }
  }

  @Test("letters that it cannot speak are refused rather than left out")
  func letters() async throws {
    await #expect {
      _ = try await Spoken("I like 김치 a lot", "en", by: FliteSynthesizer())
    } throws: { error in
      let error = error as? ProviderError
      return error?.kind == .permanent && error?.reason.contains("김") == true
    }
    let text = "Café Müller, naïve façade — Œuvre."
    try await Spoken(text, "en-GB", by: FliteSynthesizer()).check(text: text)
  }

  @Test("every word that is heard has a time")
  func everyWord() async throws {
    let text = "In 1999, Dr. Smith paid $5.20 for 12 well-made toys at 10:30 (a bargain)."
    let spoken = try await Spoken(text, "en", by: FliteSynthesizer())
    spoken.check(text: text)
    for word in spoken.speech.words { #expect(word.end - word.start > 0.03, "\(word)") }
  }

  @Test("two hundred words keep their times")
  func manyWords() async throws {
    let text = (0..<20).map { "A quiet river runs along the old stone wall \($0)." }.joined(
      separator: " ")
    let spoken = try await Spoken(text, "en", by: FliteSynthesizer())
    spoken.check(text: text)
    let last = try #require(spoken.speech.words.last)
    #expect(last.text == "19." && spoken.speech.duration - last.end < 0.4)
    #expect(last.end - last.start > 0.3)
  }
}
