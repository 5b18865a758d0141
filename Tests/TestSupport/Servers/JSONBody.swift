internal import Foundation

/// A JSON value as a test server reads it: strict about types, as services are.
public enum JSONBody: Sendable, Equatable, Decodable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONBody])
  case object([String: JSONBody])

  public init?(_ bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(JSONBody.self, from: Data(bytes)) else {
      return nil
    }
    self = value
  }

  public init(from decoder: any Decoder) throws {
    let one = try decoder.singleValueContainer()
    if one.decodeNil() {
      self = .null
    } else if let flag = try? one.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? one.decode(Double.self) {
      self = .number(number)
    } else if let text = try? one.decode(String.self) {
      self = .text(text)
    } else if let list = try? one.decode([JSONBody].self) {
      self = .list(list)
    } else {
      self = .object(try one.decode([String: JSONBody].self))
    }
  }

  /// The value below some keys.
  public subscript(keys: String...) -> JSONBody? {
    var value = self
    for key in keys {
      guard case .object(let members) = value, let next = members[key] else { return nil }
      value = next
    }
    return value
  }

  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var number: Double? { if case .number(let number) = self { number } else { nil } }
}
