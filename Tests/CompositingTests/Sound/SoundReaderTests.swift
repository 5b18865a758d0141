import Foundation
import Media
import Testing

@Suite struct SoundReaderTests {
  @Test(
    "sample n of a file is n samples after its start, in every accepted container",
    arguments: [
      ("a.wav", "pcm_s16le"), ("a.mov", "pcm_s24le"), ("u8.wav", "pcm_u8"), ("a.flac", "flac"),
      ("a.m4a", "aac"), ("a.mov", "alac"), ("a.mp3", "libmp3lame"), ("a.ogg", "libopus"),
      ("a.webm", "libopus"), ("v.ogg", "libvorbis"), ("o.mp4", "libopus"),
    ])
  func containers(name: String, codec: String) throws {
    let folder = try SoundFolder()
    let wanted = TestNoise.soft(60_000)
    let source = try folder.wav("source.wav", wanted, channels: 1)
    let file = folder.file(name)
    try folder.ffmpeg(["-i", source, "-c:a", codec, "-b:a", "192k", file])
    let found = channel(0, of: 2, try readAll(file))
    #expect(found.count == 60_000)
    #expect(lag(of: found, behind: wanted, at: 20_000) == 0)
    #expect(lag(of: found, behind: wanted, at: 55_000) == 0)
  }
}
