import Foundation
import Media
import Testing

@testable import Providers

@Suite struct EspeakSynthesizerTests {
  @Test(
    "texts in many languages",
    arguments: [
      ("안녕하세요. 오늘은 영상을 만들어 봅시다!", "ko"), ("Guten Tag, wie geht es Ihnen?", "de"),
      ("Colour and flavour", "en-GB"), ("ça va très bien, merci", "fr"), ("こんにちは せかい", "ja"),
      ("Привет, мир!", "ru"), ("مرحبا بالعالم", "ar"), ("नमस्ते दुनिया", "hi"), ("你好，世界。", "zh-CN"),
      ("Olá mundo", "pt-BR"), ("Καλημέρα κόσμε", "el"),
    ])
  func languages(text: String, language: String) async throws {
    let spoken = try await Spoken(text, language)
    spoken.check(text: text)
    #expect(spoken.energies.contains { $0 > 0.02 })
    #expect(Set(spoken.speech.phonemes.map(\.symbol)).count >= 4)
  }

  @Test(
    "Korean with English, numbers, emoji and markup",
    arguments: [
      "오늘은 AI 시대의 영상 제작 1,234개를 3~5분에 만나요!", "서울 2024년 12월, 50% 할인 🎉 SALE!",
      "가격은 ₩12,000입니다. This whole sentence is English. 다시 한국어입니다.",
      "<speak>하나</speak> [[둘]] {셋} &lt;넷&gt;", "“인용” ‘문장’ (괄호) — 끝…", "ㅋㅋㅋ 그래요 ㅠㅠ",
      "첫째 줄\n둘째 줄\n\n셋째 줄",
    ])
  func korean(text: String) async throws {
    let spoken = try await Spoken(text, "ko")
    spoken.check(text: text)
    let heard = SpokenText(text, language: "ko").words.map(\.isHeard)
    for (word, isHeard) in zip(spoken.speech.words, heard) where isHeard {
      #expect(word.end - word.start > 0.05, "\(word)")
    }
  }

  @Test("Korean in an English request, and English in a Korean one, sound like themselves")
  func scripts() async throws {
    let korean = "안녕하세요 여러분."
    let english = "These are the voices."
    func symbols(_ text: String, _ language: String) async throws -> [String] {
      try await Spoken(text, language).speech.phonemes.map(\.symbol).filter { !$0.isEmpty }
    }
    let mixed = try await symbols(korean + " " + english, "en")
    #expect(try await mixed == symbols(korean, "ko") + symbols(english, "en"))
    let other = try await symbols(english + " " + korean, "ko")
    #expect(try await other == symbols(english, "en") + symbols(korean, "ko"))
    // The sound of th, which Korean has not.
    #expect(mixed.contains("ð"))
  }

  @Test("words of one sentence in two scripts have times of their own")
  func mixedSentence() async throws {
    let spoken = try await Spoken("오늘은 Reelnode 영상 API 입니다.", "ko")
    let starts = spoken.speech.words.map(\.start)
    #expect(Set(starts).count == 5)
    #expect(spoken.speech.words.allSatisfy { $0.end - $0.start > 0.1 })
  }

  @Test("text is never an instruction to the library")
  func injection() async throws {
    // Control characters begin commands in the library: 90 words in a minute, volume nothing.
    let plain = try await Spoken("Hello there my friend", "en")
    let commanded = try await Spoken("\u{1}90SHello \u{1}0Athere \u{1}+99Pmy friend", "en")
    #expect(commanded.energies.max() ?? 0 > 0.5 * (plain.energies.max() ?? 1))
    commanded.check(text: "\u{1}90SHello \u{1}0Athere \u{1}+99Pmy friend")
    // Phonemes in brackets would be a single word.
    let brackets = try await Spoken("[[h@l'oU w'3:ld]]", "en")
    let spelled = try await Spoken("h@l'oU w'3:ld", "en")
    #expect(brackets.speech.phonemes == spelled.speech.phonemes)
    // An element would be left out.
    let element = try await Spoken("<break time=\"3s\"/> now", "en")
    #expect(element.pauses(0.6).isEmpty)
    #expect(element.speech.words[0].end - element.speech.words[0].start > 0.2)
  }

