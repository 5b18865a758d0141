/// How the samples of a picture stand for colour: matrix and range of Y'CbCr.
public struct ColourSpace: Sendable, Hashable {
  /// Luma weights of red and blue decide the matrix.
  public enum Matrix: Sendable, Hashable, CaseIterable {
    /// BT.601, SMPTE 170M and BT.470 BG.
    case bt601
    case bt709
    /// BT.2020 with non-constant luminance.
    case bt2020
    case smpte240m
    case fcc

    var luma: (red: Double, blue: Double) {
      switch self {
      case .bt601: (0.299, 0.114)
      case .bt709: (0.2126, 0.0722)
      case .bt2020: (0.2627, 0.0593)
      case .smpte240m: (0.212, 0.087)
      case .fcc: (0.30, 0.11)
      }
    }
  }

  public enum Range: Sendable, Hashable, CaseIterable {
    /// Luma 16...235, chroma 16...240.
    case limited
    /// 0...255.
    case full
  }

  public var matrix: Matrix
  public var range: Range

  public init(_ matrix: Matrix, _ range: Range) {
    self.matrix = matrix
    self.range = range
  }

  /// What every canvas and layer is in.
  public static let canvas = ColourSpace(.bt709, .limited)
}

/// The linear map from one colour space's codes to BT.709 limited range, in 14-bit fixed point.
///
/// Neutral stays neutral in every space, so luma never enters chroma. Primaries and transfer are not
/// converted, as no common player does for standard range.
struct ColourConversion {
  /// Luma from (Y - `lumaZero`, Cb - 128, Cr - 128).
  let luma: (y: Int16, cb: Int16, cr: Int16)
  let cb: (cb: Int16, cr: Int16)
  let cr: (cb: Int16, cr: Int16)
  /// The source's code for black.
  let lumaZero: Int16

  var changesChroma: Bool { cb != (1 << 14, 0) || cr != (0, 1 << 14) }
  var lumaNeedsChroma: Bool { luma.cb != 0 || luma.cr != 0 }

  init(from source: ColourSpace) {
    let (red, blue) = source.matrix.luma
    let green = 1 - red - blue
    let target = ColourSpace.Matrix.bt709.luma
    // RGB of one unit of normalised Cb and Cr of the source.
    let ofCb = (r: 0.0, g: -2 * blue * (1 - blue) / green, b: 2 * (1 - blue))
    let ofCr = (r: 2 * (1 - red), g: -2 * red * (1 - red) / green, b: 0.0)
    func converted(_ c: (r: Double, g: Double, b: Double)) -> (y: Double, cb: Double, cr: Double) {
      let y = target.red * c.r + (1 - target.red - target.blue) * c.g + target.blue * c.b
      return (y, (c.b - y) / (2 * (1 - target.blue)), (c.r - y) / (2 * (1 - target.red)))
    }
    let scale =
      source.range == .limited
      ? (luma: 1.0, chroma: 1.0, cross: 219.0 / 224)
      : (luma: 219.0 / 255, chroma: 224.0 / 255, cross: 219.0 / 255)
    func fixed(_ value: Double) -> Int16 { Int16((value * 16384).rounded()) }
    let (fromCb, fromCr) = (converted(ofCb), converted(ofCr))
    luma = (fixed(scale.luma), fixed(fromCb.y * scale.cross), fixed(fromCr.y * scale.cross))
    cb = (fixed(fromCb.cb * scale.chroma), fixed(fromCr.cb * scale.chroma))
    cr = (fixed(fromCb.cr * scale.chroma), fixed(fromCr.cr * scale.chroma))
    lumaZero = source.range == .limited ? 16 : 0
  }
}
