internal import Compositing
internal import Media
internal import SceneDocument

/// Soft discs of light that hover over each other.
struct BubblesMotif: Motif {
  private struct Bubble {
    var place: VectorPoint
    var radius, phase, opacity: Double
    var color: Color
    var isRing: Bool
  }

  private let scenery: Scenery
  private let bubbles: [Bubble]

  init(_ scenery: Scenery) {
    self.scenery = scenery
    var random = scenery.random("bubbles")
    let look = scenery.look
    bubbles = (0..<26).map { index in
      let isLarge = index < 7
      let radius = isLarge ? random.between(0.10, 0.17) : random.between(0.018, 0.06)
      let x = isLarge ? Double(index) / 6.5 + random.between(-0.05, 0.05) : random.unit()
      let y = isLarge ? random.between(0.60, 0.86) : random.between(0.40, 0.88)
      let colors =
        look.isDark
        ? [look.accent, look.second, look.lit(0.2)]
        : [look.accent, look.sun, look.second.mixed(with: .white, 0.2)]
      return Bubble(
        place: scenery.point(x, y), radius: radius * min(scenery.height, scenery.width),
        phase: random.unit(), opacity: isLarge ? 0.30 : random.between(0.30, 0.62),
        color: colors[random.integer(below: 3)], isRing: !isLarge && random.unit() < 0.35)
    }
  }

  func drawStill(on canvas: VectorCanvas) {}

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    let s = scenery
    for bubble in bubbles {
      let reach = 16 * s.unit + 0.12 * bubble.radius
      let at =
        bubble.place
        + reach
        * VectorPoint(
          Scenery.wave(turn + 2 * bubble.phase), 1.4 * Scenery.wave(turn + bubble.phase))
      let opacity = bubble.opacity * s.presence(x: at.x)
      let r = bubble.radius * (1 + 0.03 * Scenery.wave(turn + 5 * bubble.phase))
      if bubble.isRing {
        canvas.stroke(
          .circle(center: at, radius: r), width: 3 * s.unit, .solid(bubble.color.opacity(opacity)))
        continue
      }
      canvas.fill(
        .circle(center: at, radius: r),
        .linear(
          from: at - VectorPoint(0.6 * r, r), to: at + VectorPoint(0.5 * r, r),
          bubble.color.mixed(with: .white, 0.25).opacity(opacity),
          bubble.color.opacity(0.28 * opacity)))
      canvas.fill(
        .ellipse(
          center: at - VectorPoint(0.34 * r, 0.42 * r), radii: VectorPoint(0.17 * r, 0.11 * r)),
        .solid(Color.white.opacity(0.55 * opacity)),
        transform: .rotation(degrees: -38, around: at - VectorPoint(0.34 * r, 0.42 * r)))
    }
  }
}
