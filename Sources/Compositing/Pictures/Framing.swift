internal import Foundation
internal import Media
internal import SceneDocument

/// A rectangle of whole canvas pixels.
struct PixelRect: Equatable {
  var x, y, width, height: Int

  /// The box with each edge at the nearest whole pixel, halves towards the right and below; at least 1 × 1.
  init(rounding box: PixelBox) {
    x = Int((box.x + 0.5).rounded(.down))
    y = Int((box.y + 0.5).rounded(.down))
    width = max(1, Int((box.x + box.width + 0.5).rounded(.down)) - x)
    height = max(1, Int((box.y + box.height + 0.5).rounded(.down)) - y)
  }

  init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  func covers(width: Int, height: Int) -> Bool {
    x <= 0 && y <= 0 && x + self.width >= width && y + self.height >= height
  }
}

/// Which part of a source fills which part of a layer's box.
struct Framing: Equatable {
  /// In stored pixels of the upright source.
  var window: SourceWindow
  /// Where it goes, counted from the box's corner.
  var target: PixelRect

  /// Fits a source of `width` × `height` stored pixels with `aspect` (width ÷ height of one) into `box`.
  ///
  /// `zoom` and `pan` (−1 … 1) are the motion: the visible part shrinks to 1 ÷ zoom and moves over the room
  /// that this leaves.
  init(
    layer: PictureLayer, fit: PictureLayer.Fit, width: Int, height: Int, aspect: Double,
    box: PixelRect,
    zoom: Double = 1, panX: Double = 0, panY: Double = 0
  ) {
    let cropX = layer.crop[0] * Double(width)
    let cropY = layer.crop[1] * Double(height)
    let cropWidth = max(1, Double(width) * (1 - layer.crop[0] - layer.crop[2]))
    let cropHeight = max(1, Double(height) * (1 - layer.crop[1] - layer.crop[3]))
    let boxWidth = Double(box.width)
    let boxHeight = Double(box.height)
    // Display pixels: stored ones, made square.
    let displayWidth = cropWidth * aspect
    let displayHeight = cropHeight
    var visibleWidth = displayWidth
    var visibleHeight = displayHeight
    target = PixelRect(x: 0, y: 0, width: box.width, height: box.height)
    switch fit {
    case .cover:
      let scale = max(boxWidth / displayWidth, boxHeight / displayHeight)
      visibleWidth = boxWidth / scale
      visibleHeight = boxHeight / scale
    case .fill:
      break
    case .contain, .containBlur:
      let scale = min(boxWidth / displayWidth, boxHeight / displayHeight)
      let w = min(box.width, max(1, Int((displayWidth * scale + 0.5).rounded(.down))))
      let h = min(box.height, max(1, Int((displayHeight * scale + 0.5).rounded(.down))))
      target = PixelRect(x: (box.width - w) / 2, y: (box.height - h) / 2, width: w, height: h)
    case .none:
      visibleWidth = min(displayWidth, boxWidth)
      visibleHeight = min(displayHeight, boxHeight)
      let w = max(1, Int((visibleWidth + 0.5).rounded(.down)))
      let h = max(1, Int((visibleHeight + 0.5).rounded(.down)))
      target = PixelRect(x: (box.width - w) / 2, y: (box.height - h) / 2, width: w, height: h)
    }
    // The part around the focus, kept inside the picture.
    func place(_ total: Double, _ visible: Double, _ focus: Double, _ pan: Double) -> (
      Double, Double
    ) {
      let centre = min(max(focus * total, visible / 2), total - visible / 2)
      let size = visible / zoom
      let room = (visible - size) / 2
      // Zooming keeps the focus where it is instead of the middle.
      let drift = min(max(focus * total - centre, -room), room)
      let middle = centre + (pan == 0 ? drift : room * pan)
      return (middle - size / 2, size)
    }
    let (x, w) = place(displayWidth, visibleWidth, layer.focusX, panX)
    let (y, h) = place(displayHeight, visibleHeight, layer.focusY, panY)
    window = SourceWindow(x: cropX + x / aspect, y: cropY + y, width: w / aspect, height: h)
    window.snapToWholePixels(target)
  }
}

extension SourceWindow {
  /// A window that is a whole picture but for rounding errors becomes exactly that, so that it is copied.
  fileprivate mutating func snapToWholePixels(_ target: PixelRect) {
    func snap(_ value: inout Double) {
      let whole = value.rounded()
      if abs(value - whole) < 1e-6 { value = whole }
    }
    snap(&x)
    snap(&y)
    snap(&width)
    snap(&height)
  }
}
