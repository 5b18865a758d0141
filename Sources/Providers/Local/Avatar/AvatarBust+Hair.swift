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
        $0.cubic(450, 380, 462, 420, 444, 486)
        $0.cubic(420, 520, 220, 520, 196, 486)
        $0.cubic(178, 420, 190, 380, 190, 280)
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
        $0.move(224, 270)
        $0.cubic(206, 236, 204, 176, 222, 138)
        $0.cubic(218, 126, 224, 116, 232, 114)
        $0.cubic(240, 98, 256, 88, 268, 88)
        $0.cubic(280, 72, 306, 68, 322, 74)
        $0.cubic(346, 62, 372, 68, 386, 82)
        $0.cubic(408, 86, 424, 106, 424, 128)
        $0.cubic(438, 160, 438, 236, 416, 270)
        $0.cubic(417, 244, 413, 224, 402, 206)
        $0.cubic(394, 198, 388, 186, 384, 170)
        $0.cubic(372, 192, 340, 204, 312, 200)
        $0.cubic(324, 194, 332, 186, 336, 176)
        $0.cubic(312, 198, 280, 208, 254, 202)
        $0.cubic(242, 214, 236, 226, 234, 240)
        $0.cubic(230, 254, 228, 262, 224, 270)
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
      $0.move(418, 222)
      $0.cubic(444, 282, 440, 330, 450, 392)
      $0.cubic(460, 446, 458, 484, 436, 514)
      $0.cubic(424, 530, 404, 534, 386, 524)
      $0.cubic(410, 492, 414, 440, 413, 386)
      $0.cubic(412, 330, 424, 290, 410, 236)
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
        $0.move(434, 310)
        $0.cubic(442, 380, 450, 440, 430, 496)
      }
      stroke(
        isLeft ? shine.mirrored : shine, 3, .solid(look.hairLight.opacity(isLeft ? 0.4 : 0.25)),
        at(depth: 0.1))
    }
  }

  private func drawGloss(_ transform: AffineTransform2D) {
    switch look.hair {
    case .long: drawLongGloss(transform)
    case .short: drawShortGloss(transform)
    case .curls: drawCurlGloss(transform)
    }
  }

  private func drawLongGloss(_ transform: AffineTransform2D) {
    let band = VectorPath {
      $0.move(222, 214)
      $0.cubic(232, 150, 268, 122, 296, 124)
      $0.cubic(262, 142, 240, 176, 234, 220)
      $0.close()
    }
    let light = sheen(0.65, start: 0.1, from: VectorPoint(225, 215), to: VectorPoint(290, 125))
    fill(band, light, transform)
    let other = VectorPath {
      $0.move(312, 128)
      $0.cubic(352, 148, 396, 160, 418, 226)
      $0.cubic(404, 186, 362, 168, 312, 128)
      $0.close()
    }
    fill(other, sheen(0.7, from: VectorPoint(312, 128), to: VectorPoint(418, 226)), transform)
    for step in 0..<4 {
      let shift = Double(step) * 14
      stroke(
        VectorPath {
          $0.move(296 + shift, 104 + 0.4 * shift)
          $0.cubic(350 + shift, 120 + shift, 398 + 0.5 * shift, 150 + shift, 424, 240 + shift)
        }, 1.6, .solid(look.hairShade.opacity(0.5)), transform)
    }
  }

  private func drawShortGloss(_ transform: AffineTransform2D) {
    for step in 0..<4 {
      let shift = Double(step) * 30
      stroke(
        VectorPath {
          $0.move(384 - shift, 100 - 0.1 * shift)
          $0.cubic(380 - shift, 130, 356 - shift, 160, 318 - shift, 182)
        }, 2.2, .solid(look.hairLight.opacity(0.3)), transform)
    }
    let shine = VectorPath {
      $0.move(226, 176)
      $0.cubic(234, 118, 288, 86, 352, 92)
      $0.cubic(306, 106, 268, 134, 250, 190)
      $0.close()
    }
    fill(shine, sheen(0.4, from: VectorPoint(232, 186), to: VectorPoint(340, 90)), transform)
  }

  private func drawCurlGloss(_ transform: AffineTransform2D) {
    for (index, curl) in Self.fringe.enumerated() where index % 2 == 0 {
      var arc = VectorPath()
      arc.arc(
        center: VectorPoint(curl.x, curl.y), radius: 0.62 * curl.z, from: 170, sweep: 130)
      stroke(arc, 3, .solid(look.hairLight.opacity(0.4)), transform)
    }
  }

  /// Light on hair, strongest in the middle between two points.
  private func sheen(
    _ strength: Double, start: Double = 0, from: VectorPoint, to: VectorPoint
  ) -> Paint {
    .linear(
      from: from, to: to, look.hairLight.opacity(start), look.hairLight.opacity(strength),
      look.hairLight.opacity(0))
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
