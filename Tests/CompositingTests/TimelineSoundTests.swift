import SceneDocument
import Testing

@testable import Compositing

@Suite struct TimelineSoundTests {
  @Test("with a narration the avatar's sound is not heard, and that is told")
  func voiceOnce() throws {
    let probes = [
      "v": probedSound("v", samples: 96000),
      "a": probedVideo("a", seconds: Rational(2), audio: true),
    ]
    let made = try timeline(
      #"{"id": "a", "narration": {"asset": "v"}, "avatar": {"asset": "a"}}"#, probes)
    #expect(made.diagnostics.map(\.code) == [.avatarAudioIgnored])
    #expect(made.timeline?.sound.clips.map(\.sha256) == [probes["v"]?.sha256 ?? ""])
    let both = try timeline(
      #"{"id": "a", "narration": {"asset": "v"}, "avatar": {"asset": "a", "audio": "on"}}"#, probes)
    #expect(both.timeline?.sound.clips.count == 2)
  }

  @Test("music runs from scene to scene in absolute samples")
  func music() throws {
    let made = try timeline(
      #"{"id": "a", "duration": 2}, {"id": "b", "duration": 3}, {"id": "c", "duration": 1}"#,
      ["m": probedSound("m", samples: 48000)],
      more: #""audio": {"music": [{"asset": "m", "from": "b", "to": "b"}]},"#)
    let clip = try #require(made.timeline?.sound.clips.first, "\(made.diagnostics)")
    #expect((clip.start, clip.count, clip.loop) == (96000, 144_000, true))
    #expect((clip.fadeIn, clip.fadeOut, clip.gainDB) == (48000, 96000, -20))
    #expect(clip.duck == SoundClip.Duck(byDB: -10, attackMS: 150, releaseMS: 600))
  }

  @Test("a sound cut by a join is faded there")
  func joins() throws {
    let made = try timeline(
      """
      {"id": "a", "duration": 2},
      {"id": "b", "duration": 2, "sounds": [{"asset": "m", "from": 1}, {"asset": "m", "to": 1}]}
      """, ["m": probedSound("m", samples: 480_000)])
    let clips = try #require(made.timeline?.sound.clips)
    #expect(clips.map(\.start) == [144_000, 96000])
    #expect(clips.map(\.count) == [48000, 48000])
    #expect(clips.map(\.fadeIn) == [0, 240])
    #expect(clips.map(\.fadeOut) == [240, 0])
  }
}
