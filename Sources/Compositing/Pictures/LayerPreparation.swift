internal import Media
internal import SceneDocument

/// A layer's picture ready to be put on the canvas.
struct PreparedLayer {
  /// Everything of the layer: content, mask, border, shadow, turned.
  var bitmap: Bitmap
  /// Canvas position of its top left pixel while the layer is at rest.
  var x: Int
  var y: Int

  /// Moved by the layer's enter or exit; scaled around the middle of `box`.
  func moved(by movement: Movement, box: PixelRect) -> PreparedLayer {
    if movement.isAtRest { return self }
    // The picture may reach further on one side (a shadow); scaling keeps the box's middle in place.
    let offX = Double(x) + Double(bitmap.width) / 2 - (Double(box.x) + Double(box.width) / 2)
    let offY = Double(y) + Double(bitmap.height) / 2 - (Double(box.y) + Double(box.height) / 2)
    let moved = bitmap.transformed(
      scale: max(movement.scale, 0.01), dx: movement.dx + offX * (movement.scale - 1),
      dy: movement.dy + offY * (movement.scale - 1))
    return PreparedLayer(bitmap: moved.bitmap, x: x + moved.x, y: y + moved.y)
  }
}

/// Makes a layer's picture from its source: fit, key, blur, dim, border, mask, turn and shadow, in that order.
///
/// Holds what is the same for all frames: the mask's and border's coverage, the key's table, and the shadow
/// of an outline that stands still.
final class LayerPreparation {
  private let layer: PictureLayer
  private let box: PixelRect
  private let files: PictureFiles
  private let mask: Plane?
  private let border: (colour: Colour, coverage: Plane)?
  private let keyer: ChromaKeyer?
  private let shadow: Shadow?
  private var castShadow: CastShadow?
  private var blur: (width: Int, height: Int, blur: GaussianBlur)?

  init(_ layer: PictureLayer, box: PixelRect, files: PictureFiles, interrupt: Interrupt)
    throws(MediaError)
  {
    self.layer = layer
    self.box = box
    self.files = files
    let shape: MaskShape =
      switch layer.mask {
      case .none, .asset: .rectangle
      case .circle: .circle
      case .rounded(let radius): .rounded(radius: radius)
      }
    switch layer.mask {
    case .none:
      mask = nil
    case .asset(let asset):
      let timing = SourceTiming(first: 0, start: 0, end: 0, rate: Rational(1), atEnd: .freeze)
      let source = try PictureSource(
        asset, timing: timing, frameRate: Rational(1), files: files, interrupt: interrupt)
      let picture = try source.picture(at: 0).picture
      let bitmap = picture.bitmap(
        SourceWindow(width: picture.width, height: picture.height), width: box.width,
        height: box.height, using: Resizing())
      mask = Plane.mask(fromLumaOf: bitmap, width: box.width, height: box.height)
    default:
      mask = shape.coverage(width: box.width, height: box.height)
    }
    border = layer.border.flatMap { border in
      guard border.width > 0 else { return nil }
      return (
        Colour(border.color),
        shape.borderCoverage(width: box.width, height: box.height, thickness: border.width)
      )
    }
    keyer = layer.key.map {
      ChromaKeyer(
        ChromaKey(
          colour: Colour($0.color), tolerance: $0.tolerance, softness: $0.softness, spill: $0.spill)
      )
    }
    shadow = layer.shadow.map(Shadow.init)
  }

  /// The layer's picture for one source picture; nil for layers that have none.
  func prepare(
    _ picture: SourcePicture?, _ framing: Framing?, using resizing: Resizing
  ) throws(MediaError) -> PreparedLayer {
    var (bitmap, x, y) = try content(picture, framing, resizing)
    if layer.blur > 0 { soften(bitmap) }
    if layer.dim > 0 { bitmap.dim(layer.dim) }
    if let border {
      bitmap = filled(bitmap, x, y)
      (x, y) = (0, 0)
      bitmap.compose(border.colour, coverage: border.coverage)
    }
    if let mask {
      bitmap = filled(bitmap, x, y)
      (x, y) = (0, 0)
      bitmap.multiplyAlpha(by: mask)
    }
    var prepared = PreparedLayer(bitmap: bitmap, x: box.x + x, y: box.y + y)
    if layer.rotate.truncatingRemainder(dividingBy: 360) != 0 { prepared = turned(prepared) }
    if let shadow { prepared = shadowed(prepared, shadow) }
    return prepared
  }

