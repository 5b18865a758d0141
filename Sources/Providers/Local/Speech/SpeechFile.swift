import Foundation

/// A WAV of 16-bit samples, one channel, that is written as it is spoken: its beginning without a long silence, its end
/// with a short one.
///
/// Memory is one buffer whatever the length.
final class SpeechFile {
  /// Quieter than 0.3 % of full scale is silence.
  private static let threshold: UInt16 = 100
  /// Seconds of silence kept before the first sound and after the last.
  static let lead = 0.15
  static let tail = 0.25
  /// What the sizes in a WAV's header can say, with room for the tail.
  private static let largest = Int(UInt32.max) / 2 - 10_000_000

  let path: String
  let rate: Int
  private let file: FileHandle
  private var pending: [UInt8] = []
  /// The last silent samples before the first sound.
  private var before: [Int16] = []
  private var written = 0
  /// Samples written until after the last sound.
  private var heard = 0
  /// Samples cut from the beginning.
  private(set) var cut = 0

  /// Creates the file. Throws what the file system says.
  init(path: String, rate: Int) throws {
    (self.path, self.rate) = (path, rate)
    try Data().write(to: URL(fileURLWithPath: path))
    file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    pending = [UInt8](repeating: 0, count: 44)
  }

  /// Something louder than silence came.
  var isHeard: Bool { heard > 0 }
  /// No more fits into a WAV.
  var isFull: Bool { written > Self.largest }
  /// Samples received, those of a cut beginning included.
  var received: Int { cut + before.count + written }

  func append(_ samples: [Int16]) throws {
    func isLoud(_ sample: Int16) -> Bool { sample.magnitude >= Self.threshold }
    if isHeard || samples.contains(where: isLoud) {
      if !isHeard { write(takeBeginning()) }
      if let last = samples.lastIndex(where: isLoud) { heard = written + last + 1 }
      write(samples)
    } else {
      before += samples
    }
    if pending.count >= 1 << 16 { try flush() }
  }

  /// A pause.
  func appendSilence(seconds: Double) throws {
    try append([Int16](repeating: 0, count: Int(seconds * Double(rate))))
  }

  /// Ends the file with its tail and gives its length in samples. Throws what the file system says.
  func finish() throws -> Int {
    let length = heard + Int(Self.tail * Double(rate))
    if length > written { write([Int16](repeating: 0, count: length - written)) }
    try flush()
    try file.truncate(atOffset: UInt64(44 + 2 * length))
    try file.seek(toOffset: 0)
    try file.write(contentsOf: header(samples: length))
    try file.close()
    return length
  }

  private func takeBeginning() -> [Int16] {
    let kept = before.suffix(Int(Self.lead * Double(rate)))
    cut = before.count - kept.count
    before = []
    return Array(kept)
  }

  private func write(_ samples: [Int16]) {
    for sample in samples {
      pending.append(UInt8(truncatingIfNeeded: sample))
      pending.append(UInt8(truncatingIfNeeded: sample >> 8))
    }
    written += samples.count
  }

  private func flush() throws {
    try file.write(contentsOf: Data(pending))
    pending.removeAll(keepingCapacity: true)
  }

  private func header(samples: Int) -> Data {
    var header = Data()
    func add(_ text: String) { header.append(contentsOf: text.utf8) }
    func add(_ value: Int, bytes: Int) {
      for byte in 0..<bytes { header.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
    }
    add("RIFF")
    add(36 + 2 * samples, bytes: 4)
    add("WAVEfmt ")
    add(16, bytes: 4)
    add(1, bytes: 2)
    add(1, bytes: 2)
    add(rate, bytes: 4)
    add(2 * rate, bytes: 4)
    add(2, bytes: 2)
    add(16, bytes: 2)
    add("data")
    add(2 * samples, bytes: 4)
    return header
  }
}
