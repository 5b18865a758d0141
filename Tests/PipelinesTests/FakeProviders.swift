import Foundation
import Providers
import Synchronization
import TestSupport

/// What a fake provider does at each of its calls in turn; the last one goes on.
enum Behaviour: Sendable {
  case works
  case fails(ProviderError.Class, waitMS: Int64? = nil)
  /// The service does it, and the answer is lost.
  case losesAnswer
  /// Its process dies with the request on its way: the call never returns.
  case hangs
}

/// Counts what a service was asked to do, and what it did, which is what is paid for.
final class Ledger: Sendable {
  private struct State {
    var asked: [String: Int] = [:]
    var done: [String: Int] = [:]
    var behaviours: [Behaviour] = []
    var calls = 0
  }
  private let state = Mutex(State())

  init(_ behaviours: [Behaviour] = []) { state.withLock { $0.behaviours = behaviours } }

  func set(_ behaviours: [Behaviour]) {
    state.withLock { ($0.behaviours, $0.calls) = (behaviours, 0) }
  }

  /// Of each request, how often it was made and how often it was done.
  var asked: [String: Int] { state.withLock { $0.asked } }
  var done: [String: Int] { state.withLock { $0.done } }
  var isPaidTwice: Bool { done.values.contains { $0 > 1 } }

  /// Throws, or returns where the service does what is asked.
  func serve(_ request: String, provider: String) async throws {
    let behaviour = state.withLock { state -> Behaviour in
      state.asked[request, default: 0] += 1
      defer { state.calls += 1 }
      if state.behaviours.isEmpty { return .works }
      return state.behaviours[min(state.calls, state.behaviours.count - 1)]
    }
    switch behaviour {
    case .works: state.withLock { $0.done[request, default: 0] += 1 }
    case .fails(let kind, let waitMS):
      throw ProviderError(
        kind, provider: provider, code: "fake", "it said no (\(kind.rawValue))",
        advice: "do something", waitMS: waitMS)
    case .losesAnswer:
      state.withLock { $0.done[request, default: 0] += 1 }
      throw ProviderError(
        .unknownOutcome, provider: provider, "the answer was lost", advice: "look")
    case .hangs:
      state.withLock { $0.done[request, default: 0] += 1 }
      try await Task.sleep(for: .seconds(3600))
    }
  }

  func hasDone(_ request: String) -> Bool { state.withLock { $0.done[request, default: 0] > 0 } }
}

/// What a lost request's look-up says.
enum LookUp: Sendable {
  case truth, unknown
  case notNow(Counter)
}

struct FakeWriter: ScriptWriter {
  let provider = "fake-script"
  var ledger = Ledger()
  var price: Double? = 0
  var scenes = 3
  /// What every scene says; otherwise each says its number.
  var narration: String?
  var lookUp = LookUp.truth

  func estimate(_ request: ScriptRequest) -> Cost { .of(1, "requests", price: price) }

  func write(_ request: ScriptRequest, _ call: ProviderCall) async throws -> Made<Script> {
    try await ledger.serve(request.sha256, provider: provider)
    return made
  }

  func recover(_ request: ScriptRequest, _ call: ProviderCall) async throws
    -> Recovery<Made<Script>>
  {
    if try lookUp.isUnknown(provider) { return .unknown }
    return ledger.hasDone(request.sha256) ? .found(made) : .notStarted
  }

  private var made: Made<Script> {
    Made(
      Script(
        title: "A $title with ${dollars}",
        scenes: (1...scenes).map {
          Script.Scene(
            title: "Scene \($0) costs $5", narration: narration ?? "Number \($0) is said here.",
            visual: "numbers", keywords: ["number"], language: "en")
        }), cost: .of(1, "requests", price: price), requestID: "script-1")
  }
}

struct FakeVoice: SpeechSynthesizer {
  let provider = "fake-voice"
  var ledger = Ledger()
  var price: Double? = 0
  var lookUp = LookUp.truth

  func estimate(_ request: SpeechRequest) -> Cost {
    .of(Double(request.text.count), "characters", price: price)
  }

  func speak(_ request: SpeechRequest, _ call: ProviderCall) async throws -> Made<Speech> {
    try await ledger.serve(request.text, provider: provider)
    return try made(request, call)
  }

  func recover(_ request: SpeechRequest, _ call: ProviderCall) async throws
    -> Recovery<Made<Speech>>
  {
    if try lookUp.isUnknown(provider) { return .unknown }
    return ledger.hasDone(request.text) ? .found(try made(request, call)) : .notStarted
  }

