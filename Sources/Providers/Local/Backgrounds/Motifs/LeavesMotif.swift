internal import Compositing
internal import Media
internal import SceneDocument

/// Plants at the lower edge that a light wind moves.
struct LeavesMotif: Motif {
  private struct Plant {
    var foot: VectorPoint
    var height, lean, phase, depth: Double
    var leaves: Int
  }

  private let scenery: Scenery
  private let plants: [Plant]

  init(_ scenery: Scenery) {
    self.scenery = scenery
    var random = scenery.random("leaves")
    var plants: [Plant] = []
    for row in 0..<3 {
      let count = [9, 8, 6][row]
      for index in 0..<count {
        let x = (Double(index) + random.between(0.1, 0.9)) / Double(count)
        // Low in the middle and towards the speaker, high at the left.
        let tall = 0.20 + 0.17 * max(0, 1 - 2.2 * x) + 0.05 * max(0, 3 * x - 2)
        plants.append(
          Plant(
            foot: scenery.point(x, 1.03),
            height: tall * random.between(0.8, 1.15) * [1.3, 1.12, 0.9][row],
            lean: random.between(-14, 14), phase: random.unit(), depth: [0.2, 0.5, 0.85][row],
            leaves: 6 + random.integer(below: 3)))
      }
    }
    self.plants = plants
  }

  func drawStill(on canvas: VectorCanvas) {
    let s = scenery
    SkyPieces(s).drawSun(on: canvas, at: s.point(0.52, 0.47), radius: 0.085 * s.span)
    var random = s.random("motes")
    for _ in 0..<24 {
      let place = s.point(random.unit(), random.between(0.35, 0.9))
      canvas.fill(
        .circle(center: place, radius: random.between(2, 7) * s.unit),
        .solid(s.look.accent.opacity(0.10 * s.presence(x: place.x))))
    }
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    let s = scenery
    for (index, plant) in plants.enumerated() {
      draw(plant, on: canvas, turn)
      // The ground that a row stands on.
      if index == plants.count - 1 || plants[index + 1].depth != plant.depth {
        let y = (0.90 + 0.045 * plant.depth) * s.height
        let ground = s.ground { y + 8 * s.unit * Scenery.wave($0 / s.width * 1.5 + plant.depth) }
        canvas.fill(ground, .solid(s.look.layer(plant.depth)))
      }
    }
    for index in 0..<10 {
      let phase = Double(index) * 0.381
      let x = Scenery.fraction(phase * 2.3) * s.width + 20 * s.unit * Scenery.wave(turn + phase)
      let y =
        (0.46 + 0.34 * Scenery.fraction(phase * 5.1)) * s.height + 26 * s.unit
        * Scenery.wave(turn + 3 * phase)
      canvas.fill(
        .circle(center: VectorPoint(x, y), radius: 3.4 * s.unit),
        .solid(
          s.look.accent.opacity((0.25 + 0.45 * Scenery.pulse(turn + phase)) * s.presence(x: x))))
    }
  }

  private func draw(_ plant: Plant, on canvas: VectorCanvas, _ turn: Double) {
    let s = scenery
    let length = plant.height * (0.4 * s.height + 0.6 * s.span)
    let sway = 2.6 * Scenery.wave(turn + plant.phase)
    let upright = AffineTransform2D.translation(plant.foot.x, plant.foot.y)
    let placed = AffineTransform2D.rotation(degrees: plant.lean + sway).then(upright)
    let color = s.look.layer(plant.depth)
    let light = s.look.lit(plant.depth * 0.7)
    let stem = VectorPath {
      $0.move(0, 0)
      $0.quad(0.04 * length, -0.5 * length, 0, -length)
    }
    canvas.stroke(stem, width: max(4 * s.unit, 0.012 * length), .solid(color), transform: placed)
    for index in 0...plant.leaves {
      let place = 0.24 + 0.76 * Double(index) / Double(plant.leaves)
      let isTip = index == plant.leaves
      let side = isTip ? 0.0 : index % 2 == 0 ? 1.0 : -1.0
      let size = length * 0.34 * (1.12 - 0.5 * place)
      // On the stem's curve.
      let at = VectorPoint(0.08 * length * place * (1 - place), -length * place)
      let flutter = 3.5 * Scenery.wave(turn + plant.phase + 0.13 * Double(index))
      let angle = side * (58 - 22 * place) + flutter
      let turned = AffineTransform2D.rotation(degrees: angle).then(
        .translation(at.x, at.y)
      ).then(placed)
      // The two rows behind are flat, as things far away are.
      let paint =
        plant.depth > 0.6
        ? Paint.linear(from: VectorPoint(0, 0), to: VectorPoint(0, -size), color, light)
        : .solid(color.mixed(with: light, index % 2 == 0 ? 0.25 : 0.6))
      canvas.fill(Self.leaf(size), paint, transform: turned)
    }
  }

  /// From its stalk at the origin upwards.
  private static func leaf(_ size: Double) -> VectorPath {
    VectorPath {
      $0.move(0, 0)
      $0.cubic(0.30 * size, -0.22 * size, 0.26 * size, -0.70 * size, 0, -size)
      $0.cubic(-0.26 * size, -0.70 * size, -0.30 * size, -0.22 * size, 0, 0)
      $0.close()
    }
  }
}
