/// The shape a layer is cut to. Edges are anti-aliased by the share of each pixel that is inside.
public enum MaskShape: Sendable, Hashable {
  case rectangle
  /// The largest circle in the box, in its middle.
  case circle
  /// A rectangle with round corners of this radius in pixels, at most half the shorter side.
  case rounded(radius: Double)

  /// Coverage (0...255) of a box of `width` × `height` pixels by the shape, shrunk on all sides by
  /// `inset` pixels. Shrunk corners keep their centre, so borders have one width all round.
  public func coverage(width: Int, height: Int, inset: Double = 0) -> Plane {
    let plane = Plane(width: width, height: height)
    var halfWidth = Double(width) / 2
    var halfHeight = Double(height) / 2
    var radius = 0.0
    switch self {
    case .rectangle: break
    case .circle:
      radius = min(halfWidth, halfHeight)
      (halfWidth, halfHeight) = (radius, radius)
    case .rounded(let wanted): radius = min(max(wanted, 0), halfWidth, halfHeight)
    }
    halfWidth -= inset
    halfHeight -= inset
    radius = max(radius - inset, 0)
    guard halfWidth > 0, halfHeight > 0 else { return plane }
    let box = RoundedBox(halfWidth: halfWidth, halfHeight: halfHeight, radius: radius)
    for y in 0..<height {
      let fromMiddle = Double(y) + 0.5 - Double(height) / 2
      let row = unsafe plane.view.row(y)
      for x in 0..<width {
        let share = box.share(ofPixelAt: Double(x) + 0.5 - Double(width) / 2, fromMiddle)
        unsafe row[x] = UInt8((255 * share).rounded())
      }
    }
    return plane
  }

  /// Coverage of a border of `thickness` pixels inside the shape's edge, full outside of the shape too:
  /// compose the border's colour with it, then cut both to the shape.
  public func borderCoverage(width: Int, height: Int, thickness: Double) -> Plane {
    let plane = coverage(width: width, height: height, inset: max(thickness, 0))
    plane.invert()
    return plane
  }
}

/// A box around the origin with round corners.
private struct RoundedBox {
  let halfWidth: Double
  let halfHeight: Double
  let radius: Double

  /// How much of the unit square around a point is inside.
  func share(ofPixelAt x: Double, _ y: Double) -> Double {
    let beyondX = abs(x) - (halfWidth - radius)
    let beyondY = abs(y) - (halfHeight - radius)
    if beyondX <= 0 || beyondY <= 0 {
      return overlap(abs(x), halfWidth) * overlap(abs(y), halfHeight)
    }
    let distance = (beyondX * beyondX + beyondY * beyondY).squareRoot()
    return halfPlane(radius - distance, beyondX / distance, beyondY / distance)
  }

  /// The length that the unit interval around `centre` shares with -`half`...`half`.
  private func overlap(_ centre: Double, _ half: Double) -> Double {
    max(0, min(centre + 0.5, half) - max(centre - 0.5, -half))
  }

  /// How much of a unit square lies behind an edge at signed distance `depth` from its centre, with
  /// the edge's normal (`nx`, `ny`), both at least 0: the area under a line, in closed form.
  private func halfPlane(_ depth: Double, _ nx: Double, _ ny: Double) -> Double {
    let long = max(nx, ny)
    let short = min(nx, ny)
    let reach = (long + short) / 2
    let flat = (long - short) / 2
    let d = abs(depth)
    let share: Double =
      if d >= reach {
        1
      } else if d <= flat {
        0.5 + d / long
      } else {
        1 - (reach - d) * (reach - d) / (2 * long * short)
      }
    return depth < 0 ? 1 - share : share
  }
}

extension Plane {
  /// Replaces every sample v by 255 - v.
  public func invert() {
    for y in 0..<height {
      let row = unsafe view.row(y)
      for x in 0..<width { unsafe row[x] = 255 &- row[x] }
    }
  }

  /// A mask from a picture's brightness: black (16) hides, white (235) shows, resized to the given
  /// size. Where the picture itself is clear it hides.
  public static func mask(fromLumaOf bitmap: Bitmap, width: Int, height: Int) -> Plane {
    let source = Plane(width: bitmap.width, height: bitmap.height)
    for y in 0..<source.height {
      let (from, to) = unsafe (bitmap.luma.view.row(y), source.view.row(y))
      for x in 0..<source.width {
        let value = unsafe ((Int(from[x]) - 16) * 255 + 109) / 219
        unsafe to[x] = UInt8(min(max(value, 0), 255))
      }
      if let alpha = bitmap.alpha {
        unsafe Premultiplied.multiply(to, by: alpha.view.row(y), count: source.width)
      }
    }
    let mask = Plane(width: width, height: height)
    Resampler(
      sourceWidth: source.width, sourceHeight: source.height,
      window: SourceWindow(width: source.width, height: source.height), width: width,
      height: height
    ).resample(source, into: mask)
    return mask
  }
}

extension Bitmap {
  /// Cuts the picture to `mask` (0 hides, 255 keeps), which has the same size and is not kept.
  public func multiplyAlpha(by mask: Plane) {
    precondition(mask.width == width && mask.height == height, "a mask of the same size")
    guard let alpha else {
      self.alpha = mask.copy()
      return
    }
    for y in 0..<height {
      unsafe Premultiplied.multiply(alpha.view.row(y), by: mask.view.row(y), count: width)
    }
  }
}
