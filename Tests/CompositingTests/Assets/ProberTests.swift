import Compositing
import SceneDocument
import TestSupport
import Testing

@Suite struct ProberTests {
  @Test("a plain clip is told by frames, rate, size and length")
  func plainClip() throws {
    let record = try probe(try ClipForge.plain()).record
    let video = try #require(record.video)
    #expect(record.kind == .video)
    #expect(record.sha256.count == 64)
    #expect(video.frames == 30)
    #expect(video.frameRate == Rational(30))
    #expect(video.duration == Rational(1))
    #expect(video.start == .zero)
    #expect((video.width, video.height) == (64, 36))
    #expect(!video.isVariableRate && !video.hasAlpha && record.audio == nil)
  }
}

/// Probes one file, which lies anywhere.
func probe(_ path: String, as kind: Asset.Kind = .auto) throws -> ProbedAsset {
  let parts = path.split(separator: "/")
  let root = try AssetRoot(path: "/" + parts.dropLast().joined(separator: "/"))
  return try Prober(root: root).probe(String(parts.last!), as: kind)
}
