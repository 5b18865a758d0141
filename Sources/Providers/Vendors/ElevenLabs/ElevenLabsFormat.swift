internal import Foundation

/// A format of sound that ElevenLabs offers and that is kept here: MP3, WAV, or bare samples that become WAV.
struct ElevenLabsFormat: Sendable {
  let name: String
  /// Hertz of bare samples; nil for what comes with a header.
  private let bareRate: Int?

  /// Nil for other formats and for what is no format.
  init?(_ name: String) {
    let parts = name.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count >= 2, let codec = parts.first, ["mp3", "wav", "pcm"].contains(codec),
      parts.count == (codec == "mp3" ? 3 : 2),
      parts.dropFirst().allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
      let rate = Int(parts[1]), (8_000...48_000).contains(rate)
    else { return nil }
    self.name = name
    bareRate = codec == "pcm" ? rate : nil
  }

  /// Writes the sound as `speech` with the suffix of what it is, and looks whether it can be heard. Throws
  /// `CheckedMedia.Broken` for what cannot.
  func write(_ sound: [UInt8], to folder: String) async throws -> (String, CheckedMedia) {
    if sound.isEmpty { throw CheckedMedia.Broken(reason: "it is empty") }
    let raw = "\(folder)/speech.part"
    defer { try? FileManager.default.removeItem(atPath: raw) }
    do {
      let hasHeader = sound.starts(with: "RIFF".utf8) || sound.starts(with: "ID3".utf8)
      let head =
        hasHeader ? [] : bareRate.map { Self.header(bytes: sound.count & ~1, rate: $0) } ?? []
      let bytes = head.isEmpty ? sound[...] : sound.prefix(sound.count & ~1)
      try Data(head + bytes).write(to: URL(fileURLWithPath: raw))
      let media = try await CheckedMedia.read(raw, as: .sound)
      let path = "\(folder)/speech.\(media.suffix)"
      try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.moveItem(atPath: raw, toPath: path)
      return (path, media)
    } catch let error as CocoaError {
      throw CheckedMedia.Broken(
        reason: "it cannot be written into '\(folder)' (\(error.localizedDescription))")
    }
  }

  /// Of 16-bit samples, one channel.
  private static func header(bytes: Int, rate: Int) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    return Array("RIFF".utf8) + little(36 + bytes, 4) + Array("WAVEfmt ".utf8) + little(16, 4)
      + little(1, 2) + little(1, 2) + little(rate, 4) + little(rate * 2, 4) + little(2, 2)
      + little(16, 2) + Array("data".utf8) + little(bytes, 4)
  }
}
