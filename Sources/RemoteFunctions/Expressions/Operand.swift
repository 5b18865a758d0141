/// A value while an expression is evaluated.
enum Operand: Sendable {
  /// What an event does not have.
  case missing
  case null
  case bool(Bool)
  case int(Int128)
  case double(Double)
  case string(String)
  case list([JSONValue])
  case map([JSONValue.Member])
  /// UTC milliseconds.
  case instant(Int64)
  /// Milliseconds.
  case duration(Int64)

  init(_ json: JSONValue) {
    switch json {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .number(let text): self = Self.number(text)
    case .string(let text): self = .string(text)
    case .array(let items): self = .list(items)
    case .object(let members): self = .map(members)
    }
  }

  /// Whole numbers of up to 38 digits are exact.
  static func number(_ text: String) -> Operand {
    if let small = Int(text) { return .int(Int128(small)) }
    if !text.utf8.contains(where: { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 }),
      let large = Int128(text)
    {
      return .int(large)
    }
    return .double(Double(text) ?? 0)
  }

  /// Nil for what is missing. Numbers that are not finite become null.
  var json: JSONValue? {
    switch self {
    case .missing: nil
    case .null: .null
    case .bool(let flag): .bool(flag)
    case .int(let number): .number(String(number))
    case .double(let number): number.isFinite ? .number(CanonicalNumber.text(number)) : .null
    case .string(let text): .string(text)
    case .list(let items): .array(items)
    case .map(let members): .object(members)
    case .instant, .duration: .string(text)
    }
  }

  /// As text: what a key is made of, and what is joined to a text.
  var text: String {
    switch self {
    case .missing: ""
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    case .double(let number): CanonicalNumber.text(number)
    case .string(let text): text
    case .list(let items): JSONValue.array(items).text
    case .map(let members): JSONValue.object(members).text
    case .instant(let milliseconds): InstantText.write(milliseconds)
    case .duration(let milliseconds): CanonicalNumber.text(Double(milliseconds) / 1000) + "s"
    }
  }

  /// What counts as true, as in JavaScript.
  var isTruthy: Bool {
    switch self {
    case .missing, .null: false
    case .bool(let flag): flag
    case .int(let number): number != 0
    case .double(let number): number != 0 && !number.isNaN
    case .string(let text): !text.isEmpty
    case .list, .map, .instant, .duration: true
    }
  }

  var isMissing: Bool { if case .missing = self { true } else { false } }
  var isNothing: Bool {
    switch self {
    case .missing, .null: true
    default: false
    }
  }

  var double: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }

  /// For messages.
  var kind: String {
    switch self {
    case .missing: "something missing"
    case .null: "null"
    case .bool: "a truth value"
    case .int, .double: "a number"
    case .string: "a text"
    case .list: "a list"
    case .map: "an object"
    case .instant: "a time"
    case .duration: "a duration"
    }
  }

  /// What null counts as beside this.
  var zero: Operand {
    switch self {
    case .bool: .bool(false)
    case .int: .int(0)
    case .double: .double(0)
    case .string: .string("")
    case .list: .list([])
    case .map: .map([])
    case .instant: .instant(0)
    case .duration: .duration(0)
    case .missing, .null: .null
    }
  }
}
