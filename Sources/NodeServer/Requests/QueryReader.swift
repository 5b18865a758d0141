internal import Foundation
internal import Hummingbird

/// The values after a request's question mark. Names that a route does not know are refused.
struct QueryReader: Sendable {
  private var values: [String: String] = [:]
  private let path: String

  private static let longestValue = 2_000

  /// `known` are the names that the route takes, besides those of pages where `isList`.
  init(_ request: Request, known: Set<String> = [], isList: Bool = false) throws {
    path = request.uri.path
    let known = isList ? known.union(["limit", "cursor"]) : known
    guard let query = request.uri.query, !query.isEmpty else { return }
    for pair in query.split(separator: "&", omittingEmptySubsequences: true) {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decode(sides[0]),
        let value = Self.decode(sides.count > 1 ? sides[1] : "")
      else {
        throw Problem.badRequest("the query is not percent-encoded UTF-8, or has a zero byte")
      }
      guard name.utf8.count <= Self.longestValue, value.utf8.count <= Self.longestValue else {
        throw Problem.badRequest(
          "a part of the query is longer than \(Self.longestValue) bytes, which is all this address takes"
        )
      }
      guard known.contains(name) else {
        let names = known.sorted().map { "'\($0)'" }.joined(separator: ", ")
        throw Problem.badRequest(
          "this address knows no parameter '\(name.prefix(80))'",
          advice: names.isEmpty ? "leave it out" : "it takes \(names)")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw Problem.badRequest("the parameter '\(name)' is there more than once")
      }
    }
  }

  private static func decode(_ text: Substring) -> String? {
    String(text.replacing("+", with: " ")).removingPercentEncoding.flatMap {
      $0.utf8.contains(0) ? nil : $0
    }
  }

  /// Nil where it is missing or empty.
  subscript(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw Problem.badRequest(
        "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text.prefix(40))'"
      )
    }
    return number
  }

  /// One of an enumeration's words.
  func word<Word: RawRepresentable & CaseIterable>(
    _ name: String, of type: Word.Type = Word.self
  ) throws -> Word? where Word.RawValue == String {
    guard let text = values[name] else { return nil }
    guard let word = Word(rawValue: text) else {
      let words = Word.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      throw Problem.badRequest(
        "'\(name)' cannot be '\(text.prefix(80))'", advice: "it is one of \(words)")
    }
    return word
  }

  /// Items of a page: 1…200, 50 where nothing is said.
  func limit() throws -> Int { try number("limit", in: 1...200) ?? 50 }

  /// Where the page begins; nil for the first one. `parts` values stand in it.
  func cursor(parts: Int = 1) throws -> [String]? {
    guard let text = self["cursor"] else { return nil }
    guard let values = Cursor.parse(text, of: path), values.count == parts else {
      throw Problem.badRequest(
        "'cursor' is not one of this list's", advice: "take 'next_cursor' of the page before")
    }
    return values
  }
}

extension StringProtocol {
  func removingURLPercentEncoding() -> String? { String(self).removingPercentEncoding }
}
