internal import Compositing
internal import Media
internal import SceneDocument

extension AvatarBust {
  private var hairPaint: Paint {
    .linear(
      from: VectorPoint(250, 90), to: VectorPoint(400, 420),
      look.hairColor.mixed(with: look.hairLight, 0.3),
      look.hairColor, look.hairShade)
  }

  func drawBackHair() {
    switch look.hair {
    case .long:
      let hair = VectorPath {
        $0.move(320, 92)
        $0.cubic(420, 88, 452, 180, 450, 280)
        $0.cubic(450, 380, 470, 450, 452, 540)
        $0.cubic(420, 584, 220, 584, 188, 540)
        $0.cubic(170, 450, 190, 380, 190, 280)
        $0.cubic(188, 180, 220, 88, 320, 92)
        $0.close()
      }
      fill(
        hair,
        .linear(
          from: VectorPoint(320, 120), to: VectorPoint(320, 560), look.hairShade,
          look.hairShade.mixed(with: look.hairColor, 0.6)), at(depth: -0.6))
    case .short:
      let hair = VectorPath.ellipse(center: VectorPoint(320, 250), radii: VectorPoint(106, 116))
      fill(hair, .solid(look.hairShade), at(depth: -0.5))
    case .curls:
      fill(
        curls(Self.crown),
        .radial(
          center: VectorPoint(290, 150), radii: VectorPoint(210, 260),
          look.hairColor.mixed(with: look.hairLight, 0.25), look.hairColor,
          look.hairShade), at(depth: -0.35))
    }
  }

  /// What lies on the forehead, with the top of the head.
  var fringeOutline: VectorPath {
    switch look.hair {
    case .long:
      VectorPath {
        $0.move(209, 318)
        $0.cubic(196, 210, 214, 92, 322, 90)
        $0.cubic(428, 90, 446, 212, 431, 318)
        $0.cubic(424, 282, 418, 246, 398, 222)
        $0.cubic(366, 192, 314, 190, 282, 142)
        $0.cubic(262, 184, 232, 204, 224, 250)
        $0.cubic(219, 276, 214, 296, 209, 318)
        $0.close()
      }
    case .short:
      VectorPath {
        $0.move(222, 276)
        $0.cubic(205, 230, 204, 168, 226, 130)
        $0.cubic(240, 96, 284, 72, 336, 76)
        $0.cubic(384, 74, 420, 100, 428, 146)
        $0.cubic(440, 190, 434, 240, 419, 276)
        $0.cubic(418, 246, 414, 226, 404, 208)
        $0.cubic(392, 204, 376, 196, 364, 180)
        $0.cubic(366, 192, 362, 200, 354, 206)
        $0.cubic(330, 202, 312, 192, 300, 178)
        $0.cubic(300, 190, 294, 200, 284, 206)
        $0.cubic(270, 200, 262, 194, 256, 184)
        $0.cubic(250, 202, 236, 226, 234, 244)
        $0.cubic(230, 256, 228, 264, 222, 276)
        $0.close()
      }
    case .curls: curls(Self.fringe)
    }
  }

  func drawFrontHair() {
    let transform = at(depth: 0.25)
    if look.hair == .long { drawLocks() }
    fill(fringeOutline, hairPaint, transform)
    canvas.clipped(to: fringeOutline, transform: transform) { drawGloss(transform) }
  }

  /// Strands that hang before the shoulders.
  private func drawLocks() {
    let right = VectorPath {
      $0.move(420, 232)
      $0.cubic(446, 282, 440, 330, 452, 400)
      $0.cubic(464, 460, 462, 520, 440, 572)
      $0.cubic(418, 578, 404, 572, 394, 562)
      $0.cubic(418, 500, 398, 430, 412, 360)
      $0.cubic(420, 318, 422, 280, 412, 240)
      $0.close()
    }
    for isLeft in [false, true] {
      let lock = isLeft ? right.mirrored : right
      fill(
        lock,
        .linear(
          from: VectorPoint(isLeft ? 190 : 400, 300), to: VectorPoint(isLeft ? 240 : 452, 330),
          isLeft ? look.hairColor.mixed(with: look.hairLight, 0.25) : look.hairColor, look.hairShade
        ), at(depth: 0.1))
      let shine = VectorPath {
        $0.move(436, 330)
        $0.cubic(446, 400, 448, 470, 432, 540)
      }
      stroke(
        isLeft ? shine.mirrored : shine, 3, .solid(look.hairLight.opacity(isLeft ? 0.4 : 0.25)),
        at(depth: 0.1))
    }
  }

