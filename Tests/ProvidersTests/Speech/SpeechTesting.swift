import Foundation
import Media
import Testing

@testable import Providers

/// A folder for one call, removed at the end.
final class SpeechFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "speech-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var call: ProviderCall { ProviderCall(id: "01", startedAt: 0, folder: path) }

  func file(_ name: String) -> String { path + "/" + name }
}

/// Bytes of a file, compared without a list of every difference.
struct FileBytes: Hashable, Sendable, CustomStringConvertible {
  let bytes: [UInt8]

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  init(path: String) throws { bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

  var description: String { "\(bytes.count) bytes" }
}

/// What was spoken, and its bytes.
struct Spoken {
  var speech: Speech
  var bytes: FileBytes
  /// Loudness of each 10 ms, 0 … 1 of full scale.
  var energies: [Double]

  init(
    _ text: String, _ language: String, voice: String? = nil,
    by synthesizer: any SpeechSynthesizer = EspeakSynthesizer()
  ) async throws {
    let folder = try SpeechFolder()
    let request = SpeechRequest(text: text, language: language, voice: voice)
    let made = try await synthesizer.speak(request, folder.call)
    #expect(made.cost == .free)
    speech = made.value
    bytes = try FileBytes(path: speech.path)
    energies = try Self.energies(speech.path)
  }

  static func energies(_ path: String) throws -> [Double] {
    let reader = try SoundReader(path: path, rate: 16_000, channels: 1, interrupt: Interrupt())
    var energies: [Double] = []
    var samples: [Float] = []
    while true {
      samples.removeAll(keepingCapacity: true)
      try reader.read(160, into: &samples)
      guard !samples.isEmpty else { return energies }
      let sum = samples.reduce(0) { $0 + Double($1) * Double($1) }
      energies.append((sum / Double(samples.count)).squareRoot())
    }
  }

  /// Everything that holds for every speech.
  func check(text: String) {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    #expect(speech.words.map(\.text) == words)
    var place = 0.0
    for word in speech.words {
      #expect(word.start >= place - 1e-9, "\(word)")
      #expect(word.end >= word.start, "\(word)")
      place = word.end
    }
    #expect(place <= speech.duration + 1e-9)
    var end = 0.0
    for phoneme in speech.phonemes {
      #expect(phoneme.start == end, "\(phoneme)")
      #expect(phoneme.end > phoneme.start, "\(phoneme)")
      #expect(phoneme.symbol.unicodeScalars.allSatisfy { $0.value >= 0x61 }, "\(phoneme)")
      end = phoneme.end
    }
    #expect(abs(end - speech.duration) < 1e-9)
    #expect(abs(Double(energies.count) * 0.01 - speech.duration) < 0.03)
  }

  /// The moment at which the sound gets loud for the first time.
  var onset: Double { Double(energies.firstIndex { $0 > 0.01 } ?? -1) * 0.01 }

  /// Pauses of at least `length` seconds in the sound.
  func pauses(_ length: Double) -> [ClosedRange<Double>] {
    var pauses: [ClosedRange<Double>] = []
    var start: Int?
    for (index, energy) in energies.enumerated() {
      if energy < 0.004 {
        start = start ?? index
      } else if let begin = start {
        if Double(index - begin) * 0.01 >= length {
          pauses.append(Double(begin) * 0.01...Double(index) * 0.01)
        }
        start = nil
      }
    }
    return pauses
  }
}
