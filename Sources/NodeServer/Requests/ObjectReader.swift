internal import SceneDocument

/// Takes a JSON object apart, member by member; what nobody asked for is refused by `finish`.
struct ObjectReader {
  private let members: [JSONValue.Member]
  private let pointer: String
  private var known: Set<String> = []

  init(_ value: JSONValue, at pointer: String = "") throws {
    guard case .object(let members) = value else {
      throw Self.wrong(pointer, "must be an object")
    }
    (self.members, self.pointer) = (members, pointer)
  }

  /// The member's value; nil where it is missing or null.
  mutating func value(_ key: String) -> JSONValue? {
    known.insert(key)
    guard let value = members.first(where: { $0.key == key })?.value, value != .null else {
      return nil
    }
    return value
  }

  mutating func string(_ key: String, upTo limit: Int = 4_000) throws -> String? {
    guard let value = value(key) else { return nil }
    guard case .string(let text) = value else { throw wrong(key, "must be a string") }
    guard text.utf8.count <= limit else { throw wrong(key, "is longer than \(limit) bytes") }
    guard !text.utf8.contains(0) else { throw wrong(key, "has a character that no text has") }
    return text
  }

  mutating func requiredString(_ key: String, upTo limit: Int = 4_000) throws -> String {
    guard let text = try string(key, upTo: limit) else { throw wrong(key, "is missing") }
    return text
  }

  mutating func bool(_ key: String) throws -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .bool(let flag) = value else { throw wrong(key, "must be true or false") }
    return flag
  }

  mutating func whole(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let value = value(key) else { return nil }
    guard case .number(let number) = value, let whole = Int(exactly: number), range.contains(whole)
    else {
      throw wrong(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return whole
  }

  mutating func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
    guard let value = value(key) else { return nil }
    guard case .number(let number) = value, range.contains(number) else {
      throw wrong(key, "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ key: String, of type: Word.Type = Word.self
  ) throws -> Word? where Word.RawValue == String {
    guard let text = try string(key) else { return nil }
    guard let word = Word(rawValue: text) else {
      throw wrong(
        key, "must be one of " + Word.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "))
    }
    return word
  }

  /// Refuses members that were not asked for, and doubled ones.
  func finish() throws {
    var seen: Set<String> = []
    for member in members {
      if !known.contains(member.key) {
        throw wrong(String(member.key.prefix(80)), "is not known here")
      }
      if !seen.insert(member.key).inserted { throw wrong(member.key, "is there more than once") }
    }
  }

  /// A 422 about one member.
  func wrong(_ key: String, _ what: String) -> Problem {
    let escaped = key.replacing("~", with: "~0").replacing("/", with: "~1")
    return Self.wrong(pointer + "/" + escaped, what)
  }

  private static func wrong(_ pointer: String, _ what: String) -> Problem {
    let name = pointer.isEmpty ? "the body" : "'\(pointer)'"
    return .invalid(
      "\(name) \(what)",
      diagnostics: [
        [
          "code": "E_REQUEST", "severity": "error", "message": .string("\(name) \(what)"),
          "pointer": .string(pointer),
        ]
      ])
  }
}
