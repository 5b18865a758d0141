internal import Compositing
internal import Media
internal import SceneDocument

/// What a motif is drawn with: the size, the colours, and numbers drawn by lot that are the same each time.
struct Scenery {
  let width: Double
  let height: Double
  let look: BackgroundLook
  private let seed: String

  init(width: Int, height: Int, look: BackgroundLook, seed: String) {
    (self.width, self.height) = (Double(width), Double(height))
    (self.look, self.seed) = (look, seed)
  }

  /// A pixel of a film of 1920x1080; for widths of lines and sizes of things.
  var unit: Double { (width * height / (1920 * 1080)).squareRoot() }

  /// The height, less in upright pictures: for sizes of what would become a tower there.
  var span: Double { min(height, 0.6 * width) }

  func random(_ use: String) -> SteadyRandom { SteadyRandom(seed, use) }

  func point(_ x: Double, _ y: Double) -> VectorPoint { VectorPoint(x * width, y * height) }

  /// -1 … 1, once around in a turn of 1.
  static func wave(_ turn: Double) -> Double { ExactAngle.sineCosine(degrees: 360 * turn).sine }

  /// 0 to 1 to 0, smoothly, once in a turn of 1.
  static func pulse(_ turn: Double) -> Double {
    (1 - ExactAngle.sineCosine(degrees: 360 * turn).cosine) / 2
  }

  static func fraction(_ value: Double) -> Double { value - value.rounded(.down) }

  /// 1 in the left part of the picture, less where a speaker stands.
  func presence(x: Double) -> Double { 1 - 0.6 * Self.smooth((x / width - 0.50) / 0.25) }

  /// 1 below where titles stand, next to nothing there.
  func presence(y: Double) -> Double { 0.10 + 0.90 * Self.smooth((y / height - 0.37) / 0.08) }

  func presence(_ point: VectorPoint) -> Double { presence(x: point.x) * presence(y: point.y) }

  private static func smooth(_ value: Double) -> Double {
    let place = min(max(value, 0), 1)
    return place * place * (3 - 2 * place)
  }

  /// A colour over the whole height that becomes quieter where titles stand.
  func quietAbove(_ color: Color, opacity: Double) -> Paint {
    .linear(
      from: point(0, 0.37), to: point(0, 0.45),
      [
        Paint.Stop(0, color.opacity(0.10 * opacity)), Paint.Stop(1, color.opacity(opacity)),
      ])
  }

  /// A colour over the whole width that becomes quieter where a speaker stands.
  func quiet(_ color: Color, opacity: Double) -> Paint {
    .linear(
      from: VectorPoint(0.45 * width, 0), to: VectorPoint(0.8 * width, 0),
      [
        Paint.Stop(0, color.opacity(opacity)), Paint.Stop(1, color.opacity(0.4 * opacity)),
      ])
  }

  /// The ground from `line` down to the lower edge, where `line` gives a height for each x.
  func ground(_ line: (Double) -> Double) -> VectorPath {
    VectorPath { path in
      let step = max(width / 96, 1)
      path.move(-step, height + 2)
      var x = -step
      while x <= width + step {
        path.line(x, line(x))
        x += step
      }
      path.line(width + step, height + 2)
      path.close()
    }
  }

  /// A band between two lines.
  func band(_ upper: (Double) -> Double, _ lower: (Double) -> Double) -> VectorPath {
    VectorPath { path in
      let step = max(width / 96, 1)
      var places: [Double] = []
      var x = -step
      while x <= width + step {
        places.append(x)
        x += step
      }
      for (index, x) in places.enumerated() {
        if index == 0 { path.move(x, upper(x)) } else { path.line(x, upper(x)) }
      }
      for x in places.reversed() { path.line(x, lower(x)) }
      path.close()
    }
  }
}

/// A picture of a topic that moves and comes back to where it began.
protocol Motif {
  init(_ scenery: Scenery)
  /// What never moves; drawn once, on the ground.
  func drawStill(on canvas: VectorCanvas)
  /// What moves, over what does not; `turn` goes from 0 to 1, which looks like 0.
  func drawMoving(on canvas: VectorCanvas, at turn: Double)
}

enum MotifKind: String, CaseIterable, Sendable {
  case waves, hills, skyline, network, growth, rings, orbits, leaves, circuit, bubbles, planes
  case ribbons, turbines, people, clock, shield

  func motif(_ scenery: Scenery) -> any Motif {
    switch self {
    case .waves: WavesMotif(scenery)
    case .hills: HillsMotif(scenery)
    case .skyline: SkylineMotif(scenery)
    case .network: NetworkMotif(scenery)
    case .growth: GrowthMotif(scenery)
    case .rings: RingsMotif(scenery)
    case .orbits: OrbitsMotif(scenery)
    case .leaves: LeavesMotif(scenery)
    case .circuit: CircuitMotif(scenery)
    case .bubbles: BubblesMotif(scenery)
    case .planes: PlanesMotif(scenery)
    case .ribbons: RibbonsMotif(scenery)
    case .turbines: TurbinesMotif(scenery)
    case .people: NetworkMotif(scenery, showsPeople: true)
    case .clock: RingsMotif(scenery, middle: .clock)
    case .shield: RingsMotif(scenery, middle: .shield)
    }
  }
}
