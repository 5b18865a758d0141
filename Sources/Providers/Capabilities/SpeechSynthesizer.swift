/// Speaks a text, and tells when each word is heard.
public protocol SpeechSynthesizer: Sendable {
  /// `espeak`, `flite`, `elevenlabs`.
  var provider: String { get }

  func estimate(_ request: SpeechRequest) -> Cost

  /// Throws `ProviderError` for a request of which is known without asking anybody that it cannot be done.
  func check(_ request: SpeechRequest) throws(ProviderError)

  /// Writes the sound into the call's folder. Throws `ProviderError`.
  func speak(_ request: SpeechRequest, _ call: ProviderCall) async throws -> Made<Speech>

  func recover(_ request: SpeechRequest, _ call: ProviderCall) async throws -> Recovery<
    Made<Speech>
  >
}

extension SpeechSynthesizer {
  public func check(_ request: SpeechRequest) throws(ProviderError) {}
}

public struct SpeechRequest: Sendable, Codable, Hashable {
  /// Plain text, NFC.
  public var text: String
  /// BCP 47, such as `ko` or `en-GB`.
  public var language: String
  /// The provider's name of a voice; nil for its usual one in the language.
  public var voice: String?
  /// What is said before and after, for the melody; not spoken.
  public var previousText: String?
  public var nextText: String?

  public init(
    text: String, language: String, voice: String? = nil, previousText: String? = nil,
    nextText: String? = nil
  ) {
    (self.text, self.language, self.voice) = (text, language, voice)
    (self.previousText, self.nextText) = (previousText, nextText)
  }
}

public struct Speech: Sendable, Codable, Hashable {
  public struct Word: Sendable, Codable, Hashable {
    /// As written, its punctuation with it, without spaces.
    public var text: String
    /// Seconds from the file's start.
    public var start: Double
    public var end: Double

    public init(_ text: String, start: Double, end: Double) {
      (self.text, self.start, self.end) = (text, start, end)
    }
  }
  public struct Phoneme: Sendable, Codable, Hashable {
    /// IPA, stress marks left out; empty for silence.
    public var symbol: String
    public var start: Double
    public var end: Double

    public init(_ symbol: String, start: Double, end: Double) {
      (self.symbol, self.start, self.end) = (symbol, start, end)
    }
  }
  /// The sound: WAV, MP3 or FLAC.
  public var path: String
  /// Seconds.
  public var duration: Double
  /// Never decreasing; together the text that was spoken.
  public var words: [Word]
  /// Empty where the provider does not say.
  public var phonemes: [Phoneme]

  public init(path: String, duration: Double, words: [Word], phonemes: [Phoneme] = []) {
    (self.path, self.duration, self.words, self.phonemes) = (path, duration, words, phonemes)
  }
}
