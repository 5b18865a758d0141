/// What a chroma key removes.
public struct ChromaKey: Sendable, Hashable {
  public var colour: Colour
  /// Up to this distance from the colour a pixel is clear, as a share of the CbCr plane's width (224).
  public var tolerance: Double
  /// Over this further distance it becomes opaque.
  public var softness: Double
  /// How far the key colour's light is taken out of what remains: 0 not at all, 0.5 until the key's
  /// primary is no stronger than the stronger of the other two, 1 until it is no stronger than their mean.
  public var spill: Double

  public init(
    colour: Colour, tolerance: Double = 0.18, softness: Double = 0.08, spill: Double = 0.5
  ) {
    self.colour = colour
    self.tolerance = tolerance
    self.softness = softness
    self.spill = spill
  }
}

/// What a chroma key does to each of the 65 536 chroma values.
struct ChromaKeyTable {
  struct Entry {
    /// Alpha by distance from the key colour.
    var alpha: UInt8
    /// Chroma without spill at unchanged luma, for pixels inside the subject.
    var cb: UInt8
    var cr: UInt8
    /// The share of the key colour (0...255) in a pixel at the subject's edge.
    var keyShare: UInt8
  }

  /// Indexed by `cb << 8 | cr`.
  let entries: [Entry]

  init(_ key: ChromaKey) {
    let rule = Rule(key)
    entries = unsafe [Entry](unsafeUninitializedCapacity: 65536) { entries, count in
      for index in 0..<65536 {
        let entry = rule.entry(cb: Double(index >> 8) - 128, cr: Double(index & 255) - 128)
        unsafe entries.initializeElement(at: index, to: entry)
      }
      count = 65536
    }
  }

  /// The key in numbers; chroma is counted from neutral.
  private struct Rule {
    let cb: Double
    let cr: Double
    let primary: KeyPrimary
    let own: KeyPrimary.Excess
    let tolerance: Double
    let softness: Double
    /// How much of the spill that is found goes.
    let strength: Double
    /// 0: spill is what is above the stronger other primary, 1: what is above their mean.
    let towardsMean: Double

    init(_ key: ChromaKey) {
      cb = Double(key.colour.cb) - 128
      cr = Double(key.colour.cr) - 128
      primary = KeyPrimary(cb: cb, cr: cr)
      own = primary.excess(cb: cb, cr: cr)
      tolerance = key.tolerance
      softness = max(key.softness, 1e-6)
      strength = min(max(2 * key.spill, 0), 1)
      towardsMean = min(max(2 * key.spill - 1, 0), 1)
    }

    func entry(cb: Double, cr: Double) -> Entry {
      let (du, dv) = (cb - self.cb, cr - self.cr)
      let distance = (du * du + dv * dv).squareRoot() / 224
      let alpha = min(max((distance - tolerance) / softness, 0), 1)
      let found = primary.excess(cb: cb, cr: cr)
      let edge = share(found.overMean, own.overMean)
      let inside =
        share(found.overStronger, own.overStronger) * (1 - towardsMean) + edge * towardsMean
      return Entry(
        alpha: code(255 * alpha), cb: code(128 + cb - inside * self.cb),
        cr: code(128 + cr - inside * self.cr), keyShare: code(255 * edge))
    }

    /// How much of the key is in a colour; a neutral key has no spill.
    private func share(_ found: Double, _ own: Double) -> Double {
      own > 1 ? strength * min(max(found / own, 0), 1) : 0
    }

    private func code(_ value: Double) -> UInt8 { UInt8(min(max(value, 0), 255).rounded()) }
  }
}

/// How much stronger the key's own primary is than the other two. Luma cancels out of differences of
/// primaries, so chroma alone tells. Values are in codes of chroma.
private struct KeyPrimary {
  struct Excess {
    let overStronger: Double
    let overMean: Double
  }

  private enum Primary { case red, green, blue }
  private let primary: Primary

  init(cb: Double, cr: Double) {
    let (red, green, blue) = Self.rgb(cb: cb, cr: cr)
    primary = blue > max(red, green) ? .blue : red > green ? .red : .green
  }

  private static func rgb(cb: Double, cr: Double) -> (Double, Double, Double) {
    (1.5748 * cr, -0.187324 * cb - 0.468124 * cr, 1.8556 * cb)
  }

  func excess(cb: Double, cr: Double) -> Excess {
    let (red, green, blue) = Self.rgb(cb: cb, cr: cr)
    let (own, first, second) =
      switch primary {
      case .red: (red, green, blue)
      case .green: (green, red, blue)
      case .blue: (blue, red, green)
      }
    return Excess(
      overStronger: own - max(first, second), overMean: own - (first + second) / 2)
  }
}
