import Foundation
import Media
import SceneDocument
import Testing

@testable import Compositing

/// Mixes `clips`, whose `sha256` are names of files in `folder`.
func mixed(
  _ folder: SoundFolder, samples: Int64, channels: Int = 1,
  loudness: SoundProgramme.Loudness? = nil,
  _ clips: [SoundClip]
) throws -> MixedSound {
  let path = folder.path
  return try SoundMixer(
    programme: SoundProgramme(
      rate: 48_000, channels: channels, samples: samples, clips: clips, loudness: loudness),
    files: { path + "/" + $0 }, workFolder: path
  ).mix()
}

extension MixedSound {
  func all() throws -> [Float] {
    var samples: [Float] = []
    try read(Int(self.samples), at: 0, into: &samples)
    return samples
  }
}

@Suite struct SoundMixerTests {
  @Test("clips lie at their sample, padded with silence and cut")
  func placing() throws {
    let folder = try SoundFolder()
    let noise = TestNoise.soft(48_000)
    _ = try folder.wav("a.wav", noise, channels: 1)
    let mix = try mixed(
      folder, samples: 200_000,
      [
        SoundClip(sha256: "a.wav", role: .effect, start: 777, count: 60_000, sourceEnd: 9_000_000),
        SoundClip(
          sha256: "a.wav", role: .effect, start: 100_001, count: 1_000, sourceStart: 500_000,
          sourceEnd: 1_000_000),
        SoundClip(
          sha256: "a.wav", role: .effect, start: 150_000, count: 20_000, sourceStart: 250_000,
          sourceEnd: 300_000),
        SoundClip(
          sha256: "a.wav", role: .effect, start: 190_000, count: 48_000, sourceEnd: 1_000_000),
      ]
    ).all()
    #expect(mix.count == 200_000)
    #expect(mix[..<777].allSatisfy { $0 == 0 })
    #expect(Array(mix[777..<48_777]) == noise)
    #expect(mix[48_777..<100_001].allSatisfy { $0 == 0 })
    #expect(Array(mix[100_001..<101_001]) == Array(noise[24_000..<25_000]))
    #expect(mix[101_001..<150_000].allSatisfy { $0 == 0 })
    #expect(Array(mix[150_000..<152_400]) == Array(noise[12_000..<14_400]))
    #expect(mix[152_400..<190_000].allSatisfy { $0 == 0 })
    #expect(Array(mix[190_000...]) == Array(noise[..<10_000]))
  }

