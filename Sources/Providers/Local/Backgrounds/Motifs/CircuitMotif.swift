internal import Compositing
internal import Media
internal import SceneDocument

/// A chip, its traces, and signals that run along them.
struct CircuitMotif: Motif {
  private let scenery: Scenery
  private let traces: [[VectorPoint]]

  init(_ scenery: Scenery) {
    self.scenery = scenery
    var random = scenery.random("circuit")
    let (c, r) = (Self.center(scenery), Self.size(scenery))
    var traces: [[VectorPoint]] = []
    for side in 0..<4 {
      for pin in 0..<6 {
        let along = (Double(pin) - 2.5) / 2.5 * 0.78 * r
        let isAcross = side < 2
        let way = side % 2 == 0 ? 1.0 : -1.0
        // Straight out, then slanting away from the middle, then straight on.
        let lead = r * (0.26 + 0.16 * abs(Double(pin) - 2.5))
        let slant = along * random.between(isAcross ? 0.7 : 0.5, isAcross ? 1.6 : 1.0)
        let reach = r * random.between(isAcross ? 1.2 : 0.3, isAcross ? 3.4 : 0.8)
        func point(_ out: Double, _ beside: Double) -> VectorPoint {
          isAcross
            ? VectorPoint(c.x + way * (r + out), c.y + beside)
            : VectorPoint(c.x + beside, c.y + way * (r + out))
        }
        traces.append([
          point(0, along), point(lead, along), point(lead + abs(slant), along + slant),
          point(lead + abs(slant) + reach, along + slant),
        ])
      }
    }
    self.traces = traces
  }

  private static func center(_ s: Scenery) -> VectorPoint { s.point(0.40, 0.63) }
  private static func size(_ s: Scenery) -> Double { 0.12 * min(s.height, 0.8 * s.width) }

  func drawStill(on canvas: VectorCanvas) {
    let s = scenery
    let (c, r) = (Self.center(s), Self.size(s))
    canvas.fill(
      .circle(center: c, radius: 4 * r),
      .radial(center: c, radius: 4 * r, s.look.accent.opacity(0.20), s.look.accent.opacity(0)))
    drawGrid(on: canvas)
    for (index, trace) in traces.enumerated() {
      let path = VectorPath { path in
        for (number, point) in trace.enumerated() {
          if number == 0 { path.move(to: point) } else { path.line(to: point) }
        }
      }
      canvas.stroke(
        path, width: 3.4 * s.unit,
        index < 12
          ? s.quiet(s.look.second, opacity: 0.5) : s.quietAbove(s.look.second, opacity: 0.5))
      let pad = trace[trace.count - 1]
      canvas.fill(
        .circle(center: pad, radius: 8 * s.unit),
        .solid(s.look.second.opacity(0.75 * s.presence(pad))))
      canvas.fill(
        .circle(center: pad, radius: 4 * s.unit),
        .solid(s.look.layer(0.5).opacity(s.presence(y: pad.y))))
    }
    drawChip(on: canvas, c, r)
  }

  private func drawGrid(on canvas: VectorCanvas) {
    let s = scenery
    let gap = max(54 * s.unit, 4)
    var y = 0.34 * s.height
    while y < s.height {
      var x = gap / 2
      while x < s.width {
        canvas.fill(
          .circle(center: VectorPoint(x, y), radius: 1.6 * s.unit),
          .solid(s.look.line.opacity(0.12 * s.presence(x: x))))
        x += gap
      }
      y += gap
    }
  }

  private func drawChip(on canvas: VectorCanvas, _ c: VectorPoint, _ r: Double) {
    let s = scenery
    func square(_ half: Double, _ corner: Double) -> VectorPath {
      .roundedRect(
        x: c.x - half, y: c.y - half, width: 2 * half, height: 2 * half, radius: corner)
    }
    canvas.fillSoft(square(1.02 * r, 0.14 * r), .solid(.black), softness: 0.16 * r, opacity: 0.3)
    canvas.fill(
      square(r, 0.14 * r),
      .linear(
        from: c - VectorPoint(0, r), to: c + VectorPoint(0, r), s.look.lit(0.55), s.look.layer(0.9))
    )
    canvas.stroke(square(0.70 * r, 0.1 * r), width: 3 * s.unit, .solid(s.look.accent.opacity(0.8)))
    for line in 0..<3 {
      let y = c.y + (Double(line) - 1) * 0.3 * r
      let half = [0.42, 0.30, 0.38][line] * r
      canvas.fill(
        .roundedRect(
          x: c.x - half, y: y - 0.05 * r, width: 2 * half, height: 0.10 * r, radius: 0.05 * r),
        .solid(s.look.accent.opacity([0.9, 0.6, 0.75][line])))
    }
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    let s = scenery
    for (index, trace) in traces.enumerated() {
      let color = index % 3 == 0 ? s.look.accent.mixed(with: .white, 0.35) : s.look.accent
      let isOutward = index % 2 == 0
      let head = Scenery.fraction(turn + Double(index) * 0.391)
      // A row of points that grow towards the head, and are gone at both ends.
      for tail in 0..<7 {
        let way = head - 0.012 * Double(tail)
        guard way > 0 else { continue }
        let at = Self.point(on: trace, isOutward ? way : 1 - way)
        let strength = min(1, 2.5 * Scenery.pulse(head)) * (1 - Double(tail) / 7)
        canvas.fill(
          .circle(center: at, radius: (5 - 0.4 * Double(tail)) * s.unit),
          .solid(color.opacity(strength * s.presence(at))))
      }
    }
  }

  private static func point(on trace: [VectorPoint], _ share: Double) -> VectorPoint {
    let lengths = zip(trace, trace.dropFirst()).map { a, b in
      ((b - a) * (b - a)).sum().squareRoot()
    }
    var left = share * lengths.reduce(0, +)
    for (index, length) in lengths.enumerated() {
      if left <= length, length > 0 {
        return trace[index] + (left / length) * (trace[index + 1] - trace[index])
      }
      left -= length
    }
    return trace[trace.count - 1]
  }
}
