internal import Compositing
internal import Media
internal import SceneDocument

/// Paper planes over a sea of clouds.
struct PlanesMotif: Motif {
  private let scenery: Scenery

  init(_ scenery: Scenery) { self.scenery = scenery }

  private static let routes: [[VectorPoint]] = [
    [
      VectorPoint(-0.45, 0.55), VectorPoint(-0.12, 0.60), VectorPoint(0.14, 0.72),
      VectorPoint(0.36, 0.61), VectorPoint(0.60, 0.52), VectorPoint(0.86, 0.40),
      VectorPoint(1.14, 0.16), VectorPoint(1.4, 0.0),
    ],
    [
      VectorPoint(-0.4, 0.40), VectorPoint(-0.10, 0.44), VectorPoint(0.20, 0.50),
      VectorPoint(0.50, 0.44), VectorPoint(0.80, 0.47), VectorPoint(1.12, 0.41),
      VectorPoint(1.4, 0.3),
    ],
  ]

  func drawStill(on canvas: VectorCanvas) {
    SkyPieces(scenery).drawSun(
      on: canvas, at: scenery.point(0.56, 0.60), radius: 0.12 * scenery.span)
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    SkyPieces(scenery).drawClouds(on: canvas, turn, low: 0.45)
    draw(1, at: Scenery.fraction(turn + 0.42), size: 0.55, opacity: 0.6, on: canvas)
    drawBank(0, on: canvas, turn)
    draw(0, at: turn, size: 1, opacity: 1, on: canvas)
    drawBank(1, on: canvas, turn)
    drawBank(2, on: canvas, turn)
  }

  /// A bank of clouds along the lower edge.
  private func drawBank(_ index: Int, on canvas: VectorCanvas, _ turn: Double) {
    let s = scenery
    var random = s.random("bank\(index)")
    let depth = [0.15, 0.5, 0.9][index]
    let top = [0.76, 0.83, 0.91][index] * s.height
    let sway = (14 + 22 * Double(index)) * s.unit * Scenery.wave(turn + 0.3 * Double(index))
    var path = VectorPath.rect(
      x: -2, y: top + 0.03 * s.height, width: s.width + 4, height: s.height)
    let count = 13
    for part in -1...count {
      let x = (Double(part) + random.between(0.2, 0.8)) / Double(count) * s.width + sway
      let r = random.between(0.045, 0.085) * s.width * 0.62
      path.append(.circle(center: VectorPoint(x, top + 0.045 * s.height), radius: r))
    }
    let color = s.look.isDark ? s.look.layer(depth) : s.look.layer(0.75 * depth)
    canvas.fill(
      path,
      .linear(
        from: VectorPoint(0, top - 0.05 * s.height), to: VectorPoint(0, top + 0.14 * s.height),
        s.look.lit(depth).mixed(with: .white, s.look.isDark ? 0.12 : 0.25), color))
  }

  /// Where a route is at `way`, 0 … 1, by Catmull and Rom; its ends lie outside of the picture.
  private func place(_ route: Int, _ way: Double) -> VectorPoint {
    let points = Self.routes[route]
    let parts = Double(points.count - 3)
    let at = min(max(way, 0), 1) * parts
    let index = min(Int(at), points.count - 4)
    let t = at - Double(index)
    let (a, b, c, d) = (points[index], points[index + 1], points[index + 2], points[index + 3])
    let first = c - a
    let second = 2 * a - 5 * b + 4 * c - d
    let third = 3 * b - a - 3 * c + d
    let point = b + 0.5 * t * (first + t * (second + t * third))
    return VectorPoint(point.x * scenery.width, point.y * scenery.height)
  }

  private func draw(
    _ route: Int, at way: Double, size: Double, opacity: Double, on canvas: VectorCanvas
  ) {
    let s = scenery
    // Dashes that stay where the plane has been, and fade.
    let dash = 1.0 / 44
    var number = (way / dash).rounded(.down)
    while number >= 0, way - number * dash < 0.42 {
      let age = (way - number * dash) / 0.42
      let path = VectorPath {
        $0.move(to: place(route, number * dash))
        $0.line(to: place(route, min(number * dash + 0.5 * dash, way)))
      }
      let x = place(route, number * dash).x
      canvas.stroke(
        path, width: 3.4 * size * s.unit,
        .solid(s.look.text.opacity(0.55 * (1 - age) * opacity * s.presence(x: x))))
      number -= 1
    }
    let (at, next) = (place(route, way), place(route, way + 0.004))
    let before = place(route, way - 0.004)
    drawPlane(at: at, along: next - before, size: 62 * size * s.unit, opacity: opacity, on: canvas)
  }

  private func drawPlane(
    at place: VectorPoint, along way: VectorPoint, size: Double, opacity: Double,
    on canvas: VectorCanvas
  ) {
    let length = max((way * way).sum().squareRoot(), 1e-9)
    let (cosine, sine) = (way.x / length, way.y / length)
    let turned = AffineTransform2D(
      a: cosine, b: sine, c: -sine, d: cosine, tx: place.x, ty: place.y)
    func part(_ points: [(Double, Double)], _ color: Color) {
      canvas.fill(
        .polygon(points.map { VectorPoint($0.0 * size, $0.1 * size) }), .solid(color),
        transform: turned, opacity: opacity)
    }
    let paper = Color.white
    let shade = paper.mixed(with: scenery.look.layer(0.5), 0.28)
    let fold = scenery.look.accent.mixed(with: scenery.look.layer(0.7), 0.15)
    part([(1, 0), (-0.75, -0.62), (-0.42, -0.10)], paper)
    part([(1, 0), (-0.42, -0.10), (-0.30, 0.36)], fold)
    part([(1, 0), (-0.30, 0.06), (-0.62, 0.44)], shade)
  }
}
