import Testing

@testable import Media

@Suite struct TransformTests {
  @Test("quarter turns are exact", arguments: [(1, 1), (3, 5), (17, 9), (24, 16), (70, 133)])
  func quarters(size: (Int, Int)) {
    let plane = PixelReference.noise(width: size.0, height: size.1)
    let right = plane.turned(quarters: 1)
    let half = plane.turned(quarters: 2)
    let left = plane.turned(quarters: 3)
    let mirrored = plane.flippedHorizontally()
    let upsideDown = plane.flippedVertically()
    var wrong = 0
    func expectEqual(_ a: UInt8, _ b: UInt8) { if a != b { wrong += 1 } }
    for y in 0..<size.1 {
      for x in 0..<size.0 {
        expectEqual(right[size.1 - 1 - y, x], plane[x, y])
        expectEqual(half[size.0 - 1 - x, size.1 - 1 - y], plane[x, y])
        expectEqual(left[y, size.0 - 1 - x], plane[x, y])
        expectEqual(mirrored[size.0 - 1 - x, y], plane[x, y])
        expectEqual(upsideDown[x, size.1 - 1 - y], plane[x, y])
      }
    }
    #expect(wrong == 0)
    #expect(plane.turned(quarters: 4).samples == plane.samples)
  }

  @Test("rotation keeps the centre, turns clockwise and has soft edges")
  func rotates() throws {
    // A white picture with a black right half.
    let bitmap = Bitmap(width: 60, height: 60, filledWith: .white)
    for y in 0..<60 {
      for x in 30..<60 { bitmap.luma[x, y] = 16 }
    }
    let turned = bitmap.rotated(degrees: 45)
    #expect(turned.width % 2 == 0)
    #expect(abs(turned.width - 85) <= 1)
    let middle = turned.width / 2
    // The black half was on the right; clockwise it goes down to the right.
    #expect(turned.luma[middle + 15, middle + 15] == 16)
    #expect(turned.luma[middle - 15, middle - 15] == 235)
    #expect(
      turned.luma[middle + 10, middle - 25] > 200 || turned.alpha?[middle + 10, middle - 25] == 255)
    let alpha = try #require(turned.alpha)
    #expect(alpha[0, 0] == 0)
    #expect(alpha[middle, middle] == 255)
    #expect(alpha.samples.contains { $0 > 40 && $0 < 215 })
    // The area is kept.
    let area = alpha.samples.reduce(0.0) { $0 + Double($1) / 255 }
    #expect(abs(area - 3600) < 20)
  }

  @Test("multiples of 90 degrees lose nothing", arguments: [0.0, 90, 180, -90, 720])
  func exactAngles(degrees: Double) {
    let bitmap = PixelReference.bitmap(width: 18, height: 18, alpha: true)
    let turned = bitmap.rotated(degrees: degrees)
    let quarters = Int(degrees / 90)
    #expect(turned.luma.samples == bitmap.luma.turned(quarters: quarters & 3).samples)
  }

  @Test("there and back again is nearly the same picture")
  func roundTrip() {
    let smooth = Bitmap(width: 80, height: 60)
    for y in 0..<60 {
      for x in 0..<80 { smooth.luma[x, y] = UInt8(40 + 2 * x + y / 2) }
    }
    let back = smooth.rotated(degrees: 17).rotated(degrees: -17)
    let (dx, dy) = ((back.width - 80) / 2, (back.height - 60) / 2)
    for y in stride(from: 6, to: 54, by: 3) {
      for x in stride(from: 6, to: 74, by: 3) {
        #expect(abs(Int(back.luma[x + dx, y + dy]) - Int(smooth.luma[x, y])) <= 2)
      }
    }
  }

  @Test("a whole-pixel move is exact, a half-pixel move has half edges")
  func moves() throws {
    let bitmap = PixelReference.bitmap(width: 21, height: 13, alpha: false)
    let moved = bitmap.transformed(scale: 1, dx: 3, dy: -2)
    #expect(moved.x == 3 && moved.y == -2)
    #expect(moved.bitmap.luma.samples == bitmap.luma.samples)
    #expect(moved.bitmap.isOpaque)
    let half = bitmap.transformed(scale: 1, dx: 0.5, dy: 0)
    #expect(half.x == 0 && half.bitmap.width == 22 && half.bitmap.height == 13)
    let alpha = try #require(half.bitmap.alpha)
    #expect(alpha[0, 5] == 128)
    #expect(alpha[21, 5] == 128)
    #expect(alpha[10, 5] == 255)
  }

  @Test("scaling keeps the centre and the area", arguments: [0.1, 0.5, 0.93, 1.4, 2])
  func scales(scale: Double) {
    let bitmap = Bitmap(width: 40, height: 30, filledWith: .white)
    let result = bitmap.transformed(scale: scale, dx: 0, dy: 0)
    let alpha =
      result.bitmap.alpha?.samples
      ?? [UInt8](
        repeating: 255, count: result.bitmap.width * result.bitmap.height)
    let area = alpha.reduce(0.0) { $0 + Double($1) / 255 }
    #expect(abs(area - 1200 * scale * scale) <= 1 + 0.002 * area)
    let centre = Double(result.x) + Double(result.bitmap.width) / 2
    #expect(abs(centre - 20) <= 0.5)
    #expect(result.bitmap.luma.samples.allSatisfy { $0 == 235 })
  }

  @Test("the colour of clear pixels does not bleed when resizing")
  func noFringe() {
    let bitmap = Bitmap(width: 32, height: 32, filledWith: .white)
    let alpha = Plane(width: 32, height: 32, filledWith: 255)
    for y in 0..<32 {
      for x in 0..<16 {
        alpha[x, y] = 0
        bitmap.luma[x, y] = 16
      }
    }
    bitmap.setAlpha(alpha)
    let small = bitmap.resized(SourceWindow(width: 32, height: 32), width: 13, height: 13)
    for y in 0..<13 {
      for x in 0..<13 where (small.alpha?[x, y] ?? 0) > 16 {
        #expect(small.luma[x, y] >= 225)
      }
    }
  }
}
