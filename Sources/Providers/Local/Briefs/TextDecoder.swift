internal import Foundation

/// Bytes to text: UTF-8, or UTF-16 with a byte order mark. Anything else is refused with its place, since a guessed
/// encoding would be spoken as nonsense.
enum TextDecoder {
  static func decode(_ bytes: Data, path: String) throws -> String {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return try decodeUTF16(bytes, path: path)
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    guard let text = String(validating: body, as: UTF8.self) else {
      throw broken(body, path)
    }
    if let place = body.firstIndex(of: 0) {
      throw BriefError(
        .encoding, path, at: line(of: place, in: body), "a NUL byte: this is no text",
        advice: "save the brief as UTF-8 text")
    }
    return unified(text)
  }

  private static func decodeUTF16(_ bytes: Data, path: String) throws -> String {
    let isLittle = bytes.first == 0xFF
    let body = Array(bytes.dropFirst(2))
    let units = stride(from: 0, to: body.count - 1, by: 2).map { at in
      isLittle
        ? UInt16(body[at]) | UInt16(body[at + 1]) << 8
        : UInt16(body[at]) << 8 | UInt16(body[at + 1])
    }
    guard body.count.isMultiple(of: 2), let text = String(validating: units, as: UTF16.self) else {
      throw BriefError(
        .encoding, path, "it begins as UTF-16 and goes on as something else",
        advice: "save the brief as UTF-8 text")
    }
    return unified(text)
  }

  /// CRLF and lone CR as LF.
  private static func unified(_ text: String) -> String {
    text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
  }

  private static func broken(_ body: Data, _ path: String) -> BriefError {
    var decoder = UTF8()
    var bytes = body.makeIterator()
    var place = body.startIndex
    decoding: while true {
      switch decoder.decode(&bytes) {
      case .scalarValue(let scalar): place += UTF8.width(scalar)
      case .emptyInput, .error: break decoding
      }
    }
    return BriefError(
      .encoding, path, at: line(of: place, in: body), "bytes that are not UTF-8",
      advice: "save the brief as UTF-8 (in Windows' editor: Save as, Encoding: UTF-8)")
  }

  private static func line(of place: Int, in body: Data) -> String {
    let line = body[body.startIndex..<min(place, body.endIndex)].count { $0 == 0x0A } + 1
    return "line \(line), byte \(place - body.startIndex + 1)"
  }
}
