internal import Crypto
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

  /// The cursor for one list alone: in another its values would be a place that nobody meant.
  ///
  /// - Parameter list: the list's path.
  static func bound(_ text: String, to list: String) -> String { "\(text).\(mark(of: list))" }

  /// Nil for what is no cursor of this list.
  static func parse(_ text: String, of list: String) -> [String]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1] == mark(of: list) else { return nil }
    return parse(String(parts[0]))
  }

  private static func mark(of list: String) -> String {
    let path = list.split(separator: "/").joined(separator: "/")
    return String(SHA256.hash(data: Data(path.utf8)).hexadecimal.prefix(6))
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
  /// The path of the list.
  var list = ""

  init(_ fetched: [Item], limit: Int) {
    items = Array(fetched.prefix(limit))
    last = fetched.count > limit ? items.last : nil
  }
}
