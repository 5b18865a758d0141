internal import Media
internal import SceneDocument

/// What a scene's captions say: words, or whole cues. Times are microseconds of the scene.
struct SpokenText {
  struct Item {
    var text: String
    var start: Int64
    var end: Int64
  }

  /// What captions of lines are made of.
  var items: [Item]
  /// Single words, of cues too.
  var words: [Item] = []
  /// Items are words, timed one by one.
  var areWords: Bool
  var language: String

  /// When the last of it has been said, in seconds of the scene.
  var end: Rational? { items.map(\.end).max().map { Rational(microseconds: $0) } }
}

/// Lines that are shown together, and the words in them.
struct CutCaption {
  struct Line {
    var text: String
    /// Characters of the line that each word takes, with the word's place among all.
    var words: [(word: Int, characters: Range<Int>)]
  }

  var lines: [Line]
  /// Of the words or cues it was made from.
  var items: Range<Int>
  /// Microseconds of the scene.
  var start: Int64
  var end: Int64

  var text: String { lines.map(\.text).joined(separator: "\n") }
}

/// Cuts what is said into captions of a few lines, at sentences, clauses and pauses.
struct CaptionCutter {
  var width: Double
  var maxLines: Int
  /// Microseconds.
  var minimumShow: Int64
  var bridge: Int64
  var pauseBreak: Int64
  var setting: TextSetting
  var layout: TextLayout

  /// What cannot be shown: an item wider than a line, or of more lines than there is room for.
  struct Overflow: Error { var item: Int }

  // MARK: Words

  /// Captions of whole lines.
  func lines(of words: [SpokenText.Item]) throws(Overflow) -> [CutCaption] {
    let pieces = pieces(of: words)
    var captions: [CutCaption] = []
    var first = 0
    while first < words.count {
      let end = try end(of: first, words, pieces)
      guard let ranges = layout.lines(of: Array(pieces[first..<end]), width: width) else {
        throw Overflow(item: first)
      }
      let lines = ranges.map { range in
        line(words, pieces, (range.lowerBound + first)..<(range.upperBound + first))
      }
      captions.append(
        CutCaption(
          lines: lines, items: first..<end, start: words[first].start, end: words[end - 1].end))
      first = end
    }
    return captions
  }

  /// Captions of one word each.
  func single(_ words: [SpokenText.Item]) throws(Overflow) -> [CutCaption] {
    var captions: [CutCaption] = []
    for (index, word) in words.enumerated() {
      let text = shown(word.text)
      if layout.width(of: text, setting) > width { throw Overflow(item: index) }
      captions.append(
        CutCaption(
          lines: [CutCaption.Line(text: text, words: [(index, 0..<text.count)])],
          items: index..<index + 1, start: word.start, end: word.end))
    }
    return captions
  }

  /// Where the caption that begins with `first` ends.
  private func end(
    of first: Int, _ words: [SpokenText.Item], _ pieces: [TextLayout.Piece]
  ) throws(Overflow) -> Int {
    var end = first
    var (lines, used) = (1, 0.0)
    while end < words.count {
      if pieces[end].width > width { throw Overflow(item: end) }
      if end > first {
        if words[end].start - words[end - 1].end >= pauseBreak { return end }
        let said = words[first..<end]
        let isSentence = said.last?.text.last.map(TextLayout.isFullStop) ?? false
        let length = said.reduce(0) { $0 + $1.text.count }
        if isSentence, length >= 12 || words[end - 1].end - words[first].start >= 1_200_000 {
          return end
        }
      }
      if used > 0, used + pieces[end].width > width {
        lines += 1
        used = 0
        if lines > maxLines { return best(first, end, words) }
      }
      used += pieces[end].advance
      end += 1
    }
    return end
  }

  /// The best place to end a caption that would be full at `full`: in its second half, after a clause, or
  /// where the speaker rests.
  private func best(_ first: Int, _ full: Int, _ words: [SpokenText.Item]) -> Int {
    var best = (score: 0.0, end: full)
    for end in (first + (full - first + 1) / 2)..<full where end > first {
      let rest = Double(words[end].start - words[end - 1].end) / 1e6
      let isStop = words[end - 1].text.last.map(TextLayout.isStop) ?? false
      let place = Double(end - first) / Double(full - first)
      let score = (isStop ? 1 : 0) + min(rest, 0.5) + 0.3 * place
      if isStop || rest >= 0.15, score > best.score { best = (score, end) }
    }
    return best.end
  }

