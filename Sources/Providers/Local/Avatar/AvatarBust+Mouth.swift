internal import Compositing
internal import SceneDocument

/// A mouth's outlines, around its middle.
struct AvatarMouth {
  let half: Double
  /// The inner edges in the middle.
  let top: Double
  let bottom: Double
  /// Height of the corners.
  let corner: Double
  let upperLip: Double
  let lowerLip: Double

  init(_ shape: MouthShape, smile: Double, fullness: Double) {
    let open = min(max(shape.openness, 0), 1)
    let round = min(max(0.5 - shape.width, 0), 0.5) * 2
    half = 26.5 + 16 * min(max(shape.width, 0), 1) + 4 * smile - 3 * open
    let height = 37 * open
    let sag = 4.6 * smile * (1 - round)
    (top, bottom) = (sag - 0.24 * height, sag + 0.76 * height)
    corner = -4.8 * smile * (1 - 0.6 * round) + 0.24 * height
    let firm = 1 - 0.55 * min(max(shape.pressed, 0), 1)
    upperLip = (7.6 + 2.4 * round) * firm * fullness
    lowerLip = (10.4 + 2.2 * round) * firm * fullness
  }

  /// What is seen between the lips; its area is what the speech opens.
  var opening: VectorPath {
    VectorPath {
      let (side, deep) = (half - 3, corner + 0.72 * (bottom - corner))
      $0.move(-side, corner)
      $0.cubic(-0.72 * half, 0.55 * corner + 0.45 * top, -0.4 * half, top, 0, top)
      $0.cubic(0.4 * half, top, 0.72 * half, 0.55 * corner + 0.45 * top, side, corner)
      $0.cubic(0.86 * half, deep, 0.52 * half, bottom, 0, bottom)
      $0.cubic(-0.52 * half, bottom, -0.86 * half, deep, -side, corner)
      $0.close()
    }
  }

  /// Both lips with what is between them.
  var lips: VectorPath {
    let (high, low) = (top - upperLip, bottom + lowerLip)
    return VectorPath {
      $0.move(-half - 1, corner)
      $0.cubic(-0.62 * half, corner - 0.55 * upperLip, -0.34 * half, high - 1.5, -0.2 * half, high)
      $0.cubic(-0.1 * half, high + 0.6, -0.05 * half, high + 2.4, 0, high + 2.4)
      $0.cubic(0.05 * half, high + 2.4, 0.1 * half, high + 0.6, 0.2 * half, high)
      $0.cubic(0.34 * half, high - 1.5, 0.62 * half, corner - 0.55 * upperLip, half + 1, corner)
      $0.cubic(0.92 * half, corner + 0.66 * (low - corner), 0.5 * half, low, 0, low)
      $0.cubic(-0.5 * half, low, -0.92 * half, corner + 0.66 * (low - corner), -half - 1, corner)
      $0.close()
    }
  }
}

extension AvatarBust {
  func drawMouth() {
    let shape = pose.mouth
    let mouth = AvatarMouth(
      shape, smile: pose.smile, fullness: look.isMadeUp ? 1 : 0.78)
    let transform = AffineTransform2D.translation(320, 360).then(at(depth: 0.7))
    drawLips(mouth, transform)
    if shape.openness > 0.02 { drawInside(mouth, shape, transform) }
    drawLine(mouth, shape, transform)
    // Below the lower lip.
    let dent = VectorPath.ellipse(
      center: VectorPoint(0, mouth.bottom + mouth.lowerLip + 6), radii: VectorPoint(17, 6))
    fill(
      dent,
      .radial(
        center: VectorPoint(0, mouth.bottom + mouth.lowerLip + 6), radii: VectorPoint(17, 6),
        look.shade.opacity(0.5), look.shade.opacity(0)), transform)
  }

