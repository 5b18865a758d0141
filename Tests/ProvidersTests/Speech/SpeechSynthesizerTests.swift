import Foundation
import Media
import Testing

@testable import Providers

/// What every local voice keeps.
@Suite struct SpeechSynthesizerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var synthesizer: any SpeechSynthesizer
    var voice: String?
    var testDescription: String { synthesizer.provider + " " + (voice ?? "") }
  }
  static let all = [
    Case(synthesizer: EspeakSynthesizer()), Case(synthesizer: EspeakSynthesizer(), voice: "en-gb"),
    Case(synthesizer: FliteSynthesizer()), Case(synthesizer: FliteSynthesizer(), voice: "rms"),
  ]
  static let texts = [
    "Hello world.", "One", "It costs 1,234.5 and 50% more.",
    "A well-known, state-of-the-art \"quote\" isn't 'easy' (really)!",
    "First line\nsecond line\r\n\r\nA new paragraph.", "Fun 🎉 with emoji 👩‍👩‍👧 ok ✅",
    "Wait… what — why?",
    "<audio src=\"/etc/passwd\"/> said & done <b>now</b>", "[[h@l'oU]] is not spoken as phonemes",
    "One & two @ home = 3 + 4, $5 and 20°.", "… And - then, of the many.", "1. First 2) Second",
    "Dr. Smith met J. Doe, e.g. in St. Louis. Then they left.",
  ]

  @Test("words, sounds and the file agree", arguments: all, texts)
  func contract(of one: Case, text: String) async throws {
    let spoken = try await Spoken(text, "en", voice: one.voice, by: one.synthesizer)
    spoken.check(text: text)
    #expect(spoken.speech.phonemes.contains { !$0.symbol.isEmpty })
    #expect(spoken.energies.contains { $0 > 0.02 })
  }

  @Test("words begin where the sound does, and pauses are between words", arguments: all)
  func alignment(of one: Case) async throws {
    let text = "Every one of us builds quiet cities, and all like it. All of us are older now."
    let spoken = try await Spoken(text, "en", voice: one.voice, by: one.synthesizer)
    let first = try #require(spoken.speech.words.first)
    #expect(abs(first.start - spoken.onset) <= 0.06, "\(first.start) \(spoken.onset)")
    let pauses = spoken.pauses(0.2)
    #expect(pauses.contains { $0.lowerBound > 1 && $0.upperBound < spoken.speech.duration - 1 })
    for pause in pauses where pause.lowerBound > first.start {
      let middle = (pause.lowerBound + pause.upperBound) / 2
      #expect(!spoken.speech.words.contains { $0.start < middle - 0.06 && $0.end > middle + 0.06 })
      // The next word begins where the pause ends.
      if let next = spoken.speech.words.first(where: { $0.start > middle }) {
        #expect(abs(next.start - pause.upperBound) <= 0.06, "\(next) \(pause)")
      }
    }
  }

  @Test("the beginning is short, the end has a quarter of a second of silence", arguments: all)
  func margins(of one: Case) async throws {
    let spoken = try await Spoken("Always one hour.", "en", voice: one.voice, by: one.synthesizer)
    #expect(spoken.onset < 0.2)
    let last = try #require(spoken.energies.lastIndex { $0 > 0.004 })
    #expect(abs(spoken.speech.duration - Double(last) * 0.01 - 0.25) < 0.15)
  }

  // Flite draws from the C library's random numbers, which tests beside this one take from too: it is tested in a
  // process of its own, as the node uses it.
  @Test(
    "the same request gives the same bytes, whatever was spoken before",
    arguments: all.filter { $0.synthesizer.provider == "espeak" })
  func determinism(of one: Case) async throws {
    let text = "Whispering rivers run. Why would that be so, he asked?"
    func speak(_ text: String, _ voice: String?) async throws -> Spoken {
      try await Spoken(text, "en", voice: voice, by: one.synthesizer)
    }
    let first = try await speak(text, one.voice)
    _ = try await speak("Something else; so: what!", nil)
    let second = try await speak(text, one.voice)
    _ = try await speak("1,234", one.synthesizer.provider == "espeak" ? "+f3" : "rms")
    let third = try await speak(text, one.voice)
    #expect(first.bytes == second.bytes)
    #expect(first.bytes == third.bytes)
    #expect(first.speech.words == third.speech.words)
    #expect(first.speech.phonemes == third.speech.phonemes)
  }

  @Test("requests at the same time each get their own", arguments: ["espeak", "flite"])
  func concurrency(provider: String) async throws {
    let synthesizer: any SpeechSynthesizer =
      provider == "espeak" ? EspeakSynthesizer() : FliteSynthesizer()
    let texts = (0..<6).map { "Number \($0) is \($0 * 7) today." }
    let alone = try await Spoken(texts[3], "en", by: synthesizer)
    let together = try await withThrowingTaskGroup(of: (Int, FileBytes).self) { group in
      for (index, text) in texts.enumerated() {
        group.addTask { (index, try await Spoken(text, "en", by: synthesizer).bytes) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    if provider == "espeak" { #expect(together[3] == alone.bytes) }
    #expect(Set(together.values).count == texts.count)
  }

  @Test(
    "a text without words is refused", arguments: ["espeak", "flite"],
    ["", "  \n", "🎉 — …", "\u{1}\u{2}"])
  func empty(provider: String, text: String) async throws {
    let synthesizer: any SpeechSynthesizer =
      provider == "espeak" ? EspeakSynthesizer() : FliteSynthesizer()
    await #expect {
      _ = try await Spoken(text, "en", by: synthesizer)
    } throws: { error in
      let error = error as? ProviderError
      return error?.kind == .permanent && error?.reason.contains("no word") == true
    }
  }

  @Test("an unknown voice is refused with others that exist", arguments: ["espeak", "flite"])
  func unknownVoice(provider: String) async throws {
    let synthesizer: any SpeechSynthesizer =
      provider == "espeak" ? EspeakSynthesizer() : FliteSynthesizer()
    for voice in ["nobody", "../../../etc/passwd", "en\u{0}", "mb/mb-en1"] {
      await #expect {
        _ = try await Spoken("Hello", "en", voice: voice, by: synthesizer)
      } throws: { ($0 as? ProviderError)?.kind == .permanent }
    }
  }

  @Test("a folder that is not there is an error", arguments: ["espeak", "flite"])
  func missingFolder(provider: String) async throws {
    let synthesizer: any SpeechSynthesizer =
      provider == "espeak" ? EspeakSynthesizer() : FliteSynthesizer()
    let call = ProviderCall(id: "01", startedAt: 0, folder: "/nowhere/at/all")
    await #expect {
      _ = try await synthesizer.speak(SpeechRequest(text: "Hello", language: "en"), call)
    } throws: { error in
      let error = error as? ProviderError
      return error?.kind == .retry && error?.provider == provider
    }
  }

  @Test("a cancelled request ends soon and is an error", arguments: ["espeak", "flite"])
  func cancellation(provider: String) async throws {
    let synthesizer: any SpeechSynthesizer =
      provider == "espeak" ? EspeakSynthesizer() : FliteSynthesizer()
    let folder = try SpeechFolder()
    let text = (0..<5000).map { "word \($0)." }.joined(separator: " ")
    let call = folder.call
    let task = Task {
      try await synthesizer.speak(SpeechRequest(text: text, language: "en"), call)
    }
    // It has begun when the file grows.
    let path = folder.file("speech.wav")
    func size() -> Int {
      (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
    while size() < 1 << 16 { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.value }
    // Hours of sound were not made.
    #expect(size() < 100_000_000)
  }

  @Test("nothing is looked up after a crash: it is spoken again", arguments: ["espeak", "flite"])
  func recovery(provider: String) async throws {
    let synthesizer: any SpeechSynthesizer =
      provider == "espeak" ? EspeakSynthesizer() : FliteSynthesizer()
    let request = SpeechRequest(text: "Hello", language: "en")
    let call = ProviderCall(id: "01", startedAt: 0, folder: "/nowhere")
    #expect(synthesizer.estimate(request) == .free)
    guard case .notStarted = try await synthesizer.recover(request, call) else {
      Issue.record("it claims to know of an earlier call")
      return
    }
  }
}
