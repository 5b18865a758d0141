/// The text of one cue without its markup, and the times that WebVTT has inside it.
///
/// Tags and override blocks are taken out, character references put in place, control characters
/// dropped. What only looks like markup (`a < b`, `<3`) stays.
struct CueText {
  /// Lines parted by line feeds, without blank ones.
  private(set) var lines = ""
  /// Text and the time from which it is spoken; nil for what stands before the first time.
  private(set) var timed: [(start: Int64?, text: String)] = []

  private let scalars: [Unicode.Scalar]
  private let allowsAnyTag: Bool
  private var index = 0
  private var text = ""
  /// Inside ruby's small text, which is a way to read the letters below and not more of them.
  private var isRubyText = false

  /// - Parameter isVTT: any tag is one; SubRip knows a few, and `{\…}`.
  init(_ raw: String, isVTT: Bool) {
    scalars = Array(raw.unicodeScalars)
    allowsAnyTag = isVTT
    while index < scalars.count { step() }
    timed.append((timed.isEmpty ? nil : pendingStart, text))
    lines = Self.tidy(timed.map(\.text).joined())
  }

  private var pendingStart: Int64?
  private var ends: [Unicode.Scalar: Int] = [:]

  /// Longer tags are none.
  private static let maximumTag = 1000

  private mutating func step() {
    let scalar = scalars[index]
    switch scalar {
    case "<": if !tag() { add(scalar) }
    case "{": if !override() { add(scalar) }
    case "&": if !reference() { add(scalar) }
    // A line break of the SSA family, which many SubRip files carry on.
    case "\\" where !allowsAnyTag && scalars.dropFirst(index + 1).first == "N":
      index += 1
      add("\n")
    default: add(scalar)
    }
  }

  private mutating func add(_ scalar: Unicode.Scalar) {
    index += 1
    guard !isRubyText else { return }
    switch scalar {
    case "\n": text.unicodeScalars.append(scalar)
    case "\t", "\u{2028}", "\u{2029}": text.unicodeScalars.append(" ")
    case "\u{FEFF}": break
    case _ where scalar.properties.generalCategory == .control: break
    default: text.unicodeScalars.append(scalar)
    }
  }

  /// The place of the next `>`, or of the next `}`; each is looked for only when the last is passed.
  private mutating func find(_ end: Unicode.Scalar) -> Int? {
    if let place = ends[end], place >= index { return place == Int.max ? nil : place }
    let place = scalars[index...].firstIndex(of: end)
    ends[end] = place ?? Int.max
    return place
  }

  // MARK: Tags

  private static let known: Set = [
    "i", "b", "u", "s", "c", "v", "em", "strong", "font", "span", "lang", "ruby", "rt", "br",
  ]

  private mutating func tag() -> Bool {
    guard let end = find(">"), end - index <= Self.maximumTag else { return false }
    let body = String(String.UnicodeScalarView(scalars[index + 1..<end]))
    if let time = Self.time(body) {
      timed.append((pendingStart, text))
      (pendingStart, text) = (time, "")
      index = end + 1
      return true
    }
    let isClosing = body.hasPrefix("/")
    let name = body.drop { $0 == "/" }.prefix { $0.isASCII && $0.isLetter }.lowercased()
    let isTag =
      allowsAnyTag
      ? !name.isEmpty || (isClosing && body.count == 1) : Self.known.contains(name)
    guard isTag else { return false }
    index = end + 1
    if name == "rt" { isRubyText = !isClosing }
    if name == "ruby", isClosing { isRubyText = false }
    if name == "br" { text += "\n" }
    return true
  }

  private static func time(_ body: String) -> Int64? {
    guard body.utf8.first.map({ $0 &- 0x30 < 10 }) == true, body.utf8.count <= 40 else {
      return nil
    }
    let bytes = Array(body.utf8)
    var scanner = CueTimes.Scanner(bytes: bytes[...])
    guard let time = scanner.time(), time.isFull, scanner.isAtEnd else { return nil }
    return time.microseconds
  }

  /// `{\an8}` and its like, of SubRip files made from other formats.
  private mutating func override() -> Bool {
    guard index + 1 < scalars.count, scalars[index + 1] == "\\", let end = find("}"),
      end - index <= Self.maximumTag
    else { return false }
    index = end + 1
    return true
  }

  // MARK: Character references

  private static let names: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}",
    "lrm": "\u{200E}", "rlm": "\u{200F}",
  ]

  private mutating func reference() -> Bool {
    let limit = min(scalars.count, index + 12)
    guard let end = (index..<limit).first(where: { scalars[$0] == ";" }) else { return false }
    let name = String(String.UnicodeScalarView(scalars[index + 1..<end]))
    guard let scalar = Self.names[name] ?? Self.numbered(name) else { return false }
    index = end
    add(scalar)
    return true
  }

  private static func numbered(_ name: String) -> Unicode.Scalar? {
    guard name.hasPrefix("#") else { return nil }
    let digits = name.dropFirst()
    let number =
      digits.first == "x" || digits.first == "X"
      ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return number.flatMap(Unicode.Scalar.init)
  }

  // MARK: Tidying

  /// Without blank lines, and without blanks around lines.
  private static func tidy(_ text: String) -> String {
    text.split(separator: "\n").map { $0.trimmingSpaces() }.filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  /// The words with the times inside the text, between the cue's own; empty where it has none, or where
  /// they do not rise.
  func words(from start: Int64, to end: Int64) -> [TimedWord] {
    guard timed.count > 1 else { return [] }
    var words: [TimedWord] = []
    var latest = start
    for (index, part) in timed.enumerated() {
      let from = part.start ?? start
      let to = index + 1 < timed.count ? timed[index + 1].start ?? end : end
      guard from >= latest, to >= from, to <= end else { return [] }
      latest = from
      words += TimedCue.share(part.text, from: from, to: to)
    }
    return words
  }
}
