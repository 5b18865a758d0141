/// Where enter, exit and motion have brought a layer at one frame.
struct Movement: Equatable {
  /// Factor of the layer's opacity.
  var opacity = 1.0
  /// Canvas pixels from its place.
  var dx = 0.0
  var dy = 0.0
  /// Size around its centre.
  var scale = 1.0

  static let none = Movement()
  var isAtRest: Bool { dx == 0 && dy == 0 && scale == 1 }

  init() {}

  /// At scene frame `index`; `width` and `height` are the canvas's.
  init(of layer: PictureLayer, at index: Int, width: Int, height: Int) {
    if let enter = layer.enter, index - layer.from < enter.frames {
      let done = (Double(index - layer.from) + 0.5) / Double(enter.frames)
      apply(enter.kind, done, layer.box, width, height, leaving: false)
    }
    if let exit = layer.exit, layer.to - index <= exit.frames {
      let left = (Double(layer.to - index) - 0.5) / Double(exit.frames)
      apply(exit.kind, left, layer.box, width, height, leaving: true)
    }
  }

  /// `present` runs from 0 (away) to 1 (in place).
  private mutating func apply(
    _ kind: PictureLayer.Passage.Kind, _ present: Double, _ box: PixelBox, _ width: Int,
    _ height: Int, leaving: Bool
  ) {
    let away = (1 - present) * (1 - present) * (1 - present)
    // A slide is named after the direction it moves in, coming and going.
    let right = Double(width) - box.x
    let left = -(box.x + box.width)
    let below = Double(height) - box.y
    let above = -(box.y + box.height)
    switch kind {
    case .fade: opacity *= present
    case .slideLeft: dx += away * (leaving ? left : right)
    case .slideRight: dx += away * (leaving ? right : left)
    case .slideUp: dy += away * (leaving ? above : below)
    case .slideDown: dy += away * (leaving ? below : above)
    case .pop:
      // Overshoots by a tenth and settles: the cubic of "ease-out-back".
      let rest = present - 1
      let eased = 1 + 2.70158 * rest * rest * rest + 1.70158 * rest * rest
      scale *= 0.5 + 0.5 * eased
      opacity *= min(1, present * 3)
    }
  }
}

extension PictureLayer.KenBurns {
  /// Zoom and pan at scene frame `index` of a layer that shows in `from ..< to`.
  func state(at index: Int, from: Int, to: Int) -> (zoom: Double, panX: Double, panY: Double) {
    let progress = Double(index - from) / Double(max(to - from - 1, 1))
    let eased = ease.value(min(max(progress, 0), 1))
    let zoomed = 1 + amount
    switch preset {
    case .in: return (1 + amount * eased, 0, 0)
    case .out: return (1 + amount * (1 - eased), 0, 0)
    case .left: return (zoomed, 1 - 2 * eased, 0)
    case .right: return (zoomed, 2 * eased - 1, 0)
    case .up: return (zoomed, 0, 1 - 2 * eased)
    case .down: return (zoomed, 0, 2 * eased - 1)
    }
  }
}

extension Easing {
  /// 0 … 1 to 0 … 1, cubic but for `linear`.
  func value(_ x: Double) -> Double {
    switch self {
    case .linear: x
    case .in: x * x * x
    case .out: 1 - (1 - x) * (1 - x) * (1 - x)
    case .inOut: x < 0.5 ? 4 * x * x * x : 1 - 4 * (1 - x) * (1 - x) * (1 - x)
    }
  }
}
