/// Whether a line reads like a heading.
enum HeadingShape {
  static func isTitle(_ text: String, isLarger: Bool) -> Bool {
    guard text.count <= (isLarger ? 120 : 80), text.contains(where: \.isLetter),
      let last = text.last
    else { return false }
    if text.contains("@") || text.contains("://") { return false }
    if isLarger { return !".。;,、".contains(last) || hasNumber(text) }
    return !".。!?！？;:：,、…".contains(last)
  }

  /// Of a line that is no larger than the others: few words, and a capital, a number or an eastern letter first.
  static func isBodySized(_ text: String) -> Bool {
    // Code and forms.
    if text.contains(where: { "_{}=<>|\\;".contains($0) }) { return false }
    if hasNumber(text) { return text.count <= 80 }
    guard let first = text.unicodeScalars.first else { return false }
    let words = text.split(separator: " ").count
    if Scripts.isEastern(first) { return text.count <= 30 && words <= 8 && !endsLikeKorean(text) }
    return first.properties.isUppercase && words <= 10 && text.count <= 70
  }

  /// `3.1 Tides`, `IV. Waves`, `제2장 조석`, `Chapter 2: …`.
  static func hasNumber(_ text: String) -> Bool { withoutNumber(text).count < text.count }

  static func withoutNumber(_ text: String) -> String {
    let patterns: [Regex<Substring>] = [
      /(?:\d{1,2}\.)+\d{0,2}\s+/, /\d{1,2}(?:\.\d{1,2}){1,3}\s+/, /\d{1,2}\)\s+/, /[IVX]{1,5}\.\s+/,
      /[A-H]\.\s+/,
      /제\s?\d{1,2}\s?[장절부]\.?\s+/, /(?i:chapter|part|section)\s+(?:\d{1,2}|[IVX]{1,5})[.:]?\s+/,
    ]
    for pattern in patterns {
      guard let match = text.prefixMatch(of: pattern) else { continue }
      let rest = text[match.range.upperBound...]
      if rest.contains(where: \.isLetter) { return String(rest) }
    }
    return text
  }

  /// A sentence whose full stop was left out.
  private static func endsLikeKorean(_ text: String) -> Bool {
    ["다", "요", "까"].contains { text.hasSuffix($0) } && text.contains(" ")
  }
}
