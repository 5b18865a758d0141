import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

@Suite struct LayerLookTests {
  private static let box = PixelBox(x: 22, y: 8, width: 20, height: 20)

  @Test("opacity mixes with what is below", arguments: [0.0, 0.25, 0.5, 1])
  func opacity(opacity: Double) throws {
    var stage = Stage()
    stage.add(.color(.white), in: Self.box) { $0.opacity = opacity }
    let wanted: Double = 16 + 219 * opacity
    #expect(abs(Double(try stage.shot().luma(30, 18)) - wanted) <= 1)
  }

  @Test("a colour's own alpha counts as opacity")
  func colorAlpha() throws {
    var stage = Stage()
    stage.add(.color(RGBA(red: 255, green: 255, blue: 255, alpha: 64)), in: Self.box)
    #expect(abs(try stage.shot().luma(30, 18) - 71) <= 1)
  }

  // MARK: Masks

  @Test(
    "masks have the area of their shape and soft edges",
    arguments: [
      (PictureLayer.Mask.circle, Double.pi * 100), (.rounded(5), 400 - (4 - Double.pi) * 25),
      (.none, 400),
    ])
  func masks(mask: PictureLayer.Mask, area: Double) throws {
    var stage = Stage()
    stage.add(.color(.white), in: Self.box) { $0.mask = mask }
    let shot = try stage.shot()
    #expect(abs(shot.whiteArea - area) < 1)
    #expect(abs(shot.whiteMiddle.x - 32) < 0.01 && abs(shot.whiteMiddle.y - 18) < 0.01)
    #expect((Set(shot.planes[0]).count > 4) == (mask != .none))
  }

  @Test("the circle is the largest in the box, in its middle")
  func circleInWideBox() throws {
    var stage = Stage()
    stage.add(.color(.white), in: PixelBox(x: 2, y: 8, width: 60, height: 20)) { $0.mask = .circle }
    let shot = try stage.shot()
    #expect(shot.luma(32, 9) > 200 && shot.luma(20, 18) == 16 && shot.luma(23, 18) == 235)
  }

  @Test("shapes of the document are drawn like masks")
  func shapes() throws {
    for (shape, area) in [
      (PictureLayer.Shape.circle, Double.pi * 100), (.rounded(5), 400 - (4 - Double.pi) * 25),
      (.rect, 400),
    ] {
      var stage = Stage()
      stage.add(.shape(shape, fill: .white), in: Self.box)
      #expect(abs(try stage.shot().whiteArea - area) < 1)
    }
  }

  @Test("a mask asset shows the layer where it is bright")
  func maskAsset() throws {
    let path = try ClipForge.make(
      "mask.png",
      [
        "-f", "lavfi", "-i", "color=black:s=40x40:r=1", "-vf",
        "format=gray,geq=lum='if(lt(X,W/2),255,if(lt(Y,H/2),128,0))'", "-frames:v", "1",
      ])
    var stage = Stage()
    let (mask, _) = try stage.asset(path)
    stage.add(.color(.white), in: Self.box) { $0.mask = .asset(mask) }
    let shot = try stage.shot()
    #expect(shot.luma(25, 12) == 235 && shot.luma(25, 25) == 235)
    #expect(abs(shot.luma(38, 12) - 126) <= 2)
    #expect(shot.luma(38, 25) == 16)
  }

  // MARK: Border and shadow

  @Test("a border lies inside the edge of the mask")
  func border() throws {
    for mask in [PictureLayer.Mask.none, .circle] {
      var stage = Stage()
      stage.add(.color(.pureRed), in: Self.box) {
        $0.mask = mask
        $0.border = .init(width: 3, color: .white)
      }
      let shot = try stage.shot()
      #expect(shot.luma(21, 18) == 16)
      #expect(shot.luma(23, 18) == 235 && shot.luma(40, 18) == 235 && shot.luma(32, 9) == 235)
      expect(shot, at: 32, 18, .pureRed)
      #expect(abs(shot.luma(26, 18) - Pixel(.pureRed).luma) < 3)
      #expect(shot.luma(22, 8) == (mask == .none ? 235 : 16))
    }
  }

  @Test("a shadow falls beside and beneath its layer")
  func shadow() throws {
    var stage = Stage(backdrop: .white)
    stage.add(.color(.pureRed), in: PixelBox(x: 20, y: 10, width: 16, height: 10)) {
      $0.shadow = .init(dx: 6, dy: 6, blur: 0, color: .black, opacity: 0.5)
    }
    let shot = try stage.shot()
    expect(shot, at: 28, 14, .pureRed)
    #expect(abs(shot.luma(39, 23) - 126) <= 2)
    #expect(shot.luma(45, 28) == 235 && shot.luma(18, 9) == 235)
  }

