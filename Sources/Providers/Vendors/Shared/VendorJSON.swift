internal import Foundation
internal import SceneDocument

/// Reading what services write: unknown members are ignored, missing ones are nil, numbers may be texts.
extension JSONValue {
  /// Nil for what is not JSON.
  init?(reading bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else {
      return nil
    }
    self = value
  }

  /// The value below some keys; nil where one is missing or null.
  func at(_ keys: String...) -> JSONValue? {
    var value = self
    for key in keys {
      guard let next = value[key], next != .null else { return nil }
      value = next
    }
    return value
  }

  /// A text, or a number as one.
  var text: String? {
    switch self {
    case .string(let text): text
    case .number(let number):
      number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
    default: nil
    }
  }

  /// A finite number, or a text that is one.
  var double: Double? {
    switch self {
    case .number(let number): number.isFinite ? number : nil
    case .string(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
    default: nil
    }
  }

  var flag: Bool? {
    switch self {
    case .bool(let flag): flag
    case .string("true"): true
    case .string("false"): false
    default: nil
    }
  }

  /// The entries of a list without its nulls; nil for what is no list.
  var items: [JSONValue]? {
    guard case .array(let items) = self else { return nil }
    return items.filter { $0 != .null }
  }

  var isObject: Bool { if case .object = self { true } else { false } }

  /// As it is sent.
  var bytes: [UInt8] { CanonicalJSON.bytes(of: self) }
}

/// Moments as services write them: ISO 8601 with or without a fraction and a zone (then UTC), or seconds since 1970.
enum VendorTime {
  /// UTC milliseconds; nil for what is no moment.
  static func milliseconds(_ value: JSONValue?) -> Int64? {
    switch value {
    case .number(let seconds)?:
      guard seconds.isFinite, abs(seconds) < 1e14 else { return nil }
      // Some services count milliseconds.
      return Int64(abs(seconds) > 1e11 ? seconds : seconds * 1000)
    case .string(let text)?: return Double(text).flatMap { milliseconds(.number($0)) } ?? iso(text)
    default: return nil
    }
  }

  private static func iso(_ text: String) -> Int64? {
    let hasZone = text.hasSuffix("Z") || text.dropFirst(10).contains { $0 == "+" || $0 == "-" }
    let whole = hasZone ? text : text + "Z"
    let plain = Date.ISO8601FormatStyle()
    let date =
      (try? plain.parse(whole))
      ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(whole))
    return date.map { Int64(($0.timeIntervalSince1970 * 1000).rounded()) }
  }
}
