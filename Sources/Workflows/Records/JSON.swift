internal import Foundation

/// How values become text in the journal. Dates are written as UTC with milliseconds and read with or without them,
/// or as milliseconds since 1970.
enum JSON {
  static let null = "null"

  private static let encoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
    return encoder
  }()

  private static let decoder = {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let container = try decoder.singleValueContainer()
      if let milliseconds = try? container.decode(Double.self) {
        return Date(timeIntervalSince1970: milliseconds / 1000)
      }
      let text = try container.decode(String.self)
      for fractional in [true, false] {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: fractional)
        if let date = try? style.parse(text) { return date }
      }
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is no date such as 2026-11-21T06:00:00Z")
    }
    return decoder
  }()

  static func encode<Value: Encodable>(_ value: Value) throws -> String {
    // What many steps return, without the encoder's machinery.
    if let number = value as? Int { return String(number) }
    if let truth = value as? Bool { return truth ? "true" : "false" }
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
    try decoder.decode(type, from: Data(text.utf8))
  }

  /// Reads one scalar property, the path's last part, and nothing else.
  static func decode(_ type: ScalarProbe.Type, from text: String, at path: String) throws
    -> ScalarProbe
  {
    let decoder = JSONDecoder()
    if let key = ScalarProbe.path { decoder.userInfo[key] = path }
    return try decoder.decode(type, from: Data(text.utf8))
  }

  /// Whether the text is JSON, with an object at the top.
  static func isObject(_ text: String) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is [String: Any]
  }
}
