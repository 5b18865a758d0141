/// A problem found while reading, before its place is turned into pointer, line and column.
struct Finding {
  var code: DiagnosticCode
  /// Where in the text: a key's or a value's first byte.
  var place: Int32
  var end: Int32
  var message: Message
  var allowed: [String] = []
  var repair: Repair?

  enum Message {
    case whole(String)
    /// Follows the quoted name of the key that holds the value: "'opacity' " + "must be …".
    case aboutValue(String)
  }

  /// What would put it right.
  struct Repair {
    enum Change {
      /// The key at `place` gets another name.
      case rename(String)
      /// The value at `place` becomes another.
      case replace(JSONValue)
    }
    var change: Change
    var suggestion: String
    /// No other candidate is as near, and the meaning is the same.
    var isSingle = true
  }

  init(
    _ code: DiagnosticCode, key member: JSONMember, _ message: String, allowed: [String] = [],
    repair: Repair? = nil
  ) {
    (self.code, place, end) = (code, member.keyStart, member.keyEnd)
    (self.message, self.allowed, self.repair) = (.whole(message), allowed, repair)
  }

  init(
    _ code: DiagnosticCode, value node: JSONNode, _ message: Message, allowed: [String] = [],
    repair: Repair? = nil
  ) {
    (self.code, place, end) = (code, node.start, node.end)
    if case .array = node.value { end = node.start + 1 }
    if case .object = node.value { end = node.start + 1 }
    (self.message, self.allowed, self.repair) = (message, allowed, repair)
  }

  init(_ code: DiagnosticCode, bytes: Range<Int>, _ message: String) {
    (self.code, place, end) = (code, Int32(bytes.lowerBound), Int32(bytes.upperBound))
    self.message = .whole(message)
  }
}

/// Gathers findings. The same code at the same place is told once, but one object may miss many keys.
struct Findings {
  private(set) var list: [Finding] = []
  private var seen: Set<Key> = []
  /// Values about which nothing more is said, because they are known to be wrong.
  private var settled: Set<Int32> = []

  private struct Key: Hashable {
    var code: DiagnosticCode
    var place: Int32
    var message: String?
  }

  mutating func add(_ finding: Finding) {
    guard !settled.contains(finding.place) else { return }
    var key = Key(code: finding.code, place: finding.place)
    if finding.code == .missingKey, case .whole(let text) = finding.message { key.message = text }
    if seen.insert(key).inserted { list.append(finding) }
  }

  /// Adds a finding and silences later ones about the same value.
  mutating func settle(_ finding: Finding) {
    add(finding)
    settled.insert(finding.place)
  }

  mutating func append(_ other: Findings) {
    for finding in other.list { add(finding) }
    settled.formUnion(other.settled)
  }

  var hasErrors: Bool { list.contains { $0.code.severity == .error } }
}
