/// How long a text takes to speak, before anybody has spoken it.
enum SpeechRate {
  /// Seconds, its pauses with them: about 2.5 English words or 4.5 Korean syllables in a second.
  static func seconds(_ text: String) -> Double {
    var seconds = 0.0
    var wordLetters = 0
    func endWord() -> Double {
      defer { wordLetters = 0 }
      return wordLetters == 0 ? 0 : 0.21 + 0.032 * Double(wordLetters)
    }
    for character in text {
      guard let scalar = character.unicodeScalars.first else { continue }
      if Scripts.isHangul(scalar) {
        seconds += endWord() + 0.19
      } else if Scripts.isKana(scalar) {
        seconds += endWord() + 0.14
      } else if Scripts.isHan(scalar) {
        seconds += endWord() + 0.25
      } else if character.isNumber {
        seconds += endWord() + 0.27
      } else if character.isLetter {
        wordLetters += 1
      } else {
        seconds += endWord() + pause(character)
      }
    }
    return seconds + endWord()
  }

  private static func pause(_ character: Character) -> Double {
    switch character {
    case ".", "!", "?", "。", "！", "？": 0.32
    case ",", ";", ":", "、", "，", "–", "—": 0.16
    case "%", "°", "$", "€", "₩": 0.4
    default: 0
    }
  }
}
