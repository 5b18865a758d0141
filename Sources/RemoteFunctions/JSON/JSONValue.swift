/// A JSON value that loses nothing: numbers keep the text they were written with, objects the order of their members.
///
/// Equality compares that order and that text too; expressions compare more loosely.
///
/// `SceneDocument` has another one, whose numbers are `Double`: here a number with more than 53 bits comes back to its app
/// as it was, and the durable engine's modules stay without those of films.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  /// The number's own text, as JSON allows it.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  public struct Member: Sendable, Hashable {
    public var key: String
    public var value: JSONValue

    public init(_ key: String, _ value: JSONValue) { (self.key, self.value) = (key, value) }
  }

  public static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

  /// The member of an object with this key; nil for other values.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  public var isNull: Bool { if case .null = self { true } else { false } }
  public var string: String? { if case .string(let text) = self { text } else { nil } }
  public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  public var items: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
  public var members: [Member]? { if case .object(let members) = self { members } else { nil } }

  /// A number without a fraction that fits.
  public var integer: Int64? {
    guard case .number(let text) = self else { return nil }
    if let whole = Int64(text) { return whole }
    return Double(text).flatMap { Int64(exactly: $0) }
  }

  /// A number as near as a `Double` comes to it.
  public var double: Double? {
    if case .number(let text) = self { Double(text) } else { nil }
  }

  /// What kind of value it is, for messages.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .number: "a number"
    case .string: "text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral, ExpressibleByStringInterpolation
{
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0, $1) })
  }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
}
