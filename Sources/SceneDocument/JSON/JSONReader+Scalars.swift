extension JSONReader {
  // MARK: Numbers

  mutating func number() throws(JSONSyntaxError) -> Double {
    let start = index
    if current == UInt8(ascii: "-") { index += 1 }
    // Digits are gathered as an integer; with few enough of them the result is exact.
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    guard isDigit(current) else { throw unexpected("a digit") }
    if current == UInt8(ascii: "0") {
      index += 1
      if isDigit(current) {
        throw error(at: index, "a number may not begin with a superfluous 0")
      }
    } else {
      while isDigit(current) {
        if digits < 18 { mantissa = mantissa * 10 + UInt64(current - 0x30) }
        digits += 1
        index += 1
      }
    }
    if current == UInt8(ascii: ".") {
      index += 1
      guard isDigit(current) else { throw unexpected("a digit after the decimal point") }
      while isDigit(current) {
        if digits < 18 { mantissa = mantissa * 10 + UInt64(current - 0x30) }
        digits += 1
        exponent -= 1
        index += 1
      }
    }
    var isPlain = digits <= 15 && exponent >= -22
    if current | 0x20 == UInt8(ascii: "e") {
      isPlain = false
      index += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
      guard isDigit(current) else { throw unexpected("a digit of the exponent") }
      while isDigit(current) { index += 1 }
    }
    if isPlain {
      let magnitude = Double(mantissa) / Self.powersOfTen[-exponent]
      return bytes[start] == UInt8(ascii: "-") ? -magnitude : magnitude
    }
    let number = Double(String(decoding: bytes[start..<index], as: UTF8.self)) ?? .infinity
    if !number.isFinite { hugeNumbers.append(start..<index) }
    return number
  }

  /// Each exactly a double.
  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  // MARK: Strings

  mutating func string() throws(JSONSyntaxError) -> String {
    let start = index
    index += 1
    var isPlain = true
    scan: while true {
      guard index < bytes.count else { throw unexpected("the end of the string") }
      switch bytes[index] {
      case UInt8(ascii: "\""): break scan
      case UInt8(ascii: "\\"):
        isPlain = false
        try skipEscape()
      case 0..<0x20:
        throw error(at: index, "a control character in a string: write it as an escape such as \\n")
      case 0x80...: try skipMultibyte()
      case UInt8(ascii: "$"):
        hasDollar = true
        index += 1
      default: index += 1
      }
    }
    let body = start + 1..<index
    index += 1
    if body.count > Self.maximumString { longStrings.append(start..<index) }
    if isPlain { return String(decoding: bytes[body], as: UTF8.self) }
    return unescaped(body)
  }

  /// Checks one escape, and that a surrogate has its other half.
  private mutating func skipEscape() throws(JSONSyntaxError) {
    let backslash = index
    index += 1
    switch current {
    case UInt8(ascii: "u"):
      let unit = try hexUnit()
      switch unit {
      case 0xDC00...0xDFFF: throw loneSurrogate(at: backslash)
      case 0xD800...0xDBFF:
        guard current == UInt8(ascii: "\\"), index + 1 < bytes.count,
          bytes[index + 1] == UInt8(ascii: "u")
        else { throw loneSurrogate(at: backslash) }
        index += 1
        guard case 0xDC00...0xDFFF = try hexUnit() else { throw loneSurrogate(at: backslash) }
      case UInt16(UInt8(ascii: "$")): hasDollar = true
      default: break
      }
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      index += 1
    default:
      throw unexpected("one of \" \\ / b f n r t u after '\\'")
    }
  }

  /// Reads `uXXXX`, the reading place being at the `u`.
  private mutating func hexUnit() throws(JSONSyntaxError) -> UInt16 {
    index += 1
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = hexValue(current) else { throw unexpected("a hexadecimal digit") }
      unit = unit << 4 | UInt16(digit)
      index += 1
    }
    return unit
  }

  private func loneSurrogate(at offset: Int) -> JSONSyntaxError {
    error(at: offset, "half of a surrogate pair: write the character itself, or both halves")
  }

  /// Steps over one character of two to four bytes. Table 3-7 of the Unicode standard.
  private mutating func skipMultibyte() throws(JSONSyntaxError) {
    let lead = bytes[index]
    let second: ClosedRange<UInt8>
    let length: Int
    switch lead {
    case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
    case 0xE0: (second, length) = (0xA0...0xBF, 3)
    case 0xED: (second, length) = (0x80...0x9F, 3)
    case 0xE1...0xEF: (second, length) = (0x80...0xBF, 3)
    case 0xF0: (second, length) = (0x90...0xBF, 4)
    case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
    case 0xF4: (second, length) = (0x80...0x8F, 4)
    default: throw invalidUTF8()
    }
    guard index + length <= bytes.count, second.contains(bytes[index + 1]) else {
      throw invalidUTF8()
    }
    for offset in index + 2..<max(index + 2, index + length) where bytes[offset] & 0xC0 != 0x80 {
      throw invalidUTF8()
    }
    index += length
  }

  private func invalidUTF8() -> JSONSyntaxError {
    error(at: index, "bytes that are not UTF-8: save the text as UTF-8")
  }

  /// The characters of a string whose escapes are known to be sound.
  private func unescaped(_ range: Range<Int>) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var place = range.lowerBound
    func unit() -> UInt32 {
      let digits = bytes[place + 2..<place + 6]
      place += 6
      return digits.reduce(0) { $0 << 4 | UInt32(hexValue($1) ?? 0) }
    }
    while place < range.upperBound {
      guard bytes[place] == UInt8(ascii: "\\") else {
        result.append(bytes[place])
        place += 1
        continue
      }
      let letter = bytes[place + 1]
      if letter == UInt8(ascii: "u") {
        var code = unit()
        if code & 0xFC00 == 0xD800 { code = 0x10000 + (code & 0x3FF) << 10 + (unit() & 0x3FF) }
        let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        continue
      }
      place += 2
      switch letter {
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      default: result.append(letter)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  // MARK: Errors

  func error(at offset: Int, _ message: String) -> JSONSyntaxError {
    JSONSyntaxError(offset: offset, message: message)
  }

  /// The error for a byte that cannot stand here, with a hint for what people write by habit.
  func unexpected(_ wanted: String) -> JSONSyntaxError {
    guard index < bytes.count else {
      return error(at: index, "the text ends where \(wanted) should be")
    }
    switch bytes[index] {
    case UInt8(ascii: "/"), UInt8(ascii: "#"):
      return error(at: index, "expected \(wanted); JSON has no comments")
    case UInt8(ascii: "'"):
      return error(at: index, "expected \(wanted); JSON uses double quotes")
    case UInt8(ascii: "N"), UInt8(ascii: "I"):
      return error(at: index, "expected \(wanted); JSON has no NaN and no Infinity")
    case let byte where byte < 0x20 || byte == 0x7F:
      return error(at: index, "expected \(wanted), found a control character")
    case let byte where byte < 0x80:
      return error(at: index, "expected \(wanted), found '\(Character(Unicode.Scalar(byte)))'")
    default:
      return error(at: index, "expected \(wanted), found another character")
    }
  }
}
