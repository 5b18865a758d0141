internal import Compositing
internal import Media

/// Which layers decide the pixels that differ in a frame.
struct LayerBlame {
  struct Share: Sendable {
    var scene: String
    var layer: String
    /// Of the pixels that differ, those that the layer decides.
    var ofDifference: Double
    /// Of the pixels that the layer decides, those that differ.
    var ofLayer: Double
    /// 1 when the two are the same pixels: the harmonic mean of both.
    var fit: Double {
      ofDifference + ofLayer == 0
        ? 0 : 2 * ofDifference * ofLayer / (ofDifference + ofLayer)
    }
  }

  private let verdict: Verdict
  private var golden: Golden { verdict.golden }

  init(_ verdict: Verdict) { self.verdict = verdict }

  /// Of each layer that is seen in the frame, of the scene that goes out too.
  func shares(_ film: some FilmFrames, at finding: FrameFinding) async throws -> [Share] {
    let timeline = film.request.timeline
    let index = finding.index
    guard let place = timeline.scenes.lastIndex(where: { $0.startFrame <= index }) else {
      return []
    }
    let scene = timeline.scenes[place]
    let differing = try await differing(film, finding)
    let count = differing.count { $0 }
    guard count > 0, let whole = try await Self.picture(film.request, index) else { return [] }
    var layers = scene.picture.layers.map { (scene.id, $0.name) }
    if let transition = scene.transition, index - scene.startFrame < transition.left, place > 0 {
      layers += transition.outgoing.layers.map { (timeline.scenes[place - 1].id, $0.name) }
    }
    var shares: [Share] = []
    for (owner, layer) in layers {
      var request = film.request
      request.timeline = timeline.without(layer: layer, of: owner)
      guard let without = try await Self.picture(request, index) else { continue }
      let decided = PictureDifference.map(whole, without)
      let area = decided.count { $0 }
      let both = zip(differing, decided).count { $0 && $1 }
      shares.append(
        Share(
          scene: owner, layer: layer, ofDifference: Double(both) / Double(count),
          ofLayer: area == 0 ? 0 : Double(both) / Double(area)))
    }
    return shares
  }

  private static func picture(
    _ request: RenderRequest, _ index: Int
  ) async throws -> PackedPicture? {
    try await Film(request).map(index..<index + 1, jobs: 1) { $1 }.first
  }

  /// The pixels that differ; where no picture was kept, all those of squares that do.
  private func differing(
    _ film: some FilmFrames, _ finding: FrameFinding
  ) async throws -> [Bool] {
    let (width, height) = (golden.reference.width, golden.reference.height)
    if let expected = golden.keyFrames[finding.index],
      let actual = try await film.map(finding.index..<finding.index + 1, jobs: 1, { $1 }).first
    {
      return PictureDifference.map(expected, actual)
    }
    var flags = [Bool](repeating: false, count: width * height)
    let row = Array(golden.squares.row(finding.index))
    let most = Int(finding.squareDistance * 64)
    for square in row.indices
    where abs(Int(row[square]) - Int(finding.squares[square])) > max(most / 4, 16) {
      let place = SquareTable.place(
        of: square, width: width, height: height, side: golden.squares.side)
      for y in place.y..<min(place.y + place.pixels, height) {
        for x in place.x..<min(place.x + place.pixels, width) { flags[y * width + x] = true }
      }
    }
    return flags
  }
}

extension Timeline {
  /// The film with one layer left out, also where it is seen going out.
  func without(layer name: String, of id: String) -> Timeline {
    var timeline = self
    for index in scenes.indices {
      if scenes[index].id == id {
        timeline.scenes[index].picture.layers.removeAll { $0.name == name }
      }
      if index > 0, scenes[index - 1].id == id {
        timeline.scenes[index].transition?.outgoing.layers.removeAll { $0.name == name }
      }
    }
    return timeline
  }
}
