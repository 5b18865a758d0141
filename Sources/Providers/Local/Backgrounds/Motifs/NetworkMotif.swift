internal import Compositing
internal import Media
internal import SceneDocument

/// Points that are connected, and what runs between them; or people who are.
struct NetworkMotif: Motif {
  private let scenery: Scenery
  private let showsPeople: Bool
  private let nodes: [(place: VectorPoint, size: Double, phase: Double, isBright: Bool)]
  private let links: [(from: Int, to: Int)]

  init(_ scenery: Scenery) { self.init(scenery, showsPeople: false) }

  init(_ scenery: Scenery, showsPeople: Bool) {
    self.scenery = scenery
    self.showsPeople = showsPeople
    var random = scenery.random("network")
    let (columns, rows) = showsPeople ? (6, 2) : (11, 4)
    var nodes: [(place: VectorPoint, size: Double, phase: Double, isBright: Bool)] = []
    for row in 0..<rows {
      for column in 0..<columns {
        let x = (Double(column) + 0.5 + random.between(-0.42, 0.42)) / Double(columns)
        let y =
          (showsPeople ? 0.46 : 0.40)
          + (showsPeople ? 0.34 : 0.48) * (Double(row) + 0.5 + random.between(-0.4, 0.4))
          / Double(rows)
        let size = showsPeople ? random.between(44, 66) : random.between(5, 12)
        nodes.append((scenery.point(x, y), size * scenery.unit, random.unit(), random.unit() < 0.3))
      }
    }
    self.nodes = nodes
    var links: [(from: Int, to: Int)] = []
    for from in nodes.indices {
      let near = nodes.indices.filter { $0 != from }.sorted {
        let (a, b) = (nodes[$0].place - nodes[from].place, nodes[$1].place - nodes[from].place)
        return (a * a).sum() < (b * b).sum()
      }
      for to in near.prefix(showsPeople ? 2 : 4)
      where !links.contains(where: { $0 == (to, from) }) { links.append((from, to)) }
    }
    self.links = links
  }

  func drawStill(on canvas: VectorCanvas) {
    let s = scenery
    // Far, soft points.
    var random = s.random("far")
    for _ in 0..<40 {
      let place = s.point(random.unit(), random.between(0.30, 0.95))
      let radius = random.between(2, 5) * s.unit
      canvas.fill(
        .circle(center: place, radius: radius),
        .solid(s.look.line.opacity(0.08 * s.presence(x: place.x))))
    }
  }

  private func place(_ index: Int, _ turn: Double) -> VectorPoint {
    let node = nodes[index]
    let reach = 15 * scenery.unit
    return node.place
      + reach * VectorPoint(Scenery.wave(turn + node.phase), Scenery.wave(turn + 3 * node.phase))
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    let s = scenery
    let places = nodes.indices.map { place($0, turn) }
    for link in links {
      let path = VectorPath {
        $0.move(to: places[link.from])
        $0.line(to: places[link.to])
      }
      let middle = (places[link.from].x + places[link.to].x) / 2
      canvas.stroke(
        path, width: (showsPeople ? 3 : 1.8) * s.unit,
        .solid(s.look.line.opacity((s.look.isDark ? 0.24 : 0.20) * s.presence(x: middle))))
    }
    for (index, link) in links.enumerated() where index % 2 == 0 {
      let way = Scenery.fraction(turn + Double(index) * 0.137)
      let at = places[link.from] + way * (places[link.to] - places[link.from])
      canvas.fill(
        .circle(center: at, radius: 3.6 * s.unit),
        .solid(s.look.accent.opacity(Scenery.pulse(way) * s.presence(x: at.x))))
    }
    for (index, node) in nodes.enumerated() {
      if showsPeople {
        drawPerson(node, at: places[index], on: canvas)
      } else {
        draw(node, at: places[index], on: canvas, turn)
      }
    }
  }

  private func draw(
    _ node: (place: VectorPoint, size: Double, phase: Double, isBright: Bool),
    at place: VectorPoint,
    on canvas: VectorCanvas, _ turn: Double
  ) {
    let look = scenery.look
    let presence = scenery.presence(x: place.x)
    let color = node.isBright ? look.accent : look.second
    let halo = node.size * (2.5 + 0.5 * Scenery.wave(turn + node.phase))
    canvas.fill(
      .circle(center: place, radius: halo), .solid(color.opacity(0.16 * presence)))
    canvas.fill(.circle(center: place, radius: node.size), .solid(color.opacity(0.95 * presence)))
  }

  private func drawPerson(
    _ node: (place: VectorPoint, size: Double, phase: Double, isBright: Bool),
    at place: VectorPoint,
    on canvas: VectorCanvas
  ) {
    let look = scenery.look
    let presence = scenery.presence(x: place.x)
    let r = node.size
    let disc = VectorPath.circle(center: place, radius: r)
    let ground = (node.isBright ? look.accent : look.second).mixed(with: look.layer(0.3), 0.25)
    canvas.fill(
      .circle(center: place, radius: 1.16 * r), .solid(look.line.opacity(0.10 * presence)))
    canvas.fill(disc, .solid(look.layer(0.4)))
    canvas.fill(disc, .solid(ground.opacity(presence)))
    // Head and shoulders; the shoulders end on the disc.
    let figure = look.isDark ? look.layer(0.95) : Color.white
    canvas.fill(
      .circle(center: place - VectorPoint(0, 0.22 * r), radius: 0.30 * r),
      .solid(figure.opacity(0.9 * presence)))
    let shoulders = VectorPath {
      $0.move(place.x - 0.60 * r, place.y + 0.66 * r)
      $0.cubic(
        place.x - 0.58 * r, place.y + 0.02 * r, place.x + 0.58 * r, place.y + 0.02 * r,
        place.x + 0.60 * r, place.y + 0.66 * r)
      $0.quad(place.x, place.y + 1.04 * r, place.x - 0.60 * r, place.y + 0.66 * r)
      $0.close()
    }
    canvas.fill(shoulders, .solid(figure.opacity(0.9 * presence)))
  }
}
