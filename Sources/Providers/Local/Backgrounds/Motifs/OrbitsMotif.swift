internal import Compositing
internal import Media
internal import SceneDocument

/// A planet with its moons among stars.
struct OrbitsMotif: Motif {
  private let scenery: Scenery
  private let twinkling: [(place: VectorPoint, size: Double, phase: Double)]

  init(_ scenery: Scenery) {
    self.scenery = scenery
    var random = scenery.random("twinkling")
    twinkling = (0..<22).map { _ in
      (
        scenery.point(random.unit(), random.between(0.02, 0.8)),
        random.between(1.6, 3.2) * scenery.unit, random.unit()
      )
    }
  }

  private var center: VectorPoint { scenery.point(0.40, 0.64) }
  private var radius: Double { 0.165 * min(scenery.height, 0.8 * scenery.width) }

  func drawStill(on canvas: VectorCanvas) {
    let (s, c, r) = (scenery, center, radius)
    SkyPieces(s).drawStars(on: canvas, count: 150, below: 0.95)
    canvas.fill(
      .circle(center: c, radius: 2.6 * r),
      .radial(center: c, radius: 2.6 * r, s.look.accent.opacity(0.20), s.look.accent.opacity(0)))
    // A far, small planet.
    let far = s.point(0.63, 0.46)
    canvas.fill(
      .circle(center: far, radius: 0.24 * r),
      .linear(
        from: far - VectorPoint(0.2 * r, 0.2 * r), to: far + VectorPoint(0.2 * r, 0.2 * r),
        s.look.second.mixed(with: .white, 0.2), s.look.layer(0.3)))
  }

  private static let tilt = -14.0

  /// A place on an orbit, and whether it is before the planet.
  private func place(_ size: Double, _ turn: Double) -> (point: VectorPoint, isNear: Bool) {
    let (sine, cosine) = ExactAngle.sineCosine(degrees: 360 * turn)
    let flat = VectorPoint(size * radius * cosine, 0.27 * size * radius * sine)
    let turned = AffineTransform2D.rotation(degrees: Self.tilt).apply(flat)
    return (center + turned, sine > 0)
  }

  private func orbit(_ size: Double, near: Bool) -> VectorPath {
    VectorPath { path in
      for step in 0...40 {
        let turn = (near ? 0 : 0.5) + Double(step) / 80
        let point = place(size, turn).point
        if step == 0 { path.move(to: point) } else { path.line(to: point) }
      }
    }
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    let s = scenery
    for star in twinkling {
      canvas.fill(
        .circle(center: star.place, radius: star.size),
        .solid(
          s.look.line.opacity(
            (s.look.isDark ? 1 : 0.4) * (0.1 + 0.75 * Scenery.pulse(2 * turn + star.phase))
              * s.presence(x: star.place.x))))
    }
    let moons: [(orbit: Double, size: Double, phase: Double, color: Color, way: Double)] = [
      (1.75, 0.085, 0.1, s.look.accent, 1), (2.45, 0.12, 0.45, s.look.second, -1),
      (3.15, 0.07, 0.75, s.look.accent.mixed(with: .white, 0.4), 1),
    ]
    for near in [false, true] {
      if near { drawPlanet(on: canvas) }
      for moon in moons {
        canvas.stroke(
          orbit(moon.orbit, near: near), width: 2 * s.unit,
          s.quiet(s.look.line, opacity: near ? 0.34 : 0.16))
        let at = place(moon.orbit, moon.way * turn + moon.phase)
        guard at.isNear == near else { continue }
        let size = moon.size * radius * (near ? 1.12 : 0.92)
        canvas.fill(.circle(center: at.point, radius: 2 * size), .solid(moon.color.opacity(0.16)))
        canvas.fill(.circle(center: at.point, radius: size), .solid(moon.color))
      }
    }
  }

  private func drawPlanet(on canvas: VectorCanvas) {
    let (s, c, r) = (scenery, center, radius)
    let disc = VectorPath.circle(center: c, radius: r)
    let light = c - VectorPoint(0.38 * r, 0.42 * r)
    canvas.fill(
      disc,
      .radial(
        center: light, radii: VectorPoint(1.7 * r, 1.7 * r),
        [
          Paint.Stop(0, s.look.accent.mixed(with: .white, 0.30)), Paint.Stop(0.45, s.look.second),
          Paint.Stop(1, s.look.layer(s.look.isDark ? 0.75 : 0.6)),
        ]))
    for (y, height, share) in [(-0.42, 0.13, 0.13), (-0.05, 0.2, 0.10), (0.42, 0.10, 0.12)] {
      let half = (1 - y * y).squareRoot() * r * 0.985
      let band = VectorPath.roundedRect(
        x: c.x - half, y: c.y + y * r, width: 2 * half, height: height * r, radius: 0.5 * height * r
      )
      canvas.fill(
        band, .solid(Color.white.opacity(share)),
        transform: .rotation(degrees: Self.tilt, around: c))
    }
  }
}
