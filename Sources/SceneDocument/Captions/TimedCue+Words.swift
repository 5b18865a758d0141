extension TimedCue {
  /// The cue's words: with times of their own where the file has them, else each with the share of the
  /// cue's time that its characters have of the cue's text.
  public var timedWords: [TimedWord] {
    words.isEmpty ? Self.share(lines, from: start, to: end) : words
  }

  /// Splits text into words and time among them, by characters.
  static func share(_ text: String, from start: Int64, to end: Int64) -> [TimedWord] {
    let words = WordSplitting.words(in: text)
    let lengths = words.map { Int64($0.unicodeScalars.count) }
    let whole = lengths.reduce(0, +)
    guard whole > 0 else { return [] }
    var done: Int64 = 0
    return zip(words, lengths).map { word, length in
      let from = start + portion(done, whole, of: end - start)
      done += length
      return TimedWord(word, start: from, end: start + portion(done, whole, of: end - start))
    }
  }

  /// `part ÷ whole` of a time, without leaving whole numbers.
  private static func portion(_ part: Int64, _ whole: Int64, of time: Int64) -> Int64 {
    let product = part.multipliedFullWidth(by: time)
    // The result is at most `time`, so that it fits.
    return whole.dividingFullWidth(product).quotient
  }

  /// The words of cues one after another. A cue that the next one overlaps ends where that begins; cues
  /// that begin together are read as one.
  public static func words(of cues: [TimedCue]) -> [TimedWord] {
    var joined: [TimedCue] = []
    for cue in cues.sorted(by: { $0.start < $1.start }) {
      if let last = joined.last, last.start == cue.start {
        joined[joined.count - 1].lines += "\n" + cue.lines
        joined[joined.count - 1].end = max(last.end, cue.end)
        joined[joined.count - 1].words = []
      } else {
        joined.append(cue)
      }
    }
    var words: [TimedWord] = []
    for (index, cue) in joined.enumerated() {
      let end = index + 1 < joined.count ? min(cue.end, joined[index + 1].start) : cue.end
      if end == cue.end {
        words += cue.timedWords
      } else if cue.words.last.map({ $0.end <= end }) == true {
        words += cue.words
      } else {
        words += share(cue.lines, from: cue.start, to: end)
      }
    }
    return words
  }
}