  private func drawGloss(_ transform: AffineTransform2D) {
    switch look.hair {
    case .long:
      let band = VectorPath {
        $0.move(222, 214)
        $0.cubic(232, 150, 268, 122, 296, 124)
        $0.cubic(262, 142, 240, 176, 234, 220)
        $0.close()
      }
      fill(
        band,
        .linear(
          from: VectorPoint(225, 215), to: VectorPoint(290, 125), look.hairLight.opacity(0.1),
          look.hairLight.opacity(0.65), look.hairLight.opacity(0)), transform)
      let other = VectorPath {
        $0.move(312, 128)
        $0.cubic(352, 148, 396, 160, 418, 226)
        $0.cubic(404, 186, 362, 168, 312, 128)
        $0.close()
      }
      fill(
        other,
        .linear(
          from: VectorPoint(312, 128), to: VectorPoint(418, 226), look.hairLight.opacity(0),
          look.hairLight.opacity(0.7), look.hairLight.opacity(0)), transform)
      for step in 0..<4 {
        let shift = Double(step) * 14
        stroke(
          VectorPath {
            $0.move(296 + shift, 104 + 0.4 * shift)
            $0.cubic(350 + shift, 120 + shift, 398 + 0.5 * shift, 150 + shift, 424, 240 + shift)
          }, 1.6, .solid(look.hairShade.opacity(0.5)), transform)
      }
    case .short:
      for step in 0..<5 {
        let shift = Double(step) * 32
        stroke(
          VectorPath {
            $0.move(252 + shift, 96 - 0.02 * shift)
            $0.cubic(240 + shift, 122, 252 + shift, 150, 270 + shift, 174)
          }, 2.2, .solid(look.hairShade.opacity(0.55)), transform)
      }
      let shine = VectorPath {
        $0.move(232, 170)
        $0.cubic(240, 120, 288, 92, 340, 96)
        $0.cubic(300, 104, 262, 130, 252, 172)
        $0.close()
      }
      fill(
        shine,
        .linear(
          from: VectorPoint(232, 170), to: VectorPoint(340, 96), look.hairLight.opacity(0.15),
          look.hairLight.opacity(0.6), look.hairLight.opacity(0)), transform)
    case .curls:
      for (index, curl) in Self.fringe.enumerated() where index % 2 == 0 {
        var arc = VectorPath()
        arc.arc(
          center: VectorPoint(curl.x, curl.y), radius: 0.62 * curl.z, from: 170, sweep: 130)
        stroke(arc, 3, .solid(look.hairLight.opacity(0.4)), transform)
      }
    }
  }

  private func curls(_ circles: [SIMD3<Double>]) -> VectorPath {
    VectorPath { path in
      for circle in circles {
        path.append(.circle(center: VectorPoint(circle.x, circle.y), radius: circle.z))
      }
    }
  }

  /// Middle and radius of the curls behind the head.
  private static let crown: [SIMD3<Double>] = {
    var circles = [SIMD3<Double>(320, 220, 128)]
    for step in 0..<17 {
      let (sine, cosine) = ExactAngle.sineCosine(degrees: 150 + 15 * Double(step))
      let size = step % 3 == 0 ? 40.0 : step % 3 == 1 ? 34 : 37
      circles.append(SIMD3(320 + 122 * cosine, 222 + 116 * sine, size))
    }
    return circles
  }()

  /// Of those on the forehead.
  private static let fringe: [SIMD3<Double>] = [
    SIMD3(228, 232, 24), SIMD3(226, 196, 28), SIMD3(240, 164, 30), SIMD3(268, 142, 31),
    SIMD3(300, 132, 30), SIMD3(332, 130, 31), SIMD3(364, 138, 31), SIMD3(394, 158, 31),
    SIMD3(412, 192, 29), SIMD3(412, 230, 24), SIMD3(280, 112, 34), SIMD3(350, 106, 34),
    SIMD3(235, 142, 32), SIMD3(404, 140, 32), SIMD3(316, 104, 32),
  ]
}
