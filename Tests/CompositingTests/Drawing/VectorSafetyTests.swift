import Compositing
import Media
import SceneDocument
import Testing

@Suite struct VectorSafetyTests {
  private static let odd: [Double] = [
    .nan, .infinity, -.infinity, 1e300, -1e300, 1e15, -1e9, .leastNonzeroMagnitude, 0, 3.7,
    1_048_576, -1_048_577,
  ]

  @Test("coordinates of any kind are drawn without a crash, and leave nothing behind")
  func oddCoordinates() {
    let canvas = VectorCanvas(width: 33, height: 17)
    for x in Self.odd {
      for y in Self.odd {
        var path = VectorPath()
        path.move(5, 5)
        path.line(x, y)
        path.cubic(y, x, 12, x, x, 3)
        path.quad(x, x, y, 9)
        path.arc(center: VectorPoint(x, y), radius: y, from: x, sweep: y)
        path.append(.ellipse(center: VectorPoint(8, x), radii: VectorPoint(y, x)))
        path.append(.roundedRect(x: x, y: 2, width: y, height: 9, radius: x))
        canvas.fill(path, .solid(.white))
        canvas.fill(
          path, .linear(from: VectorPoint(x, y), to: VectorPoint(y, 3), .white, .black),
          opacity: x, rule: .evenOdd)
        canvas.stroke(path, width: y, .solid(.black))
        canvas.fill(
          path, .solid(.black), transform: AffineTransform2D(a: x, b: y, c: 1, d: x, tx: y, ty: 0))
        guard y == 3.7 else { continue }
        canvas.fillSoft(.circle(center: VectorPoint(x, 3), radius: y), .solid(.white), softness: x)
        canvas.draw(canvas.copy(), transform: .scale(x, y))
      }
    }
    // Lines that were left in the rasteriser would show in the next shape.
    canvas.clear()
    canvas.fill(.rect(x: 1, y: 1, width: 2, height: 2), .solid(.white))
    let alphas = canvas.rgba().enumerated().filter { $0.offset % 4 == 3 }.map(\.element)
    #expect(alphas.filter { $0 == 255 }.count == 4)
    #expect(alphas.filter { $0 == 0 }.count == 33 * 17 - 4)
  }

  @Test("shapes that reach far out are cut at the picture's edges")
  func huge() {
    let canvas = VectorCanvas(width: 50, height: 50)
    canvas.fill(.rect(x: -1e6, y: -1e6, width: 2e6, height: 2e6), .solid(.black))
    #expect(canvas.rgba().enumerated().allSatisfy { $0.offset % 4 != 3 || $0.element == 255 })
    canvas.clear()
    // A slope of 1 through the middle.
    canvas.fill(
      .polygon([
        VectorPoint(-100_000, -100_000), VectorPoint(100_000, 100_000),
        VectorPoint(-100_000, 100_000),
      ]), .solid(.black))
    #expect(canvas.surface.pixel(40, 10).alpha == 0)
    #expect(canvas.surface.pixel(10, 40).alpha == 255)
    #expect(abs(Int(canvas.surface.pixel(25, 25).alpha) - 128) <= 1)
  }

  @Test("empty and flat paths paint nothing")
  func empty() {
    let canvas = VectorCanvas(width: 9, height: 9)
    canvas.fill(VectorPath(), .solid(.black))
    canvas.fill(.rect(x: 3, y: 3, width: 0, height: 5), .solid(.black))
    canvas.fill(.rect(x: 3, y: 3, width: 5, height: 0), .solid(.black))
    canvas.stroke(VectorPath { $0.move(4, 4) }, width: 3, .solid(.black), cap: .butt)
    canvas.stroke(.circle(center: VectorPoint(4, 4), radius: 2), width: 0, .solid(.black))
    #expect(canvas.rgba().allSatisfy { $0 == 0 })
  }

  @Test("the same drawing gives the same bytes, which are known")
  func sameBytes() {
    func draw() -> [UInt8] {
      let canvas = VectorCanvas(width: 160, height: 120)
      canvas.fill(
        .linear(
          from: VectorPoint(0, 0), to: VectorPoint(160, 120), Color("#10263f")!, Color("#f2a65a")!))
      for step in 0..<12 {
        let place = AffineTransform2D.rotation(
          degrees: 30 * Double(step) + 7, around: VectorPoint(80, 60))
        canvas.fill(
          .ellipse(center: VectorPoint(110, 60), radii: VectorPoint(30, 11.3)),
          .radial(
            center: VectorPoint(105, 58), radius: 32, Color("#ffffffc0")!, Color("#2d6cdf40")!),
          transform: place)
        canvas.stroke(
          .roundedRect(x: 70, y: 20, width: 41, height: 17, radius: 6), width: 1.7,
          .solid(Color("#401020a0")!), transform: place)
      }
      canvas.fillSoft(
        .circle(center: VectorPoint(80, 60), radius: 14), .solid(Color("#00000080")!), softness: 4)
      return canvas.rgba()
    }
    let bytes = draw()
    #expect(bytes == draw())
    // FNV-1a of the bytes: another value means that pictures of before look different.
    let sum = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    #expect(sum == 14_578_849_772_313_119_992)
  }
}
