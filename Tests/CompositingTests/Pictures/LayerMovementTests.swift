import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

@Suite struct LayerMovementTests {
  private static let box = PixelBox(x: 24, y: 12, width: 16, height: 12)

  /// A white box that comes in the first ten frames of thirty and goes in the last ten.
  private static func stage(
    enter: PictureLayer.Passage.Kind? = nil, exit: PictureLayer.Passage.Kind? = nil
  ) -> Stage {
    var stage = Stage()
    stage.add(.color(.white), in: box) { layer in
      layer.enter = enter.map { .init(kind: $0, frames: 10) }
      layer.exit = exit.map { .init(kind: $0, frames: 10) }
    }
    return stage
  }

  /// How much of a box moved from its place is inside the canvas: area and middle.
  private static func visible(dx: Double, dy: Double) -> (area: Double, x: Double, y: Double) {
    let (left, right) = (max(24 + dx, 0), min(40 + dx, 64))
    let (top, bottom) = (max(12 + dy, 0), min(24 + dy, 36))
    let area = max(right - left, 0) * max(bottom - top, 0)
    return (area, (left + right) / 2, (top + bottom) / 2)
  }

  @Test(
    "slides come from and go to the edge they are named after",
    arguments: [
      (PictureLayer.Passage.Kind.slideLeft, (40.0, 0.0), (-40.0, 0.0)),
      (.slideRight, (-40, 0), (40, 0)), (.slideUp, (0, 24), (0, -24)),
      (.slideDown, (0, -24), (0, 24)),
    ])
  func slides(
    kind: PictureLayer.Passage.Kind, from start: (Double, Double), to end: (Double, Double)
  ) throws {
    let composer = try Self.stage(enter: kind, exit: kind).composer()
    for frame in [0, 3, 5, 9, 10, 19, 20, 25, 29] {
      let entering = 1 - min(1, (Double(frame) + 0.5) / 10)
      let leaving = 1 - min(1, (29.5 - Double(frame)) / 10)
      let away = entering > 0 ? entering * entering * entering : leaving * leaving * leaving
      let way = entering > 0 ? start : end
      let wanted = Self.visible(dx: way.0 * away, dy: way.1 * away)
      let shot = Shot(try composer.canvas(at: frame))
      #expect(abs(shot.whiteArea - wanted.area) < 1.5, "frame \(frame)")
      if wanted.area > 20 {
        #expect(abs(shot.whiteMiddle.x - wanted.x) < 0.15, "frame \(frame)")
        #expect(abs(shot.whiteMiddle.y - wanted.y) < 0.15, "frame \(frame)")
      }
    }
  }

  @Test("a fade grows evenly and leaves evenly")
  func fade() throws {
    let composer = try Self.stage(enter: .fade, exit: .fade).composer()
    for frame in [0, 4, 9, 10, 19, 20, 25, 29] {
      let share = min(1, (Double(frame) + 0.5) / 10, (29.5 - Double(frame)) / 10)
      let luma = Shot(try composer.canvas(at: frame)).luma(32, 18)
      let wanted: Double = 16 + 219 * share
      #expect(abs(Double(luma) - wanted) <= 1.5, "frame \(frame)")
    }
  }

  @Test("a pop grows around the middle, overshoots a little and settles")
  func pop() throws {
    let composer = try Self.stage(enter: .pop, exit: .pop).composer()
    var areas: [Double] = []
    for frame in 0..<30 {
      let shot = Shot(try composer.canvas(at: frame))
      areas.append(shot.whiteArea)
      #expect(abs(shot.whiteMiddle.x - 32) < 0.05 && abs(shot.whiteMiddle.y - 18) < 0.05)
    }
    #expect(areas[0] < 30)
    #expect(areas.prefix(10).max() ?? 0 > 195)
    #expect(areas[10..<20].allSatisfy { abs($0 - 192) < 0.5 })
    #expect(areas[29] < 30)
  }

