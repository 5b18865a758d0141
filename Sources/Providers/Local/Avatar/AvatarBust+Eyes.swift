internal import Compositing
internal import SceneDocument

extension AvatarBust {
  private static let eyeX = 44.0
  private static let eyeY = 276.0

  /// Moves what is drawn for the right eye as seen, around x = 0, to its place; the left one is its mirror image.
  private func eyePlace(_ side: Double) -> AffineTransform2D {
    // The eye that turns away becomes narrower.
    let narrow = 1 - 0.07 * max(0, side * pose.yaw)
    return AffineTransform2D(
      a: 1.08 * side * narrow, b: 0, c: 0, d: 1.08, tx: 320 + side * Self.eyeX * look.faceWidth,
      ty: Self.eyeY)
  }

  /// Where the upper lid's middle is: from high to on the lower lid.
  private var lid: Double { 12.5 - 31 * pose.lids + 2.4 * pose.lids * max(0, pose.pitch) }

  func drawEyes() {
    for side in [-1.0, 1] {
      let transform = eyePlace(side).then(at(depth: 0.6))
      drawSocket(transform)
      if pose.lids > 0.08 { drawEyeball(side, transform) }
      drawLashes(transform)
    }
  }

  private func drawSocket(_ transform: AffineTransform2D) {
    let center = VectorPoint(0, -4)
    fill(
      .ellipse(center: center, radii: VectorPoint(38, 27)),
      .radial(
        center: center, radii: VectorPoint(38, 27), look.shade.opacity(0.3),
        look.shade.opacity(0)), transform)
  }

  private var opening: VectorPath {
    let lid = lid
    return VectorPath {
      $0.move(-25, 3)
      $0.cubic(-17, lid - 2, 8, lid - 5, 26, -3)
      $0.cubic(20, 12, -14, 15, -25, 3)
      $0.close()
    }
  }

  private func drawEyeball(_ side: Double, _ transform: AffineTransform2D) {
    let opening = opening
    fill(
      opening,
      .linear(
        from: VectorPoint(0, -16), to: VectorPoint(0, 8), .hex(0xD9D3D6), .hex(0xFBF9F7),
        .white), transform)
    canvas.clipped(to: opening, transform: transform) {
      let center = VectorPoint(
        side * (4.5 * pose.gazeX + 2.5 * pose.yaw), -3 + 3 * pose.gazeY + 2 * pose.pitch)
      fill(
        .circle(center: center, radius: 14.2),
        .radial(
          center: center + VectorPoint(0, 5), radii: VectorPoint(16, 18),
          [
            .init(0, look.iris.mixed(with: .white, 0.34)), .init(0.5, look.iris),
            .init(1, look.iris.mixed(with: .black, 0.55)),
          ]), transform)
      fill(.circle(center: center, radius: 6.4), .solid(.hex(0x120B0C)), transform)
      // The lid's shadow.
      let shadow = VectorPath {
        $0.move(-30, lid - 10)
        $0.line(30, lid - 10)
        $0.line(30, -2)
        $0.cubic(10, lid + 2, -16, lid + 5, -26, 5)
        $0.close()
      }
      fill(shadow, .solid(.hex(0x2A1416)), transform, 0.26)
      // Lights come from the left for both eyes.
      let light = VectorPoint(center.x - side * 5, center.y - 5)
      fill(.circle(center: light, radius: 3.7), .solid(.white), transform, 0.96)
      fill(
        .circle(center: VectorPoint(center.x + side * 5, center.y + 5.5), radius: 1.9),
        .solid(.white), transform, 0.55)
    }
  }

  private func drawLashes(_ transform: AffineTransform2D) {
    let lid = lid
    let thick = look.isMadeUp ? 5.2 : 3.6
    let wing = look.isMadeUp ? 5.0 : 1.5
    let ink = look.hairShade.mixed(with: .black, 0.25)
    let lash = VectorPath {
      $0.move(-26, 4)
      $0.cubic(-17, lid - 2 - thick, 8, lid - 5 - thick, 26 + wing, -5 - 0.6 * wing * pose.lids)
      $0.cubic(24, -1, 24, -1, 24, -1)
      $0.cubic(10, lid - 3.5, -15, lid, -26, 4)
      $0.close()
    }
    fill(lash, .solid(ink), transform)
    let lower = VectorPath {
      $0.move(25, -1)
      $0.cubic(20, 12, -12, 15, -23, 5)
    }
    stroke(lower, 1.6, .solid(look.shade.mixed(with: .black, 0.35).opacity(0.5)), transform)
    // The fold above the lid, which goes when the eye closes.
    let fold = VectorPath {
      $0.move(-22, -5 + 0.25 * lid)
      $0.cubic(-12, lid - 11, 10, lid - 14, 27, -10 + 0.1 * lid)
    }
    stroke(
      fold, 2, .solid(look.shade.mixed(with: .black, 0.2).opacity(0.55 * pose.lids)), transform)
  }

  func drawBrows() {
    let thick = 7.4 * look.browThickness
    let raise = 9 * pose.brows
    for side in [-1.0, 1] {
      let (inner, peak, outer) = (-39.5 - 1.1 * raise, -47.5 - raise, -36 - 0.8 * raise)
      let brow = VectorPath {
        $0.move(-24, inner)
        $0.cubic(-10, peak + 4, 10, peak - 2, 34, outer)
        $0.cubic(14, peak + 4 + 0.4 * thick, -4, peak + 5 + 0.9 * thick, -22, inner + 0.9 * thick)
        $0.cubic(-27, inner + thick, -28, inner + 0.3 * thick, -24, inner)
        $0.close()
      }
      fill(brow, .solid(look.brow), eyePlace(side).then(at(depth: 0.55)), 0.92)
    }
  }

  func drawGlasses() {
    let transform = at(depth: 0.75)
    let ink = look.accent
    for side in [-1.0, 1] {
      let lens = VectorPath.roundedRect(
        x: 320 + side * 47 - 38, y: 246, width: 76, height: 62, radius: 28)
      fill(
        lens,
        .linear(
          from: VectorPoint(320 + side * 47 - 30, 246), to: VectorPoint(320 + side * 47 + 26, 308),
          [
            .init(0, Color.white.opacity(0.22)), .init(0.34, Color.white.opacity(0.1)),
            .init(0.36, Color.white.opacity(0.02)), .init(1, Color.white.opacity(0.06)),
          ]), transform)
      stroke(lens, 5, .solid(ink), transform)
      let temple = VectorPath {
        $0.move(320 + side * 85, 268)
        $0.line(320 + side * 101, 262)
      }
      stroke(temple, 5, .solid(ink.mixed(with: .black, 0.2)), transform)
    }
    let bridge = VectorPath {
      $0.move(311, 268)
      $0.quad(320, 260, 329, 268)
    }
    stroke(bridge, 5, .solid(ink), transform)
  }
}