  @Test("a loop begins again at once; a ping-pong turns back")
  func repeating() throws {
    let folder = try SoundFolder()
    let noise = TestNoise.soft(4_800)
    _ = try folder.wav("a.wav", noise, channels: 1)
    var clip = SoundClip(
      sha256: "a.wav", role: .background, start: 100, count: 20_000, sourceStart: 10_000,
      sourceEnd: 60_000, loop: true)
    let window = Array(noise[480..<2_880])
    let loop = try mixed(folder, samples: 30_000, [clip]).all()
    for index in 0..<20_000 { #expect(loop[100 + index] == window[index % 2_400]) }
    #expect(loop[20_100...].allSatisfy { $0 == 0 })
    clip.pingpong = true
    let pingpong = try mixed(folder, samples: 30_000, [clip]).all()
    let both = window + window.reversed()
    for index in 0..<20_000 { #expect(pingpong[100 + index] == both[index % 4_800]) }
  }

  @Test("speed keeps the pitch and hits the planned length", arguments: [0.5, 0.8, 1.25, 2, 3.5])
  func speed(tempo: Double) throws {
    let folder = try SoundFolder()
    // Two seconds of a tone, then two of another: the step tells the time, the crossings tell the pitch.
    let low = tone(300, count: 96_000)
    let high = tone(900, count: 96_000)
    _ = try folder.wav("a.wav", low + high, channels: 1)
    let count = Int((192_000 / tempo).rounded())
    var clip = SoundClip(
      sha256: "a.wav", role: .background, start: 0, count: Int64(count) + 5_000,
      sourceEnd: 4_000_000)
    clip.rate = Rational(Int64(tempo * 100), 100)
    let mix = try mixed(folder, samples: Int64(count) + 5_000, [clip]).all()
    func frequency(_ range: Range<Int>) -> Double {
      let crossings = range.dropFirst().count { mix[$0 - 1] < 0 && mix[$0] >= 0 }
      return Double(crossings) * 48_000 / Double(range.count)
    }
    let middle = count / 2
    #expect(abs(frequency(middle / 4..<middle * 3 / 4) - 300) < 8)
    #expect(abs(frequency(middle + middle / 4..<middle + middle * 3 / 4) - 900) < 16)
    // The step lies within atempo's own window of half of the way.
    #expect(abs(frequency(middle - 4_000..<middle - 2_000) - 300) < 40)
    #expect(abs(frequency(middle + 2_000..<middle + 4_000) - 900) < 60)
    #expect(rms(mix[count - 2_000..<count]) > 0.2)
    #expect(mix[count...].allSatisfy { $0 == 0 })
  }

  @Test("gain and fades of overlapping clips add up")
  func gains() throws {
    let folder = try SoundFolder()
    _ = try folder.wav("one.wav", [Float](repeating: 0.5, count: 48_000), channels: 1)
    let mix = try mixed(
      folder, samples: 48_000,
      [
        SoundClip(
          sha256: "one.wav", role: .effect, start: 0, count: 48_000, sourceEnd: 1_000_000,
          gainDB: -6, fadeIn: 480, fadeOut: 4_800),
        SoundClip(
          sha256: "one.wav", role: .effect, start: 24_000, count: 24_000, sourceEnd: 1_000_000,
          gainDB: -96),
        SoundClip(
          sha256: "one.wav", role: .effect, start: 30_000, count: 1_000, sourceEnd: 1_000_000),
      ]
    ).all()
    let level = Float(0.5 * pow(10, -0.3))
    #expect(abs(mix[240] - level * 240.5 / 480) < 1e-6)
    #expect(abs(mix[20_000] - level) < 1e-6)
    #expect(abs(mix[30_500] - level - 0.5) < 1e-6)
    #expect(abs(mix[48_000 - 2_400] - level * 2_399.5 / 4_800) < 1e-6)
  }

  @Test("music lies low under speech, by what is heard and by word times")
  func ducking() throws {
    let folder = try SoundFolder()
    _ = try folder.wav("music.wav", [Float](repeating: 0.1, count: 48_000 * 10), channels: 1)
    var voice = [Float](repeating: 0, count: 48_000 * 4)
    for index in 48_000..<96_000 { voice[index] = index % 2 == 0 ? 0.3 : -0.3 }
    _ = try folder.wav("voice.wav", voice, channels: 1)
    let music = SoundClip(
      sha256: "music.wav", role: .music, start: 0, count: 480_000, sourceEnd: 10_000_000,
      duck: .init(byDB: -10, attackMS: 150, releaseMS: 600))
    var speech = SoundClip(
      sha256: "voice.wav", role: .speech, start: 96_000, count: 192_000, sourceEnd: 4_000_000)
    let low = Float(0.1 * pow(10, -0.5))
    let heard = try mixed(folder, samples: 480_000, [music, speech])
    #expect(heard.speech == [144_000..<192_000])
    let mix = try heard.all()
    #expect(mix[144_000 - 7_300] == 0.1)
    #expect(abs(mix[144_000 - 3_600] - Float(0.1 * pow(10, -0.25))) < 1e-5)
    #expect(abs(mix[144_000] - 0.3 - low) < 1e-5)
    #expect(abs(mix[192_001] - low) < 1e-4)
    #expect(abs(mix[192_000 + 14_400] - Float(0.1 * pow(10, -0.25))) < 1e-5)
    #expect(mix[192_000 + 28_900] == 0.1)
    speech.speech = [.init(from: 2_000_000, to: 3_000_000)]
    let told = try mixed(folder, samples: 480_000, [music, speech])
    #expect(told.speech == [192_000..<240_000])
    #expect(abs(try told.all()[220_000] - low) < 1e-5)
    // A voice nobody hears lowers nothing.
    speech.gainDB = -96
    #expect(try mixed(folder, samples: 480_000, [music, speech]).all()[220_000] == 0.1)
  }

  @Test("one gain brings the mix to its target, as far as the peak allows")
  func loudness() throws {
    let folder = try SoundFolder()
    _ = try folder.wav("a.wav", tone(997, count: 480_000, amplitude: 0.05), channels: 1)
    var peaky = TestNoise.soft(480_000, amplitude: 0.1)
    peaky[240_000] = 0.9
    _ = try folder.wav("b.wav", peaky, channels: 1)
    let target = SoundProgramme.Loudness(targetLUFS: -16, truePeakDB: -1)
    func clip(_ name: String) -> SoundClip {
      SoundClip(sha256: name, role: .effect, start: 0, count: 480_000, sourceEnd: 10_000_000)
    }
    let even = try mixed(folder, samples: 480_000, loudness: target, [clip("a.wav")])
    #expect(!even.isLimited)
    var meter = LoudnessMeter(rate: 48_000, channels: 1)
    meter.add(try even.all())
    #expect(abs(try #require(meter.integrated) + 16) < 0.01)
    let limited = try mixed(folder, samples: 480_000, loudness: target, [clip("b.wav")])
    #expect(limited.isLimited)
    var peak = TruePeakMeter(channels: 1)
    peak.add(try limited.all())
    peak.finish()
    #expect(abs(try #require(peak.decibels) + 1) < 0.01)
    let silent = try mixed(folder, samples: 48_000, loudness: target, [])
    #expect(silent.gainDB == 0 && !silent.isLimited && silent.levels.lufs == nil)
    #expect(try silent.all().allSatisfy { $0 == 0 })
  }

  @Test("samples far from those asked for are silence before the start and after the end")
  func outside() throws {
    let folder = try SoundFolder()
    _ = try folder.wav("one.wav", [Float](repeating: 0.5, count: 48_000), channels: 1)
    let mix = try mixed(
      folder, samples: 1_000,
      [SoundClip(sha256: "one.wav", role: .effect, start: 0, count: 1_000, sourceEnd: 1_000_000)])
    var samples: [Float] = []
    try mix.read(2_000, at: -500, into: &samples)
    #expect(samples[..<500].allSatisfy { $0 == 0 } && samples[1_500...].allSatisfy { $0 == 0 })
    #expect(samples[500..<1_500].allSatisfy { $0 == 0.5 })
    try mix.read(10, at: 5_000, into: &samples)
    #expect(samples == [Float](repeating: 0, count: 10))
  }

  @Test("an asset without a file, a damaged one and a cancelled mix are errors")
  func errors() throws {
    let folder = try SoundFolder()
    _ = try folder.wav("one.wav", [Float](repeating: 0.5, count: 48_000), channels: 1)
    try Data("RIFFxxxxWAVEjunk".utf8).write(to: URL(fileURLWithPath: folder.file("bad.wav")))
    func mixer(_ name: String, _ interrupt: Interrupt = Interrupt()) -> SoundMixer {
      let path = folder.path
      return SoundMixer(
        programme: SoundProgramme(
          rate: 48_000, channels: 1, samples: 48_000,
          clips: [
            SoundClip(sha256: name, role: .effect, start: 0, count: 9, sourceEnd: 1_000_000)
          ],
          loudness: nil),
        files: { $0 == "none" ? nil : path + "/" + $0 }, workFolder: path, interrupt: interrupt)
    }
    #expect(throws: SoundError.missingAsset(sha256: "none")) { try mixer("none").mix() }
    #expect(throws: MediaError.self) { try mixer("bad.wav").mix() }
    let cancelled = Interrupt()
    cancelled.cancel()
    #expect(throws: MediaError.self) { try mixer("one.wav", cancelled).mix() }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
  }
}
