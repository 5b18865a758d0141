internal import Foundation

/// A brief's text as a speaker would read it: without addresses, emoji, note marks and lone brackets.
enum SpeechText {
  static func spoken(_ text: String, language: String) -> String {
    var text = PlainText.cleaned(text)
    text = withoutAddresses(text)
    text = text.replacing(
      /\[\s*(?:\d{1,3}|[a-z]|sic|citation needed)(?:\s*[,–-]\s*\d{1,3})*\s*\]/, with: "")
    text = String(String.UnicodeScalarView(text.unicodeScalars.filter { !isPicture($0) }))
    text = withWords(text, language)
    text = balanced(text)
    return tidied(text)
  }

  /// Says a web address as its host, and drops e-mail addresses.
  private static func withoutAddresses(_ text: String) -> String {
    guard text.contains("://") || text.contains("@") || text.lowercased().contains("www.") else {
      return text
    }
    var text = text.replacing(
      /(?:mailto:)?[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,253}\.[A-Za-z]{2,24}/, with: "")
    text = text.replacing(/(?:[a-zA-Z][a-zA-Z0-9+.\-]{1,10}:\/\/|www\.)([^\s<>"'”’)\]}]*)/) {
      match in
      let host = match.output.1.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }
      let end = match.output.1.reversed().prefix { ".,;:!?".contains($0) }
      let bare = host.hasPrefix("www.") ? host.dropFirst(4) : host
      return String(bare.reversed().drop { ".-".contains($0) }.reversed()) + String(end.reversed())
    }
    return text
  }

  private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0xA9 || scalar.value == 0x2122 { return false }
    switch scalar.value {
    case 0x1F000...0x1FAFF, 0x2600...0x27BF, 0x2B00...0x2BFF, 0x2190...0x21FF, 0x2500...0x25FF,
      0x20D0...0x20FF, 0x200C...0x200D:
      return scalar.value != 0x2192
    default: return scalar.properties.isEmojiPresentation
    }
  }

  private static func withWords(_ text: String, _ language: String) -> String {
    var text = text.replacing(" → ", with: ", ").replacing("→", with: ", ").replacing(
      "…", with: "...")
    if language.hasPrefix("en") { text = text.replacing(" & ", with: " and ") }
    if language.hasPrefix("ko") { text = text.replacing(" & ", with: ", ") }
    for mark in ["•", "·  ", "|", "#", "*", "_", "`", "^", "<", ">"]
    where text.contains(mark) {
      text = text.replacing(mark, with: " ")
    }
    return text
  }

  /// Brackets and quotation marks without their other half are taken away.
  private static func balanced(_ text: String) -> String {
    let pairs: [Character: Character] = [
      ")": "(", "]": "[", "}": "{", "”": "“", "」": "「", "』": "『", "》": "《", "〉": "〈", "】": "【",
      "»": "«",
    ]
    let openers = Set(pairs.values)
    var characters = Array(text)
    var open: [(mark: Character, at: Int)] = []
    var lone: Set<Int> = []
    for (at, character) in characters.enumerated() {
      if openers.contains(character) {
        open.append((character, at))
      } else if let opener = pairs[character] {
        if let index = open.lastIndex(where: { $0.mark == opener }) {
          lone.formUnion(open[(index + 1)...].map(\.at))
          open.removeSubrange(index...)
        } else {
          lone.insert(at)
        }
      }
    }
    lone.formUnion(open.map(\.at))
    // Between letters it is part of the word: Hebrew writes abbreviations so.
    let straight = characters.indices.filter { at in
      characters[at] == "\""
        && !(at > 0 && at + 1 < characters.count && characters[at - 1].isLetter
          && characters[at + 1].isLetter)
    }
    if !straight.count.isMultiple(of: 2) { lone.formUnion(straight) }
    for at in lone { characters[at] = " " }
    return String(characters)
  }

  private static func tidied(_ text: String) -> String {
    var text = text.replacing(/[(\[]\s*[)\]]|“\s*”|"\s*"/, with: "")
    text = text.replacing(/\s+/, with: " ").replacing(/\s+([.,;:!?)\]”」]+)(?=\s|$)/) {
      String($0.output.1)
    }
    text = text.replacing(/([(\[“「])\s+/) { String($0.output.1) }
    text = text.replacing(/([,;:])\s*(?=[.!?,;:])/, with: "").replacing(/!{2,}/, with: "!")
      .replacing(/\?{2,}/, with: "?")
    // The full stops of `../x` and `.NET` belong to the word.
    text = text.replacing(
      /^(?:[\s,;:!?)\]–—-]|\.{2,}(?![\/\\])|\.(?!\.?[\/\\]|[\p{L}\p{N}]))+/, with: "")
    return text.trimmingCharacters(in: .whitespaces)
  }
}