  @Test(
    "a language that is not there is refused with some that are",
    arguments: ["xx", "tlh-AQ", "", "../ko"])
  func unknownLanguage(language: String) async throws {
    await #expect {
      _ = try await Spoken("Hello", language)
    } throws: { error in
      let error = error as? ProviderError
      return error?.kind == .permanent && error?.advice.contains("ko, en-us") == true
    }
  }

  @Test("a voice may be one of the library's, a variant or both")
  func voices() async throws {
    var sounds: Set<FileBytes> = []
    for voice in [nil, "en-gb", "+f3", "en-us+m3", "EN-GB+klatt2", "ko"] as [String?] {
      sounds.insert(try await Spoken("Hello 3 there 안녕", "en", voice: voice).bytes)
    }
    #expect(sounds.count == 6)
    #expect(try await Spoken("Hi", "en", voice: "en-us").bytes == Spoken("Hi", "en").bytes)
    await #expect {
      _ = try await Spoken("Hello", "en", voice: "en-us+nobody")
    } throws: { ($0 as? ProviderError)?.reason.contains("variant 'nobody'") == true }
  }

  @Test("speech of about 155 words in a minute of English, 5 syllables in a second of Korean")
  func rate() async throws {
    let english = """
      Renewable energy is changing the way cities are built. Engineers now plan entire districts around solar roofs, \
      wind turbines and shared batteries, because storing power has become cheaper than wasting it. What does that mean \
      for the people who live there? Lower bills, cleaner air, and streets that are quiet at night.
      """
    let spoken = try await Spoken(english, "en")
    let minutes = spoken.speech.duration / 60
    #expect((145...170).contains(Double(spoken.speech.words.count) / minutes))
    let korean = "재생 에너지는 도시를 짓는 방식을 바꾸고 있습니다. 이제 기술자들은 마을 전체를 함께 계획합니다."
    let syllables = korean.unicodeScalars.filter { (0xAC00...0xD7A3).contains($0.value) }.count
    let heard = try await Spoken(korean, "ko").speech.duration
    #expect((4.3...5.8).contains(Double(syllables) / heard))
  }

  @Test("three thousand words", .timeLimit(.minutes(10)))
  func manyWords() async throws {
    let text = (0..<3000).map { $0 % 12 == 11 ? "river \($0)." : "quiet" }.joined(separator: " ")
    let spoken = try await Spoken(text, "en")
    #expect(spoken.speech.words.count == 3250)
    spoken.check(text: text)
    // Positions have not drifted: the last numbers begin after pauses' neighbours like the first ones.
    let last = try #require(spoken.speech.words.last)
    #expect(last.text == "2999." && spoken.speech.duration - last.end < 0.4)
    #expect(last.end - last.start > 0.8)
  }

  @Test("a word without end is spoken, and does no harm")
  func endlessWord() async throws {
    for text in [
      String(repeating: "a", count: 8000), String(repeating: "가", count: 2000),
      String(repeating: "1", count: 3000), String(repeating: "e\u{301}", count: 3000),
      String(repeating: ".", count: 2000) + "x",
    ] {
      let spoken = try await Spoken(text, "ko")
      #expect(spoken.speech.words.count == 1)
      spoken.check(text: text)
    }
  }

  @Test(
    "another process speaks the same samples",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/espeak-ng")))
  func otherProcess() async throws {
    let text = "Quiet rivers run. Why would that be so, he asked?"
    _ = try await Spoken("Something before it.", "en")
    let ours = try await Spoken(text, "en")
    let folder = try SpeechFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/espeak-ng")
    process.arguments = [
      "-v", "English (America)", "-s", "150", "-a", "80", "-w", folder.file("theirs.wav"), text,
    ]
    try process.run()
    process.waitUntilExit()
    let theirs = try FileBytes(path: folder.file("theirs.wav")).bytes
    // Our end is cut; all before it is the same.
    let heard = ours.bytes.bytes.count - 2 * 22_050 / 2
    #expect(heard > 60_000)
    #expect(FileBytes(ours.bytes.bytes[44..<heard]) == FileBytes(theirs[44..<heard]))
  }
}
