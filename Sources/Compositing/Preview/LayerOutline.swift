internal import Foundation

/// Where a layer stands in one frame.
public struct LayerOutline: Sendable, Hashable {
  /// Index into the layers of the scene's picture, bottom to top.
  public var layer: Int
  /// Corners of its box in canvas pixels, clockwise from the top left one of the layer itself.
  public var corners: [Point]

  public struct Point: Sendable, Hashable {
    public var x, y: Double
    public init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
  }
}

extension ScenePicture {
  /// The boxes of the layers that show in frame `index` of the scene, as rotation, enter and exit have them there.
  public func outlines(at index: Int) -> [LayerOutline] {
    layers.indices.compactMap { number in
      let layer = layers[number]
      guard layer.from <= index, index < layer.to, layer.opacity > 0 else { return nil }
      let movement = Movement(of: layer, at: index, width: width, height: height)
      return LayerOutline(layer: number, corners: layer.corners(movement))
    }
  }
}

extension PictureLayer {
  /// Turned around the middle of the box, then scaled around it and moved.
  fileprivate func corners(_ movement: Movement) -> [LayerOutline.Point] {
    let rect = PixelRect(rounding: box)
    let (width, height) = (Double(rect.width), Double(rect.height))
    let (middleX, middleY) = (Double(rect.x) + width / 2, Double(rect.y) + height / 2)
    let angle = rotate * .pi / 180
    return [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)].map { side in
      let (x, y) = (side.0 * width / 2, side.1 * height / 2)
      return LayerOutline.Point(
        x: middleX + movement.dx + movement.scale * (x * cos(angle) - y * sin(angle)),
        y: middleY + movement.dy + movement.scale * (x * sin(angle) + y * cos(angle)))
    }
  }
}
