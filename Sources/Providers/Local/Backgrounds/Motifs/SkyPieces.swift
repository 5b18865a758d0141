internal import Compositing
internal import Media
internal import SceneDocument

/// What stands in many skies: a sun, clouds, birds, stars.
struct SkyPieces {
  private let scenery: Scenery

  init(_ scenery: Scenery) { self.scenery = scenery }

  /// A disc and its glow.
  func drawSun(on canvas: VectorCanvas, at center: VectorPoint, radius: Double) {
    let look = scenery.look
    let reach = 3.2 * radius
    canvas.fill(
      .circle(center: center, radius: reach),
      .radial(
        center: center, radii: VectorPoint(reach, reach),
        [
          Paint.Stop(0, look.sun.opacity(look.isDark ? 0.34 : 0.75)),
          Paint.Stop(0.45, look.sun.opacity(look.isDark ? 0.12 : 0.25)),
          Paint.Stop(1, look.sun.opacity(0)),
        ]))
    canvas.fill(
      .circle(center: center, radius: radius),
      .linear(
        from: VectorPoint(0, center.y - radius), to: VectorPoint(0, center.y + radius),
        look.sun.mixed(with: .white, 0.45), look.sun))
  }

  /// A cloud with a flat lower edge, `size` wide.
  func drawCloud(
    on canvas: VectorCanvas, at place: VectorPoint, size: Double, opacity: Double
  ) {
    let parts: [(x: Double, y: Double, r: Double)] = [
      (-0.27, -0.07, 0.11), (-0.09, -0.16, 0.16), (0.12, -0.12, 0.135), (0.29, -0.06, 0.09),
    ]
    var path = VectorPath.roundedRect(
      x: place.x - size / 2, y: place.y - 0.11 * size, width: size, height: 0.11 * size,
      radius: 0.055 * size)
    for part in parts {
      path.append(
        .circle(center: place + size * VectorPoint(part.x, part.y + 0.04), radius: size * part.r))
    }
    canvas.fill(
      path,
      .linear(
        from: VectorPoint(0, place.y - 0.28 * size), to: VectorPoint(0, place.y),
        Color.white.opacity(opacity), Color.white.opacity(0.45 * opacity)))
  }

  /// Clouds that drift to and fro, with none where titles and speakers are strongest.
  func drawClouds(on canvas: VectorCanvas, _ turn: Double, low: Double = 0.44) {
    let s = scenery
    let opacity = s.look.isDark ? 0.13 : 0.75
    let places: [(x: Double, y: Double, size: Double, phase: Double)] = [
      (0.10, 0.06, 0.15, 0), (0.60, 0.02, 0.12, 0.3), (0.88, -0.02, 0.16, 0.55),
      (0.32, 0.03, 0.10, 0.8),
    ]
    for place in places {
      let sway = 34 * s.unit * Scenery.wave(turn + place.phase)
      drawCloud(
        on: canvas, at: VectorPoint(place.x * s.width + sway, (low + place.y) * s.height),
        size: place.size * s.width, opacity: opacity * s.presence(x: place.x * s.width))
    }
  }

  /// Three birds that circle and beat their wings.
  func drawBirds(on canvas: VectorCanvas, _ turn: Double) {
    let s = scenery
    for index in 0..<3 {
      let phase = Double(index) * 0.21
      let size = (13 - 2.5 * Double(index)) * s.unit
      let x = s.width * (0.50 + 0.03 * Double(index) + 0.035 * Scenery.wave(turn + phase))
      let y = s.height * (0.43 + 0.03 * Double(index) + 0.02 * Scenery.wave(turn + phase + 0.25))
      let lift = size * (0.55 + 0.35 * Scenery.wave(6 * turn + phase))
      let path = VectorPath {
        $0.move(x - size, y - lift)
        $0.quad(x - 0.35 * size, y - 0.55 * lift, x, y)
        $0.quad(x + 0.35 * size, y - 0.55 * lift, x + size, y - lift)
      }
      canvas.stroke(path, width: 2.6 * s.unit, .solid(s.look.text.opacity(0.55)))
    }
  }

  func drawStars(on canvas: VectorCanvas, count: Int, below: Double) {
    let s = scenery
    var random = s.random("stars")
    for _ in 0..<count {
      let place = s.point(random.unit(), random.unit() * below)
      let radius = random.between(0.8, 2.2) * s.unit
      canvas.fill(
        .circle(center: place, radius: radius),
        .solid(s.look.line.opacity(random.between(0.12, 0.5) * (s.look.isDark ? 1 : 0.35))))
    }
  }
}
