import Foundation

/// Speaks English with Flite, on this machine, without cost.
///
/// The same request gives the same bytes. One utterance at a time in a process; others wait.
public struct FliteSynthesizer: SpeechSynthesizer {
  public var provider: String { Self.name }
  static let name = "flite"
  public init() {}

  public func estimate(_ request: SpeechRequest) -> Cost { .free }

  /// Writes `speech.wav`, 16 000 Hz, into the call's folder. `voice` is `slt` (the usual one) or `rms`.
  public func speak(_ request: SpeechRequest, _ call: ProviderCall) async throws -> Made<Speech> {
    let stop = SpeechStop()
    return try await withTaskCancellationHandler {
      try await SpeechQueue.voices.run {
        if stop.isStopped { throw CancellationError() }
        return try ProviderError.naming(Self.name) {
          let speech = try FliteUtterance(request, path: call.folder + "/speech.wav", stop: stop)
          return Made(try speech.speak(), cost: .free)
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

/// One text being spoken.
private final class FliteUtterance {
  private let text: SpokenText
  private let path: String
  private let library: FliteLibrary
  private let voice: String
  private let stop: SpeechStop
  private var times = WordTimes()

  /// Throws `ProviderError` for what Flite cannot say.
  init(_ request: SpeechRequest, path: String, stop: SpeechStop) throws {
    (self.path, self.stop) = (path, stop)
    text = SpokenText(request.text, language: "en")
    guard request.language.lowercased().split(separator: "-").first == "en" else {
      throw Self.error("it speaks English only, not '\(request.language)'")
    }
    guard text.isHeard else { throw ProviderError.unspeakable(FliteSynthesizer.name, text) }
    if let letter = FliteText.foreign(text) {
      throw Self.error("it cannot speak '\(letter)'")
    }
    do {
      voice = request.voice ?? FliteLibrary.voices[0]
      library = try FliteLibrary(voice: voice)
    } catch {
      throw Self.error(
        error.reason, advice: "use one of \(FliteLibrary.voices.joined(separator: ", "))")
    }
  }

  private static func error(
    _ reason: String, advice: String = "use the provider 'espeak', which speaks other languages"
  ) -> ProviderError {
    ProviderError(.permanent, provider: FliteSynthesizer.name, reason, advice: advice)
  }

  /// Both speak about 157 words in a minute then.
  private static func stretch(voice: String) -> Float { voice == "slt" ? 1.1 : 1 }

  /// Throws `ProviderError`, `CancellationError` and what the file system says.
  func speak() throws -> Speech {
    var file: SpeechFile?
    for passage in text.passages(wanted: 1, longest: 600) {
      if stop.isStopped { throw CancellationError() }
      let (plain, words) = FliteText.plain(passage)
      var utterance: FliteLibrary.Utterance
      do { utterance = try library.speak(plain, stretch: Self.stretch(voice: voice)) } catch {
        throw Self.error(error.reason)
      }
      utterance.trim(lead: SpeechFile.lead, tail: SpeechFile.tail)
      let target = try file ?? SpeechFile(path: path, rate: utterance.rate)
      file = target
      note(utterance, plain: plain, wordOfByte: words, from: target.received)
      try target.append(utterance.samples)
      if passage.endsParagraph { try target.appendSilence(seconds: 0.25) }
      if target.isFull { throw ProviderError.tooLong(FliteSynthesizer.name) }
    }
    guard let file, file.isHeard else {
      throw ProviderError.unspeakable(FliteSynthesizer.name, text)
    }
    let length = try file.finish()
    let times = times.shifted(by: file.cut)
    return Speech(
      path: path, duration: Double(length) / Double(file.rate),
      words: times.words(of: text.words, length: length, rate: file.rate),
      phonemes: times.phonemes(length: length, rate: file.rate))
  }

  private func note(
    _ utterance: FliteLibrary.Utterance, plain: String, wordOfByte: [Int], from begin: Int
  ) {
    func sample(_ seconds: Double) -> Int {
      begin + min(utterance.samples.count, max(0, Int(seconds * Double(utterance.rate))))
    }
    var start = 0.0
    for segment in utterance.segments {
      times.sound(FlitePhones.ipa(segment.name), at: sample(start))
      start = segment.end
    }
    times.sound("", at: sample(start))
    var rest = plain[...]
    for token in utterance.tokens {
      guard let found = rest.range(of: token.name), let seconds = token.start else { continue }
      let byte = plain.utf8.distance(from: plain.startIndex, to: found.lowerBound)
      rest = rest[found.upperBound...]
      let word = wordOfByte[byte]
      if text.words[word].isHeard { times.begin(word: word, at: sample(seconds)) }
    }
  }
}

extension FliteLibrary.Utterance {
  /// Leaves so many seconds of the silence before the first sound and after the last, and shifts the times. The silence
  /// of these voices has noise in it, so that it is known by its name alone.
  mutating func trim(lead: Double, tail: Double) {
    guard let first = segments.firstIndex(where: { !FlitePhones.ipa($0.name).isEmpty }),
      let last = segments.lastIndex(where: { !FlitePhones.ipa($0.name).isEmpty })
    else { return }
    let begin = first > 0 ? max(0, segments[first - 1].end - lead) : 0
    let end = segments[last].end + tail
    let count = samples.count
    func sample(_ seconds: Double) -> Int { min(count, max(0, Int(seconds * Double(rate)))) }
    let range = sample(begin)..<max(sample(begin), sample(end))
    samples = Array(samples[range])
    let shift = Double(range.lowerBound) / Double(rate)
    for index in segments.indices { segments[index].end = max(0, segments[index].end - shift) }
    for index in tokens.indices {
      if let start = tokens[index].start { tokens[index].start = max(0, start - shift) }
    }
  }
}
