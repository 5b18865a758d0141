internal import RemoteFunctions

/// Reads JSON without losing digits, of any length and size.
enum ExactJSON {
  static func isValid(_ text: String) -> Bool { (try? JSONValue(parsing: text)) != nil }
}