  private func drawLips(_ mouth: AvatarMouth, _ transform: AffineTransform2D) {
    let (high, low) = (mouth.top - mouth.upperLip, mouth.bottom + mouth.lowerLip)
    let dark = look.lips.mixed(with: .black, 0.16)
    fill(
      mouth.lips,
      .linear(
        from: VectorPoint(0, high), to: VectorPoint(0, low),
        [
          .init(0, dark), .init(0.42, look.lips.mixed(with: .black, 0.05)),
          .init(0.75, look.lips.mixed(with: .white, 0.14)), .init(1, look.lips),
        ]), transform)
    let light = VectorPoint(-3, mouth.bottom + 0.45 * mouth.lowerLip)
    fill(
      .ellipse(center: light, radii: VectorPoint(0.36 * mouth.half, 0.3 * mouth.lowerLip)),
      .radial(
        center: light, radii: VectorPoint(0.36 * mouth.half, 0.3 * mouth.lowerLip),
        Color.white.opacity(look.isMadeUp ? 0.42 : 0.2), Color.white.opacity(0)), transform)
  }

  private func drawInside(
    _ mouth: AvatarMouth, _ shape: MouthShape, _ transform: AffineTransform2D
  ) {
    let height = mouth.bottom - mouth.top
    fill(
      mouth.opening,
      .linear(
        from: VectorPoint(0, mouth.top), to: VectorPoint(0, mouth.bottom), .hex(0x3A0E14),
        .hex(0x5E1A22)), transform)
    canvas.clipped(to: mouth.opening, transform: transform) {
      // The tongue rises behind the teeth.
      let rise = 0.3 + 0.5 * shape.tongue
      let tongue = VectorPoint(0, mouth.bottom + 0.42 * height - rise * 0.62 * height)
      fill(
        .ellipse(center: tongue, radii: VectorPoint(0.62 * mouth.half, 0.46 * height + 2)),
        .radial(
          center: tongue - VectorPoint(0, 2),
          radii: VectorPoint(0.62 * mouth.half, 0.46 * height + 2),
          .hex(0xE58083), .hex(0xB94E57)), transform)
      let teeth = mouth.top + min(0.62 * height, 2.2 + 8.4 * min(max(shape.teeth, 0.12), 1))
      let row = VectorPath.roundedRect(
        x: -0.74 * mouth.half, y: mouth.top - 14, width: 1.48 * mouth.half,
        height: teeth - mouth.top + 14, radius: 5)
      fill(
        row,
        .linear(
          from: VectorPoint(0, mouth.top - 1), to: VectorPoint(0, mouth.top + 8),
          .hex(0xCFC4C2), .hex(0xFFFCF8)), transform)
      // The upper lip's shadow.
      stroke(
        VectorPath {
          $0.move(-mouth.half + 3, mouth.corner)
          $0.cubic(-0.55 * mouth.half, mouth.top, -0.3 * mouth.half, mouth.top, 0, mouth.top)
          $0.cubic(
            0.3 * mouth.half, mouth.top, 0.55 * mouth.half, mouth.top, mouth.half - 3, mouth.corner)
        }, 4, .solid(Color.hex(0x2A0A0E).opacity(0.4)), transform)
    }
  }

  /// Where closed lips meet; at the corners it is always seen.
  private func drawLine(
    _ mouth: AvatarMouth, _ shape: MouthShape, _ transform: AffineTransform2D
  ) {
    let ink = look.lips.mixed(with: .hex(0x2A0A0E), 0.62)
    if shape.openness < 0.16 {
      let line = VectorPath {
        $0.move(-mouth.half - 1, mouth.corner)
        $0.cubic(-0.55 * mouth.half, mouth.top + 0.6, -0.3 * mouth.half, mouth.top, 0, mouth.top)
        $0.cubic(
          0.3 * mouth.half, mouth.top, 0.55 * mouth.half, mouth.top + 0.6, mouth.half + 1,
          mouth.corner)
      }
      stroke(line, 2.6, .solid(ink), transform, 0.9 * (1 - shape.openness / 0.16))
    }
    for side in [-1.0, 1] {
      let end = VectorPath {
        $0.move(side * (mouth.half - 4), mouth.corner + 0.6)
        $0.quad(
          side * (mouth.half + 1), mouth.corner, side * (mouth.half + 3.5), mouth.corner - 1.6)
      }
      stroke(end, 2.4, .solid(ink.opacity(0.75)), transform)
    }
  }
}
