/// A colour in BT.709 limited range with straight alpha.
public struct Colour: Sendable, Hashable {
  /// 16...235.
  public var luma: UInt8
  /// 16...240, 128 is neutral.
  public var cb: UInt8
  /// 16...240, 128 is neutral.
  public var cr: UInt8
  /// 0 (clear) ... 255 (opaque).
  public var alpha: UInt8

  public static let black = Colour(luma: 16, cb: 128, cr: 128)
  public static let white = Colour(luma: 235, cb: 128, cr: 128)
  public static let clear = Colour(luma: 16, cb: 128, cr: 128, alpha: 0)

  public init(luma: UInt8, cb: UInt8, cr: UInt8, alpha: UInt8 = 255) {
    self.luma = luma
    self.cb = cb
    self.cr = cr
    self.alpha = alpha
  }

  /// The colour of an sRGB value, taken as gamma-encoded BT.709 as video does, rounded to nearest.
  public init(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8 = 255) {
    let r = Double(red) / 255
    let g = Double(green) / 255
    let b = Double(blue) / 255
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    luma = UInt8((16 + 219 * y).rounded())
    cb = UInt8((128 + 224 * (b - y) / 1.8556).rounded())
    cr = UInt8((128 + 224 * (r - y) / 1.5748).rounded())
    self.alpha = alpha
  }

  /// Reads `#RRGGBB` or `#RRGGBBAA`; nil for anything else.
  public init?(hex: String) {
    let digits = Array(hex.utf8)
    guard digits.count == 7 || digits.count == 9, digits[0] == UInt8(ascii: "#") else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 1, to: digits.count, by: 2) {
      guard let high = Self.value(ofDigit: digits[index]),
        let low = Self.value(ofDigit: digits[index + 1])
      else { return nil }
      bytes.append(high << 4 | low)
    }
    self.init(
      red: bytes[0], green: bytes[1], blue: bytes[2], alpha: bytes.count == 4 ? bytes[3] : 255)
  }

  private static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
