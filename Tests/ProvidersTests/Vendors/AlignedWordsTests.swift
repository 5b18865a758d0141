import Foundation
import Testing

@testable import Providers

@Suite struct AlignedWordsTests {
  func pieces(_ texts: [String], each: Double = 0.1) -> [AlignedWords.Piece] {
    texts.enumerated().map {
      AlignedWords.Piece(text: $1, start: Double($0) * each, end: Double($0 + 1) * each)
    }
  }

  @Test("letters sent as their parts spell the same word")
  func decomposed() throws {
    // 한 as three letters, é as two.
    let parts = ["\u{1112}", "\u{1161}", "\u{11AB}", " ", "e", "\u{301}", "t"]
    let words = try #require(
      AlignedWords.words(of: "한 ét", pieces: pieces(parts), duration: 0.7))
    #expect(words.map(\.text) == ["한", "ét"])
    #expect(abs(words[1].start - 0.4) < 1e-9 && abs(words[0].end - 0.3) < 1e-9)
  }

  @Test("pieces of several letters, and empty ones")
  func longPieces() throws {
    let parts = ["He", "llo", "", " ", "you", "."]
    let words = try #require(
      AlignedWords.words(of: "Hello  you.", pieces: pieces(parts), duration: 0.6))
    #expect(words.map(\.text) == ["Hello", "you."])
  }

  @Test("pieces that spell something else are not used")
  func otherText() {
    #expect(
      AlignedWords.words(of: "Hello you", pieces: pieces(["Hello", " ", "me"]), duration: 0.3)
        == nil)
    #expect(
      AlignedWords.words(of: "Hello", pieces: pieces(["Hello", " ", "me"]), duration: 0.3) == nil)
    #expect(AlignedWords.words(of: "Hello you", pieces: pieces(["Hello"]), duration: 0.1) == nil)
    #expect(AlignedWords.words(of: "ab cd", pieces: pieces(["ab c", "d"]), duration: 0.2) == nil)
  }

  @Test("times that fall, are no numbers or end elsewhere than the sound are not used")
  func badTimes() {
    var falling = pieces(["a", "b", "c"])
    falling.swapAt(0, 2)
    falling = zip(falling, ["a", "b", "c"]).map { .init(text: $1, start: $0.start, end: $0.end) }
    #expect(AlignedWords.words(of: "abc", pieces: falling, duration: 0.3) == nil)
    var infinite = pieces(["a", "b", "c"])
    infinite[1].start = .nan
    #expect(AlignedWords.words(of: "abc", pieces: infinite, duration: 0.3) == nil)
    #expect(AlignedWords.words(of: "abc", pieces: pieces(["a", "b", "c"]), duration: 1) == nil)
    #expect(AlignedWords.words(of: "abc", pieces: [], duration: 0.1) == nil)
  }

  @Test("spread words follow each other within the sound")
  func spread() {
    let words = AlignedWords.spread("Eins zwei. 셋!", over: 6)
    #expect(words.map(\.text) == ["Eins", "zwei.", "셋!"])
    #expect(words[0].start == 0 && words[2].end <= 6)
    #expect(zip(words, words.dropFirst()).allSatisfy { $0.start < $0.end && $0.end < $1.start })
    #expect(AlignedWords.spread("  ", over: 6).isEmpty)
  }
}
