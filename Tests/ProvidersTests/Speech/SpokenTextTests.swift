import Testing

@testable import Providers

@Suite struct SpokenTextTests {
  @Test(
    "what a voice is given of a word",
    arguments: [
      ("Hello,", "Hello,"), ("🎉", ""), ("go🎉go", "go go"), ("1️⃣", "1"), ("<b>hi</b>", "b hi b"),
      ("[[h@l]]", "h@l"), ("\u{1}90S", "90S"), ("isn’t", "isn't"), ("'quoted'", "quoted"),
      ("-5", "-5"), ("-bullet", "bullet"), ("well-known", "well-known"), ("a--b", "a b"),
      ("3~5분", "3에서 5분"), ("10–20", "10에서 20"), ("a—b", "a, b"), ("ＡＢ１", "AB1"), ("③", "3"),
      ("24/7", "24/7"), ("and/or", "and or"), ("25℃", "25°C"), ("*bold*", "bold"),
      ("한글", "한글"), ("e\u{301}", "e\u{301}"), ("👩‍👧", ""), ("#1", "1"), ("₩500", "₩500"),
    ])
  func words(text: String, spoken: String) {
    #expect(SpokenWord.spoken(text, language: "ko") == spoken)
  }

  @Test("letters that no voice of the language reads are left out: mixtures crashed the library")
  func letters() {
    #expect(SpokenWord.spoken("नमस्ते", language: "hi") == "नमस्ते")
    #expect(SpokenWord.spoken("aनb\u{10300}ก", language: "en") == "a b")
    #expect(SpokenWord.spoken("мир 안녕", language: "de") == "мир 안녕")
    #expect(SpokenWord.spoken("ที่", language: "th") == "ที่")
  }

  @Test("ranges are read as the language does")
  func ranges() {
    #expect(SpokenWord.spoken("3–5", language: "en-US") == "3 to 5")
    #expect(SpokenWord.spoken("3–5", language: "de") == "3-5")
  }

  @Test("endless words get spaces, so that a voice's buffers are enough")
  func longWords() {
    let spoken = SpokenWord.spoken(String(repeating: "x", count: 1000), language: "en")
    #expect(spoken.split(separator: " ").allSatisfy { $0.count <= 80 })
    #expect(spoken.filter { $0 == "x" }.count == 1000)
  }

  @Test("every scalar of a passage knows its word")
  func passages() {
    let text = SpokenText(
      "One 🎉 two. <b> Three!\n\n넷 다섯. Six seven. 여덟", language: "en")
    let passages = text.passages()
    #expect(passages.map(\.text) == ["One two. b Three!", "넷 다섯.", "Six seven.", "여덟"])
    #expect(passages[0].endsParagraph && !passages[1].endsParagraph)
    #expect(passages.map(\.endsSentence) == [true, true, true, false])
    for passage in passages {
      #expect(passage.wordOfScalar.count == passage.text.unicodeScalars.count)
      for (scalar, word) in zip(passage.text.unicodeScalars, passage.wordOfScalar)
      where scalar != " " {
        #expect(text.words[word].text.unicodeScalars.contains(scalar))
      }
    }
  }

  @Test("titles and initials do not end sentences")
  func abbreviations() {
    let text = SpokenText("Dr. A. Smith vs. 3 men. It ends? \"Yes!\" he said", language: "en")
    #expect(text.words.filter(\.endsSentence).map(\.text) == ["men.", "ends?", "\"Yes!\""])
  }

  @Test("long texts are spoken in passages that end at sentences")
  func longText() {
    let text = SpokenText(
      (0..<500).map { "This is sentence \($0)." }.joined(separator: " "), language: "en")
    let passages = text.passages()
    #expect(passages.count > 5)
    #expect(passages.allSatisfy { $0.endsSentence && $0.wordOfScalar.count < 1300 })
    let endless = SpokenText(String(repeating: "word ", count: 5000), language: "en")
    #expect(endless.passages().allSatisfy { $0.wordOfScalar.count < 3100 })
    #expect(endless.passages().count > 5)
  }
}
