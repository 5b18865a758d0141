internal import Foundation

/// A model's text without markup, control characters and what a voice or a document might take for a command.
struct AnswerText: Sendable, Hashable {
  /// NFC, one line.
  let text: String

  init(_ written: String) {
    var text = String(written.prefix(20_000))
    // Tags of markup languages; voices take some for orders.
    text.replace(#/<\/?[A-Za-z!][^<>]{0,300}>/#, with: " ")
    // Links keep their words.
    text.replace(#/!?\[([^\[\]]{1,300})\]\([^()\s]{1,500}\)/#) { String($0.output.1) }
    text.replace(#/(?m)^\s*(#{1,6}|[\-*+•]|>)\s+/#, with: " ")
    text.replace(#/[*`~|<>{}\\]|\b_+|_+\b/#, with: "")
    let scalars = text.unicodeScalars.map { Self.isShown($0) ? $0 : " " }
    self.text =
      String(String.UnicodeScalarView(scalars))
      .split { $0.isWhitespace }.joined(separator: " ").precomposedStringWithCanonicalMapping
  }

  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    // Joiners belong to the letters of some scripts; other format characters turn or hide text.
    case .format: scalar.value == 0x200C || scalar.value == 0x200D
    default: true
    }
  }

  var canBeSpoken: Bool { text.contains { $0.isLetter || $0.isNumber } }

  /// At most `limit` characters, whole words where there are any.
  func cut(to limit: Int) -> String {
    guard text.count > limit else { return text }
    let head = text.prefix(limit)
    guard let space = head.lastIndex(of: " "),
      head.distance(from: head.startIndex, to: space) > limit / 2
    else { return String(head) }
    return String(head[..<space])
  }

  /// At most `limit` characters of a title, with a mark where it was cut.
  func title(upTo limit: Int) -> String { PlainText.shortened(text, to: limit) }

  /// At most `limit` characters, whole sentences where there are any.
  func cutToSentences(limit: Int) -> String {
    guard text.count > limit else { return text }
    let head = text.prefix(limit)
    let ends: Set<Character> = [".", "!", "?", "。", "！", "？", "…"]
    guard let end = head.lastIndex(where: ends.contains),
      head.distance(from: head.startIndex, to: end) > limit / 3
    else { return cut(to: limit) }
    return String(head[...end])
  }
}
