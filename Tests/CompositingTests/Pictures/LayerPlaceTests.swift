import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

@Suite struct LayerPlaceTests {
  @Test(
    "a box covers exactly the pixels that its rounded edges enclose",
    arguments: [
      PixelBox(x: 10, y: 6, width: 20, height: 10), PixelBox(x: 11, y: 7, width: 21, height: 11),
      PixelBox(x: 10.5, y: 6.49, width: 20, height: 10.02),
      PixelBox(x: -5, y: -3, width: 20, height: 10), PixelBox(x: 60, y: 30, width: 20, height: 20),
    ])
  func exactBox(box: PixelBox) throws {
    var stage = Stage()
    stage.add(.color(.white), in: box)
    let shot = try stage.shot()
    func edge(_ value: Double) -> Int { Int((value + 0.5).rounded(.down)) }
    let columns = edge(box.x)..<edge(box.x + box.width)
    let rows = edge(box.y)..<edge(box.y + box.height)
    for y in 0..<36 {
      for x in 0..<64 {
        #expect(shot.luma(x, y) == (columns ~= x && rows ~= y ? 235 : 16), "at \(x), \(y)")
      }
    }
  }

  @Test("a box one pixel further is one pixel further in luma and half a sample in chroma")
  func oddPlaces() throws {
    var middles: [(luma: Double, chroma: Double)] = []
    for x in 9..<15 {
      var stage = Stage()
      stage.add(
        .color(.pureRed), in: PixelBox(x: Double(x), y: Double(x), width: 21, height: 11))
      let shot = try stage.shot()
      #expect(shot.luma(x, x) == 63 || shot.luma(x, x) == 62)
      #expect(shot.luma(x - 1, x) == 16)
      middles.append((shot.whiteMiddle.x, shot.redMiddle.x))
    }
    for (before, after) in zip(middles, middles.dropFirst()) {
      #expect(abs(after.luma - before.luma - 1) < 0.001)
      #expect(abs(after.chroma - before.chroma - 0.5) < 0.05)
    }
  }

  // MARK: Fit

  private static let box = PixelBox(x: 16, y: 2, width: 32, height: 32)

  private static func fitted(
    _ change: (inout PictureLayer) -> Void
  ) throws -> Shot {
    var stage = Stage()
    try stage.add(try Quarters.still(), in: box, change)
    return try stage.shot()
  }

  @Test("fill stretches the source over the box")
  func fill() throws {
    let shot = try Self.fitted { $0.fit = .fill }
    expect(shot, at: 18, 4, .pureRed)
    expect(shot, at: 45, 4, .pureGreen)
    expect(shot, at: 18, 31, .pureBlue)
    expect(shot, at: 45, 31, .white)
    expect(shot, at: 12, 18, .black)
  }

  @Test(
    "cover fills the box and keeps the focus in view",
    arguments: [
      (0.0, RGBA.pureRed, RGBA.pureRed), (0.5, RGBA.pureRed, RGBA.pureGreen),
      (1.0, RGBA.pureGreen, RGBA.pureGreen),
    ])
  func cover(focus: Double, left: RGBA, right: RGBA) throws {
    let shot = try Self.fitted {
      $0.fit = .cover
      $0.focusX = focus
    }
    // The filter that resizes overshoots beside hard edges.
    expect(shot, at: 18, 4, left, within: 12)
    expect(shot, at: 45, 4, right, within: 12)
    expect(shot, at: 18, 31, left == .pureRed ? .pureBlue : .white, within: 12)
  }

  @Test("contain shows the whole source in the middle of the box")
  func contain() throws {
    let shot = try Self.fitted { $0.fit = .contain }
    expect(shot, at: 30, 6, .black)
    expect(shot, at: 18, 12, .pureRed)
    expect(shot, at: 45, 12, .pureGreen)
    expect(shot, at: 45, 24, .white)
    expect(shot, at: 30, 29, .black)
  }

  @Test("contain-blur has the source out of focus around itself")
  func containBlur() throws {
    let shot = try Self.fitted { $0.fit = .containBlur }
    expect(shot, at: 18, 12, .pureRed)
    expect(shot, at: 45, 24, .white)
    let above = shot.pixel(18, 4)
    #expect(above.cr > 180 && above.luma < Pixel(.pureRed).luma)
    #expect(shot.luma(30, 32) > 30)
    expect(shot, at: 12, 18, .black)
  }

  @Test("none shows source pixels one to one and cuts what does not fit")
  func one() throws {
    let shot = try Self.fitted { $0.fit = .none }
    expect(shot, at: 18, 6, .black)
    expect(shot, at: 20, 10, .pureRed)
    expect(shot, at: 44, 10, .pureGreen)
    // The middle of the source is the middle of the box, to the pixel.
    #expect(shot.luma(31, 10) < 80 && shot.luma(32, 10) > 150)
    #expect(shot.luma(40, 7) == 16 && shot.luma(40, 8) > 150)
  }

  @Test("crop takes its shares off the upright source before fitting")
  func crop() throws {
    let right = try Self.fitted { $0.crop = [0.5, 0, 0, 0] }
    expect(right, at: 18, 4, .pureGreen, within: 12)
    expect(right, at: 18, 31, .white, within: 12)
    let below = try Self.fitted { $0.crop = [0, 0.5, 0, 0] }
    expect(below, at: 18, 4, .pureBlue, within: 12)
    expect(below, at: 45, 4, .white, within: 12)
    let corner = try Self.fitted { $0.crop = [0, 0, 0.5, 0.5] }
    expect(corner, at: 45, 31, .pureRed, within: 12)
  }

