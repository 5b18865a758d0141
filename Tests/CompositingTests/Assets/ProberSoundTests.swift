import Compositing
import Media
import SceneDocument
import TestSupport
import Testing

@Suite struct ProberSoundTests {
  @Test(
    "presented samples are as many as the ffmpeg program decodes",
    arguments: [
      "tone.wav", "tone.mp3", "tone.flac", "tone.ogg", "tone.opus", "tone.mka", "tone.webm",
    ])
  func samples(name: String) throws {
    let options = name == "tone.webm" ? ["-c:a", "libopus"] : []
    let path = try ClipForge.tone(name, seconds: 1.23, rate: 44_100, options: options)
    let audio = try #require(try probe(path).record.audio)
    #expect(audio.samples == Int64(try decodedSamples(path)))
  }

  @Test("the length of lossless sound is exact", arguments: ["wav", "flac", "mp3"])
  func exact(suffix: String) throws {
    let path = try ClipForge.tone("tone.\(suffix)", seconds: 1.5, rate: 48_000)
    let audio = try #require(try probe(path).record.audio)
    #expect(audio.samples == 72_000)
    #expect(audio.start == .zero && audio.duration == Rational(3, 2))
  }

  @Test("AAC in MP4 ends where its edit list says, not with the last whole frame")
  func aac() throws {
    let path = try ClipForge.tone("tone.m4a", seconds: 1, rate: 44_100)
    let audio = try #require(try probe(path).record.audio)
    #expect(audio.samples == 44_100)
    #expect(audio.start == .zero)
    // The program plays the padding of the last frame too.
    #expect((44_100..<44_100 + 1024).contains(try decodedSamples(path)))
  }

  @Test("MP3 without a header of counts is counted by its frames")
  func plainMP3() throws {
    let path = try ClipForge.tone("tone.mp3", options: ["-write_xing", "0"])
    let audio = try #require(try probe(path).record.audio)
    #expect(audio.samples == Int64(try decodedSamples(path)))
  }

  @Test("sound that starts later than the picture says by how much")
  func lateSound() throws {
    let path = try ClipForge.make(
      "late.mov",
      [
        "-f", "lavfi", "-i", "testsrc2=s=64x36:r=30:d=1", "-itsoffset", "0.25", "-f", "lavfi", "-i",
        "sine=r=48000:d=0.5", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le",
      ])
    let record = try probe(path).record
    let audio = try #require(record.audio)
    #expect(audio.start == Rational(1, 4))
    #expect(audio.samples == 24_000)
    #expect(record.video?.start == .zero)
  }

  @Test("a hole in the sound counts as silence")
  func hole() throws {
    let path = try ClipForge.make(
      "hole.mkv",
      [
        "-f", "lavfi", "-i", "sine=r=48000:d=2", "-af", "aselect='lt(t,0.5)+gt(t,1.5)'",
        "-c:a", "pcm_s16le",
      ])
    let audio = try #require(try probe(path).record.audio)
    #expect(abs(audio.duration.doubleValue - 2) < 0.05)
  }

  @Test("channels and rate are told", arguments: [(1, 22_050), (2, 48_000), (6, 44_100)])
  func layout(channels: Int, rate: Int) throws {
    let path = try ClipForge.tone(
      "tone.wav", rate: rate, options: ["-ac", "\(channels)"])
    let audio = try #require(try probe(path).record.audio)
    #expect((audio.channels, audio.rate) == (channels, rate))
  }

  private func decodedSamples(_ path: String) throws -> Int {
    try Tool.ffmpeg(["-i", path, "-map", "0:a:0", "-ac", "1", "-f", "s16le", "-"]).output.count / 2
  }
}
