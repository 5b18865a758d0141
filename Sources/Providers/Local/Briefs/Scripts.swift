/// Which writing a letter belongs to.
enum Scripts {
  static func isHangul(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAC00...0xD7A3, 0x1100...0x11FF, 0x3130...0x318F: true
    default: false
    }
  }

  static func isKana(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3041...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D: true
    default: false
    }
  }

  static func isHan(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0xF900...0xFAFF, 0x20000...0x3134F: true
    default: false
    }
  }

  /// Written without spaces between words, its full stops and commas too.
  static func isSpaceless(_ scalar: Unicode.Scalar) -> Bool {
    isKana(scalar) || isHan(scalar) || (0x3001...0x3011).contains(scalar.value)
      || (0xFF01...0xFF0F).contains(scalar.value)
  }

  static func isEastern(_ scalar: Unicode.Scalar) -> Bool {
    isHangul(scalar) || isKana(scalar) || isHan(scalar)
  }
}
