internal import Compositing
internal import Media
internal import SceneDocument

/// Wide ribbons of light that flow past each other.
struct RibbonsMotif: Motif {
  private let scenery: Scenery
  private let phases: [Double]

  init(_ scenery: Scenery) {
    self.scenery = scenery
    var random = scenery.random("ribbons")
    phases = (0..<16).map { _ in random.unit() }
  }

  func drawStill(on canvas: VectorCanvas) {
    let (s, c) = (scenery, scenery.point(0.42, 0.62))
    let radii = VectorPoint(0.42 * s.width, 0.36 * s.height)
    canvas.fill(
      .ellipse(center: c, radii: radii),
      .radial(center: c, radii: radii, s.look.accent.opacity(0.16), s.look.accent.opacity(0)))
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    let s = scenery
    for index in 0..<4 {
      let (upper, lower) = lines(index, turn)
      let colors = [s.look.second, s.look.accent, s.look.layer(0.35), s.look.layer(0.75)]
      let color = colors[index]
      let strength = [0.38, 0.32, 0.60, 0.85][index]
      canvas.fill(
        s.band(upper, lower),
        .linear(
          from: s.point(0, 0.4), to: s.point(1, 0.55),
          [
            Paint.Stop(0, color.opacity(0.55 * strength)),
            Paint.Stop(0.34, color.opacity(strength)),
            Paint.Stop(0.62, color.opacity(0.6 * strength)),
            Paint.Stop(1, color.opacity(0.22 * strength)),
          ]))
      let edge = s.band(upper) { upper($0) + 2.2 * s.unit }
      canvas.fill(edge, s.quiet(s.look.isDark ? .white : color, opacity: 0.42))
    }
    drawThreads(on: canvas, turn)
  }

  private func lines(
    _ index: Int, _ turn: Double
  ) -> (upper: (Double) -> Double, lower: (Double) -> Double) {
    let s = scenery
    let middle = (0.52 + 0.085 * Double(index)) * s.height
    let swing = (0.065 - 0.005 * Double(index)) * s.span
    let thick = (0.095 + 0.018 * Double(index)) * s.height
    let length = s.width / (1.05 + 0.16 * Double(index))
    let way = index % 2 == 0 ? turn : -turn
    let (a, b) = (phases[2 * index], phases[2 * index + 1])
    func upper(_ x: Double) -> Double {
      middle + swing * Scenery.wave(x / length - way + a)
        + 0.4 * swing * Scenery.wave(2.1 * x / length + way + b)
    }
    func lower(_ x: Double) -> Double {
      upper(x) + thick * (1 + 0.55 * Scenery.wave(0.8 * x / length + way + b))
    }
    return (upper, lower)
  }

  /// Fine lines beside each other.
  private func drawThreads(on canvas: VectorCanvas, _ turn: Double) {
    let s = scenery
    let length = s.width / 1.15
    for thread in 0..<6 {
      let place = Double(thread) / 5
      func line(_ x: Double) -> Double {
        (0.60 + 0.05 * place) * s.height
          + (0.085 - 0.06 * place) * s.span
          * Scenery.wave(x / length - turn + phases[12] + 0.06 * place)
          + 0.022 * s.span * Scenery.wave(2 * x / length + turn + phases[13])
      }
      canvas.fill(
        s.band(line) { line($0) + 1.5 * s.unit },
        s.quiet(
          s.look.accent.mixed(with: .white, s.look.isDark ? 0.4 : 0),
          opacity: 0.5 - 0.04 * Double(thread)))
    }
  }
}
