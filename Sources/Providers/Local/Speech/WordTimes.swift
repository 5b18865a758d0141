/// Where words begin and which sounds are heard, as a synthesizer tells it while it speaks; in samples.
struct WordTimes: Sendable {
  struct Sound: Sendable {
    /// IPA; empty for silence.
    var symbol: String
    var start: Int
  }

  /// Words that are known to begin at a sample; both figures grow.
  private(set) var starts: [(word: Int, sample: Int)] = []
  /// In the order of their starts; a sound lasts until the next begins.
  private(set) var sounds: [Sound] = []

  /// Words that were begun before, or begin at an earlier sample than one before them, say nothing new.
  mutating func begin(word: Int, at sample: Int) {
    if let last = starts.last, word <= last.word || sample < last.sample { return }
    starts.append((word, sample))
  }

  mutating func sound(_ symbol: String, at sample: Int) {
    if let last = sounds.last {
      if sample < last.start || symbol.isEmpty && last.symbol.isEmpty { return }
      // A sound without length is not heard.
      if sample == last.start { sounds.removeLast() }
    }
    if sounds.last?.symbol.isEmpty == true, symbol.isEmpty { return }
    sounds.append(Sound(symbol: symbol, start: sample))
  }

  /// Takes `samples` from the beginning of everything.
  func shifted(by samples: Int) -> WordTimes {
    var times = self
    for index in times.starts.indices {
      times.starts[index].sample = max(0, times.starts[index].sample - samples)
    }
    for index in times.sounds.indices {
      times.sounds[index].start = max(0, times.sounds[index].start - samples)
    }
    return times
  }

  /// Every word of the text once. Words without a start of their own share the time of the one before them by their
  /// letters; those that are not heard get the pause after it, at most 0.2 s.
  func words(of words: [SpokenText.Word], length: Int, rate: Int) -> [Speech.Word] {
    var result: [Speech.Word] = []
    result.reserveCapacity(words.count)
    func append(_ range: Range<Int>, from start: Int, to end: Int, limit: Int) {
      let heard = range.filter { words[$0].isHeard }
      let letters = heard.map { words[$0].spoken.unicodeScalars.count }
      let all = max(1, letters.reduce(0, +))
      var passed = 0
      var place = start
      for index in range {
        let next: Int
        if words[index].isHeard {
          passed += words[index].spoken.unicodeScalars.count
          next = start + (end - start) * passed / all
        } else {
          next = place >= end ? min(limit, place + rate / 5) : place
        }
        result.append(
          Speech.Word(
            words[index].text, start: Double(place) / Double(rate), end: Double(next) / Double(rate)
          ))
        place = next
      }
    }
    let first = starts.first?.word ?? words.count
    let begin = min(length, starts.first?.sample ?? length)
    append(0..<first, from: 0, to: begin, limit: begin)
    var sound = 0
    for (index, start) in starts.enumerated() {
      let isLast = index + 1 == starts.count
      let limit = min(length, isLast ? length : starts[index + 1].sample)
      let from = min(start.sample, limit)
      let end = voicedEnd(from: from, to: limit, &sound)
      append(
        start.word..<(isLast ? words.count : starts[index + 1].word), from: from, to: end,
        limit: limit)
    }
    return result
  }

  /// Where the last sound that begins in the range ends; `sound` goes on from call to call.
  private func voicedEnd(from start: Int, to limit: Int, _ sound: inout Int) -> Int {
    var end: Int?
    while sound < sounds.count, sounds[sound].start < limit {
      if !sounds[sound].symbol.isEmpty, sounds[sound].start >= start {
        end = sound + 1 < sounds.count ? min(limit, sounds[sound + 1].start) : limit
      }
      sound += 1
    }
    return end ?? limit
  }

  /// From 0 to the length without gaps.
  func phonemes(length: Int, rate: Int) -> [Speech.Phoneme] {
    var sounds = sounds.filter { $0.start < length }
    guard let first = sounds.first else {
      return length > 0 ? [Speech.Phoneme("", start: 0, end: Double(length) / Double(rate))] : []
    }
    if first.start > 0 {
      if first.symbol.isEmpty {
        sounds[0].start = 0
      } else {
        sounds.insert(Sound(symbol: "", start: 0), at: 0)
      }
    }
    return sounds.indices.map { index in
      let end = index + 1 < sounds.count ? sounds[index + 1].start : length
      return Speech.Phoneme(
        sounds[index].symbol, start: Double(sounds[index].start) / Double(rate),
        end: Double(end) / Double(rate))
    }
  }
}
