import Testing

@testable import Media

@Suite struct MaskShapeTests {
  /// Counts 16 × 16 points in each pixel.
  private func counted(
    width: Int, height: Int, inside: (Double, Double) -> Bool
  ) -> [Double] {
    var result: [Double] = []
    for y in 0..<height {
      for x in 0..<width {
        var count = 0
        for j in 0..<16 {
          for i in 0..<16
          where inside(Double(x) + (Double(i) + 0.5) / 16, Double(y) + (Double(j) + 0.5) / 16) {
            count += 1
          }
        }
        result.append(Double(count) / 256 * 255)
      }
    }
    return result
  }

  @Test("a circle covers what it covers", arguments: [(40, 40), (41, 41), (50, 31), (8, 8)])
  func circle(size: (Int, Int)) {
    let radius = Double(min(size.0, size.1)) / 2
    let (cx, cy) = (Double(size.0) / 2, Double(size.1) / 2)
    let expected = counted(width: size.0, height: size.1) { x, y in
      (x - cx) * (x - cx) + (y - cy) * (y - cy) <= radius * radius
    }
    let mask = MaskShape.circle.coverage(width: size.0, height: size.1)
    #expect(PixelReference.largestDifference(mask, expected) <= 12)
  }

  @Test("round corners cover what they cover", arguments: [0, 3.5, 8, 100.0], [0, 2.25])
  func rounded(radius: Double, inset: Double) {
    let (width, height) = (45, 30)
    let outer = min(radius, 15)
    let r = max(outer - inset, 0)
    let (hw, hh) = (22.5 - inset, 15 - inset)
    let expected = counted(width: width, height: height) { x, y in
      let dx = abs(x - 22.5) - (hw - r)
      let dy = abs(y - 15) - (hh - r)
      if dx <= 0 || dy <= 0 { return abs(x - 22.5) <= hw && abs(y - 15) <= hh }
      return dx * dx + dy * dy <= r * r
    }
    let mask = MaskShape.rounded(radius: radius).coverage(
      width: width, height: height, inset: inset)
    #expect(PixelReference.largestDifference(mask, expected) <= 24)
  }

  @Test("odd and tiny boxes work", arguments: [(1, 1), (3, 5), (17, 9), (1, 20)])
  func tiny(size: (Int, Int)) {
    for shape in [MaskShape.rectangle, .circle, .rounded(radius: 4)] {
      let mask = shape.coverage(width: size.0, height: size.1)
      #expect(mask[size.0 / 2, size.1 / 2] > 100)
      let gone = shape.coverage(width: size.0, height: size.1, inset: 20)
      #expect(gone.samples.allSatisfy { $0 == 0 })
    }
    #expect(
      MaskShape.rectangle.coverage(width: size.0, height: size.1).samples.allSatisfy { $0 == 255 })
  }

  @Test("a border has its width all round and its colour exactly")
  func border() {
    let bitmap = Bitmap(width: 60, height: 60, filledWith: .black)
    let colour = Colour(red: 255, green: 200, blue: 0)
    let ring = MaskShape.circle.borderCoverage(width: 60, height: 60, thickness: 5)
    bitmap.compose(colour, coverage: ring)
    bitmap.multiplyAlpha(by: MaskShape.circle.coverage(width: 60, height: 60))
    for distance in 26...29 {
      #expect(bitmap.luma[30 + distance, 30] == colour.luma)
      #expect(bitmap.cb[30, 30 - distance] == colour.cb)
    }
    #expect(bitmap.luma[30 + 23, 30] == 16)
    #expect(bitmap.alpha?[30, 30] == 255)
    #expect(bitmap.alpha?[0, 0] == 0)
  }

  @Test("a mask asset's black hides and its white shows")
  func asset() {
    let picture = Bitmap(width: 4, height: 4, filledWith: .white)
    for y in 0..<4 { picture.luma[0, y] = 16 }
    let mask = Plane.mask(fromLumaOf: picture, width: 4, height: 4)
    #expect(mask[0, 1] == 0)
    #expect(mask[3, 3] == 255)
  }
}

@Suite struct ComposeTests {
  @Test("compositing over straight alpha equals the formula")
  func over() {
    let bottom = PixelReference.bitmap(width: 33, height: 9, alpha: true, seed: 5)
    let top = PixelReference.bitmap(width: 33, height: 9, alpha: true, seed: 9)
    let result = bottom.copy()
    result.compose(top, x: 0, y: 0)
    var (worstAlpha, worstColour) = (0.0, 0.0)
    for y in 0..<9 {
      for x in 0..<33 {
        let above = Double(top.alpha?[x, y] ?? 255) / 255
        let below = Double(bottom.alpha?[x, y] ?? 255) / 255
        let alpha = above + below * (1 - above)
        worstAlpha = max(worstAlpha, abs(Double(result.alpha?[x, y] ?? 0) - 255 * alpha))
        guard alpha > 0 else { continue }
        for (planes, value) in zip(
          zip(bottom.colourPlanes, top.colourPlanes), result.colourPlanes)
        {
          let colour =
            (Double(planes.1[x, y]) * above + Double(planes.0[x, y]) * below * (1 - above)) / alpha
          worstColour = max(worstColour, abs(Double(value[x, y]) - colour))
        }
      }
    }
    #expect(worstAlpha <= 1)
    #expect(worstColour <= 1.2)
  }

  @Test("what lies outside is cut off", arguments: [(-5, -3), (10, 8), (40, 2), (2, -40)])
  func clipped(at place: (Int, Int)) {
    let bottom = Bitmap(width: 20, height: 12, filledWith: .black)
    bottom.compose(Bitmap(width: 15, height: 9, filledWith: .white), x: place.0, y: place.1)
    for y in 0..<12 {
      for x in 0..<20 {
        let inside = 0..<15 ~= x - place.0 && 0..<9 ~= y - place.1
        #expect(bottom.luma[x, y] == (inside ? 235 : 16))
      }
    }
  }

  @Test("a shadow is soft, lies below and keeps the layer as it was")
  func shadow() {
    let layer = Bitmap(width: 40, height: 40, filledWith: .white)
    layer.setAlpha(MaskShape.circle.coverage(width: 40, height: 40))
    let shadow = Shadow(
      offsetX: 0, offsetY: 6, blur: 12, colour: Colour(luma: 16, cb: 128, cr: 128, alpha: 128))
    let cast = shadow.cast(by: layer.materialisedAlpha())
    let both = cast.under(layer)
    let (dx, dy) = (-both.x, -both.y)
    #expect(both.bitmap.alpha?[20 + dx, 20 + dy] == 255)
    #expect(both.bitmap.luma[20 + dx, 20 + dy] == 235)
    let below = both.bitmap.alpha?[20 + dx, 44 + dy] ?? 0
    let further = both.bitmap.alpha?[20 + dx, 54 + dy] ?? 0
    #expect(below > 40 && below < 128)
    #expect(further < below)
    #expect(both.bitmap.alpha?[0, 0] == 0)
    #expect(both.bitmap.luma[20 + dx, 44 + dy] == 16)
  }
}
