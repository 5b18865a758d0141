/// Sentences that nobody can speak in one breath, and texts without any full stop: cut where a speaker would breathe.
enum LongSentence {
  /// Seconds.
  static let most = 26.0

  static func pieces(of sentence: String) -> [String] {
    guard SpeechRate.seconds(sentence) > most else { return [sentence] }
    var pieces: [String] = []
    var rest = sentence.split(separator: " ")[...]
    while !rest.isEmpty {
      var seconds = 0.0
      var count = 0
      var breath = 0
      for word in rest {
        seconds += SpeechRate.seconds(String(word) + " ")
        if seconds > most * 0.6, count > 0 { break }
        count += 1
        if let last = word.last, ";,:—".contains(last), seconds > 4 { breath = count }
      }
      if count == rest.count { breath = count }
      let piece = rest.prefix(breath > 0 ? breath : count).joined(separator: " ")
      pieces += ListSentence.ended(piece).isEmpty ? [] : hardPieces(ListSentence.ended(piece))
      rest = rest.dropFirst(breath > 0 ? breath : count)
    }
    return pieces
  }

  /// A "word" of thousands of letters is cut by letters.
  private static func hardPieces(_ text: String) -> [String] {
    guard text.count > 400 else { return [text] }
    let letters = Array(text)
    return stride(from: 0, to: letters.count, by: 120).map {
      String(letters[$0..<min($0 + 120, letters.count)])
    }
  }
}
