/// Sentences of a list's items.
enum ListSentence {
  /// One sentence of short items; nil where they are sentences themselves.
  static func joined(_ items: [String], after leadIn: String?, language: String) -> String? {
    guard items.count >= 2, items.count <= 6, items.allSatisfy({ isShort($0) }) else { return nil }
    let bare = items.map {
      String(Substring($0).trimming { $0.isWhitespace || ".,;".contains($0) })
    }
    let and = ["en": "and", "de": "und", "fr": "et", "es": "y", "it": "e", "pt": "e", "nl": "en"][
      LanguageGuess.base(language)]
    var list = bare.joined(separator: ", ")
    if let and, let last = bare.last {
      list =
        bare.dropLast().joined(separator: ", ") + (bare.count > 2 ? ", " : " ") + and + " " + last
    }
    return ended(leadIn.map { $0 + " " + list } ?? list)
  }

  private static func isShort(_ item: String) -> Bool {
    let inner = item.dropLast().contains { ".!?。".contains($0) }
    return !inner && SpeechRate.seconds(item) < 3 && !item.hasSuffix("다.") && !item.hasSuffix("요.")
  }

  /// With a full stop, where it ends without any.
  static func ended(_ text: String) -> String {
    var text = String(Substring(text).trimming(where: \.isWhitespace))
    while let last = text.last, ",;:–—-：、".contains(last) { text.removeLast() }
    let core = text.reversed().first { !"\"”’')]」』".contains($0) }
    guard let core, !".!?。！？…।؟".contains(core) else { return text }
    let isSpaceless =
      core.unicodeScalars.first.map { Scripts.isHan($0) || Scripts.isKana($0) } ?? false
    return text + (isSpaceless ? "。" : ".")
  }
}
