/// Why a text is not JSON, and at which byte.
struct JSONSyntaxError: Error {
  var offset: Int
  var message: String
  /// A limit was passed; the text itself may be sound.
  var isLimit = false
  /// Keys and indices from the innermost container outwards.
  var path: [String] = []
}

/// Reads JSON text strictly: RFC 8259 in UTF-8 and nothing beyond it.
///
/// Works on bytes and keeps the place of every value. Any bytes whatever give a tree or an error.
struct JSONReader {
  static let maximumBytes = 8 * 1024 * 1024
  static let maximumDepth = 32
  static let maximumString = 64 * 1024

  let bytes: [UInt8]
  var index = 0
  /// Places of members whose key the same object has already.
  var duplicates: [JSONMember] = []
  /// Strings and keys longer than the limit, by their places.
  var longStrings: [Range<Int>] = []
  /// Numbers beyond the range of a double.
  var hugeNumbers: [Range<Int>] = []
  /// True once any string holds a `$`.
  var hasDollar = false
  /// True once any key begins with `x-`.
  var hasPrivateKeys = false
  /// True once any object has a list of silenced warnings.
  var hasAllowance = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The one value of the text.
  mutating func document() throws(JSONSyntaxError) -> JSONNode {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw error(at: 0, "the text begins with a byte order mark: save it as UTF-8 without one")
    }
    skipSpace()
    let node = try value(depth: 1)
    skipSpace()
    if index < bytes.count { throw unexpected("the end of the text") }
    return node
  }

  /// The byte at the reading place; 0, which no JSON text holds unescaped, at the end.
  var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

  mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      default: return
      }
    }
  }

  mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONNode {
    let start = index
    switch current {
    case UInt8(ascii: "\""):
      let text = try string()
      return JSONNode(.string(text), from: start, to: index)
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let number = try number()
      return JSONNode(.number(number), from: start, to: index)
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw unexpected("a value")
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONNode.Value
  ) throws(JSONSyntaxError) -> JSONNode {
    let start = index
    for byte in word.description.utf8 {
      guard current == byte else { throw unexpected("'\(word)'") }
      index += 1
    }
    return JSONNode(value, from: start, to: index)
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONNode {
    let start = try open(depth: depth)
    var items: [JSONNode] = []
    skipSpace()
    if current == UInt8(ascii: "]") {
      index += 1
      return JSONNode(.array(items), from: start, to: index)
    }
    while true {
      do throws(JSONSyntaxError) {
        items.append(try value(depth: depth + 1))
      } catch {
        throw error.inside(String(items.count))
      }
      skipSpace()
      if try close(UInt8(ascii: "]")) { break }
    }
    return JSONNode(.array(items), from: start, to: index)
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONNode {
    let start = try open(depth: depth)
    var members = MemberList()
    skipSpace()
    if current == UInt8(ascii: "}") {
      index += 1
      return JSONNode(.object([]), from: start, to: index)
    }
    while true {
      let keyStart = index
      guard current == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
      let key = try string()
      let keyEnd = index
      if keyEnd - keyStart > 3, bytes[keyStart + 1] == UInt8(ascii: "x") { note(privateKey: key) }
      skipSpace()
      guard current == UInt8(ascii: ":") else { throw unexpected("':' after the key") }
      index += 1
      skipSpace()
      do throws(JSONSyntaxError) {
        let member = JSONMember(
          key: key, keyStart: Int32(keyStart), keyEnd: Int32(keyEnd),
          node: try value(depth: depth + 1))
        if !members.append(member) { duplicates.append(member) }
      } catch {
        throw error.inside(key)
      }
      skipSpace()
      if try close(UInt8(ascii: "}")) { break }
    }
    return JSONNode(.object(members.list), from: start, to: index)
  }

  private mutating func note(privateKey key: String) {
    if key.hasPrefix("x-") { hasPrivateKeys = true }
    if key == "x-allow" { hasAllowance = true }
  }

  /// Steps over an opening bracket and gives its place.
  private mutating func open(depth: Int) throws(JSONSyntaxError) -> Int {
    if depth > Self.maximumDepth {
      var error = error(
        at: index, "more than \(Self.maximumDepth) objects and lists inside one another")
      error.isLimit = true
      throw error
    }
    index += 1
    return index - 1
  }

  /// Steps over the bracket and gives true, or over a comma and gives false.
  private mutating func close(_ bracket: UInt8) throws(JSONSyntaxError) -> Bool {
    if current == bracket {
      index += 1
      return true
    }
    guard current == UInt8(ascii: ",") else {
      throw unexpected("',' or '\(Character(Unicode.Scalar(bracket)))'")
    }
    index += 1
    skipSpace()
    if current == bracket, index < bytes.count {
      throw error(at: index, "a comma before the closing bracket: remove it")
    }
    return false
  }
}

/// The members of an object being read, with a quick answer to whether a key is new.
private struct MemberList {
  var list: [JSONMember] = []
  private var keys: Set<String> = []

  init() { list.reserveCapacity(8) }

  /// False when the key is there already; the member is kept all the same.
  mutating func append(_ member: JSONMember) -> Bool {
    let isNew = !contains(member.key)
    list.append(member)
    if list.count > 24 {
      if keys.isEmpty { keys = Set(list.map(\.key)) } else { keys.insert(member.key) }
    }
    return isNew
  }

  private func contains(_ key: String) -> Bool {
    if !keys.isEmpty, !keys.contains(key) { return false }
    // Two keys are one when their bytes are; `==` alone would also join é and e + accent.
    guard let index = list.firstIndex(ofKey: key) else { return false }
    return list[index...].contains { $0.key == key && $0.key.utf8.elementsEqual(key.utf8) }
  }
}

extension JSONSyntaxError {
  func inside(_ step: String) -> JSONSyntaxError {
    var error = self
    error.path.append(step)
    return error
  }
}

extension JSONReader {
  /// Tells what the syntax allows and a document does not.
  func report(to findings: inout Findings) {
    for member in duplicates {
      findings.add(
        Finding(
          .duplicateKey, key: member,
          "the key '\(member.key.prefix(60))' is in this object already: remove one of the two"))
    }
    for range in longStrings {
      findings.settle(Finding(.limit, bytes: range, "a string longer than 64 KiB"))
    }
    for range in hugeNumbers {
      findings.settle(Finding(.range, bytes: range, "a number too large to be kept"))
    }
  }
}
