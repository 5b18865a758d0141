import Foundation
import Media
import Testing

@testable import Compositing

@Suite struct LipSyncTests {
  /// Bursts of noise like syllables.
  private func speech(_ count: Int, seed: UInt64) -> [Float] {
    var pace = TestNoise(seed: seed)
    let noise = TestNoise.soft(count, seed: seed &+ 9)
    var samples = [Float](repeating: 0, count: count)
    var place = 2_000
    while place < count {
      let length = 4_000 + Int((pace.next() + 1) * 4_000)
      let level = 0.2 + (pace.next() + 1) / 2
      for index in place..<min(place + length, count) {
        samples[index] =
          noise[index] * level * Float(sin(.pi * Double(index - place) / Double(length)))
      }
      place += length + Int((pace.next() + 1) * 3_000)
    }
    return samples
  }

  @Test("a late or early avatar is found to the millisecond", arguments: [0, 37, 180, -55, 1_200])
  func offset(milliseconds: Int) throws {
    let folder = try SoundFolder()
    let voice = speech(48_000 * 5, seed: 4)
    let shift = milliseconds * 48
    let late =
      shift >= 0
      ? [Float](repeating: 0, count: shift) + voice.map { $0 * 0.3 } : Array(voice[(-shift)...])
    let narration = LipSync.Track(
      path: try folder.wav("voice.wav", voice, channels: 1), sourceEnd: 5_000_000)
    let plain = try folder.wav("avatar.wav", late, channels: 1)
    let coded = folder.file("avatar.m4a")
    try folder.ffmpeg(["-i", plain, "-b:a", "64k", coded])
    let avatar = LipSync.Track(path: coded, sourceEnd: 9_000_000)
    let found = try #require(try LipSync.milliseconds(of: avatar, behind: narration))
    #expect(abs(found - Double(milliseconds)) <= 1)
  }

  @Test("places in the scene count, and another voice is no answer")
  func places() throws {
    let folder = try SoundFolder()
    let voice = try folder.wav("voice.wav", speech(48_000 * 4, seed: 4), channels: 1)
    let other = try folder.wav("other.wav", speech(48_000 * 4, seed: 77), channels: 1)
    let silent = try folder.wav("silent.wav", [Float](repeating: 0, count: 96_000), channels: 1)
    let narration = LipSync.Track(path: voice, sourceEnd: 4_000_000, start: 500_000)
    let cut = LipSync.Track(
      path: voice, sourceStart: 300_000, sourceEnd: 4_000_000, start: 900_000)
    #expect(try LipSync.milliseconds(of: cut, behind: narration) == 100)
    for path in [other, silent] {
      let track = LipSync.Track(path: path, sourceEnd: 4_000_000)
      #expect(try LipSync.milliseconds(of: track, behind: narration) == nil)
    }
  }
}
