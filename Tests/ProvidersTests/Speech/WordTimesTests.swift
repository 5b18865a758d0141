import Testing

@testable import Providers

@Suite struct WordTimesTests {
  static func words(_ texts: String...) -> [SpokenText.Word] {
    SpokenText(texts.joined(separator: " "), language: "en").words
  }

  @Test("a word ends with its last sound, not with the pause after it")
  func pause() {
    var times = WordTimes()
    times.begin(word: 0, at: 100)
    times.sound("a", at: 100)
    times.sound("", at: 400)
    times.begin(word: 1, at: 600)
    times.sound("b", at: 600)
    times.sound("", at: 700)
    let words = times.words(of: Self.words("one", "two"), length: 1000, rate: 1000)
    #expect(words == [.init("one", start: 0.1, end: 0.4), .init("two", start: 0.6, end: 0.7)])
  }

  @Test("words without a start share the time before them by their letters")
  func merged() {
    var times = WordTimes()
    times.begin(word: 0, at: 0)
    times.sound("a", at: 0)
    times.sound("", at: 500)
    let words = times.words(of: Self.words("of", "the"), length: 700, rate: 1000)
    #expect(words == [.init("of", start: 0, end: 0.2), .init("the", start: 0.2, end: 0.5)])
  }

  @Test("what is not heard is shown in the pause after a word")
  func silent() {
    var times = WordTimes()
    times.begin(word: 0, at: 0)
    times.sound("a", at: 0)
    times.sound("", at: 500)
    times.begin(word: 2, at: 600)
    times.sound("a", at: 600)
    let words = times.words(of: Self.words("go", "🎉", "on"), length: 900, rate: 1000)
    #expect(
      words == [
        .init("go", start: 0, end: 0.5), .init("🎉", start: 0.5, end: 0.6),
        .init("on", start: 0.6, end: 0.9),
      ])
  }

  @Test("starts and sounds out of order say nothing")
  func disorder() {
    var times = WordTimes()
    times.begin(word: 1, at: 300)
    times.begin(word: 0, at: 400)
    times.begin(word: 2, at: 200)
    times.sound("a", at: 300)
    times.sound("b", at: 100)
    times.sound("c", at: 300)
    #expect(times.starts.map(\.word) == [1])
    #expect(times.sounds.map(\.symbol) == ["c"])
    let phonemes = times.phonemes(length: 500, rate: 1000)
    #expect(phonemes == [.init("", start: 0, end: 0.3), .init("c", start: 0.3, end: 0.5)])
    let words = times.words(of: Self.words("x", "y", "z"), length: 500, rate: 1000)
    #expect(words.map(\.start) == [0, 0.3, 0.4])
  }

  @Test("without any start the words stand at the end, without sounds all is silence")
  func nothing() {
    let times = WordTimes()
    #expect(times.phonemes(length: 100, rate: 1000) == [.init("", start: 0, end: 0.1)])
    #expect(times.words(of: Self.words("a", "b"), length: 100, rate: 1000).last?.end == 0.1)
  }
}
