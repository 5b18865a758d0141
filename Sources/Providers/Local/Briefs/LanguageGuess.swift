/// Judges a text's language by its letters, and languages in Latin letters by their small words.
enum LanguageGuess {
  /// BCP 47; `en` where there is nothing to go by.
  static func language(of texts: [String]) -> String {
    var counts: [String: Double] = [:]
    var words: [Substring: Int] = [:]
    var traditional = 0
    var simplified = 0
    // A book's beginning says what its end would.
    for text in texts.prefix(4000) {
      for scalar in text.unicodeScalars {
        guard let (script, weight) = script(scalar) else { continue }
        counts[script, default: 0] += weight
        if script == "han" {
          traditional += Self.traditional.contains(scalar) ? 1 : 0
          simplified += Self.simplified.contains(scalar) ? 1 : 0
        }
      }
      for word in text.lowercased().split(whereSeparator: { !$0.isLetter }).prefix(400) {
        words[Substring(String(word)), default: 0] += 1
      }
    }
    guard let (script, _) = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else {
      return "en"
    }
    switch script {
    case "han" where counts["kana", default: 0] > counts["han", default: 0] * 0.08: return "ja"
    case "han": return traditional > simplified ? "zh-Hant" : "zh"
    case "latin": return latin(words)
    default: return script
    }
  }

  /// A syllable's sign counts for as much as the letters of one.
  private static func script(_ scalar: Unicode.Scalar) -> (String, Double)? {
    if Scripts.isHangul(scalar) { return ("ko", 2.5) }
    if Scripts.isKana(scalar) { return ("ja", 2) }
    if Scripts.isHan(scalar) { return ("han", 2.5) }
    guard scalar.properties.isAlphabetic else { return nil }
    return switch scalar.value {
    case 0x41...0x24F, 0x1E00...0x1EFF: ("latin", 1)
    case 0x370...0x3FF, 0x1F00...0x1FFF: ("el", 1)
    case 0x400...0x52F: ("ru", 1)
    case 0x531...0x58F: ("hy", 1)
    case 0x590...0x5FF: ("he", 1)
    case 0x600...0x6FF: ("ar", 1)
    case 0x900...0x97F: ("hi", 1)
    case 0x980...0x9FF: ("bn", 1)
    case 0xB80...0xBFF: ("ta", 1)
    case 0xE00...0xE7F: ("th", 1)
    case 0x10A0...0x10FF: ("ka", 1)
    default: nil
    }
  }

  private static func latin(_ words: [Substring: Int]) -> String {
    var best = (language: "en", hits: 0)
    for (language, small) in smallWords {
      let hits = small.split(separator: " ").reduce(0) { $0 + words[$1, default: 0] }
      if hits > best.hits { best = (language, hits) }
    }
    return best.language
  }

  static let smallWords: [(String, String)] = [
    ("en", "the of and to is that it was for with are this be on by from at as not have"),
    (
      "de", "der die das und ist nicht ein eine zu den mit von für auf dem sich auch wird im werden"
    ),
    ("fr", "le la les et est des une un du dans que pour qui sur au avec pas sont ce il"),
    ("es", "el la los las y es de que en una por con para del se un como más su son"),
    ("it", "il la che di e è per un una con del della non sono gli le nel si da più"),
    ("pt", "o a os as e é de que em um uma para com não do da dos das se são"),
    ("nl", "de het een en van is dat niet op te zijn voor met die aan ook wordt bij er"),
    ("sv", "och att det är som en på av för den inte med till ett har om var de"),
    ("pl", "i w na z że się nie do jest to jak po od przez dla są oraz który"),
    ("tr", "ve bir bu için ile da de olarak çok daha olan gibi kadar değil ne"),
    ("id", "yang dan di untuk dengan pada ini dari adalah tidak dalam itu akan ke atau"),
    ("vi", "và của là có được cho trong một không với các người này để những"),
  ]
  private static let traditional: Set<Unicode.Scalar> = Set(
    "這國個來時說們對會學為過後發東車長門開關電點體與萬無".unicodeScalars)
  private static let simplified: Set<Unicode.Scalar> = Set(
    "这国个来时说们对会学为过后发东车长门开关电点体与万无".unicodeScalars)
}

extension LanguageGuess {
  /// `en` of `en-GB`.
  static func base(_ language: String) -> String {
    language.split { $0 == "-" || $0 == "_" }.first.map { $0.lowercased() } ?? language
  }

  static func isLatin(_ language: String) -> Bool { smallWords.contains { $0.0 == base(language) } }
}
