import Foundation
import Media
import Testing

/// A folder for one test's files, deleted with it.
final class SoundFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "sound-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// Writes interleaved floats as a WAV file of 32-bit floats.
  func wav(_ name: String, _ samples: [Float], channels: Int, rate: Int = 48000) throws -> String {
    func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
      (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
    }
    var bytes = Array("RIFF".utf8) + little(UInt32(36 + samples.count * 4)) + Array("WAVEfmt ".utf8)
    bytes += little(UInt32(16)) + little(UInt16(3)) + little(UInt16(channels))
    bytes += little(UInt32(rate)) + little(UInt32(rate * channels * 4))
    bytes += little(UInt16(channels * 4)) + little(UInt16(32)) + Array("data".utf8)
    bytes += little(UInt32(samples.count * 4))
    bytes.reserveCapacity(bytes.count + samples.count * 4)
    for sample in samples { bytes += little(sample.bitPattern) }
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  /// Runs the `ffmpeg` program; its standard output.
  @discardableResult
  func ffmpeg(_ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments
    let (output, errors) = (file("stdout-\(UUID().uuidString)"), file("stderr"))
    for name in [output, errors] { _ = FileManager.default.createFile(atPath: name, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    let message = try String(contentsOfFile: errors, encoding: .utf8)
    #expect(process.terminationStatus == 0, "\(message)")
    return try Data(contentsOf: URL(fileURLWithPath: output))
  }

  /// What the `ffmpeg` program decodes from a file, as interleaved floats.
  func decodedByFFmpeg(_ path: String, options: [String] = []) throws -> [Float] {
    let data = try ffmpeg(["-i", path] + options + ["-f", "f32le", "-"])
    return stride(from: 0, to: data.count - 3, by: 4).map { index in
      let bits =
        UInt32(data[index]) | UInt32(data[index + 1]) << 8 | UInt32(data[index + 2]) << 16
        | UInt32(data[index + 3]) << 24
      return Float(bitPattern: bits)
    }
  }
}

/// All that `SoundReader` gives of a file.
func readAll(_ path: String, rate: Int = 48000, channels: Int = 2) throws -> [Float] {
  let reader = try SoundReader(path: path, rate: rate, channels: channels, interrupt: Interrupt())
  var samples: [Float] = []
  while true {
    let before = samples.count
    try reader.read(3001, into: &samples)
    if samples.count == before { return samples }
  }
}

/// The same noise on every run, in −amplitude ... amplitude.
struct TestNoise {
  private var state: UInt64
  init(seed: UInt64 = 1) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> Float {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
  }

  /// Noise without much above 4 kHz, which codecs keep; `count` samples per channel, all channels alike.
  static func soft(
    _ count: Int, channels: Int = 1, amplitude: Float = 0.5, seed: UInt64 = 1
  ) -> [Float] {
    var noise = TestNoise(seed: seed)
    var (low, lower): (Float, Float) = (0, 0)
    var samples: [Float] = []
    samples.reserveCapacity(count * channels)
    for _ in 0..<count {
      low += (noise.next() - low) * 0.3
      lower += (low - lower) * 0.3
      for _ in 0..<channels { samples.append(lower * 2 * amplitude) }
    }
    return samples
  }
}

func tone(
  _ frequency: Double, count: Int, channels: Int = 1, amplitude: Double = 0.5, rate: Int = 48000
) -> [Float] {
  (0..<count * channels).map {
    Float(amplitude * sin(2 * .pi * frequency * Double($0 / channels) / Double(rate)))
  }
}

func channel(_ index: Int, of channels: Int, _ samples: [Float]) -> [Float] {
  stride(from: index, to: samples.count, by: channels).map { samples[$0] }
}

/// Samples by which `found` lags behind `wanted` (both one channel), by least squares around `at`.
func lag(of found: [Float], behind wanted: [Float], at: Int, within: Int = 1500, length: Int = 1500)
  -> Int
{
  var best = (error: Float.infinity, lag: Int.min)
  for lag in -within...within {
    guard at + lag >= 0, at + lag + length <= found.count else { continue }
    var error: Float = 0
    for index in stride(from: at, to: at + length, by: 2) {
      let difference = found[index + lag] - wanted[index]
      error += difference * difference
    }
    if error < best.error { best = (error, lag) }
  }
  return best.lag
}

func rms(_ samples: some Collection<Float>) -> Double {
  (samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(samples.count, 1)))
    .squareRoot()
}
