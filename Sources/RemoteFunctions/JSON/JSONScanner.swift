/// Goes through JSON text once, checking it as it goes. What is only to be passed on is skipped and taken out as bytes.
struct JSONScanner {
  /// As deep as every other reader of the journal goes.
  static let maximumDepth = 500

  let bytes: [UInt8]
  private(set) var place = 0
  private var depth = 0

  /// Throws where the bytes are no UTF-8.
  init(_ bytes: [UInt8]) throws(JSONError) {
    if String(validating: bytes, as: UTF8.self) == nil {
      throw JSONError(offset: 0, problem: "the text is not UTF-8")
    }
    self.bytes = bytes
  }

  init(_ text: String) { bytes = Array(text.utf8) }

  func fail(_ problem: String) -> JSONError { JSONError(offset: place, problem: problem) }

  /// The next byte that is no white space; nil at the end.
  mutating func peek() -> UInt8? {
    while place < bytes.count {
      switch bytes[place] {
      case 0x20, 0x0A, 0x0D, 0x09: place += 1
      default: return bytes[place]
      }
    }
    return nil
  }

  mutating func expectEnd() throws(JSONError) {
    if peek() != nil { throw fail("something follows the value") }
  }

  private mutating func expect(_ byte: UInt8, _ name: String) throws(JSONError) {
    guard peek() == byte else { throw fail("\(name) is missing") }
    place += 1
  }

  // MARK: Objects and arrays

  /// Calls `member` with the scanner before each member's value, which it has to read or skip.
  mutating func members(
    _ member: (inout JSONScanner, String) throws(JSONError) -> Void
  ) throws(JSONError) {
    try enter(0x7B, "'{'")
    if peek() == 0x7D { return leave() }
    while true {
      guard peek() == 0x22 else { throw fail("a key in double quotes is missing") }
      let key = try string()
      try expect(0x3A, "':'")
      try member(&self, key)
      if peek() == 0x7D { return leave() }
      try expect(0x2C, "',' or '}'")
    }
  }

  /// Calls `item` with the scanner before each item, which it has to read or skip.
  mutating func items(
    _ item: (inout JSONScanner) throws(JSONError) -> Void
  ) throws(JSONError) {
    try enter(0x5B, "'['")
    if peek() == 0x5D { return leave() }
    while true {
      try item(&self)
      if peek() == 0x5D { return leave() }
      try expect(0x2C, "',' or ']'")
    }
  }

  private mutating func enter(_ byte: UInt8, _ name: String) throws(JSONError) {
    try expect(byte, name)
    depth += 1
    if depth > Self.maximumDepth {
      throw fail("it is nested deeper than \(Self.maximumDepth) levels")
    }
  }

  private mutating func leave() {
    place += 1
    depth -= 1
  }

  // MARK: Values

  /// Skips one value; gives where it stands, without white space around it.
  @discardableResult
  mutating func skipValue() throws(JSONError) -> Range<Int> {
    guard let first = peek() else { throw fail("the text ends before its value does") }
    let start = place
    switch first {
    case 0x7B:
      try members { (scanner, _) throws(JSONError) in try scanner.skipValue() }
    case 0x5B: try items { (scanner) throws(JSONError) in try scanner.skipValue() }
    case 0x22: try skipString()
    case 0x74: try skip("true")
    case 0x66: try skip("false")
    case 0x6E: try skip("null")
    default: try skipNumber()
    }
    return start..<place
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  mutating func skip(_ word: StaticString) throws(JSONError) {
    for letter in word.description.utf8 {
      guard place < bytes.count, bytes[place] == letter else {
        throw fail("this is no JSON value")
      }
      place += 1
    }
  }

  mutating func skipNumber() throws(JSONError) {
    let start = place
    take(0x2D)
    if !take(0x30), skipDigits() == 0 {
      place = start
      throw fail("this is no JSON value")
    }
    if take(0x2E), skipDigits() == 0 { throw fail("digits are missing after the point") }
    if take(0x65) || take(0x45) {
      if !take(0x2B) { take(0x2D) }
      if skipDigits() == 0 { throw fail("digits are missing in the exponent") }
    }
  }

  @discardableResult
  private mutating func take(_ byte: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func skipDigits() -> Int {
    let start = place
    while place < bytes.count, 0x30...0x39 ~= bytes[place] { place += 1 }
    return place - start
  }

  /// Gives whether the string has escapes.
  @discardableResult
  mutating func skipString() throws(JSONError) -> Bool {
    place += 1
    var hasEscapes = false
    while place < bytes.count {
      let byte = bytes[place]
      if byte == 0x22 {
        place += 1
        return hasEscapes
      }
      if byte < 0x20 { throw fail("a control character stands in a string") }
      if byte == 0x5C {
        hasEscapes = true
        try skipEscape()
      } else {
        place += 1
      }
    }
    throw fail("a string does not end")
  }

  private mutating func skipEscape() throws(JSONError) {
    guard place + 1 < bytes.count else { throw fail("a string does not end") }
    switch bytes[place + 1] {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: place += 2
    case 0x75:
      for digit in place + 2..<place + 6
      where digit >= bytes.count || Character(Unicode.Scalar(bytes[digit])).hexDigitValue == nil {
        throw fail("four hexadecimal digits are missing after '\\u'")
      }
      place += 6
    default: throw fail("there is no such escape in a string")
    }
  }

  /// Reads the string at the scanner's place.
  mutating func string() throws(JSONError) -> String {
    let start = place
    let hasEscapes = try skipString()
    let inside = start + 1..<place - 1
    return hasEscapes ? Self.unescaped(bytes[inside]) : text(inside)
  }

  /// Halves of surrogate pairs that stand alone become U+FFFD.
  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
    var units: [UInt16] = []
    var place = bytes.startIndex
    var plain = place
    func flush(_ units: inout [UInt16], to end: Int) {
      if plain < end { units += String(decoding: bytes[plain..<end], as: UTF8.self).utf16 }
    }
    while place < bytes.endIndex {
      guard bytes[place] == 0x5C else {
        place += 1
        continue
      }
      flush(&units, to: place)
      let letter = bytes[place + 1]
      if letter == 0x75 {
        let digits = String(decoding: bytes[place + 2..<place + 6], as: UTF8.self)
        units.append(UInt16(digits, radix: 16) ?? 0xFFFD)
        place += 6
      } else {
        units.append(UInt16(Self.controls[letter] ?? letter))
        place += 2
      }
      plain = place
    }
    flush(&units, to: place)
    return String(decoding: units, as: UTF16.self)
  }

  private static let controls: [UInt8: UInt8] = [
    0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
  ]
}
