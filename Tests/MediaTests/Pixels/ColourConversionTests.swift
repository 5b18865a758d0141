import Testing

@testable import Media

@Suite struct ColourConversionTests {
  private static let spaces: [ColourSpace] = ColourSpace.Matrix.allCases.flatMap { matrix in
    ColourSpace.Range.allCases.map { ColourSpace(matrix, $0) }
  }

  /// RGB (0...1) of one pixel of any colour space.
  private func rgb(_ space: ColourSpace, _ y: Double, _ cb: Double, _ cr: Double) -> [Double] {
    let (red, blue) = space.matrix.luma
    let limited = space.range == .limited
    let luma = limited ? (y - 16) / 219 : y / 255
    let u = (cb - 128) / (limited ? 224 : 255)
    let v = (cr - 128) / (limited ? 224 : 255)
    let r = luma + 2 * (1 - red) * v
    let b = luma + 2 * (1 - blue) * u
    return [r, (luma - red * r - blue * b) / (1 - red - blue), b]
  }

  private func canvasCodes(_ rgb: [Double]) -> [Double] {
    let luma = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
    let codes = [
      16 + 219 * luma, 128 + 224 * (rgb[2] - luma) / 1.8556, 128 + 224 * (rgb[0] - luma) / 1.5748,
    ]
    return codes.map { min(max($0, 0), 255) }
  }

  @Test("each space arrives in BT.709 limited", arguments: spaces)
  func bitmap(from space: ColourSpace) {
    let bitmap = Bitmap(
      luma: PixelReference.noise(width: 37, height: 23, seed: 1),
      cb: PixelReference.noise(width: 37, height: 23, seed: 2),
      cr: PixelReference.noise(width: 37, height: 23, seed: 3))
    let before = bitmap.copy()
    bitmap.convert(from: space)
    var worst = 0.0
    for y in 0..<23 {
      for x in 0..<37 {
        let expected = canvasCodes(
          rgb(space, Double(before.luma[x, y]), Double(before.cb[x, y]), Double(before.cr[x, y])))
        for (plane, value) in zip(bitmap.colourPlanes, expected) {
          worst = max(worst, abs(Double(plane[x, y]) - value))
        }
      }
    }
    #expect(worst <= 0.6)
  }

  @Test("a 4:2:0 picture is converted with the chroma at each luma sample", arguments: spaces)
  func canvas(from space: ColourSpace) {
    let canvas = TestCanvas(noiseOfWidth: 34, height: 22)
    let before = TestCanvas(noiseOfWidth: 34, height: 22)
    canvas.view.convert(from: space)
    func chroma(_ plane: Plane, _ x: Int, _ y: Int) -> Double {
      let near = y / 2
      let far = min(max(y % 2 == 0 ? near - 1 : near + 1, 0), plane.height - 1)
      func row(_ column: Int) -> Double {
        let column = min(column, plane.width - 1)
        return 0.75 * Double(plane[column, near]) + 0.25 * Double(plane[column, far])
      }
      return x % 2 == 0 ? row(x / 2) : (row(x / 2) + row(x / 2 + 1)) / 2
    }
    var worst = 0.0
    for y in 0..<22 {
      for x in 0..<34 {
        let expected = canvasCodes(
          rgb(space, Double(before.luma[x, y]), chroma(before.cb, x, y), chroma(before.cr, x, y)))
        worst = max(worst, abs(Double(canvas.luma[x, y]) - expected[0]))
      }
    }
    for y in 0..<11 {
      for x in 0..<17 {
        let expected = canvasCodes(
          rgb(space, 100, Double(before.cb[x, y]), Double(before.cr[x, y])))
        worst = max(worst, abs(Double(canvas.cb[x, y]) - expected[1]))
        worst = max(worst, abs(Double(canvas.cr[x, y]) - expected[2]))
      }
    }
    #expect(worst <= 0.6)
  }

  @Test("grey stays grey and BT.601 red becomes BT.709 red")
  func landmarks() {
    let red = Bitmap(width: 3, height: 3, filledWith: Colour(luma: 81, cb: 90, cr: 240))
    red.convert(from: ColourSpace(.bt601, .limited))
    #expect(abs(Int(red.luma[1, 1]) - 63) <= 1)
    #expect(abs(Int(red.cb[1, 1]) - 102) <= 1)
    #expect(abs(Int(red.cr[1, 1]) - 240) <= 1)
    for space in Self.spaces {
      let white = Bitmap(
        width: 9, height: 1,
        filledWith: Colour(luma: space.range == .full ? 255 : 235, cb: 128, cr: 128))
      white.convert(from: space)
      #expect(white.luma.samples.allSatisfy { $0 == 235 })
      #expect(white.cb.samples.allSatisfy { $0 == 128 })
    }
  }

  @Test("RGB stills arrive as BT.709 limited and come back")
  func stills() {
    let colours: [[UInt8]] = [
      [255, 0, 0, 255], [255, 255, 255, 255], [0, 0, 0, 255], [0, 255, 0, 128], [13, 200, 99, 0],
    ]
    let bitmap = Bitmap(width: 5, height: 1, rgba: colours.flatMap { $0 })
    for (x, colour) in colours.enumerated() {
      let expected = Colour(red: colour[0], green: colour[1], blue: colour[2], alpha: colour[3])
      #expect(bitmap.luma[x, 0] == expected.luma)
      #expect(bitmap.cb[x, 0] == expected.cb)
      #expect(bitmap.cr[x, 0] == expected.cr)
      #expect(bitmap.alpha?[x, 0] == colour[3])
    }
    for (back, original) in zip(bitmap.rgba(), colours.joined()) {
      #expect(abs(Int(back) - Int(original)) <= 2)
    }
    #expect(Bitmap(width: 1, height: 1, rgba: [1, 2, 3, 255]).isOpaque)
  }

  @Test("every grey of a still stays neutral")
  func greys() {
    let bitmap = Bitmap(
      width: 256, height: 1, rgba: (0...255).flatMap { [UInt8($0), UInt8($0), UInt8($0), 255] })
    #expect(bitmap.cb.samples.allSatisfy { $0 == 128 })
    #expect(bitmap.cr.samples.allSatisfy { $0 == 128 })
    #expect(
      bitmap.luma.samples == (0...255).map { UInt8((16 + 219 * Double($0) / 255).rounded()) })
  }

  @Test("premultiplied stills and video are made straight")
  func premultiplied() {
    let still = Bitmap(width: 1, height: 1, rgba: [100, 50, 0, 128], premultiplied: true)
    let expected = Colour(red: 199, green: 100, blue: 0)
    #expect(abs(Int(still.luma[0, 0]) - Int(expected.luma)) <= 1)
    let video = Bitmap(
      width: 1, height: 1,
      filledWith: Colour(luma: 16 + 100, cb: 128 - 40, cr: 128 + 40, alpha: 128))
    video.straighten()
    #expect(abs(Int(video.luma[0, 0]) - 215) <= 1)
    #expect(abs(Int(video.cb[0, 0]) - 48) <= 1)
    #expect(abs(Int(video.cr[0, 0]) - 208) <= 1)
  }
}
