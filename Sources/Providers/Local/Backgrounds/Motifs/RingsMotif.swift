internal import Compositing
internal import Media
internal import SceneDocument

/// Rings of arcs that turn against each other; around a clock's hands, a shield, or nothing.
struct RingsMotif: Motif {
  enum Middle { case plain, clock, shield }

  private let scenery: Scenery
  private let middle: Middle

  init(_ scenery: Scenery) { self.init(scenery, middle: .plain) }

  init(_ scenery: Scenery, middle: Middle) { (self.scenery, self.middle) = (scenery, middle) }

  private var center: VectorPoint { scenery.point(0.44, 0.645) }
  private var size: Double { 0.175 * min(scenery.height, 0.8 * scenery.width) }

  func drawStill(on canvas: VectorCanvas) {
    let (s, c) = (scenery, center)
    for index in (0..<5).reversed() {
      let radius = size * (1.5 + 0.95 * Double(index))
      canvas.fill(
        .circle(center: c, radius: radius),
        .solid(s.look.line.opacity(s.look.isDark ? 0.022 : 0.028)))
      canvas.stroke(
        .circle(center: c, radius: radius), width: 1.4 * s.unit,
        s.quiet(s.look.line, opacity: 0.13))
    }
    canvas.fill(
      .circle(center: c, radius: 2.2 * size),
      .radial(
        center: c, radius: 2.2 * size, s.look.accent.opacity(0.22), s.look.accent.opacity(0)))
    canvas.fill(
      .circle(center: c, radius: size),
      .linear(
        from: c - VectorPoint(0, size), to: c + VectorPoint(0, size), s.look.lit(0.25),
        s.look.layer(0.6)))
    if middle == .shield { drawShield(on: canvas) }
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    let s = scenery
    // Parts, radius, thickness, how much of a part is drawn, how many parts it goes on in a loop.
    let rings: [(parts: Int, radius: Double, width: Double, share: Double, step: Double)] = [
      (60, 1.13, 3, 0.12, 4), (3, 1.30, 7, 0.55, 1), (12, 1.5, 3, 0.6, -2), (2, 1.78, 11, 0.36, 1),
      (5, 2.1, 4, 0.34, -1), (3, 2.5, 6, 0.20, 1),
    ]
    for (index, ring) in rings.enumerated() {
      let part = 360 / Double(ring.parts)
      var path = VectorPath()
      for number in 0..<ring.parts {
        var arc = VectorPath()
        arc.arc(
          center: center, radius: ring.radius * size,
          from: part * (Double(number) + ring.step * turn) + 40 * Double(index),
          sweep: part * ring.share)
        path.append(arc)
      }
      let color = index % 2 == 1 ? s.look.accent : s.look.second
      canvas.stroke(
        path, width: ring.width * s.unit, s.quietAbove(color, opacity: 0.85 - 0.10 * Double(index)),
        cap: ring.parts > 20 ? .butt : .round)
    }
    if middle == .clock { drawHands(on: canvas, turn) }
    if middle == .plain {
      let beat = 0.34 + 0.04 * Scenery.wave(turn)
      canvas.fill(.circle(center: center, radius: beat * size), .solid(s.look.accent))
    }
  }

  private func drawHands(on canvas: VectorCanvas, _ turn: Double) {
    let (s, c) = (scenery, center)
    func hand(_ degrees: Double, _ length: Double, _ width: Double, _ color: Color) {
      let (sine, cosine) = ExactAngle.sineCosine(degrees: degrees)
      let way = VectorPoint(sine, -cosine)
      let path = VectorPath {
        $0.move(to: c - 0.12 * size * way)
        $0.line(to: c + length * size * way)
      }
      canvas.stroke(path, width: width * s.unit, .solid(color))
    }
    hand(305, 0.50, 10, s.look.text.opacity(0.92))
    hand(50, 0.70, 7, s.look.text.opacity(0.92))
    hand(360 * turn, 0.80, 3.5, s.look.accent)
    canvas.fill(.circle(center: c, radius: 9 * s.unit), .solid(s.look.accent))
  }

  private func drawShield(on canvas: VectorCanvas) {
    let (s, c) = (scenery, center)
    func shield(_ r: Double) -> VectorPath {
      VectorPath {
        $0.move(c.x, c.y - r)
        $0.quad(c.x + 0.42 * r, c.y - 0.70 * r, c.x + 0.80 * r, c.y - 0.68 * r)
        $0.cubic(
          c.x + 0.84 * r, c.y + 0.10 * r, c.x + 0.52 * r, c.y + 0.72 * r, c.x, c.y + 1.0 * r)
        $0.cubic(
          c.x - 0.52 * r, c.y + 0.72 * r, c.x - 0.84 * r, c.y + 0.10 * r, c.x - 0.80 * r,
          c.y - 0.68 * r)
        $0.quad(c.x - 0.42 * r, c.y - 0.70 * r, c.x, c.y - r)
        $0.close()
      }
    }
    canvas.fill(shield(0.68 * size), .solid(s.look.accent))
    canvas.fill(shield(0.57 * size), .solid(s.look.layer(0.75)))
    let tick = VectorPath {
      $0.move(c.x - 0.22 * size, c.y + 0.0 * size)
      $0.line(c.x - 0.05 * size, c.y + 0.17 * size)
      $0.line(c.x + 0.24 * size, c.y - 0.20 * size)
    }
    canvas.stroke(tick, width: 0.085 * size, .solid(s.look.accent.mixed(with: .white, 0.3)))
  }
}
