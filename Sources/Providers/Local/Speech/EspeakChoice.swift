/// The voices that speak one request.
struct EspeakChoice: Sendable {
  /// `en-us`, as the library knows it.
  let voice: String
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
    script = Self.script(of: voice)
  }

  /// The voice for a passage: another one where all of it is in letters that are not this language's.
  func voice(for passage: SpokenText.Script) -> String {
    let base: String
    switch passage {
    case .hangul where script != .hangul: base = "ko"
    case .latin where script != .latin: base = "en-us"
    default: base = voice
    }
    return variant.map { base + "+" + $0 } ?? base
  }

  /// The library's rate of words in a minute at which narration sounds natural.
  func rate(of voice: String) -> Int {
    voice.hasPrefix("ko") ? 160 : 160
  }

  /// Languages that are not written in Latin letters.
  private static func script(of voice: String) -> SpokenText.Script {
    let other: Set<Substring> = [
      "am", "ar", "as", "be", "bg", "bn", "bpy", "chr", "cmn", "el", "fa", "grc", "gu", "he", "hi",
      "hy", "hyw", "ja", "ka", "kk", "kn", "kok", "ky", "mk", "ml", "mr", "my", "ne", "or", "pa",
      "ru", "sd", "shn", "si", "sr", "ta", "te", "th", "tt", "ug", "uk", "ur", "yue", "hak", "ba",
      "cv",
    ]
    let language = voice.split(separator: "-").first ?? ""
    return language == "ko" ? .hangul : other.contains(language) ? .other : .latin
  }
}

extension EspeakVoices {
  /// A voice by its language tag, its name or its file, as a user may write it; nil where there is none.
  func named(_ name: String) -> String? {
    let name = name.lowercased()
    let found = voices.first { voice in
      voice.languages.contains { $0.tag.lowercased() == name } || voice.name.lowercased() == name
        || voice.identifier.lowercased() == name
    }
    return found?.key
  }
}
