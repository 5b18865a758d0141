import Testing

@testable import Media

@Suite struct OverlayTests {
  /// Composes in 4:4:4 and then filters the chroma of canvas sample (cx, cy), from the same sums.
  private func expectedChroma(
    _ bitmap: Bitmap, _ samples: Plane, x: Int, y: Int, at place: (Int, Int)
  ) -> (value: Double, alpha: Double) {
    var weights = 0.0
    var sum = 0.0
    for (dx, horizontal) in [(-1, 1.0), (0, 2.0), (1, 1.0)] {
      for dy in 0...1 {
        let column = max(2 * place.0 + dx, x == 0 ? 0 : .min) - x
        let row = 2 * place.1 + dy - y
        guard 0..<bitmap.width ~= column, 0..<bitmap.height ~= row else { continue }
        let alpha = Double(bitmap.alpha?[column, row] ?? 255)
        weights += horizontal * alpha
        sum += horizontal * alpha * Double(samples[column, row])
      }
    }
    return (weights > 0 ? sum / weights : 0, weights / 8)
  }

  @Test(
    "draws what composing in 4:4:4 gives",
    arguments: [(4, 6), (5, 6), (4, 7), (-3, -5), (0, 0), (33, 20)],
    [(17, 9), (1, 1), (3, 5), (16, 16)])
  func matchesReference(at place: (Int, Int), size: (Int, Int)) {
    for hasAlpha in [true, false] {
      let bitmap = PixelReference.bitmap(width: size.0, height: size.1, alpha: hasAlpha)
      let canvas = TestCanvas(noiseOfWidth: 40, height: 28)
      let before = TestCanvas(noiseOfWidth: 40, height: 28)
      canvas.view.draw(Overlay(bitmap, x: place.0, y: place.1))
      var (worstLuma, worstChroma) = (0.0, 0.0)
      for y in 0..<28 {
        for x in 0..<40 {
          let (column, row) = (x - place.0, y - place.1)
          var expected = Double(before.luma[x, y])
          if 0..<size.0 ~= column, 0..<size.1 ~= row {
            let alpha = Double(bitmap.alpha?[column, row] ?? 255) / 255
            expected += (Double(bitmap.luma[column, row]) - expected) * alpha
          }
          worstLuma = max(worstLuma, abs(Double(canvas.luma[x, y]) - expected))
        }
      }
      for y in 0..<14 {
        for x in 0..<20 {
          let (value, alpha) = expectedChroma(
            bitmap, bitmap.cb, x: place.0, y: place.1, at: (x, y))
          let old = Double(before.cb[x, y])
          let difference = abs(Double(canvas.cb[x, y]) - (old + (value - old) * alpha / 255))
          worstChroma = max(worstChroma, alpha == 0 ? 100 * difference : difference)
        }
      }
      #expect(worstLuma <= 0.5)
      #expect(worstChroma <= 1.6)
    }
  }

  @Test("a move by one pixel moves luma and chroma by one pixel")
  func onePixelMoves() {
    // A picture whose chroma is a ramp: its place can be read off the result.
    let ramp = Plane(width: 40, height: 40)
    for y in 0..<40 {
      for x in 0..<40 { ramp[x, y] = UInt8(40 + 3 * x + 2 * y) }
    }
    let bitmap = Bitmap(luma: ramp, cb: ramp, cr: ramp)
    for (x, y) in [(10, 10), (11, 10), (10, 11), (11, 11), (12, 12)] {
      let canvas = TestCanvas(width: 64, height: 64, filledWith: .black)
      canvas.view.draw(Overlay(bitmap, x: x, y: y))
      for row in 8..<20 {
        for column in 8..<20 {
          // The centre of chroma sample (column, row) in the bitmap's own coordinates.
          let place = (Double(2 * column - x), Double(2 * row - y) + 0.5)
          let expected = 40 + 3 * place.0 + 2 * place.1
          #expect(abs(Double(canvas.cb[column, row]) - expected) <= 0.5)
        }
      }
      #expect(canvas.luma[x, y] == 40)
      #expect(canvas.luma[x - 1, y] == 16)
    }
  }

  @Test("an opaque picture is written exactly, a clear one changes nothing")
  func extremes() {
    let canvas = TestCanvas(noiseOfWidth: 32, height: 32)
    let before = canvas.samples
    let clear = PixelReference.bitmap(width: 20, height: 20, alpha: false)
    clear.setAlpha(Plane(width: 20, height: 20, filledWith: 0))
    canvas.view.draw(Overlay(clear, x: 3, y: 5))
    canvas.view.draw(
      Overlay(PixelReference.bitmap(width: 9, height: 9, alpha: true), x: 3, y: 5), opacity: 0)
    canvas.view.draw(Overlay(PixelReference.bitmap(width: 9, height: 9, alpha: true), x: 40, y: 5))
    canvas.view.draw(Overlay(PixelReference.bitmap(width: 9, height: 9, alpha: true), x: 5, y: -9))
    #expect(canvas.samples == before)
    let whole = Bitmap(
      width: 32, height: 32, filledWith: Colour(luma: 100, cb: 90, cr: 200))
    canvas.view.draw(Overlay(whole, x: 0, y: 0))
    #expect(canvas.luma.samples.allSatisfy { $0 == 100 })
    #expect(canvas.cb.samples.allSatisfy { $0 == 90 })
    #expect(canvas.cr.samples.allSatisfy { $0 == 200 })
  }

  @Test("blending is rounded to nearest for all values")
  func exactBlend() {
    let source = Plane(width: 256, height: 1)
    let alpha = Plane(width: 256, height: 1)
    for opacity in [UInt8(255), 128, 1] {
      for weight in stride(from: 0, through: 255, by: 5) {
        let target = Plane(width: 256, height: 1, filledWith: 200)
        for x in 0..<256 {
          source[x, 0] = UInt8(x)
          alpha[x, 0] = UInt8(weight)
        }
        target.view.blend(
          BlendPlane(samples: source, alpha: AlphaPlane(alpha)), x: 0, y: 0, opacity: opacity)
        var wrong = 0
        let effective = (Double(weight) * Double(opacity) / 255).rounded()
        for x in 0..<256 {
          let expected = (200 + (Double(x) - 200) * effective / 255).rounded()
          if Double(target[x, 0]) != expected { wrong += 1 }
        }
        #expect(wrong == 0)
      }
    }
  }

  @Test("colours of the web arrive as BT.709 limited")
  func colours() {
    #expect(Colour(red: 255, green: 0, blue: 0) == Colour(luma: 63, cb: 102, cr: 240))
    #expect(Colour(hex: "#ffffff") == .white)
    #expect(Colour(hex: "#00000000") == .clear)
    #expect(Colour(hex: "#FF8000")?.alpha == 255)
    #expect(Colour(hex: "red") == nil)
    #expect(Colour(hex: "#12345G") == nil)
  }
}