  /// One piece for each word, with the space that follows it.
  private func pieces(of words: [SpokenText.Item]) -> [TextLayout.Piece] {
    words.indices.map { index in
      let next = index + 1 < words.count ? words[index + 1].text : ""
      return layout.piece(
        shown(words[index].text) + WordSplitting.separator(between: words[index].text, and: next),
        setting)
    }
  }

  private func line(
    _ words: [SpokenText.Item], _ pieces: [TextLayout.Piece], _ range: Range<Int>
  ) -> CutCaption.Line {
    var line = CutCaption.Line(text: "", words: [])
    for index in range {
      let word = shown(words[index].text)
      let start = line.text.count
      line.text += word
      line.words.append((index, start..<line.text.count))
      if index + 1 < range.upperBound {
        line.text += WordSplitting.separator(
          between: words[index].text, and: words[index + 1].text)
      }
    }
    return line
  }

  private func shown(_ text: String) -> String { setting.isUpper ? text.uppercased() : text }

  // MARK: Cues

  /// Captions with the lines of their cues, broken again only where they are too long.
  func lines(ofCues cues: [SpokenText.Item]) throws(Overflow) -> [CutCaption] {
    var captions: [CutCaption] = []
    for (index, cue) in cues.enumerated() {
      var lines = try broken(cue.text, index)
      if lines.count > maxLines {
        // Line breaks that the file asks for may be more than fit.
        lines = try broken(
          cue.text.split(whereSeparator: \.isNewline).joined(separator: " "), index)
      }
      if lines.count > maxLines { throw Overflow(item: index) }
      captions.append(
        CutCaption(
          lines: lines.map { CutCaption.Line(text: $0, words: []) }, items: index..<index + 1,
          start: cue.start, end: cue.end))
    }
    return Self.apart(captions)
  }

  /// Cues that share time, shown together while they do: the earlier one above.
  private static func apart(_ cues: [CutCaption]) -> [CutCaption] {
    let sorted = cues.enumerated().sorted {
      ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
    }.map(\.element)
    guard zip(sorted, sorted.dropFirst()).contains(where: { $0.end > $1.start }) else {
      return sorted
    }
    let moments = Set(sorted.flatMap { [$0.start, $0.end] }).sorted()
    var captions: [CutCaption] = []
    var open: [CutCaption] = []
    var rest = sorted[...]
    for (from, to) in zip(moments, moments.dropFirst()) {
      while let start = rest.first?.start, start <= from { open.append(rest.removeFirst()) }
      open.removeAll { $0.end <= from }
      guard let first = open.first else { continue }
      captions.append(
        CutCaption(lines: open.flatMap(\.lines), items: first.items, start: from, end: to))
    }
    return captions
  }

  private func broken(_ text: String, _ index: Int) throws(Overflow) -> [String] {
    var lines: [String] = []
    for paragraph in shown(text).split(whereSeparator: \.isNewline) {
      let pieces = layout.pieces(of: String(paragraph), setting, width: width)
      guard let ranges = layout.lines(of: pieces, width: width) else { throw Overflow(item: index) }
      lines += ranges.map { layout.trimmed(pieces[$0].map(\.text).joined()) }
    }
    return lines
  }

  // MARK: Times

  /// Captions shown long enough to be read, without flicker between them, and none together with the next.
  func timed(_ captions: [CutCaption], end: Int64) -> [CutCaption] {
    var timed = captions
    for index in timed.indices {
      let next = index + 1 < timed.count ? timed[index + 1].start : end
      var caption = timed[index]
      caption.end = max(caption.end, caption.start + minimumShow)
      if next - caption.end < bridge, index + 1 < timed.count { caption.end = next }
      caption.end = min(caption.end, max(next, caption.start))
      timed[index] = caption
    }
    return timed
  }
}
