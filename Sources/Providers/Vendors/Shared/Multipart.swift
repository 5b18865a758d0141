internal import Foundation
internal import WebClient

/// A `multipart/form-data` body, written to a file so that its length is known and it never lies in memory.
struct Multipart: Sendable {
  enum Part: Sendable {
    case field(name: String, value: String)
    /// `name` is kept to what every service accepts of a file's name.
    case file(name: String, path: String, fileName: String, mediaType: String)
  }

  let contentType: String
  let body: WebRequest.Body
  let path: String

  /// Writes the body to `path`, which the caller deletes. Throws `WebFailure` of kind `.file`.
  init(_ parts: [Part], to path: String) throws {
    let boundary = "reelnode-\(UUID().uuidString)"
    do {
      guard FileManager.default.createFile(atPath: path, contents: nil),
        let file = FileHandle(forWritingAtPath: path)
      else { throw WebFailure(.file, "cannot write '\(path)'") }
      defer { try? file.close() }
      for part in parts {
        try file.write(contentsOf: Data("--\(boundary)\r\n\(Self.head(part))\r\n\r\n".utf8))
        switch part {
        case .field(_, let value): try file.write(contentsOf: Data(value.utf8))
        case .file(_, let source, _, _): try Self.copy(source, to: file)
        }
        try file.write(contentsOf: Data("\r\n".utf8))
      }
      try file.write(contentsOf: Data("--\(boundary)--\r\n".utf8))
      let length = Int64(try file.offset())
      (contentType, self.path) = ("multipart/form-data; boundary=\(boundary)", path)
      body = .file(path: path, range: 0..<length)
    } catch let failure as WebFailure {
      throw failure
    } catch {
      throw WebFailure(.file, "cannot write '\(path)' (\(error.localizedDescription))")
    }
  }

  private static func head(_ part: Part) -> String {
    switch part {
    case .field(let name, _): "Content-Disposition: form-data; name=\"\(name)\""
    case .file(let name, _, let fileName, let mediaType):
      "Content-Disposition: form-data; name=\"\(name)\"; filename=\"\(plain(fileName))\"\r\n"
        + "Content-Type: \(mediaType)"
    }
  }

  /// At most 50 of `a-zA-Z0-9._-`, the end kept for its suffix.
  static func plain(_ name: String) -> String {
    let allowed = name.unicodeScalars.map { scalar -> Character in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "-"
    }
    return String(allowed.suffix(50))
  }

  private static func copy(_ source: String, to file: FileHandle) throws {
    guard let input = FileHandle(forReadingAtPath: source) else {
      throw WebFailure(.file, "cannot read '\(source)'")
    }
    defer { try? input.close() }
    while let piece = try input.read(upToCount: 1 << 18), !piece.isEmpty {
      try file.write(contentsOf: piece)
    }
  }
}