  @Test(
    "a layer turns clockwise around the middle of its box",
    arguments: [
      (0.0, [RGBA.pureRed, .pureGreen, .pureBlue, .white]),
      (90, [.pureBlue, .pureRed, .white, .pureGreen]),
      (180, [.white, .pureBlue, .pureGreen, .pureRed]),
      (-90, [.pureGreen, .white, .pureRed, .pureBlue]),
    ])
  func rotate(degrees: Double, quarters: [RGBA]) throws {
    var stage = Stage()
    try stage.add(
      try Quarters.still("20x20"), in: PixelBox(x: 22, y: 8, width: 20, height: 20)
    ) { $0.rotate = degrees }
    let shot = try stage.shot()
    for (place, color) in zip([(25, 11), (38, 11), (25, 24), (38, 24)], quarters) {
      expect(shot, at: place.0, place.1, color)
    }
  }

  @Test("a turned square keeps its area and middle, with soft edges")
  func obliquely() throws {
    for degrees in [45.0, 30, -17.5] {
      var stage = Stage()
      stage.add(.color(.white), in: PixelBox(x: 22, y: 8, width: 20, height: 20)) {
        $0.rotate = degrees
      }
      let shot = try stage.shot()
      #expect(abs(shot.whiteArea - 400) < 4)
      #expect(abs(shot.whiteMiddle.x - 32) < 0.05 && abs(shot.whiteMiddle.y - 18) < 0.05)
      #expect(Set(shot.planes[0]).count > (degrees == 45 ? 2 : 8))
      #expect(shot.luma(22, 8) == 16 || degrees == -17.5)
    }
  }

  // MARK: Sources

  @Test("odd sizes at odd places are right to the pixel", arguments: ["still", "video"])
  func odd(kind: String) throws {
    var stage = Stage()
    let path =
      try kind == "still" ? Quarters.still("33x21") : Quarters.clip("33x21")
    try stage.add(path, in: PixelBox(x: 11, y: 7, width: 33, height: 21))
    let shot = try stage.shot()
    expect(shot, at: 13, 9, .pureRed, within: 5)
    expect(shot, at: 41, 9, .pureGreen, within: 5)
    expect(shot, at: 13, 25, .pureBlue, within: 5)
    expect(shot, at: 41, 25, .white, within: 5)
    for y in 0..<36 {
      #expect(shot.luma(10, y) == 16 && shot.luma(44, y) == 16)
    }
    for x in 0..<64 {
      #expect(shot.luma(x, 6) == 16 && shot.luma(x, 28) == 16)
    }
    #expect(shot.luma(43, 27) > 220)
  }

  @Test("stored pixels that are not square are shown with their true shape")
  func sampleAspect() throws {
    // 48 × 36 stored pixels of 4:3 are 64 × 36 shown.
    let clip = try Quarters.clip("48x36", more: ",setsar=4/3")
    var whole = Stage()
    try whole.add(clip) { $0.fit = .contain }
    let wide = try whole.shot()
    expect(wide, at: 1, 1, .pureRed, within: 5)
    expect(wide, at: 62, 1, .pureGreen, within: 5)
    expect(wide, at: 62, 34, .white, within: 5)
    var boxed = Stage()
    try boxed.add(clip, in: PixelBox(x: 0, y: 0, width: 48, height: 36)) { $0.fit = .contain }
    let low = try boxed.shot()
    expect(low, at: 24, 2, .black)
    expect(low, at: 2, 7, .pureRed, within: 5)
    expect(low, at: 45, 28, .white, within: 5)
    expect(low, at: 24, 34, .black)
    var square = Stage()
    try square.add(clip, in: PixelBox(x: 0, y: 0, width: 36, height: 36)) { $0.fit = .none }
    // One stored row is one row; columns are stretched.
    #expect(try square.shot().luma(17, 2) < 80)
  }

  @Test(
    "a display matrix turns the picture upright",
    arguments: [
      (90, [RGBA.pureBlue, .pureRed, .white, .pureGreen]),
      (180, [.white, .pureBlue, .pureGreen, .pureRed]),
      (270, [.pureGreen, .white, .pureRed, .pureBlue]),
    ])
  func displayMatrix(degrees: Int, quarters: [RGBA]) throws {
    let upright = try Quarters.clip(codec: .h264)
    let path = try ClipForge.make(
      "turned.mp4",
      // The program counts counter-clockwise.
      ["-i", upright, "-c", "copy", "-metadata:s:v:0", "rotate=\(360 - degrees)"])
    #expect(try probe(path).record.video?.rotation == degrees)
    var stage = Stage()
    try stage.add(path, in: PixelBox(x: 16, y: 2, width: 32, height: 32))
    let shot = try stage.shot()
    for (place, color) in zip([(20, 6), (43, 6), (20, 29), (43, 29)], quarters) {
      expect(shot, at: place.0, place.1, color, within: 8)
    }
    var contained = Stage()
    try contained.add(path, in: PixelBox(x: 16, y: 2, width: 32, height: 32)) { $0.fit = .contain }
    // Portrait leaves the sides free, landscape the top.
    #expect(try contained.shot().luma(18, 18) == 16 || degrees == 180)
    #expect(try contained.shot().luma(32, 4) == 16 || degrees != 180)
  }
}
