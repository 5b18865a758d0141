import Foundation

/// What the letters of a word probably sound like: enough for lips, not for a voice.
enum LetterSounds {
  /// The sounds of all words in their times; each word's over the part of its time in which something is heard.
  static func phonemes(of words: [Speech.Word], duration: Double, envelope: SoundEnvelope)
    -> [Speech.Phoneme]
  {
    guard !words.isEmpty else {
      return [Speech.Phoneme("ə", start: 0, end: duration)]
    }
    return words.flatMap { word -> [Speech.Phoneme] in
      guard word.start.isFinite, word.end.isFinite, word.end > word.start else { return [] }
      let symbols = symbols(of: word.text)
      let (start, end) = envelope.heard(from: word.start, to: word.end)
      let weights = symbols.map { Viseme.of(ipa: $0)[0].isVowel ? 1.4 : 1 }
      let unit = (end - start) / weights.reduce(0, +)
      var passed = 0.0
      return zip(symbols, weights).map { symbol, weight in
        defer { passed += weight }
        return Speech.Phoneme(
          symbol, start: start + passed * unit, end: start + (passed + weight) * unit)
      }
    }
  }

  /// IPA of a word, guessed letter by letter. Never empty for a word that has a letter or a digit.
  static func symbols(of word: String) -> [String] {
    var symbols: [String] = []
    var latin = ""
    func endLatin() {
      symbols += spoken(latin)
      latin = ""
    }
    for scalar in word.precomposedStringWithCanonicalMapping.unicodeScalars {
      if let syllable = hangul(scalar) {
        endLatin()
        symbols += syllable
      } else {
        latin.unicodeScalars.append(scalar)
      }
    }
    endLatin()
    return symbols
  }

  private static let initials = [
    "k", "k", "n", "t", "t", "ɾ", "m", "p", "p", "s", "s", "", "tɕ", "tɕ", "tɕ", "k", "t", "p", "h",
  ]
  private static let vowels = [
    "a", "ɛ", "ja", "jɛ", "ʌ", "e", "jʌ", "je", "o", "wa", "wɛ", "we", "jo", "u", "wʌ", "we", "wi",
    "ju", "ɯ", "ɯi", "i",
  ]
  private static let finals = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p",
    "t", "t", "ŋ", "t", "t", "k", "t", "p", "t",
  ]

  private static func hangul(_ scalar: Unicode.Scalar) -> [String]? {
    guard (0xAC00...0xD7A3).contains(scalar.value) else { return nil }
    let index = Int(scalar.value) - 0xAC00
    return [initials[index / 588], vowels[index % 588 / 28], finals[index % 28]].filter {
      !$0.isEmpty
    }
  }

  private static let pairs = [
    "th": "θ", "sh": "ʃ", "ch": "tʃ", "ph": "f", "ng": "ŋ", "ck": "k", "qu": "kw", "ee": "i",
    "ea": "i", "oo": "u", "ou": "aʊ", "ow": "aʊ", "oi": "ɔɪ", "ai": "eɪ", "ay": "eɪ", "aw": "ɔ",
    "au": "ɔ", "wh": "w",
  ]
  private static let singles: [Character: String] = [
    "a": "a", "b": "b", "c": "k", "d": "d", "e": "ɛ", "f": "f", "g": "g", "h": "h", "i": "ɪ",
    "j": "dʒ", "k": "k", "l": "l", "m": "m", "n": "n", "o": "o", "p": "p", "q": "k", "r": "ɹ",
    "s": "s", "t": "t", "u": "ʌ", "v": "v", "w": "w", "x": "s", "y": "i", "z": "z",
    // As said in English and, near enough for lips, elsewhere: one vowel each.
    "0": "o", "1": "ʌ", "2": "u", "3": "i", "4": "ɔ", "5": "a", "6": "ɪ", "7": "ɛ", "8": "e",
    "9": "a", "%": "ə", "&": "a",
  ]

  /// Latin letters after a plain English manner; others are transliterated first.
  private static func spoken(_ text: String) -> [String] {
    guard !text.isEmpty else { return [] }
    let ascii = text.utf8.allSatisfy { $0 < 0x80 }
    let latin =
      ascii
      ? text
      : text.applyingTransform(.toLatin, reverse: false)?
        .applyingTransform(.stripDiacritics, reverse: false) ?? text
    let letters = Array(latin.lowercased())
    var symbols: [String] = []
    var index = 0
    while index < letters.count {
      if index + 1 < letters.count, let pair = pairs[String(letters[index...index + 1])] {
        symbols.append(pair)
        index += 2
        continue
      }
      if let single = singles[letters[index]] {
        // A silent e at the end, where the word has another vowel.
        let isSilent =
          letters[index] == "e" && index == letters.count - 1 && index > 2
          && symbols.contains { Viseme.of(ipa: $0)[0].isVowel }
        if !isSilent { symbols.append(single) }
      } else if letters[index].isLetter || letters[index].isNumber {
        symbols.append("ə")
      }
      index += 1
    }
    return symbols
  }
}

extension SoundEnvelope {
  /// The part of a time in which something is heard; all of it where nothing is.
  func heard(from start: Double, to end: Double) -> (Double, Double) {
    let low = max(0, Int(min(start, 1e6) / Self.step))
    let high = min(levels.count, Int(min(end, 1e6) / Self.step) + 1)
    guard low < high, let first = levels[low..<high].firstIndex(where: { $0 > 0 }),
      let last = levels[low..<high].lastIndex(where: { $0 > 0 }), last > first
    else { return (start, end) }
    return (max(start, Double(first) * Self.step), min(end, Double(last + 1) * Self.step))
  }
}
