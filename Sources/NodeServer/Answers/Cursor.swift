internal import Foundation

/// A place in a list, for clients a word without meaning. It holds the last item's values, so that it stays right when
/// items come before it.
enum Cursor {
  static func text(_ values: String...) -> String {
    let bytes = Data(values.joined(separator: "\u{1F}").utf8)
    return "c1"
      + bytes.base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Nil for what is no cursor.
  static func parse(_ text: String) -> [String]? {
    guard text.hasPrefix("c1"), text.utf8.count <= 1_000 else { return nil }
    var body = text.dropFirst(2).replacing("-", with: "+").replacing("_", with: "/")
    body += String(repeating: "=", count: (4 - body.count % 4) % 4)
    guard let bytes = Data(base64Encoded: String(body)),
      let values = String(data: bytes, encoding: .utf8), !values.isEmpty
    else { return nil }
    return values.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
  }
}

/// One page of items that were fetched with one more than it may have.
struct Page<Item> {
  var items: [Item]
  /// The last item where more follow.
  var last: Item?

  init(_ fetched: [Item], limit: Int) {
    items = Array(fetched.prefix(limit))
    last = fetched.count > limit ? items.last : nil
  }
}
