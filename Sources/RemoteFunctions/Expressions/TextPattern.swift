/// A regular expression of RE2's kind: no back references, and a time that grows with pattern and text alone.
struct TextPattern: Sendable {
  enum Instruction: Sendable {
    case scalars(ScalarSet)
    case split(Int, Int)
    case jump(Int)
    case assertion(Assertion)
    case found
  }

  enum Assertion: Sendable { case textStart, textEnd, lineStart, lineEnd, wordEdge, noWordEdge }

  private let program: [Instruction]

  var size: Int { program.count }

  /// Throws where the pattern is wrong, or larger than allowed.
  init(_ text: String) throws(TextPatternError) {
    var parser = try TextPatternParser(text)
    var builder = TextPatternBuilder()
    try builder.add(parser.parse())
    try builder.append(.found)
    program = builder.program
  }

  /// Whether some part of the text fits. `charge` is told of the work from time to time, and may end it.
  func isFound<Failure: Error>(
    in text: String, charge: (Int) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    var search = Search(program: program)
    var previous: Unicode.Scalar?
    var uncharged = 0
    for scalar in text.unicodeScalars {
      if search.begin(previous, scalar) { return true }
      uncharged += search.current.count + 2
      if uncharged > 256 {
        try charge(uncharged / 8)
        uncharged = 0
      }
      search.step(scalar)
      previous = scalar
    }
    return search.begin(previous, nil)
  }
}

/// A pattern that is not one.
struct TextPatternError: Error, Equatable {
  let problem: String
}

/// All places of the program at which one can be after the text so far (Thompson's construction).
private struct Search {
  let program: [TextPattern.Instruction]
  var current: [Int] = []
  private var next: [Int] = [0]
  /// In which round each place was last reached.
  private var seen: [Int]
  private var round = 0
  private var open: [Int] = []

  init(program: [TextPattern.Instruction]) {
    self.program = program
    seen = [Int](repeating: 0, count: program.count)
  }

  /// Follows all that needs no character; gives whether the end is reached.
  mutating func begin(_ previous: Unicode.Scalar?, _ following: Unicode.Scalar?) -> Bool {
    round += 1
    current.removeAll(keepingCapacity: true)
    // A match may begin anywhere.
    next.append(0)
    for place in next {
      open.append(place)
      while let place = open.popLast() {
        if seen[place] == round { continue }
        seen[place] = round
        switch program[place] {
        case .found:
          open.removeAll()
          return true
        case .jump(let target): open.append(target)
        case .split(let first, let second): open += [second, first]
        case .assertion(let assertion):
          if assertion.holds(previous, following) { open.append(place + 1) }
        case .scalars: current.append(place)
        }
      }
    }
    return false
  }

  mutating func step(_ scalar: Unicode.Scalar) {
    next.removeAll(keepingCapacity: true)
    for place in current {
      if case .scalars(let set) = program[place], set.contains(scalar) { next.append(place + 1) }
    }
  }
}

extension TextPattern.Assertion {
  fileprivate func holds(_ previous: Unicode.Scalar?, _ following: Unicode.Scalar?) -> Bool {
    switch self {
    case .textStart: previous == nil
    case .textEnd: following == nil
    case .lineStart: previous == nil || previous == "\n"
    case .lineEnd: following == nil || following == "\n"
    case .wordEdge: (previous?.isNamePart ?? false) != (following?.isNamePart ?? false)
    case .noWordEdge: (previous?.isNamePart ?? false) == (following?.isNamePart ?? false)
    }
  }
}

/// Characters that one place of a pattern takes.
struct ScalarSet: Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  var categories: [ScalarCategory] = []
  var isNegated = false
  var ignoresCase = false

  static let all = ScalarSet(ranges: [0...0x10FFFF])
  static let line = ScalarSet(ranges: [0x0A...0x0A], isNegated: true)

  static func one(_ scalar: Unicode.Scalar, ignoresCase: Bool) -> ScalarSet {
    ScalarSet(ranges: [scalar.value...scalar.value], ignoresCase: ignoresCase)
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    if holds(scalar) { return !isNegated }
    if ignoresCase, Self.variants(scalar).contains(where: holds) { return !isNegated }
    return isNegated
  }

  private func holds(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) } || categories.contains { $0.contains(scalar) }
  }

  private static func variants(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { text in
      let scalars = text.unicodeScalars
      return scalars.count == 1 ? scalars.first : nil
    }
  }
}

/// `\pL`, `\P{Nd}`: by Unicode's general categories.
struct ScalarCategory: Sendable {
  /// One or two letters.
  let name: String
  var isNegated = false

  static let names: Set<String> = [
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "N", "Nd", "Nl", "No", "P", "S", "Z", "M", "C",
  ]

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let own = Self.name(scalar.properties.generalCategory)
    return (name.utf8.count == 1 ? own.hasPrefix(name) : own == name) != isNegated
  }

  private static func name(_ category: Unicode.GeneralCategory) -> String {
    switch category {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .nonspacingMark, .spacingMark, .enclosingMark: "M"
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: "S"
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: "Z"
    case .control, .format, .surrogate, .privateUse, .unassigned: "C"
    default: "P"
    }
  }
}
