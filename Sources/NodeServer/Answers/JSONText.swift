internal import SceneDocument

/// A JSON value as its text, in one line: what is stored goes out with every digit that it came with, since a number of
/// more than 53 bits does not survive being read.
struct JSONText: Sendable {
  let text: String

  init(_ value: JSONValue) { text = value.compactText }

  /// What the database keeps; what is no JSON is a string, nil is null.
  init(stored: String?) {
    guard let stored else {
      text = "null"
      return
    }
    guard ExactJSON.isValid(stored) else {
      text = JSONValue.string(stored).compactText
      return
    }
    // Line breaks stand between values alone: in a string they are escaped.
    text = String(
      decoding: stored.utf8.map { $0 == 10 || $0 == 13 ? 32 : $0 }, as: UTF8.self)
  }

  init(_ items: [JSONText]) {
    text = "[" + items.map(\.text).joined(separator: ",") + "]"
  }

  /// An object.
  init(_ members: [JSONValue.Member], and others: KeyValuePairs<String, JSONText>) {
    let all =
      members.map { ($0.key, JSONText($0.value)) } + others.map { ($0.key, $0.value) }
    text =
      "{"
      + all.map { "\(JSONValue.string($0).compactText):\($1.text)" }
      .joined(separator: ",") + "}"
  }
}
