internal import Compositing
internal import Media
internal import SceneDocument

/// A city's outline with windows that light up and lights that pass below.
struct SkylineMotif: Motif {
  private struct House {
    var x, width, height: Double
    var row: Int
  }

  private let scenery: Scenery
  private let houses: [House]
  private let street = 0.845

  init(_ scenery: Scenery) {
    self.scenery = scenery
    var random = scenery.random("skyline")
    var houses: [House] = []
    for row in 0..<3 {
      var x = -0.02
      while x < 1.02 {
        let width = random.between(0.034, 0.062) * (1 + 0.22 * Double(row))
        let tall = [0.36, 0.29, 0.19][row] * random.between(0.55, 1.08)
        houses.append(House(x: x, width: width, height: tall, row: row))
        x += width * (row == 0 ? 1.02 : random.between(1.05, 1.45))
      }
    }
    self.houses = houses
  }

  func drawStill(on canvas: VectorCanvas) {
    let s = scenery
    SkyPieces(s).drawSun(on: canvas, at: s.point(0.55, 0.50), radius: 0.085 * s.span)
    for row in 0..<3 {
      for house in houses where house.row == row { draw(house, on: canvas) }
      // Mist between the rows.
      if row < 2 {
        let mist = s.look.bottom
        canvas.fill(
          .rect(x: 0, y: 0.55 * s.height, width: s.width, height: 0.3 * s.height),
          .linear(
            from: s.point(0, 0.55), to: s.point(0, street),
            mist.opacity(0), mist.opacity(0.45)))
      }
    }
    canvas.fill(
      .rect(x: 0, y: street * s.height, width: s.width, height: s.height),
      .linear(from: s.point(0, street), to: s.point(0, 1), s.look.layer(0.8), s.look.layer(1)))
  }

  private func draw(_ house: House, on canvas: VectorCanvas) {
    let s = scenery
    let depth = [0.12, 0.42, 0.74][house.row]
    let (x, width) = (house.x * s.width, house.width * s.width)
    let top = (street - house.height) * s.height
    canvas.fill(
      .rect(x: x, y: top, width: width, height: house.height * s.height + 1),
      .linear(
        from: VectorPoint(0, top), to: VectorPoint(0, street * s.height), s.look.lit(depth),
        s.look.layer(depth)))
    if house.row == 0 { return }
    let cell = 15 * s.unit
    for window in windows(of: house) {
      let hash = window.lot
      guard hash > 0.5 else { continue }
      let color = s.look.accent.mixed(with: .white, 0.25)
      canvas.fill(
        .rect(x: window.x, y: window.y, width: 0.42 * cell, height: 0.55 * cell),
        .solid(color.opacity((s.look.isDark ? 0.50 : 0.75) * s.presence(x: window.x) * hash)))
    }
  }

  private func windows(of house: House) -> [(x: Double, y: Double, lot: Double)] {
    let s = scenery
    let cell = 15 * s.unit
    var random = SteadyRandom("windows", "\(house.x)", "\(house.row)")
    var places: [(x: Double, y: Double, lot: Double)] = []
    let columns = Int(house.width * s.width / cell - 0.6)
    let rows = Int(house.height * s.height / (1.35 * cell) - 0.8)
    guard columns > 0, rows > 0, columns * rows < 2000 else { return [] }
    let left =
      house.x * s.width + (house.width * s.width - Double(columns) * cell) / 2 + 0.29 * cell
    for row in 0..<rows {
      for column in 0..<columns {
        let y = (street - house.height) * s.height + (0.8 + 1.35 * Double(row)) * cell
        places.append((left + Double(column) * cell, y, random.unit()))
      }
    }
    return places
  }

  func drawMoving(on canvas: VectorCanvas, at turn: Double) {
    let s = scenery
    SkyPieces(s).drawClouds(on: canvas, turn, low: 0.40)
    let cell = 15 * s.unit
    for house in houses where house.row > 0 {
      for window in windows(of: house) where window.lot < 0.05 {
        let light = Scenery.pulse(turn + window.lot * 20)
        canvas.fill(
          .rect(x: window.x, y: window.y, width: 0.42 * cell, height: 0.55 * cell),
          .solid(
            s.look.accent.mixed(with: .white, 0.4).opacity(0.9 * light * s.presence(x: window.x))))
      }
    }
    drawLights(on: canvas, turn, y: street + 0.035, color: s.look.accent, speed: 3)
    drawLights(on: canvas, turn, y: street + 0.065, color: s.look.second, speed: -2)
  }

  private func drawLights(
    on canvas: VectorCanvas, _ turn: Double, y: Double, color: Color, speed: Double
  ) {
    let s = scenery
    let gap = s.width / 7
    for index in -1...8 {
      let x = gap * (Double(index) + Scenery.fraction(speed * turn))
      let (long, thick) = (46 * s.unit, 3.5 * s.unit)
      canvas.fill(
        .roundedRect(x: x, y: y * s.height, width: long, height: thick, radius: thick / 2),
        .linear(
          from: VectorPoint(speed > 0 ? x : x + long, 0),
          to: VectorPoint(speed > 0 ? x + long : x, 0),
          color.opacity(0), color.opacity(0.75 * s.presence(x: x))))
    }
  }
}
