import Compositing
import Media
import SceneDocument
import Testing

/// Alpha of one pixel.
private func alpha(_ canvas: VectorCanvas, _ x: Int, _ y: Int) -> Int {
  Int(canvas.surface.pixel(x, y).alpha)
}

private let red = Color(red: 255, green: 0, blue: 0)
private let blue = Color(red: 0, green: 0, blue: 255)

@Suite struct VectorCanvasTests {
  @Test("a rectangle covers parts of the pixels at its edges")
  func rectangle() {
    let canvas = VectorCanvas(width: 8, height: 8)
    canvas.fill(.rect(x: 1.25, y: 2.5, width: 3.5, height: 2.25), .solid(.black))
    func expected(_ x: Int, _ y: Int) -> Double {
      let width = max(0, min(4.75, Double(x + 1)) - max(1.25, Double(x)))
      let height = max(0, min(4.75, Double(y + 1)) - max(2.5, Double(y)))
      return 255 * width * height
    }
    for y in 0..<8 {
      for x in 0..<8 { #expect(abs(Double(alpha(canvas, x, y)) - expected(x, y)) <= 1) }
    }
  }

  @Test(
    "each pixel is covered by the exact area of the shape in it",
    arguments: [(0.0, 0.0), (0.3, 0.7), (-20.4, 3.1), (55.5, -17.9), (40.2, 48.3)])
  func triangle(x: Double, y: Double) {
    let canvas = VectorCanvas(width: 64, height: 64)
    let corners = [
      VectorPoint(x + 3, y + 5), VectorPoint(x + 31.7, y + 12.2), VectorPoint(x + 9.1, y + 28.9),
    ]
    canvas.fill(.polygon(corners), .solid(.white))
    var worst = 0.0
    for row in 0..<64 {
      for column in 0..<64 {
        let expected = 255 * Self.area(of: corners, column, row)
        worst = max(worst, abs(expected - Double(alpha(canvas, column, row))))
      }
    }
    #expect(worst < 1.01)
  }

  /// The area of a convex shape within one pixel, by cutting it at the pixel's four sides.
  private static func area(of corners: [VectorPoint], _ column: Int, _ row: Int) -> Double {
    var shape = corners
    for (axis, limit, sign) in [
      (0, Double(column), 1.0), (0, Double(column + 1), -1), (1, Double(row), 1),
      (1, Double(row + 1), -1),
    ] {
      var cut: [VectorPoint] = []
      for (index, point) in shape.enumerated() {
        let next = shape[(index + 1) % shape.count]
        let (a, b) = (sign * (point[axis] - limit), sign * (next[axis] - limit))
        if a >= 0 { cut.append(point) }
        if a * b < 0 { cut.append(point + (next - point) * (a / (a - b))) }
      }
      shape = cut
      if shape.isEmpty { return 0 }
    }
    var twice = 0.0
    for (index, point) in shape.enumerated() {
      let next = shape[(index + 1) % shape.count]
      twice += point.x * next.y - point.y * next.x
    }
    return abs(twice) / 2
  }

  @Test("a circle has the area of a circle", arguments: [3.0, 17.3, 40])
  func circle(radius: Double) {
    let canvas = VectorCanvas(width: 100, height: 100)
    canvas.fill(.circle(center: VectorPoint(50.2, 49.6), radius: radius), .solid(.black))
    let sum = canvas.rgba().enumerated().reduce(0) {
      $1.offset % 4 == 3 ? $0 + Int($1.element) : $0
    }
    let area = Double.pi * radius * radius
    #expect(abs(Double(sum) / 255 - area) < 0.01 * area)
  }

  @Test("a thin line over many pixels keeps its weight at any slope")
  func hairline() {
    for end in [2.0, 13, 59, 120] {
      let canvas = VectorCanvas(width: 128, height: 64)
      var line = VectorPath()
      line.move(3, 3)
      line.line(end + 3, 60)
      canvas.stroke(line, width: 0.5, .solid(.black), cap: .butt)
      let sum = canvas.rgba().enumerated().reduce(0) {
        $1.offset % 4 == 3 ? $0 + Int($1.element) : $0
      }
      let area = 0.5 * (end * end + 57 * 57).squareRoot()
      #expect(abs(Double(sum) / 255 - area) < 0.02 * area)
    }
  }

  @Test("the inside of outlines that lie in each other follows the rule")
  func rules() {
    let outer = VectorPath.rect(x: 2, y: 2, width: 12, height: 12)
    let same = VectorPath.rect(x: 5, y: 5, width: 6, height: 6)
    let turned = VectorPath.polygon([
      VectorPoint(5, 5), VectorPoint(5, 11), VectorPoint(11, 11), VectorPoint(11, 5),
    ])
    func middle(_ inner: VectorPath, _ rule: FillRule) -> Int {
      var path = outer
      path.append(inner)
      let canvas = VectorCanvas(width: 16, height: 16)
      canvas.fill(path, .solid(.black), rule: rule)
      #expect(alpha(canvas, 3, 3) == 255)
      #expect(alpha(canvas, 0, 0) == 0)
      return alpha(canvas, 8, 8)
    }
    #expect(middle(same, .nonZero) == 255)
    #expect(middle(same, .evenOdd) == 0)
    #expect(middle(turned, .nonZero) == 0)
    #expect(middle(turned, .evenOdd) == 0)
  }

  @Test("a gradient begins and ends with its colours and goes evenly between")
  func gradient() {
    let canvas = VectorCanvas(width: 256, height: 4)
    canvas.fill(.linear(from: VectorPoint(20, 0), to: VectorPoint(220, 0), red, blue))
    #expect(canvas.surface.pixel(0, 0) == (255, 0, 0, 255))
    #expect(canvas.surface.pixel(255, 3) == (0, 0, 255, 255))
    for x in 20..<220 {
      let share = (Double(x) + 0.5 - 20) / 200
      let pixel = canvas.surface.pixel(x, 1)
      #expect(abs(Double(pixel.blue) - 255 * share) <= 1)
      #expect(abs(Double(pixel.red) - 255 * (1 - share)) <= 1)
    }
  }

  @Test("a radial gradient is even around its middle, and an ellipse where the radii differ")
  func radial() {
    let canvas = VectorCanvas(width: 101, height: 101)
    canvas.fill(
      .radial(center: VectorPoint(50.5, 50.5), radii: VectorPoint(40, 20), .white, .black))
    #expect(canvas.surface.pixel(50, 50).red == 255)
    #expect(canvas.surface.pixel(99, 50).red == 0)
    #expect(canvas.surface.pixel(50, 80).red == 0)
    #expect(abs(Int(canvas.surface.pixel(70, 50).red) - 127) <= 1)
    #expect(abs(Int(canvas.surface.pixel(70, 50).red) - Int(canvas.surface.pixel(30, 50).red)) <= 1)
    #expect(abs(Int(canvas.surface.pixel(50, 60).red) - Int(canvas.surface.pixel(70, 50).red)) <= 1)
  }

  @Test("a gradient without a way has the colour of its end, one without colours paints nothing")
  func degenerateGradient() {
    let canvas = VectorCanvas(width: 4, height: 4)
    canvas.fill(.linear(from: VectorPoint(1, 1), to: VectorPoint(1, 1), red, blue))
    #expect(canvas.surface.pixel(2, 2) == (0, 0, 255, 255))
    canvas.clear()
    canvas.fill(.linear(from: VectorPoint(0, 0), to: VectorPoint(4, 0), []))
    #expect(canvas.surface.pixel(2, 2).alpha == 0)
    let odd = [
      Paint.Stop(.nan, red), Paint.Stop(7, blue), Paint.Stop(-3, red), Paint.Stop(.infinity, blue),
    ]
    canvas.fill(.radial(center: VectorPoint(2, 2), radii: VectorPoint(3, 3), odd))
    #expect(canvas.surface.pixel(2, 2).alpha == 255)
  }

  @Test("transparency is mixed by the weight of each colour")
  func over() {
    let canvas = VectorCanvas(width: 2, height: 1)
    canvas.fill(.solid(.white))
    canvas.fill(.solid(red.opacity(0.5)))
    #expect(canvas.surface.pixel(0, 0) == (255, 127, 127, 255))
    canvas.clear()
    canvas.fill(.solid(Color(red: 200, green: 100, blue: 50, alpha: 128)))
    #expect(Array(canvas.rgba().prefix(4)) == [199, 100, 50, 128])
    canvas.clear()
    canvas.fill(.solid(.white), opacity: 0.25)
    #expect(canvas.surface.pixel(1, 0).alpha == 64)
  }

  @Test("clipped drawing stays inside, clips within clips count together, and end")
  func clip() {
    let canvas = VectorCanvas(width: 40, height: 40)
    canvas.clipped(to: .rect(x: 5, y: 5, width: 20, height: 20.5)) {
      canvas.clipped(to: .rect(x: 15, y: 0, width: 25, height: 40)) { canvas.fill(.solid(red)) }
    }
    #expect(alpha(canvas, 14, 10) == 0)
    #expect(alpha(canvas, 15, 10) == 255)
    #expect(alpha(canvas, 25, 10) == 0)
    #expect(alpha(canvas, 20, 25) == 128)
    canvas.fill(.rect(x: 0, y: 0, width: 1, height: 1), .solid(blue))
    #expect(alpha(canvas, 0, 0) == 255)
  }

  @Test("a circle's stroke is a ring of the stroke's width")
  func ring() {
    let canvas = VectorCanvas(width: 80, height: 80)
    canvas.stroke(
      .circle(center: VectorPoint(40, 40), radius: 30), width: 6, .solid(.black))
    #expect(alpha(canvas, 40, 40) == 0)
    #expect(alpha(canvas, 70, 40) == 255)
    #expect(alpha(canvas, 66, 40) <= 6)
    #expect(alpha(canvas, 73, 40) <= 6)
    for step in 0..<36 {
      let (sine, cosine) = ExactAngle.sineCosine(degrees: Double(10 * step))
      let pixel = (Int(40 + 30 * cosine), Int(40 + 30 * sine))
      #expect(alpha(canvas, pixel.0, pixel.1) == 255)
    }
  }

  @Test("caps and joins reach as far as they say")
  func caps() {
    func canvas(_ cap: StrokeStyle.Cap, _ join: StrokeStyle.Join) -> VectorCanvas {
      let canvas = VectorCanvas(width: 60, height: 60)
      var path = VectorPath()
      path.move(10, 40)
      path.line(40, 40)
      path.line(40, 10)
      canvas.stroke(path, StrokeStyle(width: 8, cap: cap, join: join), .solid(.black))
      return canvas
    }
    #expect(alpha(canvas(.butt, .miter), 8, 40) == 0)
    #expect(alpha(canvas(.square, .miter), 6, 37) == 255)
    #expect(alpha(canvas(.round, .miter), 7, 40) == 255)
    #expect(alpha(canvas(.round, .miter), 6, 36) < 40)
    #expect(alpha(canvas(.butt, .miter), 43, 43) == 255)
    #expect(alpha(canvas(.butt, .bevel), 43, 43) == 0)
    #expect(alpha(canvas(.butt, .round), 43, 43) < 128)
    #expect(alpha(canvas(.butt, .round), 42, 42) > 200)
    #expect(alpha(canvas(.butt, .round), 37, 37) == 255)
  }

  @Test("another canvas is drawn where it is put, at whole pixels unchanged")
  func draw() {
    let stamp = VectorCanvas(width: 4, height: 4)
    stamp.fill(.linear(from: VectorPoint(0, 0), to: VectorPoint(4, 4), red, blue))
    let (plain, mapped) = (VectorCanvas(width: 12, height: 12), VectorCanvas(width: 12, height: 12))
    plain.draw(stamp, x: 5, y: 6)
    mapped.draw(stamp, transform: .translation(5, 6))
    #expect(plain.rgba() == mapped.rgba())
    #expect(plain.surface.pixel(8, 9) == stamp.surface.pixel(3, 3))
    plain.draw(stamp, x: -2, y: 10)
    plain.draw(stamp, x: 100, y: -100)
    #expect(plain.surface.pixel(0, 10) == stamp.surface.pixel(2, 0))
    let large = VectorCanvas(width: 20, height: 20)
    large.draw(stamp, transform: .scale(4).then(.translation(2, 2)))
    #expect(alpha(large, 2, 2) == 255)
    #expect(alpha(large, 17, 17) == 255)
    #expect(alpha(large, 18, 18) == 0)
  }

  @Test("soft edges fade and keep the shape's weight")
  func soft() {
    let canvas = VectorCanvas(width: 120, height: 120)
    canvas.fillSoft(.rect(x: 40, y: 40, width: 40, height: 40), .solid(.black), softness: 5)
    #expect(alpha(canvas, 60, 60) == 255)
    #expect(abs(alpha(canvas, 39, 60) + alpha(canvas, 40, 60) - 255) < 4)
    #expect(alpha(canvas, 20, 60) == 0)
    let sum = canvas.rgba().enumerated().reduce(0) {
      $1.offset % 4 == 3 ? $0 + Int($1.element) : $0
    }
    #expect(abs(Double(sum) / 255 - 1600) < 16)
  }

  @Test("a canvas becomes a layer, a film picture and a PNG")
  func outputs() throws {
    let canvas = VectorCanvas(width: 20, height: 10)
    canvas.fill(.rect(x: 0, y: 0, width: 10, height: 10), .solid(.white))
    let bitmap = canvas.bitmap()
    #expect(bitmap.luma[2, 2] == 235)
    #expect(bitmap.alpha?[15, 5] == 0)
    let packed = try canvas.packed()
    #expect(packed.samples[5] == 235)
    #expect(packed.samples[15] == 16)
    #expect(try canvas.png().starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let back = VectorCanvas(bitmap)
    #expect(back.surface.pixel(3, 3) == (255, 255, 255, 255))
    #expect(back.surface.pixel(16, 3).alpha == 0)
  }

  @Test("text is written over what is there, in its colour and place")
  func text() throws {
    let file = try FontFile(path: "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf")
    let canvas = VectorCanvas(width: 200, height: 60)
    canvas.fill(.solid(.white))
    let run = TextRun(
      "HHH", file: file, face: file.faces[0], colour: Colour(red: 200, green: 0, blue: 0))
    try canvas.draw(
      [TextLine(runs: [run], size: 40, anchor: .left, x: 20, baseline: 45)], fonts: [file])
    let rgba = canvas.rgba()
    let ink = (0..<200 * 60).filter { rgba[4 * $0 + 1] < 40 && rgba[4 * $0] > 180 }
    #expect(ink.count > 400)
    #expect(ink.allSatisfy { 18...130 ~= $0 % 200 && 10...46 ~= $0 / 200 })
    #expect(stride(from: 3, to: rgba.count, by: 4).allSatisfy { rgba[$0] == 255 })
  }
}
