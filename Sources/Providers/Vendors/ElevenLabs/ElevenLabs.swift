internal import Foundation
internal import SceneDocument
public import WebClient

/// Speech of ElevenLabs, with the time of each letter.
///
/// One paid request for each text; no text is sent twice by itself. An answer that was lost is looked for in the
/// service's history.
public struct ElevenLabs: SpeechSynthesizer {
  public let provider = "elevenlabs"
  let settings: ElevenLabsSettings
  let calls: VendorCalls
  private let limits = ElevenLabsLimits()
  /// Bytes of a reply with sound.
  static let soundLimit = 256 << 20

  public init(_ settings: ElevenLabsSettings, web: WebClient) {
    var settings = settings
    settings.base = settings.base.withoutEndingSlash
    self.settings = settings
    calls = VendorCalls(
      provider: provider, name: "ElevenLabs", web: web, secrets: [settings.key])
  }

  /// Credits, and dollars where a price is set.
  public func estimate(_ request: SpeechRequest) -> Cost {
    cost(Double(request.text.unicodeScalars.count) * settings.creditsPerCharacter)
  }

  func cost(_ credits: Double) -> Cost {
    Cost.of(credits, "credits", price: settings.dollarsPerCredit)
  }

  public func speak(
    _ request: SpeechRequest, _ call: ProviderCall
  ) async throws -> Made<Speech> {
    let voice = try voice(of: request)
    let format = try format()
    try await check(request.text)
    let logging = settings.keepsHistory ? "" : "&enable_logging=false"
    var post = WebRequest(
      .post,
      "\(settings.base)/v1/text-to-speech/\(voice)/with-timestamps?output_format=\(format.name)\(logging)",
      headers: headers + [("Content-Type", "application/json")],
      body: .bytes(body(request).bytes), timeout: settings.speechTimeout)
    post.replyLimit = Self.soundLimit
    let reply = try await calls.send(post, .paid)
    guard reply.isSuccess else { throw error(reply, .paid) }
    guard let timed = ElevenLabsSpeech(reply.body) else {
      throw calls.malformed("something other than speech", reply, .paid)
    }
    let speech = try await keep(timed, format, request, call)
    let told = reply.headers["character-cost"] ?? reply.headers["x-character-count"] ?? ""
    let charged = Double(told).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    return Made(
      speech, cost: charged.map(cost) ?? estimate(request),
      requestID: calls.id(reply.headers["request-id"]))
  }

  /// Writes the sound and times its words. What the service sent and cannot be used may be in its history whole.
  private func keep(
    _ timed: ElevenLabsSpeech, _ format: ElevenLabsFormat, _ request: SpeechRequest,
    _ call: ProviderCall
  ) async throws -> Speech {
    let path: String
    let sound: CheckedMedia
    do {
      (path, sound) = try await format.write(timed.audio, to: call.folder)
    } catch let broken as CheckedMedia.Broken {
      throw calls.lost("the sound that ElevenLabs sent cannot be used: \(broken.reason)")
    }
    let end = timed.alignment?.last?.end ?? 0
    if end > sound.duration * 1.25 + 0.5 {
      throw calls.lost(
        "the sound that ElevenLabs sent ends after \(seconds(sound.duration)), its words after \(seconds(end))"
      )
    }
    return Speech(
      path: path, duration: sound.duration, words: timed.words(of: request.text, sound.duration))
  }

  private func seconds(_ value: Double) -> String { "\((value * 10).rounded() / 10) s" }

  var headers: [(name: String, value: String)] {
    [("xi-api-key", settings.key.value), ("Accept-Encoding", "identity")]
  }

  func body(_ request: SpeechRequest) -> JSONValue {
    var voice: [JSONValue.Member] = []
    func set(_ name: String, _ value: JSONValue?) {
      if let value { voice.append(.init(name, value)) }
    }
    set("stability", settings.stability.map { .number(min(max($0, 0), 1)) })
    set("similarity_boost", settings.similarity.map { .number(min(max($0, 0), 1)) })
    set("style", settings.style.map { .number(min(max($0, 0), 1)) })
    set("speed", settings.speed.map { .number(min(max($0, 0.7), 1.2)) })
    set("use_speaker_boost", settings.speakerBoost.map(JSONValue.bool))
    var body: [JSONValue.Member] = [
      .init("text", .string(request.text)), .init("model_id", .string(settings.model)),
    ]
    if !voice.isEmpty { body.append(.init("voice_settings", .object(voice))) }
    if let seed = settings.seed { body.append(.init("seed", .number(Double(seed)))) }
    if let normal = settings.textNormalization {
      body.append(.init("apply_text_normalization", .string(normal)))
    }
    if settings.takesLanguage, let language = request.language.split(separator: "-").first {
      body.append(.init("language_code", .string(language.lowercased())))
    }
    if settings.takesContext {
      if let text = request.previousText { body.append(.init("previous_text", .string(text))) }
      if let text = request.nextText { body.append(.init("next_text", .string(text))) }
    }
    return .object(body)
  }

  // MARK: What is refused before it is sent

  public func check(_ request: SpeechRequest) throws(ProviderError) { _ = try voice(of: request) }

  /// The voice's id without the spaces that come along when it is copied.
  func voice(of request: SpeechRequest) throws(ProviderError) -> String {
    let named = request.voice ?? settings.voice
    let voice = named.trimmingCharacters(in: .whitespacesAndNewlines)
    let isID =
      (10...64).contains(voice.count)
      && voice.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard isID else {
      throw calls.error(
        .permanent, code: "voice", "'\(voice)' is no id of a voice",
        advice:
          "give the voice's id, 20 letters and digits, not its name: --voice elevenlabs:ID or setting 'elevenlabs.voice'"
      )
    }
    return voice
  }

  func format() throws -> ElevenLabsFormat {
    guard let format = ElevenLabsFormat(settings.outputFormat) else {
      throw calls.error(
        .permanent, code: "output_format",
        "'\(settings.outputFormat)' is no format of sound that is used here",
        advice: "set the output format to mp3_44100_128, pcm_44100 or another mp3_…, wav_… or pcm_…"
      )
    }
    return format
  }

  private func check(_ text: String) async throws {
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw calls.error(
        .permanent, code: "text", "there is nothing to say", advice: "give the scene a narration")
    }
    let count = text.unicodeScalars.count
    let limit = await limits.limit(for: count, self)
    if count > limit {
      throw calls.error(
        .permanent, code: "text_too_long",
        "the text has \(count) characters, and model \(settings.model) takes \(limit) in one request",
        advice: "split the scene's narration")
    }
  }
}
