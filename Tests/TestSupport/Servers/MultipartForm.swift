/// A `multipart/form-data` body as a strict server reads it.
public struct MultipartForm: Sendable {
  public struct Part: Sendable {
    public var name: String
    public var fileName: String?
    public var contentType: String?
    public var body: [UInt8]
  }
  public var parts: [Part] = []

  public subscript(name: String) -> Part? { parts.first { $0.name == name } }

  /// Nil for what breaks the rules: another type, no boundary, no end.
  public init?(_ request: TestRequest) {
    guard let type = request.header("content-type"), type.hasPrefix("multipart/form-data;"),
      let mark = type.range(of: "boundary=", in: type)
    else { return nil }
    let boundary = String(type[mark...]).filter { $0 != "\"" }
    guard !boundary.isEmpty, boundary.utf8.count <= 70 else { return nil }
    let line = Array("--\(boundary)".utf8)
    let body = request.body
    guard body.starts(with: line) else { return nil }
    var place = line.count
    while true {
      if body[place...].starts(with: Array("--".utf8)) { return }
      guard body[place...].starts(with: [13, 10]) else { return nil }
      place += 2
      guard let headEnd = Self.find([13, 10, 13, 10], in: body, from: place),
        let end = Self.find([13, 10] + line, in: body, from: headEnd + 4),
        let part = Self.part(body[place..<headEnd], Array(body[(headEnd + 4)..<end]))
      else { return nil }
      parts.append(part)
      place = end + 2 + line.count
    }
  }

  private static func part(_ head: ArraySlice<UInt8>, _ body: [UInt8]) -> Part? {
    var part: Part?
    var type: String?
    for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n") {
      let lower = line.lowercased()
      if lower.hasPrefix("content-type:") {
        type = line.dropFirst(13).trimmingPrefix { $0 == " " }.lowercased()
      }
      guard lower.hasPrefix("content-disposition: form-data"), let name = value("name", line) else {
        continue
      }
      part = Part(name: name, fileName: value("filename", line), contentType: nil, body: body)
    }
    part?.contentType = type
    return part
  }

  private static func value(_ name: String, _ line: Substring) -> String? {
    for piece in line.split(separator: ";") {
      let field = piece.trimmingPrefix { $0 == " " }
      if field.hasPrefix("\(name)=\"") {
        return String(field.dropFirst(name.count + 2).prefix { $0 != "\"" })
      }
    }
    return nil
  }

  private static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard start + wanted.count <= bytes.count else { return nil }
    var place = start
    while place + wanted.count <= bytes.count {
      if bytes[place] == wanted[0], bytes[place...].starts(with: wanted) { return place }
      place += 1
    }
    return nil
  }
}

extension String {
  /// Where what follows `wanted` begins.
  fileprivate func range(of wanted: String, in text: String) -> String.Index? {
    text.firstRange(of: wanted)?.upperBound
  }
}
