internal import Compositing
internal import Media
internal import SceneDocument

/// Swell under a low sun.
struct WavesMotif: Motif {
  private let scenery: Scenery
  private let phases: [Double]

  init(_ scenery: Scenery) {
    self.scenery = scenery
    var random = scenery.random("waves")
    phases = (0..<12).map { _ in random.unit() }
  }

  private var sun: VectorPoint { scenery.point(0.48, 0.56) }

  func drawStill(on canvas: VectorCanvas) {
    SkyPieces(scenery).drawSun(on: canvas, at: sun, radius: 0.15 * scenery.span)
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    for index in 0..<5 {
      drawWave(index, on: canvas, turn)
      if index == 1 { drawGlints(on: canvas, turn) }
    }
  }

  private func drawWave(_ index: Int, on canvas: VectorCanvas, _ turn: Double) {
    let s = scenery
    let depth = Double(index) / 4
    let height = (0.575 + 0.30 * depth * (0.55 + 0.45 * depth)) * s.height
    let swell = (5 + 20 * depth) * s.unit
    let length = s.width / (5.2 - 2.9 * depth)
    let (first, second) = (phases[2 * index], phases[2 * index + 1])
    func line(_ x: Double) -> Double {
      height + swell * Scenery.wave(x / length - turn + first)
        + 0.35 * swell * Scenery.wave(1.7 * x / length + turn + second)
    }
    let (crest, deep) = (s.look.lit(depth), s.look.layer(depth))
    canvas.fill(
      s.ground(line),
      .linear(
        from: VectorPoint(0, height - swell), to: VectorPoint(0, height + 0.16 * s.height),
        crest.mixed(with: deep, 0.35), deep))
    let edge = s.band(line) { line($0) + (1.5 + 2.5 * depth) * s.unit }
    canvas.fill(
      edge,
      s.quiet(
        s.look.accent.mixed(with: .white, s.look.isDark ? 0.4 : 0.8),
        opacity: s.look.isDark ? 0.38 : 0.7))
  }

  private func drawGlints(on canvas: VectorCanvas, _ turn: Double) {
    let s = scenery
    for index in 0..<6 {
      let place = Double(index) / 5
      let half =
        (0.07 - 0.035 * place) * s.width * (1 + 0.22 * Scenery.wave(turn + 0.37 * place * 5))
      let y = (0.600 + 0.115 * place) * s.height
      let thick = (3 + 3 * place) * s.unit
      canvas.fill(
        .roundedRect(x: sun.x - half, y: y, width: 2 * half, height: thick, radius: thick / 2),
        .solid(s.look.sun.opacity(0.75 - 0.4 * place)))
    }
  }
}