  @Test("a blurred shadow keeps its darkness and fades outwards")
  func softShadow() throws {
    func darkness(_ blur: Double) throws -> (sum: Double, row: [Int]) {
      var stage = Stage(backdrop: .white)
      stage.add(.color(.white), in: PixelBox(x: 26, y: 14, width: 12, height: 8)) {
        $0.shadow = .init(dx: 0, dy: 0, blur: blur, color: .black, opacity: 1)
      }
      let shot = try stage.shot()
      return (2304 - shot.whiteArea, (38..<50).map { shot.luma($0, 18) })
    }
    #expect(try darkness(0).sum < 1)
    let soft = try darkness(6)
    #expect(soft.sum > 30)
    #expect(zip(soft.row, soft.row.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(soft.row[0] < 160 && soft.row[11] == 235)
  }

  // MARK: Key

  /// A round figure before the key colour, with its edge mixed as a camera mixes it.
  private static func greenScreen(_ color: RGBA) throws -> String {
    try ClipForge.once("screen.png", key: "\(color)") { path in
      var stage = Stage(backdrop: RGBA(red: 20, green: 220, blue: 40))
      stage.add(.shape(.circle, fill: color), in: PixelBox(x: 16, y: 2, width: 32, height: 32))
      try stage.composer().canvas(at: 0).writePNG(to: path)
    }
  }

  @Test(
    "a chroma key leaves no green rim and no dark one",
    arguments: [
      RGBA(red: 224, green: 172, blue: 150), RGBA(red: 230, green: 230, blue: 235),
      RGBA(red: 60, green: 40, blue: 30),
    ])
  func chromaKey(figure: RGBA) throws {
    let path = try Self.greenScreen(figure)
    var stage = Stage(backdrop: .grey)
    try stage.add(path) {
      $0.key = .init(
        color: RGBA(red: 20, green: 220, blue: 40), tolerance: 0.18, softness: 0.08, spill: 0.5)
    }
    let shot = try stage.shot()
    expect(shot, at: 2, 2, .grey, within: 1)
    expect(shot, at: 61, 33, .grey, within: 1)
    expect(shot, at: 32, 18, figure, within: 6)
    let darkest = min(Pixel(figure).luma, Pixel(.grey).luma)
    for y in 0..<36 {
      for x in 0..<64 {
        let pixel = shot.pixel(x, y)
        let (red, green, blue) = pixel.rgb
        #expect(green - max(red, blue) < 14, "green rim at \(x), \(y): \(pixel)")
        #expect(pixel.luma >= darkest - 12, "dark rim at \(x), \(y): \(pixel)")
      }
    }
  }

  // MARK: Blend modes

  private static func blended(_ mode: PictureLayer.Blend, _ above: Int, _ below: Int) -> UInt8 {
    let (a, b) = (Double(above) / 255, Double(below) / 255)
    let result =
      switch mode {
      case .normal: a
      case .multiply: a * b
      case .screen: 1 - (1 - a) * (1 - b)
      case .overlay: b < 0.5 ? 2 * a * b : 1 - 2 * (1 - a) * (1 - b)
      case .add: min(a + b, 1)
      }
    return UInt8((255 * result).rounded())
  }

  @Test(
    "blend modes follow their formulas on gamma-encoded RGB",
    arguments: [PictureLayer.Blend.normal, .multiply, .screen, .overlay, .add])
  func blend(mode: PictureLayer.Blend) throws {
    let (above, below) = (
      RGBA(red: 200, green: 100, blue: 50), RGBA(red: 60, green: 180, blue: 120)
    )
    let expected = RGBA(
      red: Self.blended(mode, 200, 60), green: Self.blended(mode, 100, 180),
      blue: Self.blended(mode, 50, 120))
    var stage = Stage(backdrop: below)
    stage.add(.color(above), in: PixelBox(x: 11, y: 7, width: 31, height: 19)) { $0.blend = mode }
    let shot = try stage.shot()
    expect(shot, at: 26, 16, expected, within: 2)
    expect(shot, at: 4, 30, below, within: 1)
    stage.layers[0].opacity = 0.5
    let half = try stage.shot().pixel(26, 16)
    #expect(abs(half.luma - (Pixel(expected).luma + Pixel(below).luma) / 2) <= 2)
  }

  // MARK: Backgrounds

