internal import Media
internal import SceneDocument

/// Draws one layer of a scene, frame by frame.
///
/// What does not change from frame to frame is made once: the prepared picture of a still, the overlay of a
/// video frame that shows twice, masks and shadows.
final class LayerPainter {
  let layer: PictureLayer
  private let canvasWidth: Int
  private let canvasHeight: Int
  let box: PixelRect
  private let source: PictureSource?
  private let preparation: LayerPreparation
  private let resizing = Resizing()
  private var prepared: (key: ContentKey, picture: PreparedLayer)?
  private var overlay: (key: ContentKey, movement: Movement, overlay: Overlay)?
  private var base: (key: ContentKey, canvas: Canvas)?
  private var blur: CanvasBlur?

  /// Tells one content of the layer from another.
  fileprivate struct ContentKey: Equatable {
    var stamp: Int64
    var framing: Framing?
  }

  init(
    _ layer: PictureLayer, scene: ScenePicture, files: PictureFiles, pool: SourcePool,
    interrupt: Interrupt
  ) throws(MediaError) {
    self.layer = layer
    (canvasWidth, canvasHeight) = (scene.width, scene.height)
    box = PixelRect(rounding: layer.box)
    if case .asset(let asset, let timing) = layer.content {
      source = try pool.source(
        asset, timing: timing, frameRate: scene.frameRate, files: files, interrupt: interrupt)
    } else {
      source = nil
    }
    preparation = try LayerPreparation(layer, box: box, files: files, interrupt: interrupt)
  }

  var damage: (sha256: String, damage: DecodeDamage)? { source.map { ($0.sha256, $0.damage) } }

  func isVisible(at index: Int) -> Bool { index >= layer.from && index < layer.to }

  func movement(at index: Int) -> Movement {
    Movement(of: layer, at: index, width: canvasWidth, height: canvasHeight)
  }

  /// Equal stamps at two frames mean equal pixels.
  struct Stamp: Equatable {
    fileprivate var key: ContentKey
    fileprivate var movement: Movement
  }

  func stamp(at index: Int) throws(MediaError) -> Stamp {
    Stamp(key: try content(at: index).key, movement: movement(at: index))
  }

  /// Whether it hides everything beneath it.
  func covers(at index: Int) -> Bool {
    guard box.covers(width: canvasWidth, height: canvasHeight), layer.isOpaqueRectangle,
      movement(at: index) == .none
    else { return false }
    switch layer.content {
    case .color(let color): return color.alpha == 255
    case .asset(let asset, _):
      return asset.alpha == .none && (layer.fit == .cover || layer.fit == .fill)
    default: return false
    }
  }

  /// The whole canvas, for a layer that covers it.
  func canvas(at index: Int) throws(MediaError) -> Canvas {
    let content = try content(at: index)
    if let base, base.key == content.key { return try base.canvas.copy() }
    let canvas: Canvas
    if let picture = content.picture, let framing = content.key.framing {
      // A box larger than the canvas shows its middle part: cut the window, not the picture.
      canvas = try picture.canvas(
        framing.window.part(of: box, shownOn: (canvasWidth, canvasHeight)), width: canvasWidth,
        height: canvasHeight, using: resizing)
    } else if case .color(let color) = layer.content {
      canvas = try Canvas(width: canvasWidth, height: canvasHeight, filledWith: Colour(color))
    } else {
      canvas = try Canvas(width: canvasWidth, height: canvasHeight)
    }
    if layer.blur > 0 {
      let blur = blur ?? CanvasBlur(width: canvasWidth, height: canvasHeight, deviation: layer.blur)
      self.blur = blur
      try canvas.apply(blur)
    }
    if layer.dim > 0 { try canvas.dim(layer.dim) }
    // Kept only where it serves again: a still, or a video frame that shows twice.
    base = (content.key, canvas)
    return try canvas.copy()
  }

  /// Draws the layer over what is on the canvas.
  func draw(on canvas: Canvas, at index: Int) throws(MediaError) {
    let movement = movement(at: index)
    let opacity = UInt8((255 * min(max(layer.opacity * movement.opacity, 0), 1)).rounded())
    if opacity == 0 { return }
    let content = try content(at: index)
    let prepared = try prepared(content)
    var position = movement
    position.opacity = 1
    guard layer.blend == .normal else {
      let moved = prepared.moved(by: position, box: box)
      let mode: BlendMode =
        switch layer.blend {
        case .normal: .normal
        case .multiply: .multiply
        case .screen: .screen
        case .overlay: .overlay
        case .add: .add
        }
      try canvas.draw(moved.bitmap, x: moved.x, y: moved.y, mode: mode, opacity: opacity)
      return
    }
    if overlay?.key != content.key || overlay?.movement != position {
      let moved = prepared.moved(by: position, box: box)
      overlay = (content.key, position, Overlay(moved.bitmap, x: moved.x, y: moved.y))
    }
    if let overlay { try canvas.draw(overlay.overlay, opacity: opacity) }
  }

  /// The layer's picture before enter and exit move it.
  func prepared(at index: Int) throws(MediaError) -> PreparedLayer {
    try prepared(try content(at: index))
  }

  private func content(at index: Int) throws(MediaError) -> (
    key: ContentKey, picture: SourcePicture?
  ) {
    guard let source, case .asset(let asset, _) = layer.content else {
      return (ContentKey(stamp: 0, framing: nil), nil)
    }
    let (picture, stamp) = try source.picture(at: index)
    let motion = layer.motion?.state(at: index, from: layer.from, to: layer.to) ?? (1, 0, 0)
    let aspect =
      asset.rotation % 180 == 0
      ? asset.sampleAspect.doubleValue : 1 / asset.sampleAspect.doubleValue
    let framing = Framing(
      layer: layer, fit: layer.fit, width: picture.width, height: picture.height, aspect: aspect,
      box: box, zoom: motion.0, panX: motion.1, panY: motion.2)
    return (ContentKey(stamp: stamp, framing: framing), picture)
  }

  private func prepared(
    _ content: (key: ContentKey, picture: SourcePicture?)
  ) throws(MediaError) -> PreparedLayer {
    if let prepared, prepared.key == content.key { return prepared.picture }
    let made = try preparation.prepare(content.picture, content.key.framing, using: resizing)
    prepared = (content.key, made)
    return made
  }
}

extension PictureLayer {
  /// Nothing but its content decides which pixels it covers.
  fileprivate var isOpaqueRectangle: Bool {
    opacity >= 1 && mask == .none && border == nil && shadow == nil && key == nil
      && blend == .normal
      && rotate.truncatingRemainder(dividingBy: 360) == 0
  }
}

extension SourceWindow {
  /// The part that a canvas of `size` shows of a box this window fills.
  fileprivate func part(of box: PixelRect, shownOn size: (width: Int, height: Int)) -> SourceWindow
  {
    if box == PixelRect(x: 0, y: 0, width: size.width, height: size.height) { return self }
    let scaleX = width / Double(box.width)
    let scaleY = height / Double(box.height)
    return SourceWindow(
      x: x - Double(box.x) * scaleX, y: y - Double(box.y) * scaleY,
      width: Double(size.width) * scaleX, height: Double(size.height) * scaleY)
  }
}
