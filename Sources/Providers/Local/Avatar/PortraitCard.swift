internal import Compositing
internal import Media
internal import SceneDocument

/// A user's own picture in a round frame, which breathes, with a sign that its speaker is heard: nobody can know how the
/// mouth in it moves.
struct PortraitCard {
  /// Of the canvas: the picture's circle.
  private let center: VectorPoint
  private let radius: Double
  private let unit: Double
  private let picture: VectorCanvas
  private let below: VectorCanvas
  private let above: VectorCanvas
  private let ring: Color
  private let glow: Color

  /// `picture` is larger than its circle by the share that it moves by.
  init(_ bitmap: Bitmap, width: Int, height: Int) {
    unit = min(Double(width) / 640, Double(height) / 720)
    radius = 236 * unit
    center = VectorPoint(Double(width) / 2, Double(height) - 352 * unit)
    picture = VectorCanvas(
      Self.cropped(bitmap, side: max(16, Int((2 * 1.1 * radius).rounded(.up)))))
    ring = .hex(0x2F9E8F)
    glow = .hex(0x6FD6C3)
    below = VectorCanvas(width: width, height: height)
    above = VectorCanvas(width: width, height: height)
    drawStill()
  }

  /// The square around a face, if there is one: the middle, and of a picture higher than wide its upper part.
  private static func cropped(_ bitmap: Bitmap, side: Int) -> Bitmap {
    let (width, height) = (Double(bitmap.width), Double(bitmap.height))
    let square = min(width, height)
    let window = SourceWindow(
      x: (width - square) / 2, y: (height - square) * 0.2, width: square, height: square)
    return bitmap.resized(window, width: side, height: side)
  }

  func draw(_ pose: AvatarPose, levels: [Double], on canvas: VectorCanvas) {
    let loud = pose.mouth.openness
    canvas.replace(with: below)
    drawRings(loud, canvas)
    drawPicture(pose, canvas)
    canvas.stroke(
      .circle(center: center, radius: radius + 3 * unit), width: (6 + 3 * loud) * unit,
      .linear(
        from: center - VectorPoint(radius, radius), to: center + VectorPoint(radius, radius), glow,
        ring))
    canvas.draw(above)
    drawBars(levels, canvas)
  }

  /// What never moves: the shadow and the white of the frame; the frame's rim and the pill of the bars.
  private func drawStill() {
    let circle = VectorPath.circle(center: center, radius: radius)
    below.fillSoft(
      circle, .solid(.hex(0x0B1526)), softness: 9 * unit,
      transform: .translation(0, 7 * unit), opacity: 0.3)
    below.fill(circle, .solid(.white))
    let rim = VectorPath.circle(center: center, radius: radius - 3.5 * unit)
    above.stroke(rim, width: 7 * unit, .solid(.white))
    let (width, height) = (Self.pill.x * unit, Self.pill.y * unit)
    let (x, y) = (center.x - width / 2, pillTop)
    let pill = VectorPath.roundedRect(x: x, y: y, width: width, height: height, radius: height / 2)
    above.fillSoft(
      pill, .solid(.hex(0x0B1526)), softness: 5 * unit, transform: .translation(0, 4 * unit),
      opacity: 0.3)
    above.fill(
      pill,
      .linear(from: VectorPoint(0, y), to: VectorPoint(0, y + height), .white, .hex(0xEEF5F4)))
  }

  /// Width and height of the bars' pill.
  private static let pill = VectorPoint(150, 58)
  private var pillTop: Double { center.y + radius - 0.52 * Self.pill.y * unit }

  /// Waves that grow with the voice.
  private func drawRings(_ loud: Double, _ canvas: VectorCanvas) {
    guard loud > 0.01 else { return }
    for (index, reach) in [17.0, 36].enumerated() {
      let share = max(0, loud * (index == 0 ? 1.25 : 1) - (index == 0 ? 0 : 0.25))
      canvas.stroke(
        .circle(center: center, radius: radius + (6 + reach * min(1, share)) * unit),
        width: (10 - 4 * Double(index)) * unit, .solid(glow),
        opacity: min(1, share) * (index == 0 ? 0.5 : 0.28))
    }
  }

  private func drawPicture(_ pose: AvatarPose, _ canvas: VectorCanvas) {
    let side = Double(picture.width)
    let scale = 2 * radius * 1.06 / side * (1 + 0.012 * pose.breath)
    let move = AffineTransform2D.translation(-side / 2, -side / 2).then(.scale(scale))
      .then(.rotation(degrees: 0.4 * pose.roll))
      .then(
        .translation(
          center.x + 0.012 * radius * pose.yaw,
          center.y + 0.012 * radius * pose.pitch))
    canvas.fill(
      .circle(center: center, radius: radius - 3 * unit), with: picture, at: move)
  }

  /// Bars of a sound, in a pill on the frame's lower edge.
  private func drawBars(_ levels: [Double], _ canvas: VectorCanvas) {
    let height = Self.pill.y * unit
    let step = 0.68 * Self.pill.x * unit / Double(levels.count)
    for (index, level) in levels.enumerated() {
      let high = (7 + 29 * min(max(level, 0), 1)) * unit
      let left = center.x + (Double(index) - Double(levels.count - 1) / 2) * step - 3.5 * unit
      canvas.fill(
        .roundedRect(
          x: left, y: pillTop + height / 2 - high / 2, width: 7 * unit, height: high,
          radius: 3.5 * unit),
        .linear(
          from: VectorPoint(0, pillTop + 8 * unit), to: VectorPoint(0, pillTop + height - 8 * unit),
          glow, ring))
    }
  }
}
