internal import Compositing
internal import Media
internal import SceneDocument

/// Rolling ground in layers, far and pale to near and dark, that a slow look from side to side sets against each other.
struct Terrain {
  private struct Layer {
    var base, rise, waves, first, second, depth: Double
  }

  let scenery: Scenery
  private let layers: [Layer]

  var count: Int { layers.count }

  init(_ scenery: Scenery, from top: Double, count: Int) {
    self.scenery = scenery
    var random = scenery.random("terrain")
    layers = (0..<count).map { index in
      let depth = Double(index) / Double(max(count - 1, 1))
      return Layer(
        base: top + (0.90 - top) * depth * (0.7 + 0.3 * depth), rise: 0.075 - 0.035 * depth,
        waves: random.between(1.1, 1.6) - 0.3 * depth, first: random.unit(), second: random.unit(),
        depth: depth)
    }
  }

  /// How far a layer has moved to the side.
  func shift(_ index: Int, _ turn: Double) -> Double {
    (5 + 30 * layers[index].depth) * scenery.unit * Scenery.wave(turn)
  }

  /// Height of the layer's edge at `x` of the layer itself.
  func line(_ index: Int, _ x: Double) -> Double {
    let layer = layers[index]
    let place = x / scenery.width * layer.waves
    let rise =
      0.65 * Scenery.wave(place + layer.first) + 0.35 * Scenery.wave(2.3 * place + layer.second)
    return layer.base * scenery.height - layer.rise * rise * scenery.span
  }

  func depth(_ index: Int) -> Double { layers[index].depth }

  func draw(_ index: Int, on canvas: VectorCanvas, _ turn: Double) {
    let (s, layer) = (scenery, layers[index])
    let shift = shift(index, turn)
    let top = layer.base * s.height - layer.rise * s.span
    canvas.fill(
      s.ground { line(index, $0 - shift) },
      .linear(
        from: VectorPoint(0, top), to: VectorPoint(0, top + 0.3 * s.height),
        s.look.lit(layer.depth), s.look.layer(layer.depth)))
  }
}

/// Hills with firs, clouds and birds.
struct HillsMotif: Motif {
  private let scenery: Scenery
  private let terrain: Terrain
  private let trees: [(layer: Int, x: Double, size: Double)]

  init(_ scenery: Scenery) {
    self.scenery = scenery
    terrain = Terrain(scenery, from: 0.56, count: 5)
    var random = scenery.random("trees")
    trees = (0..<30).map { index in
      let layer = index < 16 ? 2 : 3
      let x = random.between(-0.02, 1.02)
      return (layer, x, random.between(0.8, 1.25) * (layer == 2 ? 34 : 58))
    }
  }

  func drawStill(on canvas: VectorCanvas) {
    SkyPieces(scenery).drawSun(
      on: canvas, at: scenery.point(0.50, 0.54), radius: 0.10 * scenery.span)
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    let sky = SkyPieces(scenery)
    sky.drawClouds(on: canvas, turn)
    sky.drawBirds(on: canvas, turn)
    for index in 0..<terrain.count {
      for tree in trees where tree.layer == index { drawTree(tree, on: canvas, turn) }
      terrain.draw(index, on: canvas, turn)
    }
  }

  private func drawTree(
    _ tree: (layer: Int, x: Double, size: Double), on canvas: VectorCanvas, _ turn: Double
  ) {
    let s = scenery
    let at = tree.x * s.width
    let (x, foot) = (
      at + terrain.shift(tree.layer, turn), terrain.line(tree.layer, at) + 6 * s.unit
    )
    let size = tree.size * s.unit
    let lean = 0.02 * size * Scenery.wave(turn + tree.x)
    var path = VectorPath()
    for part in 0..<3 {
      let top = foot - size * (1.9 - 0.42 * Double(part))
      let (half, low) = (size * (0.28 + 0.13 * Double(part)), top + size * 0.85)
      path.move(x + lean * (2 - Double(part)), top)
      path.line(x + half, low)
      path.line(x - half, low)
      path.close()
    }
    path.append(
      .rect(x: x - 0.06 * size, y: foot - 0.4 * size, width: 0.12 * size, height: 0.45 * size))
    let color = s.look.layer(min(terrain.depth(tree.layer) + 0.16, 1))
    canvas.fill(path, .solid(color))
  }
}
