/// Sound that any player decodes, made without an encoder.
enum SilentSound {
  /// Nil for formats that this server does not make.
  static func bytes(_ format: String, seconds: Double) -> [UInt8]? {
    let parts = format.split(separator: "_").map(String.init)
    guard parts.count >= 2, let rate = Int(parts[1]) else { return nil }
    switch parts[0] {
    case "mp3" where parts.count == 3: return mp3(kilobits: Int(parts[2]) ?? 0, rate, seconds)
    case "pcm": return samples(rate, seconds)
    case "wav": return wav(rate, seconds)
    default: return nil
    }
  }

  /// Layer III frames of one channel whose side information says that nothing follows.
  private static func mp3(kilobits: Int, _ rate: Int, _ seconds: Double) -> [UInt8]? {
    let rates = [32: 1, 64: 5, 96: 7, 128: 9, 192: 11]
    guard rate == 44_100, let index = rates[kilobits] else { return nil }
    let length = 144_000 * kilobits / rate
    let frame = [0xFF, 0xFB, UInt8(index << 4), 0xC0] + [UInt8](repeating: 0, count: length - 4)
    let count = max(1, Int((seconds * Double(rate) / 1152).rounded(.up)))
    return (0..<count).flatMap { _ in frame }
  }

  /// A quiet tone.
  private static func samples(_ rate: Int, _ seconds: Double) -> [UInt8] {
    (0..<Int(seconds * Double(rate))).flatMap { index -> [UInt8] in
      let value = Int16(index * 440 / rate % 2 == 0 ? 2_000 : -2_000)
      return [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
  }

  private static func wav(_ rate: Int, _ seconds: Double) -> [UInt8] {
    let sound = samples(rate, seconds)
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let head = Array("RIFF".utf8) + little(36 + sound.count, 4) + Array("WAVEfmt ".utf8)
    let format = little(16, 4) + little(1, 2) + little(1, 2) + little(rate, 4) + little(rate * 2, 4)
    return head + format + little(2, 2) + little(16, 2) + Array("data".utf8)
      + little(sound.count, 4) + sound
  }
}
