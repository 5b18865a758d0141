import Testing

@testable import Media

@Suite struct BlendModeTests {
  private func expected(_ mode: BlendMode, _ above: Double, _ below: Double) -> Double {
    switch mode {
    case .normal: above
    case .multiply: above * below
    case .screen: 1 - (1 - above) * (1 - below)
    case .overlay: below < 0.5 ? 2 * above * below : 1 - 2 * (1 - above) * (1 - below)
    case .add: min(above + below, 1)
    }
  }

  @Test("each mode is its formula on RGB", arguments: BlendMode.allCases)
  func formula(mode: BlendMode) {
    let pairs: [([UInt8], [UInt8])] = [
      ([200, 100, 50], [90, 180, 240]), ([255, 255, 255], [40, 60, 80]),
      ([0, 0, 0], [140, 30, 200]), ([128, 128, 128], [128, 128, 128]),
    ]
    for (above, below) in pairs {
      for alpha in [UInt8(255), 128] {
        let canvas = TestCanvas(
          width: 16, height: 16,
          filledWith: Colour(red: below[0], green: below[1], blue: below[2]))
        let layer = Bitmap(
          width: 16, height: 16,
          filledWith: Colour(red: above[0], green: above[1], blue: above[2], alpha: alpha))
        canvas.view.draw(layer, x: 0, y: 0, mode: mode)
        let share = Double(alpha) / 255
        let result = zip(above, below).map { a, b in
          let (a, b) = (Double(a) / 255, Double(b) / 255)
          return UInt8((255 * (b + (expected(mode, a, b) - b) * share)).rounded())
        }
        let colour = Colour(red: result[0], green: result[1], blue: result[2])
        #expect(abs(Int(canvas.luma[8, 8]) - Int(colour.luma)) <= 2)
        #expect(abs(Int(canvas.cb[4, 4]) - Int(colour.cb)) <= 2)
        #expect(abs(Int(canvas.cr[4, 4]) - Int(colour.cr)) <= 2)
      }
    }
  }

  @Test(
    "clear pixels and all outside the box stay", arguments: BlendMode.allCases,
    [(3, 5), (-4, -7), (30, 20), (100, 0)])
  func untouched(mode: BlendMode, place: (Int, Int)) {
    let canvas = TestCanvas(noiseOfWidth: 40, height: 30)
    let before = TestCanvas(noiseOfWidth: 40, height: 30)
    let layer = PixelReference.bitmap(width: 17, height: 13, alpha: false)
    layer.setAlpha(Plane(width: 17, height: 13, filledWith: 0))
    canvas.view.draw(layer, x: place.0, y: place.1, mode: mode)
    #expect(canvas.samples == before.samples)
    layer.setAlpha(nil)
    canvas.view.draw(layer, x: place.0, y: place.1, mode: mode)
    var touched = 0
    for y in 0..<30 {
      for x in 0..<40 where !(0..<17 ~= x - place.0 && 0..<13 ~= y - place.1) {
        if canvas.luma[x, y] != before.luma[x, y] { touched += 1 }
      }
    }
    #expect(touched == 0)
  }
}
