/// One word or sign of an expression.
struct ExpressionToken: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case name(String)
    case integer(Int128)
    case decimal(Double)
    case string(String)
    /// An operator, a bracket, a comma.
    case sign(String)
    case end
  }

  var kind: Kind
  /// Characters before it.
  var offset: Int
}

/// Takes an expression's text apart.
struct ExpressionLexer {
  private let text: String
  private let scalars: [Unicode.Scalar]
  private var place = 0

  init(_ text: String) {
    self.text = text
    scalars = Array(text.unicodeScalars)
  }

  mutating func tokens() throws(ExpressionError) -> [ExpressionToken] {
    var tokens: [ExpressionToken] = []
    while true {
      skipBlanks()
      let token = try next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private func at(_ offset: Int) -> Unicode.Scalar? {
    offset < scalars.count ? scalars[offset] : nil
  }

  private func error(_ problem: String, _ remedy: String, at offset: Int) -> ExpressionError {
    ExpressionError(text, at: offset, problem, remedy)
  }

  private mutating func skipBlanks() {
    while let scalar = at(place) {
      if scalar == "/" && at(place + 1) == "/" {
        while let other = at(place), other != "\n" { place += 1 }
      } else if scalar.properties.isWhitespace {
        place += 1
      } else {
        return
      }
    }
  }

  private mutating func next() throws(ExpressionError) -> ExpressionToken {
    let start = place
    guard let scalar = at(place) else { return ExpressionToken(kind: .end, offset: start) }
    if scalar == "'" || scalar == "\"" { return try string(isRaw: false, from: start) }
    if scalar == "r" || scalar == "R", let quote = at(place + 1), quote == "'" || quote == "\"" {
      place += 1
      return try string(isRaw: true, from: start)
    }
    if scalar.isDigit || (scalar == "." && at(place + 1)?.isDigit == true) { return try number() }
    if scalar.isNameStart {
      while at(place)?.isNamePart == true { place += 1 }
      return ExpressionToken(kind: .name(piece(from: start)), offset: start)
    }
    for sign in ["==", "!=", "<=", ">=", "&&", "||"] where piece(count: 2) == sign {
      place += 2
      return ExpressionToken(kind: .sign(sign), offset: start)
    }
    guard "<>!+-*/%?:.,()[]".unicodeScalars.contains(scalar) else {
      throw error(
        "there is no sign '\(scalar)'", "compare with '==', join with '&&' and '||'", at: start)
    }
    place += 1
    return ExpressionToken(kind: .sign(String(scalar)), offset: start)
  }

  private func piece(from start: Int) -> String { Self.text(scalars[start..<place]) }

  private func piece(count: Int) -> String {
    Self.text(scalars[place..<min(place + count, scalars.count)])
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  // MARK: Numbers

  private mutating func number() throws(ExpressionError) -> ExpressionToken {
    let start = place
    if at(place) == "0", at(place + 1) == "x" || at(place + 1) == "X" { return try hexadecimal() }
    skipDigits()
    var isDecimal = false
    if at(place) == ".", at(place + 1)?.isDigit == true {
      isDecimal = true
      place += 1
      skipDigits()
    }
    if at(place) == "e" || at(place) == "E" {
      let sign = at(place + 1) == "+" || at(place + 1) == "-" ? 1 : 0
      if at(place + 1 + sign)?.isDigit == true {
        isDecimal = true
        place += 1 + sign
        skipDigits()
      }
    }
    let digits = piece(from: start)
    let kind: ExpressionToken.Kind? =
      isDecimal
      ? Double(digits.hasPrefix(".") ? "0" + digits : digits).map { .decimal($0) }
      : Int128(digits).map { .integer($0) }
    return try finish(kind, from: start, isDecimal: isDecimal)
  }

  private mutating func hexadecimal() throws(ExpressionError) -> ExpressionToken {
    let start = place
    place += 2
    while at(place)?.properties.isASCIIHexDigit == true { place += 1 }
    let kind = Int128(piece(from: start).dropFirst(2), radix: 16).map {
      ExpressionToken.Kind.integer($0)
    }
    return try finish(kind, from: start, isDecimal: false)
  }

  private mutating func finish(
    _ kind: ExpressionToken.Kind?, from start: Int, isDecimal: Bool
  ) throws(ExpressionError) -> ExpressionToken {
    if !isDecimal, at(place) == "u" || at(place) == "U" { place += 1 }
    guard let kind, at(place)?.isNamePart != true else {
      throw error(
        "this is no number", "write numbers as 12, 0x1F or 1.5, and texts in quotes", at: start)
    }
    return ExpressionToken(kind: kind, offset: start)
  }

  private mutating func skipDigits() { while at(place)?.isDigit == true { place += 1 } }

  // MARK: Strings

  private mutating func string(isRaw: Bool, from start: Int) throws(ExpressionError)
    -> ExpressionToken
  {
    let quote = scalars[place]
    place += 1
    var content = String.UnicodeScalarView()
    while let scalar = at(place), scalar != "\n" {
      place += 1
      if scalar == quote { return ExpressionToken(kind: .string(String(content)), offset: start) }
      content.append(scalar == "\\" && !isRaw ? try escape() : scalar)
    }
    throw error("the text does not end", "close it with \(quote)", at: start)
  }

  private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
    "n": "\n", "t": "\t", "r": "\r", "a": "\u{7}", "b": "\u{8}", "f": "\u{C}", "v": "\u{B}",
    "\\": "\\", "'": "'", "\"": "\"", "`": "`", "?": "?", "/": "/",
  ]

  private mutating func escape() throws(ExpressionError) -> Unicode.Scalar {
    let start = place - 1
    guard let letter = at(place) else {
      throw error("the text does not end", "close it with a quote", at: start)
    }
    place += 1
    if let scalar = Self.escapes[letter] { return scalar }
    let counts: [Unicode.Scalar: Int] = ["x": 2, "X": 2, "u": 4, "U": 8]
    if let count = counts[letter] {
      let digits = piece(count: count)
      place = min(place + count, scalars.count)
      if digits.unicodeScalars.count == count, digits.unicodeScalars.allSatisfy(\.isHexDigit),
        let scalar = UInt32(digits, radix: 16).flatMap({ Unicode.Scalar($0) })
      {
        return scalar
      }
    }
    throw error(
      "there is no escape '\\\(letter)' like this", "double the backslash, or write r'…'",
      at: start)
  }
}

extension Unicode.Scalar {
  var isDigit: Bool { "0" <= self && self <= "9" }
  var isHexDigit: Bool { properties.isASCIIHexDigit }
  var isLetter: Bool { ("a" <= self && self <= "z") || ("A" <= self && self <= "Z") }
  var isNameStart: Bool { isLetter || self == "_" }
  var isNamePart: Bool { isNameStart || isDigit }
}
