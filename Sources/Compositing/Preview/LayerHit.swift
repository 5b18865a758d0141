internal import Media

/// A layer that is seen at a pixel.
public struct LayerHit: Sendable, Hashable {
  /// Index into the timeline's scenes.
  public var scene: Int
  /// Index into the layers of the scene's picture.
  public var layer: Int

  public init(scene: Int, layer: Int) { (self.scene, self.layer) = (scene, layer) }
}

extension SceneComposer {
  /// The topmost layer with anything of it at a pixel of frame `index`: masks, keys and the source's own
  /// transparency count.
  func layer(at index: Int, x: Int, y: Int) throws(MediaError) -> Int? {
    for number in painters.indices.reversed() where painters[number].isVisible(at: index) {
      if try painters[number].covers(pixelAt: x, y, of: index) { return number }
    }
    return nil
  }
}

extension LayerPainter {
  /// Whether the layer has any opacity at a pixel of the canvas.
  fileprivate func covers(pixelAt x: Int, _ y: Int, of index: Int) throws(MediaError) -> Bool {
    if covers(at: index) { return true }
    let movement = movement(at: index)
    guard layer.opacity * movement.opacity >= 1 / 510 else { return false }
    var position = movement
    position.opacity = 1
    let picture = try prepared(at: index).moved(by: position, box: box)
    let (column, row) = (x - picture.x, y - picture.y)
    guard column >= 0, row >= 0, column < picture.bitmap.width, row < picture.bitmap.height else {
      return false
    }
    return picture.bitmap.alpha.map { $0[column, row] > 0 } ?? true
  }
}
