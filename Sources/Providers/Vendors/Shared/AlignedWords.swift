internal import Foundation

/// When each word of a text is heard.
enum AlignedWords {
  /// A piece of text and its times in seconds, as services give them: a letter, a syllable, a few letters.
  struct Piece: Sendable, Equatable {
    var text: String
    var start: Double
    var end: Double
  }

  /// The words of `text` with times from `pieces`; nil where the pieces do not spell the text, or their times are no
  /// times of a sound that lasts `duration` seconds.
  static func words(
    of text: String, pieces: [Piece], duration: Double, tolerance: Double = 0.3
  ) -> [Speech.Word]? {
    guard areTimes(pieces, duration, tolerance) else { return nil }
    var words: [Speech.Word] = []
    var index = 0
    for word in split(text) {
      var spelled = ""
      var start: Double?
      var end = 0.0
      let length = letters(word)
      while letters(spelled) < length {
        guard index < pieces.count else { return nil }
        let piece = pieces[index]
        index += 1
        let visible = piece.text.filter { !$0.isWhitespace }
        if visible.isEmpty { continue }
        spelled += visible
        start = start ?? piece.start
        end = piece.end
      }
      // Compares by canonical equivalence: a service may send syllables as their letters.
      guard spelled == word, let start else { return nil }
      let earliest = words.last?.start ?? 0
      let begin = min(max(start, earliest), duration)
      words.append(Speech.Word(word, start: begin, end: min(max(end, begin), duration)))
    }
    let isAll = pieces[index...].allSatisfy { $0.text.allSatisfy(\.isWhitespace) }
    return isAll ? words : nil
  }

  /// The words with times spread over the sound by their lengths.
  static func spread(_ text: String, over duration: Double) -> [Speech.Word] {
    let words = split(text)
    // A pause is about as long as one letter; at the end of a sentence longer.
    let weights = words.map { Double($0.count) + (".!?。！？…".contains($0.last ?? " ") ? 3 : 1) }
    let total = weights.reduce(0, +)
    var passed = 0.0
    return zip(words, weights).map { word, weight in
      let start = duration * passed / total
      let end = duration * (passed + Double(word.count)) / total
      passed += weight
      return Speech.Word(word, start: start, end: end)
    }
  }

  static func split(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// Scalars of the decomposed form, which does not change when texts are joined.
  private static func letters(_ text: String) -> Int {
    text.decomposedStringWithCanonicalMapping.unicodeScalars.count
  }

  private static func areTimes(
    _ pieces: [Piece], _ duration: Double, _ tolerance: Double
  ) -> Bool {
    guard let end = pieces.map(\.end).max(), abs(end - duration) <= tolerance else { return false }
    var latest = 0.0
    for piece in pieces {
      guard piece.start.isFinite, piece.end.isFinite, piece.start >= latest - 0.001,
        piece.end >= piece.start
      else { return false }
      latest = piece.start
    }
    // All letters at one moment are no times.
    return pieces.count < 3 || Set(pieces.map(\.start)).count * 2 > pieces.count
  }
}
