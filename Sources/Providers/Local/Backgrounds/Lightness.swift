internal import Media
internal import SceneDocument

extension Color {
  /// A colour by how light it looks (0 … 1), how colourful (0 … about 0.3) and its hue in degrees, as OKLCH has them;
  /// less colourful where sRGB has no such colour. The same bits on every machine.
  init(lightness: Double, chroma: Double, hue: Double) {
    let (sine, cosine) = ExactAngle.sineCosine(degrees: hue)
    var chroma = chroma
    for _ in 0..<40 {
      let rgb = Self.linear(lightness, chroma * cosine, chroma * sine)
      if rgb.min() >= -0.0005, rgb.max() <= 1.0005 {
        self.init(
          red: Self.byte(rgb.x), green: Self.byte(rgb.y), blue: Self.byte(rgb.z), alpha: 255)
        return
      }
      chroma *= 0.93
    }
    let grey = Self.byte(lightness * lightness * lightness)
    self.init(red: grey, green: grey, blue: grey, alpha: 255)
  }

  // Björn Ottosson, "A perceptual color space for image processing", 2020.
  private static func linear(_ l: Double, _ a: Double, _ b: Double) -> SIMD3<Double> {
    func cube(_ x: Double) -> Double { x * x * x }
    let long = cube(l + 0.3963377774 * a + 0.2158037573 * b)
    let middle = cube(l - 0.1055613458 * a - 0.0638541728 * b)
    let short = cube(l - 0.0894841775 * a - 1.2914855480 * b)
    return SIMD3(
      4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
      -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
      -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short)
  }

  private static func byte(_ linear: Double) -> UInt8 {
    let value = min(max(linear, 0), 1)
    let encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * power5of12(value) - 0.055
    return UInt8((255 * min(max(encoded, 0), 1)).rounded())
  }

  /// `x` to the power of 5/12: square root of the square root of the cube root of `x`⁵.
  private static func power5of12(_ x: Double) -> Double {
    let fifth = x * x * x * x * x
    var root = 1.0
    for _ in 0..<60 { root = (2 * root + fifth / (root * root)) / 3 }
    return root.squareRoot().squareRoot()
  }

  /// How light it looks to the contrast formula of WCAG 2, 0 … 1. Near enough for choosing: the exponent is 2.
  var luminance: Double {
    func linear(_ value: UInt8) -> Double { Double(value) * Double(value) / 65025 }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
}