  private func made(_ request: SpeechRequest, _ call: ProviderCall) throws -> Made<Speech> {
    let words = request.text.split(separator: " ").map(String.init)
    let seconds = 0.1 * Double(words.count)
    let path = call.folder + "/speech.wav"
    try writeBytes(
      FakeSound.wav(seconds: seconds, tone: request.text.utf8.reduce(0) { $0 + Int($1) }), to: path)
    return Made(
      Speech(
        path: path, duration: seconds,
        words: words.enumerated().map {
          .init($1, start: 0.1 * Double($0), end: 0.1 * Double($0) + 0.08)
        }), cost: estimate(request), requestID: nil)
  }
}

/// Makes a picture, at once or as a job that is not ready for a while.
struct FakeMaker<Request: Sendable & Codable & Hashable>: MediaMaker {
  let provider: String
  var ledger = Ledger()
  /// Questions until a job is done; nil makes it at once.
  var questions: Int?
  var polls = Ledger()
  var downloads = Ledger()
  var price: Double? = 0
  var lookUp = LookUp.truth
  var polling = Polling(waitsMS: [2_000, 2_000, 5_000], deadlineMS: 900_000)
  /// Tells requests apart.
  let key: @Sendable (Request) -> String
  private let counts = Counter()

  init(_ provider: String, key: @escaping @Sendable (Request) -> String) {
    (self.provider, self.key) = (provider, key)
  }

  func estimate(_ request: Request) -> Cost { .of(1, "pictures", price: price) }

  func start(_ request: Request, _ call: ProviderCall) async throws -> Started {
    try await ledger.serve(key(request), provider: provider)
    return try await started(request, call)
  }

  func recover(_ request: Request, _ call: ProviderCall) async throws -> Recovery<Started> {
    if try lookUp.isUnknown(provider) { return .unknown }
    return ledger.hasDone(key(request)) ? .found(try await started(request, call)) : .notStarted
  }

  func poll(_ job: VendorJob) async throws -> JobStatus {
    try await polls.serve(job.id, provider: provider)
    return counts.next(job.id) > (questions ?? 0) ? .done : .running(progress: nil)
  }

  func fetch(_ job: VendorJob, _ request: Request, _ call: ProviderCall) async throws
    -> Made<MediaFile>
  {
    try await downloads.serve(job.id, provider: provider)
    return try await picture(call)
  }

  private func started(_ request: Request, _ call: ProviderCall) async throws -> Started {
    questions == nil
      ? .finished(try await picture(call)) : .job(VendorJob(id: "job-\(key(request))"))
  }

  private func picture(_ call: ProviderCall) async throws -> Made<MediaFile> {
    let path = call.folder + "/picture.png"
    try writeBytes(try readBytes(try ClipForge.still("fake.png", size: "160x90")), to: path)
    return Made(
      MediaFile(path: path, mediaType: "image/png"), cost: .of(1, "pictures", price: price))
  }
}

final class Counter: Sendable {
  private let counts = Mutex<[String: Int]>([:])
  func next(_ key: String) -> Int {
    counts.withLock {
      $0[key, default: 0] += 1
      return $0[key, default: 0]
    }
  }
}

enum FakeSound {
  /// 16-bit mono at 16 kHz.
  static func wav(seconds: Double, tone: Int) -> [UInt8] {
    let count = Int(16_000 * seconds)
    let period = 40 + tone % 60
    let samples = (0..<count).flatMap { index -> [UInt8] in
      let value = UInt16(bitPattern: index % period < period / 2 ? 3000 : -3000)
      return [UInt8(value & 255), UInt8(value >> 8)]
    }
    func four(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> ($0 * 8) & 255) } }
    var bytes = Array("RIFF".utf8) + four(36 + samples.count) + Array("WAVEfmt ".utf8)
    bytes += four(16) + [1, 0, 1, 0] + four(16_000) + four(32_000) + [2, 0, 16, 0]
    return bytes + Array("data".utf8) + four(samples.count) + samples
  }
}

extension LookUp {
  /// Throws where the service cannot be asked: three times, then it can.
  func isUnknown(_ provider: String) throws -> Bool {
    switch self {
    case .truth: return false
    case .unknown: return true
    case .notNow(let counter):
      if counter.next("look") > 3 { return false }
      throw ProviderError(.retry, provider: provider, "it is not listed yet", advice: "wait")
    }
  }
}
