import Testing

@testable import Media

@Suite struct PictureResamplerTests {
  /// A picture all of whose planes are the same ramp over the picture, on a chroma grid.
  private func ramp(_ grid: ChromaGrid) -> [Plane] {
    let size = grid.chromaSize(width: 48, height: 40)
    let luma = Plane(width: 48, height: 40)
    let chroma = Plane(width: size.width, height: size.height)
    for y in 0..<40 {
      for x in 0..<48 { luma[x, y] = UInt8(2 * x + y + 20) }
    }
    for y in 0..<size.height {
      for x in 0..<size.width {
        let place = 2 * (grid.centreX + Double(x * grid.columns)) + grid.centreY
        chroma[x, y] = UInt8((place + Double(y * grid.rows) + 20 - 1.5).rounded())
      }
    }
    return [luma, chroma, chroma.copy()]
  }

  @Test("luma and chroma of a layer stay together", arguments: ChromaGridTests.grids)
  func bitmap(grid: ChromaGrid) {
    let planes = ramp(grid)
    let resampler = BitmapResampler(
      sourceWidth: 48, sourceHeight: 40, grid: grid,
      window: SourceWindow(x: 8.4, y: 6.3, width: 30, height: 25), width: 45, height: 33)
    let alpha = Plane(width: 48, height: 40, filledWith: 255)
    for alpha in [nil, alpha.view] {
      let bitmap = resampler.bitmap(
        luma: planes[0].view, cb: planes[1].view, cr: planes[2].view, alpha: alpha)
      let difference = PlaneMetrics(bitmap.luma, bitmap.cb).largestDifference
      #expect(difference <= 1)
      #expect(bitmap.isOpaque == (alpha == nil))
    }
  }

  @Test("luma and chroma of a canvas stay together", arguments: ChromaGridTests.grids)
  func canvas(grid: ChromaGrid) {
    let planes = ramp(grid)
    let canvas = TestCanvas(width: 46, height: 34, filledWith: .black)
    CanvasResampler(
      sourceWidth: 48, sourceHeight: 40, grid: grid,
      window: SourceWindow(x: 8.4, y: 6.3, width: 30, height: 25), width: 46, height: 34
    ).resample(
      luma: planes[0].view, cb: planes[1].view, cr: planes[2].view, into: canvas.view)
    var worst = 0.0
    for y in 0..<17 {
      for x in 0..<23 {
        let luma = (Double(canvas.luma[2 * x, 2 * y]) + Double(canvas.luma[2 * x, 2 * y + 1])) / 2
        worst = max(worst, abs(luma - Double(canvas.cb[x, y])))
      }
    }
    #expect(worst <= 1.5)
  }

  @Test("the colour of clear video does not bleed into the visible")
  func alpha() {
    let luma = Plane(width: 32, height: 16, filledWith: 200)
    let alpha = Plane(width: 32, height: 16, filledWith: 255)
    for y in 0..<16 {
      for x in 0..<16 { (luma[x, y], alpha[x, y]) = (16, 0) }
    }
    let chroma = Plane(width: 16, height: 8, filledWith: 128)
    let bitmap = BitmapResampler(
      sourceWidth: 32, sourceHeight: 16, grid: .left420,
      window: SourceWindow(width: 32, height: 16), width: 13, height: 7
    ).bitmap(luma: luma.view, cb: chroma.view, cr: chroma.view, alpha: alpha.view)
    for x in 0..<13 where (bitmap.alpha?[x, 3] ?? 0) > 16 {
      #expect(bitmap.luma[x, 3] >= 190)
    }
  }
}
