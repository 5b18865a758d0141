/// A colour in sRGB with straight alpha, eight bits each.
public struct Color: Sendable, Hashable, Codable, CustomStringConvertible {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8
  public var alpha: UInt8

  public init(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8 = 255) {
    (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
  }

  public static let black = Color(red: 0, green: 0, blue: 0)
  public static let white = Color(red: 255, green: 255, blue: 255)

  /// Reads `#RRGGBB` or `#RRGGBBAA`; nil for any other form.
  public init?(_ text: some StringProtocol) {
    let count = text.utf8.count
    guard count == 7 || count == 9, text.utf8.first == UInt8(ascii: "#") else { return nil }
    var bits: UInt32 = 0
    for digit in text.utf8.dropFirst() {
      guard let value = hexValue(digit) else { return nil }
      bits = bits << 4 | UInt32(value)
    }
    if count == 7 { bits = bits << 8 | 0xFF }
    self.init(
      red: UInt8(bits >> 24), green: UInt8(bits >> 16 & 0xFF), blue: UInt8(bits >> 8 & 0xFF),
      alpha: UInt8(bits & 0xFF))
  }

  /// `#rrggbb`, with `aa` only where the colour is not opaque.
  public var description: String {
    let parts = alpha == 255 ? [red, green, blue] : [red, green, blue, alpha]
    return "#" + hexadecimal(parts)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let color = Color(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is not a colour such as #1e90ff")
    }
    self = color
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
