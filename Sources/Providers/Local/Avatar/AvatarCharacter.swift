internal import Compositing
internal import SceneDocument

/// How one of the drawn speakers looks.
struct AvatarCharacter: Sendable, Hashable {
  enum Hair: Sendable { case long, short, curls }
  enum Clothes: Sendable { case blazer, sweater, cardigan }

  var name: String
  var hair: Hair
  var clothes: Clothes
  var hasGlasses = false
  /// Thick lashes, and lips of a colour of their own.
  var isMadeUp: Bool
  /// Width of the face, 1 is 196 units of the drawing.
  var faceWidth = 1.0
  /// Width of the shoulders.
  var shoulders = 1.0
  var browThickness = 1.0

  var skin: Color
  /// Of the sides of the face and below the chin.
  var shade: Color
  var blush: Color
  var lips: Color
  var hairColor: Color
  var hairShade: Color
  var hairLight: Color
  var brow: Color
  var iris: Color
  /// Jacket, sweater, cardigan.
  var cloth: Color
  var clothShade: Color
  /// What is worn below it.
  var shirt: Color
  var accent: Color

  /// In the order in which they are listed; the first is the usual one.
  static let all = [mina, jun, ada]

  static func named(_ name: String) -> AvatarCharacter? { all.first { $0.name == name } }

  static let mina = AvatarCharacter(
    name: "mina", hair: .long, clothes: .blazer, isMadeUp: true, faceWidth: 0.97, shoulders: 0.93,
    skin: .hex(0xF7D3B8), shade: .hex(0xD99C7C), blush: .hex(0xEE7F72), lips: .hex(0xC9565A),
    hairColor: .hex(0x3A2622), hairShade: .hex(0x221412), hairLight: .hex(0x7A5145),
    brow: .hex(0x46302A), iris: .hex(0x6B4226), cloth: .hex(0x1F7A78), clothShade: .hex(0x135453),
    shirt: .hex(0xFBF4EA), accent: .hex(0xE9C46A))

  static let jun = AvatarCharacter(
    name: "jun", hair: .short, clothes: .sweater, isMadeUp: false, faceWidth: 1.03,
    shoulders: 1.08, browThickness: 1.12, skin: .hex(0xEFC19C), shade: .hex(0xC58A64),
    blush: .hex(0xDE7F62), lips: .hex(0xB9695B), hairColor: .hex(0x37323F),
    hairShade: .hex(0x1D1A23), hairLight: .hex(0x6B6578), brow: .hex(0x2A2529),
    iris: .hex(0x4A2F20), cloth: .hex(0x2F4A7D), clothShade: .hex(0x1E3159),
    shirt: .hex(0xF3F6FB), accent: .hex(0x9DB7E8))

  static let ada = AvatarCharacter(
    name: "ada", hair: .curls, clothes: .cardigan, hasGlasses: true, isMadeUp: true,
    faceWidth: 0.99, shoulders: 0.96, browThickness: 1.1, skin: .hex(0x9C623F),
    shade: .hex(0x6C3D27), blush: .hex(0xC0553F), lips: .hex(0x8E3B3A), hairColor: .hex(0x2B1B18),
    hairShade: .hex(0x170D0B), hairLight: .hex(0x5C3C31), brow: .hex(0x26160F),
    iris: .hex(0x3B2112), cloth: .hex(0xE2964A), clothShade: .hex(0xB86C2B),
    shirt: .hex(0xFFF6E6), accent: .hex(0x5B2A3F))
}

extension Color {
  static func hex(_ value: UInt32) -> Color {
    Color(
      red: UInt8(value >> 16 & 255), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
  }
}
