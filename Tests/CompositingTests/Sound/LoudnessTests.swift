import Foundation
import Media
import Testing

@testable import Compositing

@Suite struct LoudnessTests {
  /// Programmes of four seconds at 48 kHz.
  enum Programme: String, CaseIterable {
    case sine, noise, gated, speechLike, near, mono, wide

    var channels: Int { self == .mono ? 1 : 2 }

    var samples: [Float] {
      let count = 48_000 * 4
      switch self {
      case .sine: return tone(997, count: count, channels: 2, amplitude: 0.3)
      case .mono: return tone(997, count: count, channels: 1, amplitude: 0.3)
      case .noise: return TestNoise.soft(count, channels: 2, amplitude: 0.4)
      case .near:
        // A tone at a quarter of the rate, whose samples miss its peaks by 3 dB.
        return (0..<count * 2).map {
          let edge = min(1, Double(min($0, count * 2 - $0)) / 9_600)
          return Float(edge * 0.7 * sin(.pi / 2 * Double($0 / 2) + .pi / 4))
        }
      case .gated:
        let noise = TestNoise.soft(count, channels: 2, amplitude: 0.4)
        return noise.indices.map { noise[$0] * ($0 / 2 % 96_000 < 48_000 ? 1 : 0.01) }
      case .speechLike:
        let noise = TestNoise.soft(count, channels: 2, amplitude: 0.5, seed: 7)
        return noise.indices.map { index in
          let time = Double(index / 2) / 48_000
          let syllable = max(0, sin(2 * .pi * 3.1 * time)) * max(0, sin(2 * .pi * 0.23 * time))
          return noise[index] * Float(syllable)
        }
      case .wide:
        // Full but for the last kilohertz, about which resamplers differ.
        var noise = TestNoise(seed: 3)
        var before: [Float] = [0, 0]
        return (0..<count * 2).map { index in
          let (new, old) = (noise.next() * 0.5, before[index % 2])
          before[index % 2] = new
          return (new + old) / 2
        }
      }
    }
  }

  @Test("loudness and true peak agree with libavfilter's", arguments: Programme.allCases)
  func agreesWithEBUR128(programme: Programme) throws {
    let folder = try SoundFolder()
    let samples = programme.samples
    let file = try folder.wav("in.wav", samples, channels: programme.channels)
    let text = try folder.ffmpeg([
      "-i", file, "-af", "ebur128=peak=true:metadata=1,ametadata=print:file=-", "-f", "null", "-",
    ])
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    func last(_ key: String) throws -> Double {
      let line = try #require(lines.last { $0.hasPrefix("lavfi.r128.\(key)=") })
      return try #require(Double(line.split(separator: "=")[1]))
    }
    var loudness = LoudnessMeter(rate: 48_000, channels: programme.channels)
    var peak = TruePeakMeter(channels: programme.channels)
    for start in stride(from: 0, to: samples.count, by: 9_998) {
      let block = Array(samples[start..<min(start + 9_998, samples.count)])
      loudness.add(block)
      peak.add(block)
    }
    peak.finish()
    let wanted = try last("I")
    let found = try #require(loudness.integrated)
    #expect(abs(found - wanted) <= 0.05, "\(found) LUFS, libavfilter \(wanted)")
    var peaks = 0.0
    for channel in 0..<programme.channels {
      peaks = max(peaks, try last("true_peaks_ch\(channel)"))
    }
    let wantedPeak = 20 * log10(peaks)
    let foundPeak = try #require(peak.decibels)
    #expect(abs(foundPeak - wantedPeak) <= 0.1, "\(foundPeak) dBTP, libavfilter \(wantedPeak)")
  }

  @Test("silence has no loudness")
  func silence() {
    var meter = LoudnessMeter(rate: 48_000, channels: 2)
    meter.add([Float](repeating: 0, count: 96_000))
    #expect(meter.integrated == nil)
    var peak = TruePeakMeter(channels: 2)
    peak.add([Float](repeating: 0, count: 9_600))
    peak.finish()
    #expect(peak.decibels == nil)
  }

  @Test("a tone of less than 400 ms has the loudness of a long one")
  func short() throws {
    var meter = LoudnessMeter(rate: 48_000, channels: 2)
    meter.add(tone(997, count: 14_000, channels: 2, amplitude: 1))
    #expect(abs(try #require(meter.integrated) - 0) < 0.1)
  }

  @Test("the peak is the same however the sound is cut into blocks and however loud it begins")
  func blocks() throws {
    let samples = TestNoise.soft(40_000, channels: 2, amplitude: 0.9, seed: 5)
    var whole = TruePeakMeter(channels: 2)
    whole.add(samples)
    whole.finish()
    var parts = TruePeakMeter(channels: 2)
    for start in stride(from: 0, to: samples.count, by: 14) {
      parts.add(Array(samples[start..<min(start + 14, samples.count)]))
    }
    parts.finish()
    #expect(whole.peak == parts.peak)
    var backwards = TruePeakMeter(channels: 2)
    backwards.add(samples.reversed())
    backwards.finish()
    #expect(abs(backwards.peak - whole.peak) < 1e-5)
  }

  @Test("decibels become factors without the machine's mathematical library")
  func decibels() {
    for step in -900...240 {
      let decibels = Double(step) / 10
      let wanted = pow(10, decibels / 20)
      #expect(abs(Decibels.factor(decibels) / wanted - 1) < 1e-14)
    }
    #expect(Decibels.factor(-96) == 0)
    #expect(Decibels.factor(0) == 1)
  }
}