  @Test("dim moves a background towards black", arguments: [0.0, 0.5, 1])
  func dim(amount: Double) throws {
    let color = RGBA(red: 200, green: 100, blue: 50)
    for box in [
      PixelBox(x: 0, y: 0, width: 64, height: 36), PixelBox(x: 10, y: 4, width: 40, height: 28),
    ] {
      var stage = Stage()
      stage.add(.color(color), in: box) { $0.dim = amount }
      let (found, full) = (try stage.shot().pixel(30, 18), Pixel(color))
      let luma = 16 + Double(full.luma - 16) * (1 - amount)
      let cb = 128 + Double(full.cb - 128) * (1 - amount)
      #expect(abs(Double(found.luma) - luma) <= 1)
      #expect(abs(Double(found.cb) - cb) <= 1)
    }
  }

  private static func halves() throws -> String {
    try ClipForge.make(
      "halves.png",
      [
        "-f", "lavfi", "-i", "color=black:s=64x36:r=1", "-vf",
        "format=gray,geq=lum='if(lt(X,W/2),0,255)'", "-frames:v", "1",
      ])
  }

  @Test("blur has the width that was asked for and keeps flat parts")
  func blur() throws {
    var stage = Stage()
    try stage.add(try Self.halves()) { $0.blur = 4 }
    let shot = try stage.shot()
    let row = (0..<64).map { shot.luma($0, 18) }
    #expect(zip(row, row.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(row[2] == 16 && row[61] == 235)
    // One standard deviation from the edge 84 % of the step are done.
    let there = Double(row[35] + row[36]) / 2
    #expect(abs(there - 200.2) < 5)
  }

  @Test(
    "a background is as blurred and dimmed while it moves or leaves parts free as when it stands")
  func blurBesideCover() throws {
    var still = Stage()
    try still.add(try Self.halves()) {
      $0.blur = 4
      $0.dim = 0.25
    }
    let wanted = try still.shot()
    var fading = still
    fading.layers[0].enter = .init(kind: .fade, frames: 2)
    let faded = try fading.shot(1)
    var beside = still
    beside.layers[0].fit = .contain
    let contained = try beside.shot()
    for x in stride(from: 0, to: 64, by: 3) {
      let full = wanted.luma(x, 18) - 16
      #expect(abs(faded.luma(x, 18) - 16 - full * 3 / 4) <= 4, "fading, column \(x)")
      #expect(abs(contained.luma(x, 18) - 16 - full) <= 4, "contained, column \(x)")
    }
  }

  // MARK: Alpha

  @Test("alpha of videos and stills shows what is below", arguments: ["webm", "mov", "vp8", "png"])
  func alpha(kind: String) throws {
    let path =
      switch kind {
      case "webm": try ClipForge.alphaWebM()
      case "vp8": try ClipForge.alphaWebM(codec: .vp8)
      case "mov": try ClipForge.alphaProRes()
      default:
        try ClipForge.make(
          "alpha.png",
          [
            "-f", "lavfi", "-i", "color=red:s=64x36:r=1", "-vf",
            "format=rgba,geq=r=255:g=0:b=0:a='if(lt(X,W/2),255,0)'", "-frames:v", "1",
          ])
      }
    var stage = Stage(backdrop: .pureBlue)
    try stage.add(path)
    guard case .asset(let picture, _) = stage.layers[0].content else { return }
    #expect(picture.alpha == .straight)
    let shot = try stage.shot()
    let left = shot.pixel(8, 18)
    #expect(left.cr > 210 && left.cb < 120, "\(left)")
    expect(shot, at: 56, 18, .pureBlue, within: 2)
  }

  @Test("premultiplied and straight alpha of the same look give the same picture")
  func premultiplied() throws {
    func path(_ red: Int) throws -> String {
      try ClipForge.make(
        "half.png",
        [
          "-f", "lavfi", "-i", "color=black:s=32x32:r=1", "-vf",
          "format=rgba,geq=r=\(red):g=0:b=0:a=128", "-frames:v", "1",
        ])
    }
    func pixel(_ red: Int, _ alpha: AssetPicture.Alpha) throws -> Pixel {
      var stage = Stage(backdrop: .grey)
      try stage.add(try path(red)) {
        guard case .asset(var picture, let timing) = $0.content else { return }
        picture.alpha = alpha
        $0.content = .asset(picture, timing)
      }
      return try stage.shot().pixel(20, 20)
    }
    let straight = try pixel(255, .straight)
    let multiplied = try pixel(128, .premultiplied)
    #expect(straight.isNear(multiplied, within: 2))
    #expect(straight.isNear(Pixel(RGBA(red: 191, green: 64, blue: 64)), within: 2))
    #expect(try pixel(255, .none).isNear(Pixel(.pureRed), within: 2))
  }
}
