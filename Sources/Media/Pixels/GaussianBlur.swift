/// A Gaussian blur of planes of one size, edges repeated.
///
/// Wide blurs are done on a smaller plane: shrunk, blurred there and enlarged again, which a Gaussian
/// that removes all fine detail anyway does not show. So the time hardly depends on the deviation. Keep
/// one blur for all planes and frames of a size.
public final class GaussianBlur {
  private let steps: [Resampler]
  private let scratch: [Plane]

  /// `deviation` is the standard deviation in samples, which is what CSS calls the radius of `blur()`.
  /// Nothing is done below 0.2.
  public init(width: Int, height: Int, deviation: Double) {
    guard deviation >= 0.2 else {
      steps = []
      scratch = []
      return
    }
    // Three samples are enough for the deviation to be drawn smoothly.
    let reduction = max(1, Int(deviation / 3))
    if reduction == 1 {
      steps = [
        Self.gaussian(width: width, height: height, deviation: (deviation, deviation))
      ]
      scratch = [Plane(width: width, height: height)]
      return
    }
    // The small plane goes on beyond the edges as far as the blur reaches, or the edge samples would
    // count for more than they are.
    let inner = (width: max(1, width / reduction), height: max(1, height / reduction))
    let steps = (Double(width) / Double(inner.width), Double(height) / Double(inner.height))
    let margin = Int((3 * deviation / Double(reduction)).rounded(.up)) + 2
    let small = (width: inner.width + 2 * margin, height: inner.height + 2 * margin)
    let shrink = Resampler(
      sourceWidth: width, sourceHeight: height,
      window: SourceWindow(
        x: -Double(margin) * steps.0, y: -Double(margin) * steps.1,
        width: Double(small.width) * steps.0, height: Double(small.height) * steps.1),
      width: small.width, height: small.height)
    let blur = Self.gaussian(
      width: small.width, height: small.height,
      deviation: (deviation / steps.0, deviation / steps.1))
    let enlarge = Resampler(
      sourceWidth: small.width, sourceHeight: small.height,
      window: SourceWindow(
        x: Double(margin), y: Double(margin), width: Double(inner.width),
        height: Double(inner.height)),
      width: width, height: height)
    self.steps = [shrink, blur, enlarge]
    scratch = [
      Plane(width: small.width, height: small.height),
      Plane(width: small.width, height: small.height),
    ]
  }

  private static func gaussian(
    width: Int, height: Int, deviation: (x: Double, y: Double)
  ) -> Resampler {
    func bank(_ count: Int, _ deviation: Double) -> FilterBank {
      FilterBank(
        origin: 0, length: Double(count), sourceCount: count, count: count,
        kernel: .gaussian(deviation: deviation))
    }
    return Resampler(
      sourceWidth: width, sourceHeight: height, horizontal: bank(width, deviation.x),
      vertical: bank(height, deviation.y))
  }

  /// Blurs `plane` in place.
  public func apply(to plane: Plane) { apply(to: plane.view) }

  func apply(to plane: PlaneView) {
    switch steps.count {
    case 0: break
    case 1:
      steps[0].resample(plane, into: scratch[0].view)
      plane.copy(from: scratch[0].view)
    default:
      steps[0].resample(plane, into: scratch[0].view)
      steps[1].resample(scratch[0].view, into: scratch[1].view)
      steps[2].resample(scratch[1].view, into: plane)
    }
  }
}

/// A Gaussian blur of 4:2:0 pictures of one size.
public final class CanvasBlur {
  private let luma: GaussianBlur
  private let chroma: GaussianBlur

  /// Sizes and standard deviation in luma samples.
  public init(width: Int, height: Int, deviation: Double) {
    let size = ChromaGrid.left420.chromaSize(width: width, height: height)
    luma = GaussianBlur(width: width, height: height, deviation: deviation)
    chroma = GaussianBlur(width: size.width, height: size.height, deviation: deviation / 2)
  }

  /// Blurs the picture in place.
  func apply(to canvas: CanvasView) {
    luma.apply(to: canvas.luma)
    chroma.apply(to: canvas.cb)
    chroma.apply(to: canvas.cr)
  }
}
