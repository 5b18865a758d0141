import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

/// Narration laid over an avatar that has a voice of its own.
@Suite struct VoiceCheckTests {
  /// Syllables of uneven length and loudness, `late` seconds after the start.
  private static func voice(_ name: String, late: Double = 0, pitch: Int = 180) throws -> String {
    try ClipForge.make(
      name,
      [
        "-f", "lavfi", "-i",
        "aevalsrc='0.5*sin(2*PI*\(pitch)*t)*gt(sin(9*(t-\(late))+3*sin(2.3*(t-\(late)))),0.1)*(0.4+0.6*abs(sin(1.7*(t-\(late)))))*gt(t,\(late))':s=48000:d=4",
      ])
  }

  private static func avatar(_ voice: String, _ name: String) throws -> String {
    try ClipForge.make(
      name,
      ["-f", "lavfi", "-i", "testsrc2=s=64x36:r=30:d=4", "-i", voice, "-pix_fmt", "yuv420p"]
        + ClipForge.Codec.h264.arguments + ["-c:a", "aac"])
  }

  private static func studio(late: Double, pitch: Int = 180) throws -> FilmStudio {
    try FilmStudio([
      "voice": try voice("voice.wav"),
      "host": try avatar(try voice("late.wav", late: late, pitch: pitch), "host-\(late).mp4"),
    ])
  }

  private static let scene =
    ##"{"id": "a", "background": "#203040", "narration": {"asset": "voice"}, "avatar": {"asset": "host"}}"##

  @Test(
    "an avatar that lags behind the narration is told with the milliseconds", arguments: [0.12, 0])
  func lag(seconds: Double) async throws {
    let studio = try Self.studio(late: seconds)
    let document = studio.document(Self.scene)
    // The second time the lag comes from the cache.
    for _ in 0..<2 {
      let result = try await studio.render(document)
      let lag = try #require(result.scenes[0].syncMS)
      #expect(abs(lag - seconds * 1000) <= 3)
      let warnings = result.warnings.filter { $0.code == .lipSync }
      #expect(warnings.map(\.pointer) == (seconds > 0.04 ? ["/scenes/0/avatar"] : []))
      #expect(warnings.allSatisfy { $0.message.contains("ms later than the narration") })
    }
  }

  @Test("the narration's offset is taken into account")
  func offset() async throws {
    let studio = try Self.studio(late: 0.12)
    let document = studio.document(
      Self.scene.replacing(#"{"asset": "voice"}"#, with: #"{"asset": "voice", "offset": 0.12}"#))
    let result = try await studio.render(document)
    let lag = try #require(result.scenes[0].syncMS)
    #expect(abs(lag) <= 3)
  }

  @Test("scenes without two voices have no lag")
  func none() async throws {
    let studio = try Self.studio(late: 0)
    let result = try await studio.render(
      studio.document(##"{"id": "a", "background": "#203040", "avatar": {"asset": "host"}}"##))
    #expect(result.scenes[0].syncMS == nil)
  }

  @Test("where assets come from is told as the document tells it")
  func provenance() async throws {
    let studio = try FilmStudio(["still": try ClipForge.still("still.png")])
    let document = studio.document(
      #"{"id": "a", "duration": "3f", "background": {"asset": "still"}}"#,
      assets: ["still": #""provenance": {"generator": "painter", "ai": true}"#])
    let result = try await studio.render(document)
    #expect(result.assets[0].provenance == ["generator": "painter", "ai": true])
  }
}
