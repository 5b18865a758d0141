internal import Compositing
internal import Media
internal import SceneDocument

/// Columns that rise from left to right, and a line above them.
struct GrowthMotif: Motif {
  private let scenery: Scenery
  /// Shares of the picture's height.
  private let heights: [Double]
  private let floor = 0.83

  init(_ scenery: Scenery) {
    self.scenery = scenery
    var random = scenery.random("growth")
    heights = (0..<11).map { index in
      let place = Double(index) / 10
      return 0.07 + 0.25 * place * (0.45 + 0.55 * place) + random.between(-0.016, 0.016)
    }
  }

  func drawStill(on canvas: VectorCanvas) {
    let s = scenery
    for index in 0..<6 {
      let y = (floor - 0.075 * Double(index)) * s.height
      canvas.fill(
        .rect(x: 0, y: y, width: s.width, height: max(1.5 * s.unit, 0.5)),
        s.quiet(s.look.line, opacity: index == 0 ? 0.30 : 0.10))
    }
    // A second, pale row far behind, over the whole width.
    var random = s.random("far")
    let step = s.width / 24
    for index in 0..<24 {
      let height = random.between(0.05, 0.20) * s.height
      let x = (Double(index) + 0.2) * step
      canvas.fill(
        .roundedRect(
          x: x, y: floor * s.height - height, width: 0.6 * step, height: height, radius: 4 * s.unit),
        .linear(
          from: VectorPoint(0, floor * s.height - height), to: s.point(0, floor),
          s.look.line.opacity(0.055 * s.presence(x: x)), s.look.line.opacity(0)))
    }
    canvas.fill(
      .rect(x: 0, y: floor * s.height, width: s.width, height: s.height),
      .linear(from: s.point(0, floor), to: s.point(0, 1), s.look.layer(0.75), s.look.layer(1)))
  }

  private func top(_ index: Int, _ turn: Double) -> VectorPoint {
    let x = 0.085 + 0.054 * Double(index)
    let lift = 0.010 * Scenery.wave(turn - 0.09 * Double(index))
    return scenery.point(x, floor - heights[index] - lift)
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    let s = scenery
    let tops = heights.indices.map { top($0, turn) }
    let width = 0.034 * s.width
    for place in tops {
      let column = VectorPath.roundedRect(
        x: place.x - width / 2, y: place.y, width: width, height: floor * s.height - place.y + 0.5,
        radius: min(6 * s.unit, width / 2))
      canvas.fill(
        column,
        .linear(
          from: place, to: VectorPoint(place.x, floor * s.height),
          s.look.second.opacity(0.92), s.look.second.opacity(0.20)))
    }
    drawCurve(tops.map { $0 - VectorPoint(0, 0.055 * s.height) }, on: canvas, turn)
  }

  private func drawCurve(_ points: [VectorPoint], on canvas: VectorCanvas, _ turn: Double) {
    let s = scenery
    let curve = VectorPath { path in
      path.move(to: points[0])
      for index in 1..<points.count {
        let (a, b) = Self.controls(points, index)
        path.cubic(a, b, to: points[index])
      }
    }
    canvas.stroke(curve, width: 12 * s.unit, .solid(s.look.accent.opacity(0.16)))
    canvas.stroke(curve, width: 4.5 * s.unit, .solid(s.look.accent))
    for point in points {
      canvas.fill(.circle(center: point, radius: 7.5 * s.unit), .solid(s.look.accent))
      canvas.fill(.circle(center: point, radius: 3.6 * s.unit), .solid(s.look.layer(0.9)))
    }
    // A light that runs along the line and fades at its ends.
    let way = turn * Double(points.count - 1)
    let index = min(Int(way), points.count - 2)
    let part = way - Double(index)
    let (from, to) = (points[index], points[index + 1])
    let (a, b) = Self.controls(points, index + 1)
    let rest = 1 - part
    let at =
      rest * rest * rest * from + 3 * rest * rest * part * a + 3 * rest * part * part * b
      + part * part * part * to
    let glow = 34 * s.unit
    let light = min(1, 3 * Scenery.pulse(turn))
    canvas.fill(
      .circle(center: at, radius: glow),
      .radial(
        center: at, radius: glow, s.look.accent.mixed(with: .white, 0.5).opacity(0.75 * light),
        s.look.accent.opacity(0)))
    canvas.fill(
      .circle(center: at, radius: 6 * s.unit), .solid(Color.white.opacity(light)))
  }

  /// The control points of the smooth curve from the point before `index` to it.
  private static func controls(
    _ points: [VectorPoint], _ index: Int
  ) -> (VectorPoint, VectorPoint) {
    let (from, to) = (points[index - 1], points[index])
    let before = points[max(index - 2, 0)]
    let after = points[min(index + 1, points.count - 1)]
    return (from + (to - before) / 6, to - (after - from) / 6)
  }
}
