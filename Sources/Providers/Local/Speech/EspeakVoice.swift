/// A voice of eSpeak NG, or a variant that changes one.
struct EspeakVoice: Sendable, Hashable {
  struct Language: Sendable, Hashable {
    var tag: String
    /// Lower is better.
    var priority: Int
  }
  /// What it is chosen by: `English (Great Britain)`; the library finds no voice by a language alone.
  var name: String
  /// Its file below the library's data: `gmw/en-US`, `!v/f3`.
  var identifier: String
  var languages: [Language]

  /// How it is asked for: `en-us`, `f3`.
  var key: String { languages.first?.tag ?? "" }
}

/// What there is to choose from.
struct EspeakVoices: Sendable {
  var voices: [EspeakVoice]
  /// Names of variants: `f3`, `klatt2`.
  var variants: [String]

  init(_ library: EspeakLibrary) {
    voices = library.voices(variants: false).filter { !$0.identifier.hasPrefix("mb/") }
    variants = library.voices(variants: true).map {
      String($0.identifier.split(separator: "/").last ?? "")
    }.filter { !$0.isEmpty }.sorted()
  }

  /// The voice for a BCP 47 tag; nil where none speaks the language.
  func voice(language: String) -> EspeakVoice? {
    var tag = language.lowercased()
    tag = Self.defaults[tag] ?? tag
    while !tag.isEmpty {
      if let voice = voice(tag: Self.defaults[tag] ?? tag) { return voice }
      tag = tag.split(separator: "-").dropLast().joined(separator: "-")
    }
    return nil
  }

  private func voice(tag: String) -> EspeakVoice? {
    let speaking = voices.compactMap { voice in
      voice.languages.first { $0.tag.lowercased() == tag }.map { (voice, $0.priority) }
    }
    return speaking.min { ($0.1, $0.0.key) < ($1.1, $1.0.key) }?.0
  }

  /// Where a language alone says too little, or the library names it otherwise. Its plain voice of Mandarin spells the
  /// letters of pinyin in English.
  private static let defaults = [
    "en": "en-us", "fr": "fr-fr", "zh": "cmn-latn-pinyin", "cmn": "cmn-latn-pinyin",
    "zh-hk": "yue", "zh-yue": "yue", "no": "nb", "iw": "he", "in": "id",
  ]

  /// A few languages, for those who asked for one that is not there.
  var examples: String {
    let wanted = ["ko", "en-us", "en-gb", "ja", "cmn", "de", "fr-fr", "es", "pt-br", "ru"]
    let there = wanted.filter { tag in voices.contains { $0.languages.contains { $0.tag == tag } } }
    return there.joined(separator: ", ")
  }
}
