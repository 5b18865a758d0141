internal import Compositing
internal import SceneDocument

/// Neck, ears and the face without its features.
extension AvatarBust {
  /// How far an open mouth takes the chin down.
  var jaw: Double { 9 * pose.mouth.openness }

  /// The outline of the face; hair covers its top.
  var faceOutline: VectorPath {
    let half = 97 * look.faceWidth
    let chin = 417 + jaw
    let (left, right) = (320 - half, 320 + half)
    let isBroad = look.hair == .short
    let jawWidth = isBroad ? 46.0 : 37
    let cheek = isBroad ? 372.0 : 366
    return VectorPath {
      $0.move(320, 128)
      $0.cubic(384, 128, right + 2, 176, right, 250)
      $0.cubic(
        right - 1, 305, right - 9, cheek - 18 + 0.3 * jaw, 320 + jawWidth + 14, 392 + 0.8 * jaw)
      $0.cubic(320 + jawWidth - 6, 410 + jaw, 336, chin, 320, chin)
      $0.cubic(304, chin, 320 - jawWidth + 6, 410 + jaw, 320 - jawWidth - 14, 392 + 0.8 * jaw)
      $0.cubic(left + 9, cheek - 18 + 0.3 * jaw, left + 1, 305, left, 250)
      $0.cubic(left - 2, 176, 256, 128, 320, 128)
      $0.close()
    }
  }

  func drawNeck() {
    let wide = look.hair == .short ? 49.0 : 41
    let low = look.clothes == .sweater ? 546.0 : 600
    let neck = VectorPath {
      $0.move(320 - wide, 360)
      $0.cubic(320 - wide, 430, 320 - wide + 3, 456, 320 - wide - 6, 472)
      $0.cubic(320 - wide - 10, 480, 254, 486, 250, 490)
      $0.line(300, low)
      $0.line(340, low)
      $0.line(390, 490)
      $0.cubic(386, 486, 320 + wide + 10, 480, 320 + wide + 6, 472)
      $0.cubic(320 + wide - 3, 456, 320 + wide, 430, 320 + wide, 360)
      $0.close()
    }
    fill(
      neck,
      .linear(
        from: VectorPoint(300, 420), to: VectorPoint(330, 520),
        look.skin.mixed(with: look.shade, 0.34), look.skin.mixed(with: look.shade, 0.1)), torso)
    // What the chin throws on the neck.
    canvas.clipped(to: neck, transform: torso) {
      let shadow = VectorPath.ellipse(
        center: VectorPoint(326, 392 + 0.8 * jaw), radii: VectorPoint(86, 70))
      fill(
        shadow,
        .radial(
          center: VectorPoint(326, 392 + 0.8 * jaw), radii: VectorPoint(86, 70),
          [
            .init(0, look.shade.opacity(0.85)), .init(0.72, look.shade.opacity(0.72)),
            .init(1, look.shade.opacity(0)),
          ]), at(depth: 0.2))
    }
    // Collar bones.
    for isLeft in [true, false] {
      let bone = VectorPath {
        $0.move(312, 506)
        $0.quad(288, 496, 262, 500)
      }
      stroke(
        isLeft ? bone : bone.mirrored, 3, .solid(look.shade.opacity(0.28)), torso)
    }
  }

  func drawEars() {
    // Long hair lies over them.
    if look.hair == .long { return }
    let half = 97 * look.faceWidth
    for isLeft in [true, false] {
      let ear = VectorPath {
        $0.move(320 - half + 8, 262)
        $0.cubic(320 - half - 10, 244, 320 - half - 22, 258, 320 - half - 18, 282)
        $0.cubic(320 - half - 16, 304, 320 - half - 4, 322, 320 - half + 10, 314)
        $0.close()
      }
      let fold = VectorPath {
        $0.move(320 - half - 9, 270)
        $0.cubic(320 - half - 13, 278, 320 - half - 5, 288, 320 - half - 6, 300)
      }
      let transform = at(depth: -0.25)
      let tint = look.skin.mixed(with: look.shade, 0.3)
      fill(isLeft ? ear : ear.mirrored, .solid(tint), transform)
      stroke(
        isLeft ? fold : fold.mirrored, 3, .solid(look.shade.opacity(0.65)), transform)
    }
  }

  func drawFace() {
    let outline = faceOutline
    let transform = at(depth: 0.15)
    fill(
      outline,
      .linear(
        from: VectorPoint(270, 150), to: VectorPoint(350, 420),
        look.skin.mixed(with: .white, 0.1), look.skin, look.skin.mixed(with: look.shade, 0.12)),
      transform)
    canvas.clipped(to: outline, transform: transform) {
      drawFaceShade(transform)
      drawHairShadow()
      drawBlush()
    }
  }

  /// The side away from the light, and the edge of the jaw.
  private func drawFaceShade(_ transform: AffineTransform2D) {
    let shade = look.shade
    let middle = VectorPoint(292 - 18 * pose.yaw, 262)
    fill(
      .rect(x: 200, y: 110, width: 240, height: 330),
      .radial(
        center: middle, radii: VectorPoint(146, 190),
        [
          .init(0, shade.opacity(0)), .init(0.66, shade.opacity(0)),
          .init(0.9, shade.opacity(0.34)), .init(1, shade.opacity(0.5)),
        ]), transform)
  }

  private func drawBlush() {
    for isLeft in [true, false] {
      let center = VectorPoint(isLeft ? 259 : 381, 318)
      fill(
        .ellipse(center: center, radii: VectorPoint(36, 26)),
        .radial(
          center: center, radii: VectorPoint(36, 26), look.blush.opacity(0.3),
          look.blush.opacity(0)), at(depth: 0.45))
    }
  }

  /// What the hair throws on the forehead.
  private func drawHairShadow() {
    let fringe = fringeOutline.transformed(by: .translation(3, 10))
    canvas.fill(fringe, .solid(look.shade), transform: at(depth: 0.2), opacity: 0.38)
  }

  func drawNose() {
    let transform = at(depth: 1)
    let nose = VectorPath {
      $0.move(331, 262)
      $0.cubic(333, 290, 344, 304, 343, 318)
      $0.cubic(342, 330, 330, 331, 321, 331)
      $0.cubic(330, 322, 326, 290, 331, 262)
      $0.close()
    }
    fill(
      nose,
      .linear(
        from: VectorPoint(330, 262), to: VectorPoint(334, 330), look.shade.opacity(0),
        look.shade.opacity(0.5)), transform)
    let tip = VectorPath {
      $0.move(304, 322)
      $0.cubic(306, 331, 312, 330, 316, 331)
      $0.cubic(319, 333.5, 322, 333.5, 325, 331)
      $0.cubic(330, 330, 335, 331, 337, 322)
    }
    stroke(tip, 3.2, .solid(look.shade.mixed(with: .black, 0.18).opacity(0.75)), transform)
    fill(
      .ellipse(center: VectorPoint(316, 312), radii: VectorPoint(7, 6)),
      .radial(
        center: VectorPoint(316, 312), radii: VectorPoint(7, 6),
        Color.white.opacity(0.38), Color.white.opacity(0)), transform)
  }
}
