import SceneDocument
import Testing

@testable import Compositing

@Suite struct SegmentPictureTests {
  private static func still(_ sha: String = "a") -> PictureLayer.Content {
    .asset(
      AssetPicture(
        sha256: sha, isStill: true, alpha: .none, rotation: 0, sampleAspect: Rational(1),
        matrix: "bt709", range: "tv"),
      SourceTiming(first: 0, start: 0, end: 0, rate: Rational(1), atEnd: .freeze))
  }

  private static func video(first: Int = 0) -> PictureLayer.Content {
    .asset(
      AssetPicture(
        sha256: "v", isStill: false, alpha: .none, rotation: 0, sampleAspect: Rational(1),
        matrix: "bt709", range: "tv"),
      SourceTiming(first: first, start: 0, end: 9_000_000, rate: Rational(1), atEnd: .freeze))
  }

  private static func scene(_ layers: [PictureLayer], frames: Int = 200) -> ScenePicture {
    ScenePicture(
      width: 64, height: 36, frameRate: Rational(30), frames: frames,
      backdrop: RGBA(red: 0, green: 0, blue: 0), layers: layers)
  }

  private static func layer(
    _ content: PictureLayer.Content, _ range: Range<Int>
  ) -> PictureLayer {
    PictureLayer(
      content: content, from: range.lowerBound, to: range.upperBound,
      box: PixelBox(x: 0, y: 0, width: 64, height: 36))
  }

  @Test("a layer that does not show in a segment leaves its key alone")
  func invisibleLayer() {
    let with = Self.scene([Self.layer(Self.still(), 0..<200), Self.layer(Self.video(), 100..<200)])
    let without = Self.scene([Self.layer(Self.still(), 0..<200)])
    #expect(SegmentPicture(of: with, range: 0..<60) == SegmentPicture(of: without, range: 0..<60))
    #expect(
      SegmentPicture(of: with, range: 60..<120) != SegmentPicture(of: without, range: 60..<120))
  }

  @Test("a still looks the same wherever in its life a segment begins")
  func stillAnywhere() {
    let scene = Self.scene([Self.layer(Self.still(), -40..<500)])
    #expect(SegmentPicture(of: scene, range: 0..<60) == SegmentPicture(of: scene, range: 90..<150))
  }

  @Test("a video's moment is told apart, and counted from the segment")
  func videoMoment() throws {
    let scene = Self.scene([Self.layer(Self.video(), 0..<200)])
    let early = SegmentPicture(of: scene, range: 0..<60)
    let late = SegmentPicture(of: scene, range: 60..<120)
    #expect(early != late)
    let layer = try #require(late.layers.first)
    guard case .asset(_, let timing) = layer.content else {
      Issue.record("not an asset")
      return
    }
    #expect(timing.first == -60)
  }

  @Test("an enter that is over and an exit that has not begun are no part of a key")
  func passages() throws {
    var layer = Self.layer(Self.still(), 0..<200)
    layer.enter = .init(kind: .fade, frames: 10)
    layer.exit = .init(kind: .pop, frames: 10)
    let middle = SegmentPicture(of: Self.scene([layer]), range: 60..<120)
    #expect(
      middle == SegmentPicture(of: Self.scene([Self.layer(Self.still(), 0..<200)]), range: 0..<60))
    let first = SegmentPicture(of: Self.scene([layer]), range: 0..<60)
    #expect(first.layers.first?.enter != nil && first.layers.first?.exit == nil)
  }

  @Test("motion keeps the layer's own beginning and end")
  func motion() {
    var layer = Self.layer(Self.still(), 0..<200)
    layer.motion = .init(preset: .in, amount: 0.1, ease: .linear)
    let scene = Self.scene([layer])
    #expect(SegmentPicture(of: scene, range: 0..<60) != SegmentPicture(of: scene, range: 60..<120))
  }

  @Test(
    "every field of a layer reaches the canonical JSON",
    arguments: [
      { $0.box.x = 1 }, { $0.fit = .fill }, { $0.focusX = 0.1 }, { $0.crop = [0.1, 0, 0, 0] },
      { $0.rotate = 3 }, { $0.opacity = 0.5 }, { $0.mask = .circle }, { $0.mask = .rounded(3) },
      { $0.border = .init(width: 2, color: RGBA(red: 1, green: 2, blue: 3)) },
      {
        $0.shadow = .init(
          dx: 1, dy: 2, blur: 3, color: RGBA(red: 0, green: 0, blue: 0), opacity: 1)
      },
      {
        $0.key = .init(
          color: RGBA(red: 0, green: 255, blue: 0), tolerance: 0.1, softness: 0.1, spill: 0.5)
      },
      { $0.blend = .screen }, { $0.dim = 0.2 }, { $0.blur = 3 },
      { $0.motion = .init(preset: .out, amount: 0.2, ease: .in) },
      { $0.enter = .init(kind: .fade, frames: 3) }, { $0.exit = .init(kind: .fade, frames: 300) },
    ] as [@Sendable (inout PictureLayer) -> Void])
  func everyField(change: @Sendable (inout PictureLayer) -> Void) {
    let plain = Self.layer(Self.still(), 0..<200)
    var changed = plain
    change(&changed)
    let a = SegmentPicture(of: Self.scene([plain]), range: 0..<60).json
    let b = SegmentPicture(of: Self.scene([changed]), range: 0..<60).json
    #expect(CanonicalJSON.sha256(of: a) != CanonicalJSON.sha256(of: b))
  }
}
