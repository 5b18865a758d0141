/// A picture in 4:4:4, BT.709 limited range: a layer while it is being prepared.
///
/// Luma is 16...235, chroma 16...240 around 128. `alpha` is straight (not multiplied into the colour)
/// and runs over the whole 0...255; nil means opaque. All planes have one size.
public final class Bitmap {
  public let luma: Plane
  public let cb: Plane
  public let cr: Plane
  public internal(set) var alpha: Plane?

  public var width: Int { luma.width }
  public var height: Int { luma.height }
  public var isOpaque: Bool { alpha == nil }

  /// Takes over planes of one size.
  public init(luma: Plane, cb: Plane, cr: Plane, alpha: Plane? = nil) {
    for plane in [cb, cr] + (alpha.map { [$0] } ?? []) {
      precondition(
        plane.width == luma.width && plane.height == luma.height, "planes of one size")
    }
    self.luma = luma
    self.cb = cb
    self.cr = cr
    self.alpha = alpha
  }

  /// A picture of one colour. Without an alpha plane when the colour is opaque.
  public convenience init(width: Int, height: Int, filledWith colour: Colour = .black) {
    self.init(
      luma: Plane(width: width, height: height, filledWith: colour.luma),
      cb: Plane(width: width, height: height, filledWith: colour.cb),
      cr: Plane(width: width, height: height, filledWith: colour.cr),
      alpha: colour.alpha == 255
        ? nil : Plane(width: width, height: height, filledWith: colour.alpha))
  }

  /// A picture with the same pixels and planes of its own.
  public func copy() -> Bitmap {
    Bitmap(luma: luma.copy(), cb: cb.copy(), cr: cr.copy(), alpha: alpha?.copy())
  }

  /// The alpha plane; an opaque picture gets one of 255 first.
  public func materialisedAlpha() -> Plane {
    if let alpha { return alpha }
    let opaque = Plane(width: width, height: height, filledWith: 255)
    alpha = opaque
    return opaque
  }

  /// Replaces the alpha plane by one of the same size; nil makes the picture opaque.
  public func setAlpha(_ plane: Plane?) {
    if let plane {
      precondition(plane.width == width && plane.height == height, "planes of one size")
    }
    alpha = plane
  }
}
