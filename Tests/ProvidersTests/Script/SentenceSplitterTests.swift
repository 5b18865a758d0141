import Testing

@testable import Providers

@Suite struct SentenceSplitterTests {
  @Test(
    "sentences end where a speaker would stop",
    arguments: [
      ("Dr. Kim met Prof. Lee. They spoke.", ["Dr. Kim met Prof. Lee.", "They spoke."]),
      ("It costs 3.5 million. That is much.", ["It costs 3.5 million.", "That is much."]),
      ("He lives in the U.S. The sea is far.", ["He lives in the U.S.", "The sea is far."]),
      ("The U.S. Navy sails.", ["The U.S. Navy sails."]),
      ("See No. 5 and Fig. 2 first. Then go.", ["See No. 5 and Fig. 2 first.", "Then go."]),
      ("Some seas, e.g. the North Sea, are rough.", ["Some seas, e.g. the North Sea, are rough."]),
      ("Really? Yes! Good...", ["Really?", "Yes!", "Good..."]),
      (
        "It works (it really does. Always.) today. So be it.",
        ["It works (it really does. Always.) today.", "So be it."]
      ),
      ("“Go now. Run.” He ran.", ["“Go now. Run.”", "He ran."]),
      ("바다는 넓습니다. 정말 그럴까요? 네, 그래요.", ["바다는 넓습니다.", "정말 그럴까요?", "네, 그래요."]),
      ("값은 3.5배다. 많다.", ["값은 3.5배다.", "많다."]),
      ("海は広い。波は高い！本当？", ["海は広い。", "波は高い！", "本当？"]),
      ("no end at all", ["no end at all"]), ("", []), ("...", []),
      ("(never closed. It goes on.", ["(never closed. It goes on."]),
    ])
  func split(_ text: String, _ sentences: [String]) {
    #expect(SentenceSplitter.sentences(of: text) == sentences)
  }
}

@Suite struct SpeechTextTests {
  @Test(
    "what is written becomes what is said",
    arguments: [
      ("Read https://www.example.org/a/b?c=d now.", "Read example.org now."),
      ("See www.example.com.", "See example.com."),
      ("Write to me@example.org, please.", "Write to, please."),
      ("A claim [12] and another [3, 4].", "A claim and another."),
      ("Sea 🌊 and sun ☀️ shine.", "Sea and sun shine."),
      ("Wind & waves", "Wind and waves"),
      ("An orphan) bracket and “quote", "An orphan bracket and quote"),
      ("A whole (good) bracket and \"quote\".", "A whole (good) bracket and \"quote\"."),
      ("It is 25 % of 3,000 km² at −5 °C.", "It is 25 % of 3,000 km² at −5 °C."),
      ("right\u{202E}tfel\u{202C} and \u{200B}zero", "righttfel and zero"),
      ("tags\u{E0041}\u{E0042} are invisible", "tags are invisible"),
      ("100 ש\"ח לשעה", "100 ש\"ח לשעה"), ("100 ש\"ח \"לשעה", "100 ש\"ח לשעה"),
      ("null\u{0}byte\u{7}bell", "null byte bell"),
    ])
  func spoken(_ text: String, _ said: String) {
    #expect(SpeechText.spoken(text, language: "en") == said)
  }
}

@Suite struct TermsTests {
  @Test(
    "words lose their particles and plurals",
    arguments: [
      ("바다를", "바다"), ("달은", "달"), ("발전소에서는", "발전소"), ("고래에게는", "고래"), ("파도", "파도"), ("태양과", "태양"),
      ("학교", "학교"),
      ("Turbines", "turbine"), ("cities", "city"), ("gas", "gas"), ("waves’", "wave"),
      ("moon's", "moon"),
    ])
  func stems(_ word: String, _ stem: String) {
    #expect(Terms.term(word[...])?.stem == stem)
  }

  @Test(
    "small words, verbs and numbers are no subjects",
    arguments: ["the", "있습니다", "넘는", "그리고", "42", "2가", "with", "a"])
  func none(_ word: String) {
    #expect(Terms.term(word[...]) == nil)
  }
}
