internal import Compositing
internal import SceneDocument

extension AvatarBust {
  /// From the neck over the shoulders to the picture's lower edge.
  private var body: VectorPath {
    let reach = look.shoulders
    func x(_ offset: Double) -> Double { 320 + offset * reach }
    return VectorPath {
      $0.move(x(-58), 486)
      $0.cubic(x(-110), 512, x(-176), 520, x(-212), 556)
      $0.cubic(x(-240), 586, x(-252), 650, x(-258), 730)
      $0.line(x(258), 730)
      $0.cubic(x(252), 650, x(240), 586, x(212), 556)
      $0.cubic(x(176), 520, x(110), 512, x(58), 486)
      $0.cubic(x(30), 520, x(-30), 520, x(-58), 486)
      $0.close()
    }
  }

  func drawTorso() {
    fill(
      body,
      .linear(
        from: VectorPoint(200, 500), to: VectorPoint(470, 730),
        look.cloth.mixed(with: .white, 0.08),
        look.cloth, look.clothShade), torso)
    // Where the arms begin.
    for isLeft in [true, false] {
      let fold = VectorPath {
        $0.move(320 - 168 * look.shoulders, 640)
        $0.cubic(
          320 - 172 * look.shoulders, 668, 320 - 172 * look.shoulders, 700,
          320 - 166 * look.shoulders, 730)
      }
      stroke(isLeft ? fold : fold.mirrored, 4, .solid(look.clothShade.opacity(0.7)), torso)
    }
  }

  func drawCollar() {
    switch look.clothes {
    case .blazer: drawBlazer()
    case .sweater: drawSweater()
    case .cardigan: drawCardigan()
    }
  }

  private func both(_ path: VectorPath, _ paint: Paint, mirrored: Paint? = nil) {
    fill(path, paint, torso)
    fill(path.mirrored, mirrored ?? paint, torso)
  }

  private func drawBlazer() {
    let blouse = VectorPath {
      $0.move(256, 500)
      $0.cubic(276, 540, 300, 574, 320, 592)
      $0.cubic(340, 574, 364, 540, 384, 500)
      $0.cubic(368, 570, 336, 660, 326, 730)
      $0.line(314, 730)
      $0.cubic(304, 660, 272, 570, 256, 500)
      $0.close()
    }
    fill(
      blouse,
      .linear(
        from: VectorPoint(270, 520), to: VectorPoint(370, 720), look.shirt, look.shirt,
        look.shirt.mixed(with: look.clothShade, 0.18)), torso)
    let edge = VectorPath {
      $0.move(256, 500)
      $0.cubic(276, 540, 300, 574, 320, 592)
      $0.cubic(340, 574, 364, 540, 384, 500)
    }
    stroke(edge, 3, .solid(look.shirt.mixed(with: look.clothShade, 0.28)), torso)
    // Lapels.
    let lapel = VectorPath {
      $0.move(260, 482)
      $0.cubic(248, 492, 238, 500, 230, 508)
      $0.line(222, 568)
      $0.line(246, 572)
      $0.line(236, 596)
      $0.cubic(268, 640, 294, 690, 314, 730)
      $0.cubic(304, 660, 276, 570, 260, 482)
      $0.close()
    }
    let under = lapel.transformed(by: .translation(-4, 6))
    both(under, .solid(look.clothShade.opacity(0.55)))
    both(
      lapel,
      .linear(
        from: VectorPoint(226, 500), to: VectorPoint(310, 720),
        look.cloth.mixed(with: .white, 0.18), look.cloth),
      mirrored: .linear(
        from: VectorPoint(414, 500), to: VectorPoint(330, 720), look.cloth.mixed(with: .white, 0.1),
        look.cloth.mixed(with: look.clothShade, 0.4)))
    // A small pin.
    fill(
      .circle(center: VectorPoint(250, 626), radius: 6.5),
      .radial(
        center: VectorPoint(248, 624), radius: 8, look.accent.mixed(with: .white, 0.5), look.accent),
      torso)
  }

  private func drawSweater() {
    // Collar of the shirt.
    let collar = VectorPath {
      $0.move(262, 474)
      $0.cubic(258, 492, 262, 504, 270, 516)
      $0.line(296, 548)
      $0.line(320, 524)
      $0.cubic(296, 512, 272, 496, 262, 474)
      $0.close()
    }
    let rib = VectorPath {
      $0.move(247, 490)
      $0.cubic(262, 542, 290, 556, 320, 556)
      $0.cubic(350, 556, 378, 542, 393, 490)
    }
    stroke(rib, 15, .solid(look.clothShade), torso)
    stroke(rib, 11, .solid(look.cloth.mixed(with: .white, 0.12)), torso)
    both(collar.transformed(by: .translation(0, 5)), .solid(Color.black.opacity(0.16)))
    both(
      collar,
      .linear(
        from: VectorPoint(262, 480), to: VectorPoint(300, 548), look.shirt,
        look.shirt.mixed(with: look.accent, 0.25)),
      mirrored: .linear(
        from: VectorPoint(378, 480), to: VectorPoint(340, 548), look.shirt,
        look.shirt.mixed(with: look.accent, 0.4)))
    let seam = VectorPath {
      $0.move(262, 474)
      $0.cubic(272, 496, 296, 512, 320, 524)
    }
    let thread = Paint.solid(look.accent.mixed(with: look.clothShade, 0.3).opacity(0.6))
    for path in [seam, seam.mirrored] { stroke(path, 2, thread, torso) }
  }

  private func drawCardigan() {
    let top = VectorPath {
      $0.move(252, 496)
      $0.cubic(258, 556, 292, 574, 320, 574)
      $0.cubic(348, 574, 382, 556, 388, 496)
      $0.cubic(374, 560, 363, 640, 357, 730)
      $0.line(283, 730)
      $0.cubic(277, 640, 266, 560, 252, 496)
      $0.close()
    }
    fill(
      top,
      .linear(
        from: VectorPoint(260, 520), to: VectorPoint(390, 730), look.shirt,
        look.shirt.mixed(with: look.clothShade, 0.22)), torso)
    let rim = VectorPath {
      $0.move(252, 497)
      $0.cubic(258, 556, 292, 574, 320, 574)
      $0.cubic(348, 574, 382, 556, 388, 497)
    }
    stroke(rim, 4, .solid(look.shirt.mixed(with: look.clothShade, 0.35)), torso)
    let band = VectorPath {
      $0.move(254, 490)
      $0.cubic(266, 560, 277, 640, 283, 730)
    }
    for path in [band, band.mirrored] {
      stroke(path, 17, .solid(look.clothShade.mixed(with: look.cloth, 0.45)), torso)
      stroke(path, 2, .solid(look.clothShade.opacity(0.7)), torso)
    }
    for y in [632.0, 684] {
      fill(
        .circle(center: VectorPoint(369 - 0.06 * (y - 600), y), radius: 6), .solid(look.accent),
        torso)
      fill(
        .circle(center: VectorPoint(367.6 - 0.06 * (y - 600), y - 1.6), radius: 2), .solid(.white),
        torso, 0.5)
    }
  }
}
