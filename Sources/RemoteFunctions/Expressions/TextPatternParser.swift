/// Reads a pattern in RE2's syntax.
struct TextPatternParser {
  private static let longest = 2000
  private static let deepest = 50
  private static let mostRepetitions = 1000

  private struct Flags {
    var ignoresCase = false
    var dotTakesLines = false
    var isMultiline = false
  }

  private let scalars: [Unicode.Scalar]
  private var place = 0
  private var depth = 0
  private var flags = Flags()

  init(_ text: String) throws(TextPatternError) {
    scalars = Array(text.unicodeScalars)
    if scalars.count > Self.longest {
      throw TextPatternError(problem: "it has more than \(Self.longest) characters")
    }
  }

  mutating func parse() throws(TextPatternError) -> TextPatternNode {
    let node = try choice()
    if place < scalars.count { throw TextPatternError(problem: "')' has no '('") }
    return node
  }

  private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    place += 1
    return true
  }

  private mutating func choice() throws(TextPatternError) -> TextPatternNode {
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(TextPatternError) -> TextPatternNode {
    var nodes: [TextPatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      nodes.append(try repetition())
    }
    return .sequence(nodes)
  }

  private mutating func repetition() throws(TextPatternError) -> TextPatternNode {
    var node = try atom()
    var count = 0
    while let (least, most) = try bounds() {
      count += 1
      if count > 4 { throw TextPatternError(problem: "too many repetitions follow one another") }
      // Whether as few as possible are taken makes no difference to whether there is a match.
      _ = take("?")
      node = .repeated(node, least: least, most: most)
    }
    return node
  }

  private mutating func bounds() throws(TextPatternError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    let start = place
    guard take("{"), let least = number() else {
      place = start
      return nil
    }
    var most: Int? = least
    if take(",") { most = number() }
    guard take("}") else {
      place = start
      return nil
    }
    if least > Self.mostRepetitions || most ?? 0 > Self.mostRepetitions || most ?? least < least {
      throw TextPatternError(
        problem: "a repetition is from 0 to \(Self.mostRepetitions), the smaller number first")
    }
    return (least, most)
  }

  private mutating func number() -> Int? {
    let start = place
    while next?.isDigit == true, place - start < 5 { place += 1 }
    return scalars[start..<place].reduce(Int?.none) { ($0 ?? 0) * 10 + Int($1.value - 0x30) }
  }

  // MARK: Atoms

  private mutating func atom() throws(TextPatternError) -> TextPatternNode {
    guard let scalar = next else { return .empty }
    place += 1
    switch scalar {
    case "(": return try group()
    case "[": return .scalars(try brackets())
    case ".": return .scalars(flags.dotTakesLines ? .all : .line)
    case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
    case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
    case "\\": return try escape()
    case "*", "+", "?": throw TextPatternError(problem: "'\(scalar)' has nothing to repeat")
    default: return .scalars(.one(scalar, ignoresCase: flags.ignoresCase))
    }
  }

  private mutating func group() throws(TextPatternError) -> TextPatternNode {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.deepest {
      throw TextPatternError(problem: "it is nested deeper than \(Self.deepest) levels")
    }
    let outer = flags
    if take("?"), try !groupBegins() { return .empty }
    let node = try choice()
    guard take(")") else { throw TextPatternError(problem: "'(' has no ')'") }
    flags = outer
    return node
  }

  /// Reads what follows `(?`. False for flags alone, which count for the rest of the group around them.
  private mutating func groupBegins() throws(TextPatternError) -> Bool {
    if take("P") || next == "<" { return try name() }
    var isOn = true
    while let letter = next {
      place += 1
      switch letter {
      case "i": flags.ignoresCase = isOn
      case "s": flags.dotTakesLines = isOn
      case "m": flags.isMultiline = isOn
      case "U": break
      case "-": isOn = false
      case ":": return true
      case ")": return false
      default:
        throw TextPatternError(problem: "there is no group '(?\(letter)'; nothing looks ahead")
      }
    }
    throw TextPatternError(problem: "'(' has no ')'")
  }

  private mutating func name() throws(TextPatternError) -> Bool {
    guard take("<"), next?.isNameStart == true else {
      throw TextPatternError(problem: "a group's name is written as (?P<name>…)")
    }
    while next?.isNamePart == true { place += 1 }
    guard take(">") else { throw TextPatternError(problem: "a group's name ends with '>'") }
    return true
  }

  private mutating func escape() throws(TextPatternError) -> TextPatternNode {
    guard let letter = next else { throw TextPatternError(problem: "it ends with a backslash") }
    let assertions: [Unicode.Scalar: TextPattern.Assertion] = [
      "A": .textStart, "z": .textEnd, "b": .wordEdge, "B": .noWordEdge,
    ]
    if let assertion = assertions[letter] {
      place += 1
      return .assertion(assertion)
    }
    if letter == "Q" { return quoted() }
    var set = ScalarSet(ignoresCase: flags.ignoresCase)
    try addEscape(to: &set)
    return .scalars(set)
  }

  /// `\Q…\E`: as it stands.
  private mutating func quoted() -> TextPatternNode {
    place += 1
    var nodes: [TextPatternNode] = []
    while let scalar = next {
      place += 1
      if scalar == "\\", take("E") { break }
      nodes.append(.scalars(.one(scalar, ignoresCase: flags.ignoresCase)))
    }
    return .sequence(nodes)
  }

  // MARK: Sets

  private static let words: [Unicode.Scalar: [ClosedRange<UInt32>]] = [
    "d": [0x30...0x39], "s": [0x09...0x0A, 0x0C...0x0D, 0x20...0x20],
    "w": [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A],
  ]

  private static let controls: [Unicode.Scalar: UInt32] = [
    "n": 0x0A, "t": 0x09, "r": 0x0D, "f": 0x0C, "v": 0x0B, "a": 0x07,
  ]

  /// Reads what follows a backslash; gives the character where it is a single one.
  @discardableResult
  private mutating func addEscape(to set: inout ScalarSet) throws(TextPatternError) -> UInt32? {
    guard let letter = next else { throw TextPatternError(problem: "it ends with a backslash") }
    place += 1
    if letter == "p" || letter == "P" {
      set.categories.append(try category(isNegated: letter == "P"))
      return nil
    }
    if let ranges = Self.words[letter] {
      set.ranges += ranges
      return nil
    }
    if let lower = letter.properties.lowercaseMapping.unicodeScalars.first,
      lower != letter, let ranges = Self.words[lower]
    {
      set.ranges += Self.outside(ranges)
      return nil
    }
    let value: UInt32
    if letter == "x" {
      value = try hexadecimal()
    } else if let control = Self.controls[letter] {
      value = control
    } else if letter.isNamePart {
      throw TextPatternError(problem: "there is no '\\\(letter)'")
    } else {
      value = letter.value
    }
    set.ranges.append(value...value)
    return value
  }

  /// All characters but these, which are in order.
  private static func outside(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var others: [ClosedRange<UInt32>] = []
    var from: UInt32 = 0
    for range in ranges {
      if from < range.lowerBound { others.append(from...range.lowerBound - 1) }
      from = range.upperBound + 1
    }
    return others + [from...0x10FFFF]
  }

  private mutating func hexadecimal() throws(TextPatternError) -> UInt32 {
    let isLong = take("{")
    let start = place
    while next?.isHexDigit == true, place - start < (isLong ? 6 : 2) { place += 1 }
    let digits = scalars[start..<place].map { String($0) }.joined()
    guard let value = UInt32(digits, radix: 16), value <= 0x10FFFF, !isLong || take("}") else {
      throw TextPatternError(problem: "'\\x' is followed by two digits or {digits}")
    }
    return value
  }

  private mutating func category(isNegated: Bool) throws(TextPatternError) -> ScalarCategory {
    var name = ""
    if take("{") {
      while let scalar = next, scalar != "}" {
        name.unicodeScalars.append(scalar)
        place += 1
      }
      _ = take("}")
    } else if let scalar = next {
      name.unicodeScalars.append(scalar)
      place += 1
    }
    let isTurned = name.hasPrefix("^")
    if isTurned { name.removeFirst() }
    guard ScalarCategory.names.contains(name) else {
      throw TextPatternError(problem: "there is no class '\\p{\(name)}' here")
    }
    return ScalarCategory(name: name, isNegated: isNegated != isTurned)
  }

  private mutating func brackets() throws(TextPatternError) -> ScalarSet {
    var set = ScalarSet(ignoresCase: flags.ignoresCase)
    set.isNegated = take("^")
    var isFirst = true
    while let scalar = next {
      place += 1
      if scalar == "]", !isFirst { return set }
      isFirst = false
      if scalar == "[", next == ":" {
        try addClass(to: &set)
        continue
      }
      let first = scalar == "\\" ? try addEscape(to: &set) : scalar.value
      if let first { try addRange(from: first, to: &set) }
    }
    throw TextPatternError(problem: "'[' has no ']'")
  }

  private mutating func addRange(
    from first: UInt32, to set: inout ScalarSet
  ) throws(TextPatternError) {
    guard next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
      set.ranges.append(first...first)
      return
    }
    place += 1
    guard let scalar = next else { return }
    place += 1
    var other = ScalarSet()
    let last = scalar == "\\" ? try addEscape(to: &other) : scalar.value
    guard let last, first <= last else {
      throw TextPatternError(problem: "a range in '[…]' ends before it begins")
    }
    set.ranges.append(first...last)
  }

  private static let classes: [String: [ClosedRange<UInt32>]] = [
    "alpha": [0x41...0x5A, 0x61...0x7A], "digit": [0x30...0x39],
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "upper": [0x41...0x5A],
    "lower": [0x61...0x7A], "space": [0x09...0x0D, 0x20...0x20],
    "blank": [0x09...0x09, 0x20...0x20],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
    "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
    "word": [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A], "cntrl": [0...0x1F, 0x7F...0x7F],
    "print": [0x20...0x7E], "graph": [0x21...0x7E], "ascii": [0...0x7F],
  ]

  /// `[:alpha:]` and `[:^alpha:]`.
  private mutating func addClass(to set: inout ScalarSet) throws(TextPatternError) {
    place += 1
    let isTurned = take("^")
    let start = place
    while next?.isLetter == true { place += 1 }
    let name = scalars[start..<place].map { String($0) }.joined()
    guard let ranges = Self.classes[name], take(":"), take("]") else {
      throw TextPatternError(problem: "there is no class '[:\(name):]'")
    }
    set.ranges += isTurned ? Self.outside(ranges) : ranges
  }
}
