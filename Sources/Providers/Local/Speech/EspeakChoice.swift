/// The voices that speak one request.
struct EspeakChoice: Sendable {
  let voice: EspeakVoice
  private let korean: EspeakVoice?
  private let english: EspeakVoice?
  /// `f3`; nil for the plain voice.
  let variant: String?
  private let script: SpokenText.Script

  /// Throws `ProviderError` for a language or voice that is not there.
  init(_ request: SpeechRequest, of voices: EspeakVoices) throws {
    let wanted = request.voice ?? ""
    let parts = wanted.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    let base = parts.first.map(String.init) ?? ""
    variant = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : nil
    if base.isEmpty {
      guard let voice = voices.voice(language: request.language) else {
        throw ProviderError(
          .permanent, provider: EspeakSynthesizer.name,
          "no voice speaks '\(request.language)'",
          advice: "use a language such as \(voices.examples); `espeak-ng --voices` lists all")
      }
      self.voice = voice
    } else {
      guard let voice = voices.named(base) else {
        throw ProviderError(
          .permanent, provider: EspeakSynthesizer.name, "there is no voice '\(base)'",
          advice: "use a voice such as \(voices.examples); `espeak-ng --voices` lists all")
      }
      self.voice = voice
    }
    if let variant, !voices.variants.contains(variant) {
      throw ProviderError(
        .permanent, provider: EspeakSynthesizer.name,
        "there is no variant '\(variant)' of voices",
        advice: "use one such as m1, m3, f2, f3; `espeak-ng --voices=variant` lists all")
    }
    (korean, english) = (voices.voice(language: "ko"), voices.voice(language: "en"))
    script = Self.script(of: voice)
  }

  /// The voice for a passage: another one where all of it is in letters that are not this language's.
  func voice(for passage: SpokenText.Script) -> EspeakVoice {
    switch passage {
    case .hangul where script != .hangul: korean ?? voice
    case .latin where script != .latin: english ?? voice
    default: voice
    }
  }

  /// The library's rate at which narration sounds natural: 158 words in a minute of English, pauses among them, and 4.9
  /// syllables in a second of Korean.
  func rate(of voice: EspeakVoice) -> Int {
    voice.key.hasPrefix("ko") ? 178 : 150
  }

  /// Languages that are not written in Latin letters.
  private static func script(of voice: EspeakVoice) -> SpokenText.Script {
    let other: Set<Substring> = [
      "am", "ar", "as", "be", "bg", "bn", "bpy", "chr", "cmn", "el", "fa", "grc", "gu", "he", "hi",
      "hy", "hyw", "ja", "ka", "kk", "kn", "kok", "ky", "mk", "ml", "mr", "my", "ne", "or", "pa",
      "ru", "sd", "shn", "si", "sr", "ta", "te", "th", "tt", "ug", "uk", "ur", "yue", "hak", "ba",
      "cv",
    ]
    let language = voice.key.split(separator: "-").first ?? ""
    return language == "ko" ? .hangul : other.contains(language) ? .other : .latin
  }
}

extension EspeakVoices {
  /// A voice by its language tag, its name or its file, as a user may write it; nil where there is none.
  func named(_ name: String) -> EspeakVoice? {
    let name = name.lowercased()
    return voices.first { voice in
      voice.languages.contains { $0.tag.lowercased() == name } || voice.name.lowercased() == name
        || voice.identifier.lowercased() == name
    }
  }
}
