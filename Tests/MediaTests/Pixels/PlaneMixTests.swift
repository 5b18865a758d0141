import Testing

@testable import Media

@Suite struct PlaneMixTests {
  @Test(
    "a crossfade starts and ends exactly and is rounded in between", arguments: [(17, 9), (64, 3)])
  func crossfade(size: (Int, Int)) {
    let a = PixelReference.noise(width: size.0, height: size.1, seed: 1)
    let b = PixelReference.noise(width: size.0, height: size.1, seed: 2)
    let mixed = Plane(width: size.0, height: size.1)
    for step in 0...12 {
      mixed.mix(a, b, numerator: step, denominator: 12)
      var worst = 0.0
      for (value, pair) in zip(mixed.samples, zip(a.samples, b.samples)) {
        let exact = Double(pair.0) + (Double(pair.1) - Double(pair.0)) * Double(step) / 12
        worst = max(worst, abs(Double(value) - exact))
      }
      #expect(worst <= 0.52)
      if step == 0 { #expect(mixed.samples == a.samples) }
      if step == 12 { #expect(mixed.samples == b.samples) }
    }
  }

  @Test("dimming goes from the picture to black")
  func dim() {
    let canvas = TestCanvas(width: 20, height: 10, filledWith: Colour(luma: 200, cb: 90, cr: 180))
    canvas.view.dim(0)
    #expect(canvas.luma[3, 3] == 200)
    canvas.view.dim(0.5)
    #expect(canvas.luma[19, 9] == 108)
    #expect(canvas.cb[9, 4] == 109)
    canvas.view.dim(1)
    #expect(canvas.luma.samples.allSatisfy { $0 == 16 })
    #expect(canvas.cr.samples.allSatisfy { $0 == 128 })
  }

  @Test("metrics of equal, shifted and different planes")
  func metrics() throws {
    let a = PixelReference.plane(width: 64, height: 48)
    #expect(PlaneMetrics(a, a).psnr == .infinity)
    #expect(StructuralSimilarity.mean(a, a) == 1)
    let b = a.copy()
    for y in 0..<48 {
      for x in 0..<64 { b[x, y] -= 2 }
    }
    let metrics = PlaneMetrics(a, b)
    #expect(metrics.largestDifference == 2)
    #expect(metrics.meanDifference == 2)
    #expect(abs(metrics.psnr - 42.1102) < 0.001)
    #expect(try #require(StructuralSimilarity.mean(a, b)) > 0.99)
    let c = PixelReference.noise(width: 64, height: 48)
    #expect(try #require(StructuralSimilarity.mean(a, c)) < 0.5)
    #expect(
      StructuralSimilarity.mean(Plane(width: 5, height: 9), Plane(width: 5, height: 9)) == nil)
  }

  @Test("rows can be read and written through spans")
  func spans() {
    let plane = Plane(width: 5, height: 2, filledWith: 7)
    plane.withMutableRow(1) { row in row[4] = 9 }
    #expect(plane.withRow(1) { row in Int(row[4]) + row.count } == 14)
    #expect(plane.samples == [7, 7, 7, 7, 7, 7, 7, 7, 7, 9])
    #expect(plane.stride % 64 == 0 && plane.stride >= 5 + 16)
  }
}
