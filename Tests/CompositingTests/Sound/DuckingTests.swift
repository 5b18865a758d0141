import Foundation
import SceneDocument
import Testing

@testable import Compositing

@Suite struct DuckingTests {
  let duck = SoundClip.Duck(byDB: -10, attackMS: 100, releaseMS: 400)

  @Test("the music is down when speech begins and comes back after it ends")
  func ramps() {
    let curve = Ducking.curve(duck, speech: [10_000..<20_000], rate: 1000)
    #expect(curve.decibels(at: 9_899) == 0)
    #expect(curve.decibels(at: 9_950) == -5)
    #expect(curve.decibels(at: 10_000) == -10)
    #expect(curve.decibels(at: 19_999) == -10)
    #expect(curve.decibels(at: 20_200) == -5)
    #expect(curve.decibels(at: 20_400) == 0)
    #expect(curve.decibels(at: 90_000) == 0)
  }

  @Test("ramps that meet are cut at their crossing")
  func crossing() {
    // 250 of the 500 ms that both ramps need: half of the way up.
    let curve = Ducking.curve(duck, speech: [0..<1_000, 1_250..<2_000], rate: 1000)
    #expect(curve.decibels(at: 1_200) == -5)
    #expect(curve.decibels(at: 1_100) == -7.5)
    #expect(curve.decibels(at: 1_250) == -10)
    let lowest = (0..<2_000).map { curve.decibels(at: Int64($0)) }.max()
    #expect(lowest == -5)
  }

  @Test("gaps below 300 ms are bridged, longer ones are not")
  func bridged() {
    #expect(
      Ducking.bridged([2_000..<2_100, 0..<1_000, 1_299..<1_500], rate: 1000)
        == [0..<1_500, 2_000..<2_100])
    #expect(
      Ducking.bridged([0..<1_000, 1_300..<1_500], rate: 1000) == [0..<1_000, 1_300..<1_500])
  }

  @Test("ramps of no length are steps")
  func steps() {
    let hard = SoundClip.Duck(byDB: -20, attackMS: 0, releaseMS: 0)
    let curve = Ducking.curve(hard, speech: [100..<200, 600..<700], rate: 1000)
    #expect(curve.decibels(at: 99) == 0)
    #expect(curve.decibels(at: 100) == -20)
    #expect(curve.decibels(at: 200) == -20)
    #expect(curve.decibels(at: 201) == 0)
    #expect(curve.decibels(at: 599) == 0)
    #expect(curve.decibels(at: 650) == -20)
  }

  @Test("speech is found at 10 ms above −40 dBFS")
  func detection() {
    var detector = SpeechDetector(start: 1_000, rate: 48_000, channels: 2)
    var samples = [Float](repeating: 0.005, count: 48_000 * 2)
    for index in 9_600 * 2..<19_200 * 2 { samples[index] = index % 4 < 2 ? 0.02 : -0.02 }
    for start in stride(from: 0, to: samples.count, by: 1_234) {
      detector.add(Array(samples[start..<min(start + 1_234, samples.count)]))
    }
    detector.finish()
    #expect(detector.windows == [10_600..<20_200])
  }

  @Test("word times are placed through offset, window and speed")
  func words() {
    let clip = SoundClip(
      sha256: "", role: .speech, start: 48_000, count: 96_000, sourceStart: 500_000,
      sourceEnd: 4_500_000, rate: Rational(2))
    let words: [SoundClip.SpeechWindow] = [
      .init(from: 0, to: 400_000), .init(from: 400_000, to: 1_500_000),
      .init(from: 4_000_000, to: 9_000_000),
    ]
    #expect(
      Ducking.windows(of: clip, words: words, rate: 48_000)
        == [48_000..<72_000, 132_000..<144_000])
  }

  @Test("a curve gives the same samples however they are cut into blocks")
  func curveBlocks() {
    let curve = Ducking.curve(duck, speech: [10_000..<20_000], rate: 48_000)
    var whole = [Float](repeating: 1, count: 60_000)
    curve.apply(to: &whole, from: -1_000, channels: 2)
    var parts: [Float] = []
    for start in stride(from: 0, to: 30_000, by: 7) {
      var part = [Float](repeating: 1, count: min(7, 30_000 - start) * 2)
      curve.apply(to: &part, from: Int64(start) - 1_000, channels: 2)
      parts += part
    }
    #expect(parts == whole)
    #expect(abs(Double(whole[(12_000 + 1_000) * 2]) - pow(10, -0.5)) < 1e-6)
  }

  @Test("fades are each other's mirror")
  func fades() {
    let fade = Fade(fadeIn: 4, fadeOut: 4, count: 20)
    var samples = [Float](repeating: 1, count: 40)
    fade.apply(0.5, to: &samples, from: 0, channels: 2)
    #expect(samples == samples.reversed())
    #expect(samples[0] == 0.0625 && samples[2] == 0.1875 && samples[8] == 0.5)
    var late = [Float](repeating: 1, count: 10)
    fade.apply(0.5, to: &late, from: 15, channels: 2)
    #expect(late == Array(samples[30...]))
  }
}