  /// The source in its box, or in the part of it that it fills.
  private func content(
    _ picture: SourcePicture?, _ framing: Framing?, _ resizing: Resizing
  ) throws(MediaError) -> (Bitmap, Int, Int) {
    switch layer.content {
    case .color(let color):
      return (solid(color), 0, 0)
    case .shape(let shape, let fill):
      let bitmap = solid(fill)
      let outline: MaskShape =
        switch shape {
        case .rect: .rectangle
        case .rounded(let radius): .rounded(radius: radius)
        case .circle: .circle
        }
      if outline != .rectangle {
        bitmap.multiplyAlpha(by: outline.coverage(width: box.width, height: box.height))
      }
      return (bitmap, 0, 0)
    case .text(let text):
      let drawn = try TextPainter.draw(text, box: box, files: files)
      return (drawn.bitmap, drawn.x, drawn.y)
    case .placeholder(let label):
      return (PlaceholderCard.draw(label, width: box.width, height: box.height), 0, 0)
    case .asset(let asset, _):
      guard let picture, let framing else { return (solid(RGBA(red: 0, green: 0, blue: 0)), 0, 0) }
      let target = framing.target
      let bitmap = picture.bitmap(
        framing.window, width: target.width, height: target.height, using: resizing)
      keyer?.apply(to: bitmap)
      guard layer.fit == .containBlur else { return (bitmap, target.x, target.y) }
      let behind = blurredCover(picture, asset)
      behind.compose(bitmap, x: target.x, y: target.y)
      return (behind, 0, 0)
    }
  }

  private func soften(_ bitmap: Bitmap) {
    if blur?.width != bitmap.width || blur?.height != bitmap.height {
      let made = GaussianBlur(
        width: bitmap.width, height: bitmap.height, deviation: layer.blur)
      blur = (bitmap.width, bitmap.height, made)
    }
    for plane in [bitmap.luma, bitmap.cb, bitmap.cr, bitmap.alpha] {
      if let plane { blur?.blur.apply(to: plane) }
    }
  }

  /// The source filling the box out of focus, for behind itself.
  private func blurredCover(_ picture: SourcePicture, _ asset: AssetPicture) -> Bitmap {
    let aspect = asset.sampleAspect.doubleValue
    let framing = Framing(
      layer: layer, fit: .cover, width: picture.width, height: picture.height,
      aspect: asset.rotation % 180 == 0 ? aspect : 1 / aspect, box: box)
    let bitmap = picture.bitmap(
      framing.window, width: box.width, height: box.height, using: Resizing())
    let deviation = Double(min(box.width, box.height)) / 32
    let blur = GaussianBlur(width: box.width, height: box.height, deviation: deviation)
    for plane in [bitmap.luma, bitmap.cb, bitmap.cr] { blur.apply(to: plane) }
    bitmap.dim(0.15)
    return bitmap
  }

  private func solid(_ color: RGBA) -> Bitmap {
    var colour = Colour(color)
    colour.alpha = 255
    let bitmap = Bitmap(width: box.width, height: box.height, filledWith: colour)
    if color.alpha < 255 {
      bitmap.setAlpha(Plane(width: box.width, height: box.height, filledWith: color.alpha))
    }
    return bitmap
  }

  /// The picture on a clear ground that fills the box.
  private func filled(_ bitmap: Bitmap, _ x: Int, _ y: Int) -> Bitmap {
    if x == 0, y == 0, bitmap.width == box.width, bitmap.height == box.height { return bitmap }
    let ground = Bitmap(width: box.width, height: box.height, filledWith: .clear)
    ground.compose(bitmap, x: x, y: y)
    return ground
  }

  /// Turned around the middle of the box, not of the part that is filled.
  private func turned(_ prepared: PreparedLayer) -> PreparedLayer {
    let whole = filled(prepared.bitmap, prepared.x - box.x, prepared.y - box.y)
    let bitmap = whole.rotated(degrees: layer.rotate)
    return PreparedLayer(
      bitmap: bitmap, x: box.x + (box.width - bitmap.width) / 2,
      y: box.y + (box.height - bitmap.height) / 2)
  }

  private func shadowed(_ prepared: PreparedLayer, _ shadow: Shadow) -> PreparedLayer {
    let cast: CastShadow
    if let castShadow {
      cast = castShadow
    } else {
      cast = shadow.cast(by: prepared.bitmap.materialisedAlpha())
      if hasFixedOutline { castShadow = cast }
    }
    let whole = cast.under(prepared.bitmap)
    return PreparedLayer(bitmap: whole.bitmap, x: prepared.x + whole.x, y: prepared.y + whole.y)
  }

  /// Alpha that is the same for every source picture.
  private var hasFixedOutline: Bool {
    guard keyer == nil else { return false }
    if case .asset(let asset, _) = layer.content { return asset.alpha == .none || asset.isStill }
    return true
  }
}
