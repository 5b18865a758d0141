internal import Media
internal import SceneDocument

/// Draws the frames of one scene, any frame, best in rising order.
///
/// A frame depends on the scene's picture alone, never on what was drawn before.
final class SceneComposer {
  let scene: ScenePicture
  private(set) var painters: [LayerPainter]
  private var shown: (stamps: [LayerStamp], canvas: Canvas)?
  private var ground: (stamps: [LayerStamp], canvas: Canvas)?

  private struct LayerStamp: Equatable {
    var layer: Int
    var stamp: LayerPainter.Stamp
  }

  init(
    _ scene: ScenePicture, files: PictureFiles, pool: SourcePool = SourcePool(),
    interrupt: Interrupt
  ) throws(MediaError) {
    self.scene = scene
    var painters: [LayerPainter] = []
    for layer in scene.layers {
      painters.append(
        try LayerPainter(layer, scene: scene, files: files, pool: pool, interrupt: interrupt))
    }
    self.painters = painters
  }

  /// What was decoded for this scene so far, by asset.
  var damage: [String: DecodeDamage] {
    var all: [String: DecodeDamage] = [:]
    for case (let sha256, let damage)? in painters.map(\.damage) {
      all[sha256, default: DecodeDamage()].errors += damage.errors
      all[sha256, default: DecodeDamage()].frames += damage.frames
    }
    return all
  }

  /// Closes the decoders; there are no frames after that.
  func close() { painters = [] }

  /// Frame `index`, counted from the scene's first; the scene's background is that of frame `background`. The
  /// canvas may be drawn on by the caller.
  func canvas(at index: Int, background: Int? = nil) throws(MediaError) -> Canvas {
    let moments = scene.layers.map { $0.isBackground ? background ?? index : index }
    var visible = painters.indices.filter { painters[$0].isVisible(at: moments[$0]) }
    // Whatever lies under a layer that hides all is not even decoded.
    let cover = visible.lastIndex { painters[$0].covers(at: moments[$0]) }
    if let cover { visible.removeFirst(cover) }
    var stamps: [LayerStamp] = []
    for layer in visible {
      stamps.append(LayerStamp(layer: layer, stamp: try painters[layer].stamp(at: moments[layer])))
    }
    if let shown, shown.stamps == stamps { return try shown.canvas.copy() }
    let canvas = try draw(visible, stamps, isCovered: cover != nil, at: moments)
    shown = (stamps, canvas)
    return try canvas.copy()
  }

  /// Draws the layers from the first that changed since the last frame.
  private func draw(
    _ visible: [Int], _ stamps: [LayerStamp], isCovered: Bool, at moments: [Int]
  ) throws(MediaError) -> Canvas {
    // The layers at the bottom that are the same as in the frame before are kept drawn together.
    var same = 0
    if let shown {
      while same < stamps.count, same < shown.stamps.count, stamps[same] == shown.stamps[same] {
        same += 1
      }
    }
    var canvas: Canvas
    var drawn: Int
    if let ground, !ground.stamps.isEmpty, ground.stamps.count <= stamps.count,
      Array(stamps.prefix(ground.stamps.count)) == ground.stamps
    {
      canvas = try ground.canvas.copy()
      drawn = ground.stamps.count
    } else if isCovered, let first = visible.first {
      canvas = try painters[first].canvas(at: moments[first])
      drawn = 1
    } else {
      canvas = try Canvas(
        width: scene.width, height: scene.height, filledWith: Colour(scene.backdrop))
      drawn = 0
    }
    if same > drawn {
      while drawn < same {
        try painters[visible[drawn]].draw(on: canvas, at: moments[visible[drawn]])
        drawn += 1
      }
      ground = (Array(stamps.prefix(same)), canvas)
      canvas = try canvas.copy()
    }
    while drawn < visible.count {
      try painters[visible[drawn]].draw(on: canvas, at: moments[visible[drawn]])
      drawn += 1
    }
    return canvas
  }
}
