import Foundation
import Synchronization

/// Speaks with eSpeak NG: about a hundred languages, on this machine, without cost.
///
/// The same request gives the same bytes. One utterance at a time in a process; others wait.
public struct EspeakSynthesizer: SpeechSynthesizer {
  public var provider: String { Self.name }
  static let name = "espeak"

  public init() {}

  public func estimate(_ request: SpeechRequest) -> Cost { .free }

  /// Writes `speech.wav`, 22 050 Hz, into the call's folder.
  ///
  /// `voice` is one of the library's, a variant, or both: `en-gb`, `+f3`, `ko+klatt2`. Sentences all of another script
  /// are spoken by a voice of their own. What comes before and after is not listened to.
  public func speak(_ request: SpeechRequest, _ call: ProviderCall) async throws -> Made<Speech> {
    let stop = SpeechStop()
    return try await withTaskCancellationHandler {
      try await SpeechQueue.voices.run {
        try ProviderError.naming(Self.name) {
          try EspeakSpeaker.speak(request, folder: call.folder, stop: stop)
        }
      }
    } onCancel: {
      stop.stop()
    }
  }

  /// Nothing is lost when it is spoken again.
  public func recover(_ request: SpeechRequest, _ call: ProviderCall) async throws -> Recovery<
    Made<Speech>
  > { .notStarted }
}

/// Whether an utterance is to end; read while a library computes.
final class SpeechStop: Sendable {
  private let flag = Atomic<Bool>(false)
  func stop() { flag.store(true, ordering: .relaxed) }
  var isStopped: Bool { flag.load(ordering: .relaxed) }
}

/// The one place of this process where eSpeak NG is used; its functions run on the queue of the voices.
enum EspeakSpeaker {
  /// What there is to choose from, read once.
  private static let voices = Mutex<EspeakVoices?>(nil)

  static func speak(_ request: SpeechRequest, folder: String, stop: SpeechStop) throws -> Made<
    Speech
  > {
    if stop.isStopped { throw CancellationError() }
    let text = SpokenText(request.text, language: request.language)
    guard text.isHeard else { throw ProviderError.unspeakable(EspeakSynthesizer.name, text) }
    do {
      let choice = try choose(request)
      let utterance = try EspeakUtterance(
        text: text, choice: choice, path: folder + "/speech.wav", stop: stop)
      return Made(try utterance.speak(), cost: .free)
    } catch let failure as EspeakLibrary.Failure {
      throw ProviderError(
        .permanent, provider: EspeakSynthesizer.name, failure.reason,
        advice: "install libespeak-ng1 and espeak-ng-data, or name another voice")
    }
  }

  private static func choose(_ request: SpeechRequest) throws -> EspeakChoice {
    let voices = try voices.withLock { known in
      let voices = try known ?? EspeakVoices(EspeakLibrary())
      known = voices
      return voices
    }
    return try EspeakChoice(request, of: voices)
  }
}

extension ProviderError {
  static func unspeakable(_ provider: String, _ text: SpokenText) -> ProviderError {
    text.words.contains { $0.text.contains(where: \.isLetter) }
      ? ProviderError(
        .permanent, provider: provider, "the voice knows none of the text's letters",
        advice: "name a voice of the text's language, or another provider of speech")
      : ProviderError(
        .permanent, provider: provider, "the text has no word that could be spoken",
        advice: "give a text with letters or digits")
  }

  /// Errors of the file system as one of the provider.
  static func naming<Value>(_ provider: String, _ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as ProviderError {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch {
      throw ProviderError(
        .retry, provider: provider,
        "the sound cannot be written: \(error.localizedDescription)",
        advice: "check that the folder exists and that its disk has space")
    }
  }

  static func tooLong(_ provider: String) -> ProviderError {
    ProviderError(
      .permanent, provider: provider, "the text is too long for one sound file",
      advice: "speak it in several parts")
  }
}
