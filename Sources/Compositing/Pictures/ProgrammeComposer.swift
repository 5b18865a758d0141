internal import Media
internal import SceneDocument

/// Draws the frames of a programme as they go into the encoder, transitions included. Not `Sendable`.
///
/// Consecutive frames of a scene go on with its open decoders.
final class ProgrammeComposer {
  private(set) var timeline: Timeline
  let files: PictureFiles
  let pool: SourcePool
  let interrupt: Interrupt
  private var open: (scene: Int, composer: SceneComposer)?
  private var outgoing: (scene: Int, picture: OutgoingPicture)?

  /// Programmes with one `pool` share what they decode.
  init(
    _ timeline: Timeline, files: PictureFiles, pool: SourcePool = SourcePool(),
    interrupt: Interrupt
  ) {
    (self.timeline, self.files) = (timeline, files)
    (self.pool, self.interrupt) = (pool, interrupt)
  }

  /// Frame `index` of the scene with this place in the timeline. The canvas may be drawn on by the caller.
  func canvas(ofScene scene: Int, at index: Int) throws(MediaError) -> Canvas {
    let transition = timeline.scenes[scene].transition.flatMap { index < $0.left ? $0 : nil }
    if outgoing?.scene != scene { outgoing = nil }
    var before: Canvas?
    if let transition {
      // The outgoing scene first: of the two only one has its decoders open, unless it plays on.
      before = try outgoingPicture(of: scene, transition)
        .canvas(at: transition.passed + index)
    } else {
      outgoing = nil
    }
    let canvas = try composer(for: scene).canvas(at: index)
    if let transition, let before {
      try canvas.draw(before, in: transition, at: transition.passed + index)
    }
    return canvas
  }

  /// What was decoded for the scene since it was opened, by asset.
  func damage(ofScene scene: Int) throws(MediaError) -> [String: DecodeDamage] {
    try composer(for: scene).damage
  }

  private func outgoingPicture(
    of scene: Int, _ transition: SceneTransition
  ) throws(MediaError) -> OutgoingPicture {
    if let outgoing { return outgoing.picture }
    let picture = try OutgoingPicture(
      transition, files: files, pool: pool, interrupt: interrupt)
    outgoing = (scene, picture)
    return picture
  }

  /// Goes on with another timeline over the same files; open decoders stay open where a scene is the same.
  func retarget(to timeline: Timeline) {
    self.timeline = timeline
    outgoing = nil
    guard let open else { return }
    let same = timeline.scenes.firstIndex { $0.picture == open.composer.scene }
    self.open = same.map { ($0, open.composer) }
  }

  func composer(for scene: Int) throws(MediaError) -> SceneComposer {
    if let open, open.scene == scene { return open.composer }
    // Let go of the other scene's decoders first: two scenes' worth of them would add to the peak.
    open = nil
    let composer = try SceneComposer(
      timeline.scenes[scene].picture, files: files, pool: pool, interrupt: interrupt)
    open = (scene, composer)
    return composer
  }
}

/// What is seen of a scene that goes out.
private final class OutgoingPicture {
  private let scene: ScenePicture
  private let runsOn: Bool
  private let composer: SceneComposer
  private var held: Canvas?

  init(
    _ transition: SceneTransition, files: PictureFiles, pool: SourcePool, interrupt: Interrupt
  ) throws(MediaError) {
    var scene = transition.outgoing
    runsOn = transition.runsOn && scene.layers.contains(where: \.isBackground)
    if runsOn {
      scene.layers = scene.layers.map {
        $0.isBackground ? $0.lasting(to: scene.frames + transition.frames) : $0
      }
    }
    self.scene = scene
    composer = try SceneComposer(scene, files: files, pool: pool, interrupt: interrupt)
    if !runsOn {
      held = try composer.canvas(at: max(scene.frames - 1, 0))
      composer.close()
    }
  }

  /// In frame `index` of the transition.
  func canvas(at index: Int) throws(MediaError) -> Canvas {
    if let held { return held }
    return try composer.canvas(at: max(scene.frames - 1, 0), background: scene.frames + index)
  }
}

extension Canvas {
  /// Draws what is left of the outgoing picture in frame `index` of a transition onto the incoming one.
  ///
  /// Frame k of N is (k + 1) ÷ (N + 1) of the way: neither end repeats a pure picture.
  fileprivate func draw(
    _ outgoing: Canvas, in transition: SceneTransition, at index: Int
  ) throws(MediaError) {
    let (done, whole) = (index + 1, transition.frames + 1)
    switch transition.kind {
    case .crossfade:
      try mix(outgoing, numerator: whole - done, denominator: whole)
    case .dip(let color):
      if 2 * done <= whole {
        try mix(outgoing, numerator: 1, denominator: 1)
        try fade(to: Colour(color), numerator: 2 * done, denominator: whole)
      } else {
        try fade(to: Colour(color), numerator: 2 * (whole - done), denominator: whole)
      }
    case .wipe(let edge):
      let (columns, rows) = edge.covered(width: width, height: height, done: done, whole: whole)
      try draw(outgoing, columns: columns, rows: rows)
    }
  }
}

extension SceneTransition.Edge {
  /// Where the outgoing picture still is. Edges are on even pixels, where chroma samples begin.
  fileprivate func covered(
    width: Int, height: Int, done: Int, whole: Int
  ) -> (columns: Range<Int>, rows: Range<Int>) {
    func travelled(_ length: Int) -> Int { (length * done / whole) & ~1 }
    return switch self {
    case .left: (0..<width - travelled(width), 0..<height)
    case .right: (travelled(width)..<width, 0..<height)
    case .up: (0..<width, 0..<height - travelled(height))
    case .down: (0..<width, travelled(height)..<height)
    }
  }
}
