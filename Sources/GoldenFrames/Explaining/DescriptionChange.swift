internal import Foundation
internal import SceneDocument

/// A field of a canonical description that has another value than when it was recorded.
public struct DescriptionChange: Sendable, Hashable, CustomStringConvertible {
  /// Keys from the outermost on, as in `border.width`.
  public var field: String
  public var old: String
  public var new: String

  public var description: String { "\(field) \(old) → \(new)" }

  /// The fields in which two canonical JSON texts differ.
  static func between(_ old: String, _ new: String) -> [DescriptionChange] {
    if old == new { return [] }
    func value(_ text: String) -> JSONValue? {
      try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }
    guard let a = value(old), let b = value(new) else {
      return [DescriptionChange(field: "description", old: short(old), new: short(new))]
    }
    return between(a, b, "")
  }

  private static func between(
    _ old: JSONValue, _ new: JSONValue, _ path: String
  ) -> [DescriptionChange] {
    if old == new { return [] }
    if case .array(let a) = old, case .array(let b) = new, a.count == b.count,
      a.contains(where: \.isObject)
    {
      return zip(a, b).enumerated().flatMap { between($1.0, $1.1, "\(path)[\($0)]") }
    }
    guard case .object(let a) = old, case .object(let b) = new else {
      return [DescriptionChange(field: path, old: text(old), new: text(new))]
    }
    let keys = Set(a.map(\.key) + b.map(\.key)).sorted()
    return keys.flatMap { key in
      between(old[key] ?? .null, new[key] ?? .null, path.isEmpty ? key : path + "." + key)
    }
  }

  /// A value as people write it.
  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "none"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let number): short(decimalText(number))
    case .string(let text): text.utf8.count == 64 ? text.prefix(8) + "…" : short(text)
    case .array(let items): "[" + items.map(text).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { "\($0.key) \(text($0.value))" }
        .joined(separator: ", ") + "}"
    }
  }

  private static func decimalText(_ number: Double) -> String {
    if number == number.rounded(), number.magnitude < 1e15 { return String(Int64(number)) }
    var text = decimal(number, 4)
    while text.hasSuffix("0") { text.removeLast() }
    return text
  }

  private static func short(_ text: String) -> String {
    text.count > 60 ? text.prefix(59) + "…" : text
  }
}

extension JSONValue {
  fileprivate var isObject: Bool { if case .object = self { true } else { false } }
}
