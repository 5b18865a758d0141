public import WebClient

/// How ElevenLabs is called; all of it comes from the node's settings.
public struct ElevenLabsSettings: Sendable {
  public var key: Secret
  /// Without a path. A key is good for the region it was made for alone.
  public var base = "https://api.elevenlabs.io"
  public var model = "eleven_multilingual_v2"
  /// The voice of requests that name none.
  public var voice: String
  /// `mp3_…`, `wav_…` or `pcm_…`, of which the last is given a header and kept as WAV.
  public var outputFormat = "mp3_44100_128"
  /// 0 … 1; nil for the voice's own.
  public var stability: Double?
  public var similarity: Double?
  public var style: Double?
  /// 0.7 … 1.2.
  public var speed: Double?
  public var speakerBoost: Bool?
  /// Makes repeated speech similar, not equal.
  public var seed: UInt32?
  /// `auto`, `on`, `off`: whether numbers and dates are spelled out.
  public var textNormalization: String?
  /// False keeps nothing at the service: then no lost answer can be found again. Enterprise plans only.
  public var keepsHistory = true
  /// Characters of one request; nil for what the service says of the model.
  public var characterLimit: Int?
  /// US dollars for one credit, which is one character of most models.
  public var dollarsPerCredit: Double?
  /// Of the whole request for speech.
  public var speechTimeout: Duration = .seconds(240)
  /// Of requests that only read.
  public var readTimeout: Duration = .seconds(30)
  /// How long after it was made a lost request may still appear in the history.
  public var settling: Duration = .seconds(120)

  public init(key: Secret, voice: String) { (self.key, self.voice) = (key, voice) }
}

extension ElevenLabsSettings {
  /// What is known of models whose limits the service cannot be asked for.
  static func limit(of model: String) -> Int {
    if model.hasPrefix("eleven_v3") { return 3_000 }
    if model.hasSuffix("_v2_5") { return 40_000 }
    if model == "eleven_flash_v2" || model == "eleven_turbo_v2" { return 30_000 }
    return 10_000
  }

  /// Credits for one character.
  var creditsPerCharacter: Double {
    model.contains("flash") || model.contains("turbo") ? 0.5 : 1
  }

  /// Models of the third generation refuse what is said before and after.
  var takesContext: Bool { !model.hasPrefix("eleven_v3") }

  /// Others ignore the language or refuse it.
  var takesLanguage: Bool {
    model.hasSuffix("_v2_5") || model.hasPrefix("eleven_v3") || model.hasPrefix("eleven_v4")
  }
}