  @Test("no passage shows the layer in place from its first frame to its last")
  func none() throws {
    var stage = Self.stage()
    (stage.layers[0].from, stage.layers[0].to) = (5, 9)
    let composer = try stage.composer()
    for frame in 0..<12 {
      let area = Shot(try composer.canvas(at: frame)).whiteArea
      #expect(abs(area - (5..<9 ~= frame ? 192 : 0)) < 0.01, "frame \(frame)")
    }
  }

  // MARK: Ken Burns

  /// A bright spot before black.
  private static func spot(_ x: Int, _ y: Int) throws -> String {
    try ClipForge.make(
      "spot.png",
      [
        "-f", "lavfi", "-i", "color=black:s=128x72:r=1", "-vf",
        "format=gray,geq=lum='255*exp(-((X-\(x))*(X-\(x))+(Y-\(y))*(Y-\(y)))/60)'", "-frames:v",
        "1",
      ])
  }

  @Test(
    "panning moves by even parts of a pixel, never by whole ones",
    arguments: [
      (PictureLayer.KenBurns.Preset.left, (1.0, 0.0)), (.right, (-1, 0)), (.up, (0, 1)),
      (.down, (0, -1)),
    ])
  func pan(preset: PictureLayer.KenBurns.Preset, way: (Double, Double)) throws {
    var stage = Stage(frames: 40)
    try stage.add(try Self.spot(64, 36)) {
      $0.fit = .cover
      $0.motion = .init(preset: preset, amount: 0.1, ease: .linear)
    }
    let composer = try stage.composer()
    var places: [Double] = []
    for frame in 0..<40 {
      let middle = Shot(try composer.canvas(at: frame)).whiteMiddle
      places.append(middle.x * way.0 + middle.y * way.1)
    }
    let steps = zip(places, places.dropFirst()).map { $1 - $0 }
    let mean = steps.reduce(0, +) / Double(steps.count)
    // A tenth of 64 (or 36) pixels in 39 steps.
    let wanted = (way.0 != 0 ? 6.4 : 3.6) / 39
    #expect(abs(mean - wanted) < 0.02)
    #expect(steps.allSatisfy { abs($0 - mean) < 0.4 * mean })
  }

  @Test(
    "zooming in and out is smooth and ends where it should",
    arguments: [PictureLayer.KenBurns.Preset.in, .out])
  func zoom(preset: PictureLayer.KenBurns.Preset) throws {
    var stage = Stage(frames: 40)
    try stage.add(try Self.spot(96, 36)) {
      $0.fit = .cover
      $0.motion = .init(preset: preset, amount: 0.2, ease: .linear)
    }
    let composer = try stage.composer()
    var places: [Double] = []
    for frame in 0..<40 { places.append(Shot(try composer.canvas(at: frame)).whiteMiddle.x - 32) }
    if preset == .out { places.reverse() }
    #expect(abs(places[0] - 16.25) < 0.1)
    #expect(abs(places[39] / places[0] - 1.2) < 0.01)
    let steps = zip(places, places.dropFirst()).map { $1 - $0 }
    #expect(steps.allSatisfy { $0 > 0.04 && $0 < 0.13 })
  }

  @Test("easing starts and ends a motion slowly")
  func ease() throws {
    func places(_ ease: Easing) throws -> [Double] {
      var stage = Stage(frames: 21)
      try stage.add(try Self.spot(64, 36)) {
        $0.fit = .cover
        $0.motion = .init(preset: .left, amount: 0.2, ease: ease)
      }
      let composer = try stage.composer()
      return try [0, 1, 10, 19, 20].map { Shot(try composer.canvas(at: $0)).whiteMiddle.x }
    }
    let both = try places(.inOut)
    #expect(both[1] - both[0] < 0.05 && both[4] - both[3] < 0.05)
    let middle = (both[0] + both[4]) / 2
    #expect(abs(both[2] - middle) < 0.05)
    let late = try places(.in)
    #expect(late[2] - late[0] < 0.2 * (late[4] - late[0]))
    let early = try places(.out)
    #expect(early[2] - early[0] > 0.8 * (early[4] - early[0]))
  }
}
