import Testing

@testable import Providers

@Suite struct TopicTests {
  @Test(
    "words of both languages name the topic",
    arguments: [
      (["ocean", "ship"], Topic.sea), (["forests"], .nature), (["investing"], .money),
      (["파도", "해변"], .sea), (["성장"], .growth), (["바다를"], .sea), (["보안"], .security),
      (["Students", "BOOKS"], .education), (["companies"], .city), (["병원에서"], .health),
      (["우주"], .space), (["데이터"], .data), (["커피"], .food), (["zxqv"], .general), ([], .general),
      // One syllable that begins another word: 새 is a bird, 새로운 is new.
      (["새로운"], .general), (["새가"], .nature),
    ])
  func words(keywords: [String], topic: Topic) {
    #expect(Topic(keywords: keywords, title: "", prompt: "") == topic)
  }

  @Test("Hangul in another form of Unicode is the same word")
  func decomposed() {
    #expect(Topic(keywords: ["\u{1107}\u{1161}\u{1103}\u{1161}"], title: "", prompt: "") == .sea)
  }

  @Test("keywords count more than what is said in passing")
  func weights() {
    #expect(
      Topic(keywords: ["hospital"], title: "", prompt: "money bank") == .health)
    #expect(Topic(keywords: [], title: "", prompt: "a calm sea") == .sea)
  }

  @Test("no topic's words are another's, so that the table decides nothing by its order")
  func everyTopicIsReached() {
    for topic in Topic.allCases {
      #expect(!topic.motifs.isEmpty)
      if topic != .general {
        #expect(Topic(keywords: [topic.rawValue], title: "", prompt: "") == topic)
      }
    }
  }

  @Test("scenes of a film share their tone, and a style may name it")
  func tones() {
    for style in ["film", "another", "third"] {
      let looks = Topic.allCases.map { BackgroundLook(topic: $0, style: style) }
      #expect(Set(looks.map(\.isDark)).count == 1)
    }
    #expect(!BackgroundLook(topic: .sea, style: "light").isDark)
    #expect(BackgroundLook(topic: .sea, style: "dark blue").isDark)
    #expect(!BackgroundLook(topic: .sea, style: "밝은").isDark)
  }
}
