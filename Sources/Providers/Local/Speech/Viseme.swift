/// A shape of the mouth that several sounds share.
public enum Viseme: String, Sendable, Hashable, Codable, CaseIterable {
  /// Silence: lips together without force.
  case closed
  /// m, b, p: lips pressed together.
  case pressed
  /// f, v: the lower lip at the upper teeth.
  case teethOnLip = "teeth_on_lip"
  /// th, l: the tongue behind or between the teeth.
  case tongue
  /// s, z, t, d, n: teeth nearly together.
  case narrow
  /// sh, ch, j, and r: teeth together, lips forward.
  case forward
  /// k, g, ng, h: made behind the lips, which take the shape of the vowel beside them.
  case back
  /// a as in father.
  case open
  /// e, uh, schwa: half open.
  case mid
  /// i as in see: spread.
  case wide
  /// o: open and round.
  case round
  /// u, w: lips nearly closed and pushed forward.
  case pucker

  /// The shapes a sound goes through, a diphthong two of them. Empty symbols are silence; a symbol that is not known is
  /// half open, since it is heard.
  public static func of(ipa symbol: String) -> [Viseme] {
    let scalars = symbol.unicodeScalars
    guard !scalars.isEmpty else { return [.closed] }
    var shapes: [Viseme] = []
    for scalar in scalars {
      guard let shape = table[scalar], shape != shapes.last else { continue }
      shapes.append(shape)
    }
    // An affricate, such as t followed by sh, is one movement: the shape it ends in.
    if shapes.count > 1, shapes.allSatisfy({ !$0.isVowel }) { return [shapes[shapes.count - 1]] }
    return shapes.isEmpty ? [.mid] : shapes
  }

  /// Its sound can be held with the mouth open.
  public var isVowel: Bool {
    switch self {
    case .open, .mid, .wide, .round, .pucker: true
    default: false
    }
  }

  static func isKnown(_ letter: Unicode.Scalar) -> Bool { table[letter] != nil }

  /// Letters of the IPA, as espeak-ng and Flite's phones write them; length, stress and aspiration are not in it.
  private static let table: [Unicode.Scalar: Viseme] = {
    let groups: [(Viseme, String)] = [
      (.pressed, "mbpɓʙ"),
      (.teethOnLip, "fvɱʋɸβ"),
      (.tongue, "θðlɫɬɮʎɭɺ"),
      (.narrow, "sztdnɾrɗʈɖɳʂʐǀ"),
      (.forward, "ʃʒɕʑɹɻɽçtʧʤʨʥ"),
      (.back, "kgɡŋhxɣqɢχʁħʕɦʔʝɲcɟɰɴʀɠʛ"),
      (.open, "aɑɐæʌɒä"),
      (.mid, "eɛəɜɚɝɘɞɤ"),
      (.wide, "iɪɨjᵻɯ"),
      (.round, "oɔøœɵɶ"),
      (.pucker, "uʊwʉʏyɥʍ"),
    ]
    var table: [Unicode.Scalar: Viseme] = [:]
    for (shape, letters) in groups {
      for letter in letters.unicodeScalars where table[letter] == nil { table[letter] = shape }
    }
    return table
  }()
}
