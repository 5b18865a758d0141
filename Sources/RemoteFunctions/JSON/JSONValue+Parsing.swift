extension JSONValue {
  /// Reads JSON text, at most 500 levels deep. Of members with one key the last counts, at the place of the first.
  public init(parsing text: String) throws(JSONError) {
    var scanner = JSONScanner(text)
    self = try scanner.value()
    try scanner.expectEnd()
  }

  /// The same from UTF-8 bytes.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    var scanner = try JSONScanner(bytes)
    self = try scanner.value()
    try scanner.expectEnd()
  }
}

extension JSONScanner {
  /// Reads one value.
  mutating func value() throws(JSONError) -> JSONValue {
    guard let first = peek() else { throw fail("the text ends before its value does") }
    switch first {
    case 0x7B: return .object(try object())
    case 0x5B:
      var items: [JSONValue] = []
      try self.items { (scanner) throws(JSONError) in items.append(try scanner.value()) }
      return .array(items)
    case 0x22: return .string(try string())
    case 0x74:
      try skip("true")
      return true
    case 0x66:
      try skip("false")
      return false
    case 0x6E:
      try skip("null")
      return .null
    default:
      let start = place
      try skipNumber()
      return .number(text(start..<place))
    }
  }

  private mutating func object() throws(JSONError) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    // Small objects are gone through; large ones would take a time that grows with the square.
    var places: [String: Int] = [:]
    try self.members { (scanner, key) throws(JSONError) in
      let value = try scanner.value()
      let known =
        places.isEmpty ? members.firstIndex { $0.key == key } : places[key]
      if let known {
        members[known].value = value
        return
      }
      members.append(JSONValue.Member(key, value))
      if members.count == 16 {
        for (place, member) in members.enumerated() { places[member.key] = place }
      } else if members.count > 16 {
        places[key] = members.count - 1
      }
    }
    return members
  }
}
