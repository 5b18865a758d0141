internal import Foundation
internal import Workflows

extension Evaluation {
  /// Something missing makes a call false.
  mutating func call(
    _ function: ExpressionFunction, _ nodes: [ExpressionNode]
  ) throws(ExpressionFault) -> Operand {
    if function == .now { return .instant(now) }
    let argument = try value(nodes[0])
    if function == .size { return try size(argument) }
    if argument.isMissing { return .bool(false) }
    switch function {
    case .int, .uint: return .int(try whole(argument, function))
    case .double: return .double(try decimal(argument))
    case .string: return .string(try measured(argument.text))
    case .date: return .instant(try instant(argument))
    case .duration: return .duration(try length(argument))
    case .nowPlus: return try calculate(.add, .instant(now), .duration(length(argument)))
    case .nowMinus: return try calculate(.subtract, .instant(now), .duration(length(argument)))
    default: return try callOnText(function, argument)
    }
  }

  private mutating func callOnText(
    _ function: ExpressionFunction, _ argument: Operand
  ) throws(ExpressionFault) -> Operand {
    guard case .string(let text) = argument else {
      if case .null = argument { return .null }
      throw ExpressionFault("'\(function.rawValue)' takes a text, not \(argument.kind)")
    }
    // Each byte of these costs more than a comparison does.
    try charge(text.utf8.count / 16)
    switch function {
    case .lowercase: return .string(text.lowercased())
    case .uppercase: return .string(text.uppercased())
    case .b64decode:
      guard let data = Data(base64Encoded: Self.padded(text)) else {
        throw ExpressionFault("'b64decode' is given a text that is no Base64")
      }
      return .string(String(decoding: data, as: UTF8.self))
    default:
      do {
        return Operand(try JSONValue(parsing: text))
      } catch {
        throw ExpressionFault("'json_parse' is given a text that is no JSON: \(error)")
      }
    }
  }

  /// The alphabet of URLs and missing `=` are taken too.
  private static func padded(_ text: String) -> String {
    let plain = text.replacing("-", with: "+").replacing("_", with: "/")
    return plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
  }

  private mutating func measured(_ text: String) throws(ExpressionFault) -> String {
    try charge(text.utf8.count / 64)
    return text
  }

  private mutating func size(_ value: Operand) throws(ExpressionFault) -> Operand {
    switch value {
    case .missing, .null: return .int(0)
    case .string(let text):
      return .int(Int128(try measured(text).unicodeScalars.count))
    case .list(let items): return .int(Int128(items.count))
    case .map(let members): return .int(Int128(members.count))
    default: throw ExpressionFault("\(value.kind) has no size")
    }
  }

  // MARK: Numbers and times

  private func whole(_ value: Operand, _ function: ExpressionFunction) throws(ExpressionFault)
    -> Int128
  {
    let number: Int128? =
      switch value {
      case .null: 0
      case .bool(let flag): flag ? 1 : 0
      case .int(let number): number
      case .double(let number): Int128(exactly: number.rounded(.towardZero))
      case .string(let text): Self.whole(text)
      case .instant(let milliseconds): Int128(milliseconds / 1000)
      default: nil
      }
    guard let number, number >= 0 || function == .int else {
      throw ExpressionFault("\(value.kind) cannot become a number with '\(function.rawValue)'")
    }
    return number
  }

  private static func whole(_ text: String) -> Int128? {
    let text = text.trimmingCharacters(in: .whitespaces)
    return Int128(text)
      ?? Double(text).flatMap { Int128(exactly: $0.rounded(.towardZero)) }
  }

  private func decimal(_ value: Operand) throws(ExpressionFault) -> Double {
    let number: Double? =
      switch value {
      case .null: 0
      case .bool(let flag): flag ? 1 : 0
      case .string(let text): Double(text.trimmingCharacters(in: .whitespaces))
      default: value.double
      }
    guard let number else { throw ExpressionFault("\(value.kind) cannot become a number") }
    return number
  }

  private func instant(_ value: Operand) throws(ExpressionFault) -> Int64 {
    guard let instant = value.instant else {
      throw ExpressionFault("'date' takes a date's text or Unix seconds, not '\(value.text)'")
    }
    return instant
  }

  private func length(_ value: Operand) throws(ExpressionFault) -> Int64 {
    if case .duration(let length) = value { return length }
    guard case .string(var text) = value else {
      throw ExpressionFault("a duration is a text such as '24h', not \(value.kind)")
    }
    let isNegative = text.hasPrefix("-")
    if isNegative { text.removeFirst() }
    do {
      let length = try DurationText.parse(text).components
      let milliseconds = length.seconds * 1000 + length.attoseconds / 1_000_000_000_000_000
      return isNegative ? -milliseconds : milliseconds
    } catch {
      throw ExpressionFault("'\(value.text)' is no duration such as '24h'")
    }
  }

  // MARK: Methods

  mutating func call(
    _ method: ExpressionMethod, _ value: Operand, _ nodes: [ExpressionNode]
  ) throws(ExpressionFault) -> Operand {
    if method == .size { return try size(value) }
    let argument = try self.value(nodes[0])
    switch (value, argument) {
    case (.missing, _), (.null, _), (_, .missing), (_, .null): return .bool(false)
    case (.list, _) where method == .contains: return .bool(try isIn(argument, value))
    case (.string(let text), .string(let part)):
      try charge((text.utf8.count + part.utf8.count) / 64)
      switch method {
      case .startsWith: return .bool(text.utf8.starts(with: part.utf8))
      case .endsWith: return .bool(text.utf8.reversed().starts(with: part.utf8.reversed()))
      case .contains: return .bool(TextSearch.isIn(Array(text.utf8), Array(part.utf8)))
      default: return try match(value, pattern(part))
      }
    default:
      throw ExpressionFault(
        "'\(method.rawValue)' is not for \(value.kind) and \(argument.kind)")
    }
  }

  private mutating func pattern(_ text: String) throws(ExpressionFault) -> TextPattern {
    do {
      let pattern = try TextPattern(text)
      try charge(pattern.size)
      return pattern
    } catch let error as TextPatternError {
      throw ExpressionFault("the pattern is wrong: \(error.problem)")
    } catch let fault as ExpressionFault {
      throw fault
    } catch {
      throw ExpressionFault("\(error)")
    }
  }

  mutating func match(_ value: Operand, _ pattern: TextPattern) throws(ExpressionFault) -> Operand {
    switch value {
    case .missing, .null: return .bool(false)
    case .string(let text):
      return .bool(
        try pattern.isFound(in: text) { (steps) throws(ExpressionFault) in
          try self.charge(steps)
        })
    default: throw ExpressionFault("'matches' is for texts, not for \(value.kind)")
    }
  }
}

/// Looking for bytes in bytes, in a time that grows with their number alone (Knuth, Morris, Pratt).
enum TextSearch {
  static func isIn(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    if part.isEmpty { return true }
    if part.count > text.count { return false }
    let borders = borders(part)
    var known = 0
    for byte in text {
      while known > 0, part[known] != byte { known = borders[known - 1] }
      if part[known] == byte { known += 1 }
      if known == part.count { return true }
    }
    return false
  }

  private static func borders(_ part: [UInt8]) -> [Int] {
    var borders = [Int](repeating: 0, count: part.count)
    var known = 0
    for place in part.indices.dropFirst() {
      while known > 0, part[known] != part[place] { known = borders[known - 1] }
      if part[known] == part[place] { known += 1 }
      borders[place] = known
    }
    return borders
  }
}
