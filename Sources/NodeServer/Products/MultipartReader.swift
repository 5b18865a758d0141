internal import Foundation

/// Takes the file out of a `multipart/form-data` body (RFC 7578) while it comes, and keeps no more than a piece of it.
struct MultipartReader {
  /// A body that is no such form.
  struct Broken: Error, CustomStringConvertible {
    let description: String
    /// It is a form, with something in it that nobody asked for.
    var isContent = false
  }

  private enum State { case preamble, boundary, headers, file, end }

  /// Most bytes of a part's headers.
  private static let headerLimit = 16 << 10

  private let delimiter: Data
  private let field: String
  /// A line break comes before every boundary; the first one may begin the body.
  private var pending = Data("\r\n".utf8)
  private var state = State.preamble
  private var preamble = 0
  private var isAtStart = false
  private(set) var hasFile = false
  /// As the client gave it.
  private(set) var fileName = ""

  /// Throws `Broken` for a `Content-Type` without a boundary.
  init(contentType: String, field: String) throws {
    guard let boundary = HeaderParameters(contentType)["boundary"],
      (1...70).contains(boundary.utf8.count),
      boundary.utf8.allSatisfy({ (32...126).contains($0) }), !boundary.hasSuffix(" ")
    else { throw Broken(description: "the form has no boundary in its Content-Type") }
    (delimiter, self.field) = (Data("\r\n--\(boundary)".utf8), field)
  }

  /// Takes a piece of the body and gives the piece of the file that it held, which may be empty.
  mutating func take(_ piece: Data) throws -> Data {
    pending.append(piece)
    var file = Data()
    while try step(&file) {}
    return file
  }

  /// Throws `Broken` where the body ended too early or had no file.
  func finish() throws {
    guard state == .end else {
      throw Broken(description: "the form ends before its last boundary")
    }
    guard hasFile else {
      throw Broken(description: "the form has no field '\(field)'", isContent: true)
    }
  }

  /// False where more bytes are needed.
  private mutating func step(_ file: inout Data) throws -> Bool {
    switch state {
    case .preamble: return try skipPreamble()
    case .boundary: return try readBoundary()
    case .headers: return try readHeaders()
    case .file: return readFile(&file)
    case .end:
      pending = Data()
      return false
    }
  }

  private mutating func skipPreamble() throws -> Bool {
    if let found = pending.range(of: delimiter) {
      pending = Data(pending[found.upperBound...])
      state = .boundary
      return true
    }
    let kept = min(pending.count, delimiter.count - 1)
    preamble += pending.count - kept
    if preamble > Self.headerLimit {
      throw Broken(description: "the body does not begin with the form's boundary")
    }
    pending = Data(pending.suffix(kept))
    return false
  }

  private mutating func readBoundary() throws -> Bool {
    guard pending.count >= 2 else { return false }
    switch Array(pending.prefix(2)) {
    case [0x2D, 0x2D]: state = .end
    // The line break stays: it and another one end headers that are missing.
    case [0x0D, 0x0A]: state = .headers
    default: throw Broken(description: "a boundary of the form does not end its line")
    }
    return true
  }

  private mutating func readHeaders() throws -> Bool {
    guard let end = pending.range(of: Data("\r\n\r\n".utf8)) else {
      if pending.count > Self.headerLimit {
        throw Broken(description: "the headers of a form's part are too long")
      }
      return false
    }
    guard end.lowerBound - pending.startIndex <= Self.headerLimit,
      let text = String(data: pending[..<end.lowerBound], encoding: .utf8)
    else { throw Broken(description: "the headers of a form's part cannot be read") }
    // A boundary of an empty part begins with the second of the line breaks.
    pending = Data(pending[end.lowerBound...].dropFirst(2))
    try begin(text)
    (state, isAtStart) = (.file, true)
    return true
  }

  private mutating func begin(_ headers: String) throws {
    var disposition: String?
    for line in headers.split(separator: "\r\n") {
      let sides = line.split(separator: ":", maxSplits: 1)
      if sides.count == 2, sides[0].lowercased() == "content-disposition" {
        disposition = sides[1].trimmingCharacters(in: .whitespaces)
      }
    }
    let parameters = HeaderParameters(disposition ?? "")
    guard parameters.value == "form-data", let name = parameters["name"] else {
      throw Broken(description: "a part of the form does not say which field it is")
    }
    guard name == field else {
      throw Broken(
        description: "the form has a field '\(name.prefix(80))', which is not known here",
        isContent: true)
    }
    if hasFile { throw Broken(description: "the form has more than one file", isContent: true) }
    hasFile = true
    fileName = parameters["filename*"].flatMap(Self.extended) ?? parameters["filename"] ?? ""
  }

  /// `UTF-8''na%C3%AFve.pdf`.
  private static func extended(_ text: String) -> String? {
    let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
    return String(parts[2]).removingPercentEncoding
  }

  private mutating func readFile(_ file: inout Data) -> Bool {
    if isAtStart {
      // The line break that ends the headers is the file's only where a boundary follows.
      guard pending.count >= delimiter.count else { return false }
      if !pending.starts(with: delimiter) { pending = Data(pending.dropFirst(2)) }
      isAtStart = false
    }
    if let found = pending.range(of: delimiter) {
      file.append(pending[..<found.lowerBound])
      pending = Data(pending[found.upperBound...])
      state = .boundary
      return true
    }
    let kept = min(pending.count, delimiter.count - 1)
    file.append(pending.dropLast(kept))
    pending = Data(pending.suffix(kept))
    return false
  }
}

/// `value; name=text; name="quoted text"`.
struct HeaderParameters {
  /// In lower case.
  let value: String
  private var parameters: [String: String] = [:]

  init(_ header: String) {
    var rest = Substring(header)
    let end = rest.firstIndex(of: ";") ?? rest.endIndex
    value = rest[..<end].trimmingCharacters(in: .whitespaces).lowercased()
    rest = rest[end...]
    while rest.first == ";" {
      rest = rest.dropFirst()
      rest = rest.drop { $0 == " " || $0 == "\t" }
      guard let equals = rest.firstIndex(where: { $0 == "=" || $0 == ";" }), rest[equals] == "="
      else {
        rest = rest.firstIndex(of: ";").map { rest[$0...] } ?? ""
        continue
      }
      let name = rest[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
      rest = rest[rest.index(after: equals)...]
      let text = rest.first == "\"" ? Self.quoted(&rest) : Self.token(&rest)
      if parameters[name] == nil { parameters[name] = text }
      rest = rest.firstIndex(of: ";").map { rest[$0...] } ?? ""
    }
  }

  subscript(_ name: String) -> String? { parameters[name] }

  private static func token(_ rest: inout Substring) -> String {
    let end = rest.firstIndex(of: ";") ?? rest.endIndex
    defer { rest = rest[end...] }
    return rest[..<end].trimmingCharacters(in: .whitespaces)
  }

  /// Browsers write a quotation mark as `%22`, others put a backslash before it.
  private static func quoted(_ rest: inout Substring) -> String {
    var text = ""
    rest = rest.dropFirst()
    while let character = rest.popFirst(), character != "\"" {
      if character == "\\", let next = rest.first, next == "\"" || next == "\\" {
        text.append(next)
        rest = rest.dropFirst()
      } else {
        text.append(character)
      }
    }
    return text.replacing("%22", with: "\"")
  }
}
