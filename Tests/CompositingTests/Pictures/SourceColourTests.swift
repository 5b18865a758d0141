import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

@Suite struct SourceColourTests {
  /// The middle of a film that shows one clip, and the warnings it came with.
  private static func shown(
    _ path: String, asset: String? = nil
  ) throws -> (pixel: Pixel, warnings: [DiagnosticCode]) {
    let studio = try FilmStudio(["clip": path])
    let text = studio.document(
      #"{"id": "s", "duration": "3f", "background": {"asset": "clip"}}"#,
      assets: asset.map { ["clip": $0] } ?? [:])
    let request = try studio.request(text)
    let shot = try #require(try studio.composed(text, [1]).first)
    return (shot.pixel(30, 18), request.warnings.map(\.code).filter { $0 == .colorGuessed })
  }

  @Test(
    "tagged clips of either matrix and range show the same red",
    arguments: [("bt601", "tv"), ("bt709", "tv"), ("bt601", "pc"), ("bt709", "pc")])
  func tagged(matrix: String, range: String) throws {
    let (pixel, warnings) = try Self.shown(
      try ClipForge.colour("red", matrix: matrix, range: range))
    #expect(pixel.isNear(Pixel(luma: 62, cb: 102, cr: 239), within: 2), "\(pixel)")
    #expect(warnings == [])
  }

  @Test("an untagged small clip is taken as BT.601, with a warning")
  func untaggedSmall() throws {
    let (pixel, warnings) = try Self.shown(
      try ClipForge.colour("red", matrix: "bt601", tags: false))
    #expect(pixel.isNear(Pixel(luma: 62, cb: 102, cr: 239), within: 2), "\(pixel)")
    #expect(warnings == [.colorGuessed])
  }

  @Test("an untagged clip of 576 rows or more is taken as BT.709, with a warning")
  func untaggedLarge() throws {
    let (pixel, warnings) = try Self.shown(
      try ClipForge.colour("red", matrix: "bt709", tags: false, size: "64x576"))
    #expect(pixel.isNear(Pixel(luma: 62, cb: 102, cr: 239), within: 2), "\(pixel)")
    #expect(warnings == [.colorGuessed])
  }

  @Test("full range is honoured when it is tagged, and can be said by the document")
  func fullRange() throws {
    let tagged = try Self.shown(try ClipForge.colour("white", matrix: "bt709", range: "pc"))
    #expect(tagged.pixel.isNear(Pixel(luma: 235, cb: 128, cr: 128), within: 1))
    #expect(tagged.warnings == [])
    let silent = try ClipForge.colour("white", matrix: "bt709", range: "pc", tags: false)
    let guessed = try Self.shown(silent)
    #expect(guessed.pixel.luma >= 235)
    #expect(guessed.warnings == [.colorGuessed])
    let said = try Self.shown(
      silent, asset: #""color": {"matrix": "bt709", "range": "full"}"#)
    #expect(said.pixel.isNear(Pixel(luma: 235, cb: 128, cr: 128), within: 1))
    #expect(said.warnings == [])
  }

  @Test("RGB stills have the film's red, not BT.601's", arguments: ["png", "gif"])
  func rgbStill(suffix: String) throws {
    let path = try ClipForge.make(
      "red.\(suffix)",
      ["-f", "lavfi", "-i", "color=red:s=64x36:r=1", "-vf", "format=rgb24", "-frames:v", "1"])
    let (pixel, warnings) = try Self.shown(path)
    #expect(pixel.isNear(Pixel(luma: 63, cb: 102, cr: 240), within: 2), "\(pixel)")
    #expect(warnings == [])
  }

  @Test("a JPEG is read as JPEGs are written: full range, BT.601")
  func jpeg() throws {
    let path = try ClipForge.make(
      "red.jpg",
      [
        "-f", "lavfi", "-i", "color=red:s=64x36:r=1", "-vf",
        "format=rgb24,scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p", "-q:v", "1",
        "-frames:v", "1",
      ])
    let (pixel, _) = try Self.shown(path)
    #expect(pixel.isNear(Pixel(luma: 63, cb: 102, cr: 240), within: 4), "\(pixel)")
  }

  @Test("ten bits, 4:2:2 and 4:4:4 show the same colour", arguments: ["422p10le", "444p10le"])
  func deep(format: String) throws {
    // The encoder writes the tags of its frames.
    let tags = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
    let path = try ClipForge.make(
      "deep.mov",
      [
        "-f", "lavfi", "-i", "color=red:s=64x36:r=25:d=0.2", "-vf",
        "format=rgb24,scale=out_color_matrix=bt709:out_range=tv,format=yuv\(format),\(tags)",
        "-c:v",
        "prores_ks", "-profile:v", format.hasPrefix("444") ? "4" : "3",
      ])
    let (pixel, warnings) = try Self.shown(path)
    #expect(pixel.isNear(Pixel(luma: 63, cb: 102, cr: 240), within: 2), "\(pixel)")
    #expect(warnings == [])
  }
}
