internal import Compositing
internal import Media
internal import SceneDocument

/// Wind turbines on hills under a sun with rays.
struct TurbinesMotif: Motif {
  private let scenery: Scenery
  private let terrain: Terrain
  private let turbines: [(layer: Int, x: Double, size: Double, phase: Double)]

  init(_ scenery: Scenery) {
    self.scenery = scenery
    terrain = Terrain(scenery, from: 0.64, count: 4)
    var random = scenery.random("turbines")
    turbines = [
      (1, 0.30, 0.13, random.unit()), (1, 0.60, 0.12, random.unit()),
      (1, 0.88, 0.12, random.unit()),
      (2, 0.13, 0.22, random.unit()), (2, 0.47, 0.20, random.unit()),
    ]
  }

  private var sun: VectorPoint { scenery.point(0.62, 0.50) }

  func drawStill(on canvas: VectorCanvas) {
    SkyPieces(scenery).drawSun(on: canvas, at: sun, radius: 0.085 * scenery.span)
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    drawRays(on: canvas, turn)
    SkyPieces(scenery).drawClouds(on: canvas, turn, low: 0.42)
    for index in 0..<terrain.count {
      for turbine in turbines where turbine.layer == index { draw(turbine, on: canvas, turn) }
      terrain.draw(index, on: canvas, turn)
    }
  }

  private func drawRays(on canvas: VectorCanvas, _ turn: Double) {
    let s = scenery
    let r = 0.085 * s.span
    for ray in 0..<16 {
      // One place on in a loop.
      let (sine, cosine) = ExactAngle.sineCosine(degrees: 22.5 * (Double(ray) + turn))
      let way = VectorPoint(cosine, sine)
      let path = VectorPath {
        $0.move(to: sun + 1.28 * r * way)
        $0.line(to: sun + 1.62 * r * way)
      }
      canvas.stroke(path, width: 5 * s.unit, .solid(s.look.sun.opacity(s.look.isDark ? 0.6 : 0.9)))
    }
  }

  private func draw(
    _ turbine: (layer: Int, x: Double, size: Double, phase: Double), on canvas: VectorCanvas,
    _ turn: Double
  ) {
    let s = scenery
    let at = turbine.x * s.width
    let x = at + terrain.shift(turbine.layer, turn)
    let foot = terrain.line(turbine.layer, at) + 8 * s.unit
    let size = turbine.size * s.span
    let hub = VectorPoint(x, foot - size)
    let presence = 0.45 + 0.55 * s.presence(x: at)
    let color = Color.white.mixed(with: s.look.layer(0.2), 0.16)
    let shade = color.mixed(with: s.look.layer(0.5), 0.35)
    let (low, high) = (0.030 * size, 0.014 * size)
    canvas.fill(
      .polygon([
        VectorPoint(x - low, foot), VectorPoint(x - high, hub.y), VectorPoint(x + high, hub.y),
        VectorPoint(x + low, foot),
      ]),
      .linear(
        from: VectorPoint(x - low, 0), to: VectorPoint(x + low, 0), color.opacity(presence),
        shade.opacity(presence)))
    // Two thirds of a turn look like none.
    let spin = 120 * (2 * turn + turbine.phase)
    for blade in 0..<3 {
      let path = VectorPath {
        $0.move(-0.012 * size, 0)
        $0.cubic(-0.055 * size, -0.16 * size, -0.03 * size, -0.34 * size, 0, -0.64 * size)
        $0.cubic(0.012 * size, -0.4 * size, 0.018 * size, -0.2 * size, 0.014 * size, 0)
        $0.close()
      }
      canvas.fill(
        path, .solid(color.opacity(presence)),
        transform: .rotation(degrees: spin + 120 * Double(blade)).then(.translation(hub.x, hub.y)))
    }
    canvas.fill(.circle(center: hub, radius: 0.032 * size), .solid(shade.opacity(presence)))
  }
}
