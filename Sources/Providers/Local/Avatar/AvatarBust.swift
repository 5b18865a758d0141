internal import Compositing
internal import SceneDocument

/// Draws a speaker from the shoulders up, in units of a picture of 640 × 720.
///
/// The face is made of parts that move by different amounts when the head turns, which gives it depth.
struct AvatarBust {
  static let width = 640.0
  static let height = 720.0

  let canvas: VectorCanvas
  let look: AvatarCharacter
  let pose: AvatarPose
  /// From units to pixels.
  let place: AffineTransform2D
  /// From units to pixels, with the head's turn.
  let head: AffineTransform2D

  init(on canvas: VectorCanvas, look: AvatarCharacter, pose: AvatarPose) {
    (self.canvas, self.look, self.pose) = (canvas, look, pose)
    let scale = min(Double(canvas.width) / Self.width, Double(canvas.height) / Self.height)
    place = AffineTransform2D.translation(-Self.width / 2, -Self.height).then(.scale(scale)).then(
      .translation(Double(canvas.width) / 2, Double(canvas.height)))
    head = AffineTransform2D.scale(1.17, 1.17, around: VectorPoint(320, 420))
      .then(.rotation(degrees: pose.roll, around: VectorPoint(320, 470)))
      .then(.translation(pose.x, pose.y + 24 - 1.2 * pose.breath)).then(place)
  }

  func draw() {
    drawBackHair()
    drawTorso()
    drawNeck()
    drawCollar()
    drawEars()
    drawFace()
    drawEyes()
    drawBrows()
    drawNose()
    drawMouth()
    drawFrontHair()
    if look.hasGlasses { drawGlasses() }
  }

  /// The head's transform for what is `depth` in front of its axis: 1 is the tip of the nose, below 0 is behind.
  func at(depth: Double) -> AffineTransform2D {
    .translation(15 * pose.yaw * depth, 11 * pose.pitch * depth).then(head)
  }

  /// Shoulders and clothes, which breathe.
  var torso: AffineTransform2D {
    .translation(0.25 * pose.x, -2.6 * pose.breath).then(place)
  }

  func fill(
    _ path: VectorPath, _ paint: Paint, _ transform: AffineTransform2D, _ opacity: Double = 1
  ) { canvas.fill(path, paint, transform: transform, opacity: opacity) }

  func stroke(
    _ path: VectorPath, _ width: Double, _ paint: Paint, _ transform: AffineTransform2D,
    _ opacity: Double = 1
  ) { canvas.stroke(path, width: width, paint, transform: transform, opacity: opacity) }
}

extension VectorPath {
  /// The same on the other side of x = 320.
  var mirrored: VectorPath {
    transformed(by: AffineTransform2D(a: -1, b: 0, c: 0, d: 1, tx: 640, ty: 0))
  }
}
