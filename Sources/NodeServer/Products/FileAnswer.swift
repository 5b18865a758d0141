internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOFoundationCompat
internal import NIOPosix
internal import Pipelines

/// Gives a file out: whole or a part of it, a piece at a time.
struct FileAnswer: Sendable {
  var file: StoredFile
  /// The name that a browser saves it under; nil shows it.
  var downloadName: String?
  /// The content of an address never changes.
  var isImmutable = true

  /// Bytes that are in memory at a time.
  static let piece = 256 << 10

  private var tag: String { "\"\(file.sha256)\"" }

  /// Answers a GET or a HEAD.
  func response(to request: Request) async throws -> Response {
    var headers = await fields()
    if let known = request.headers[.ifNoneMatch], Self.names(tag, in: known) {
      headers[.contentType] = nil
      return Response(status: .notModified, headers: headers)
    }
    var asked = request.headers[.range]
    if let condition = request.headers[.ifRange],
      condition.trimmingCharacters(in: .whitespaces) != tag
    {
      asked = nil
    }
    if request.method == .head { asked = nil }
    var (status, range) = (HTTPResponse.Status.ok, 0..<file.bytes)
    switch ByteRange(asked, length: file.bytes) {
    case .whole: break
    case .part(let part):
      (status, range) = (.partialContent, part)
      headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.bytes)"
    case .unsatisfiable:
      var problem = Problem(
        .rangeNotSatisfiable, "the file has \(file.bytes) bytes, none of which were asked for")
      problem.headers[.contentRange] = "bytes */\(file.bytes)"
      throw problem
    }
    if request.method == .head {
      headers[.contentLength] = String(file.bytes)
      return Response(status: status, headers: headers)
    }
    let reader = try await DiskFile.open(file.path)
    return Response(status: status, headers: headers, body: Self.body(reader, range))
  }

  private static func body(_ file: DiskFile, _ range: Range<Int64>) -> ResponseBody {
    ResponseBody(contentLength: Int(range.upperBound - range.lowerBound)) { writer in
      var place = range.lowerBound
      while place < range.upperBound {
        let piece = try await file.read(
          at: place, count: Int(min(Int64(FileAnswer.piece), range.upperBound - place)))
        // A file that became shorter cannot be answered with anything but a broken connection.
        guard piece.readableBytes > 0 else { throw Shortened() }
        place += Int64(piece.readableBytes)
        try await writer.write(piece)
      }
      try await writer.finish(nil)
    }
  }

  private struct Shortened: Error {}

  private func fields() async -> HTTPFields {
    var fields = HTTPFields()
    var type = file.mediaType
    if type.isEmpty || !MediaSniffer.isSafe(type) {
      type = (try? await MediaSniffer.type(ofFileAt: file.path)) ?? "application/octet-stream"
    }
    fields[.contentType] = type.hasPrefix("text/") ? type + "; charset=utf-8" : type
    fields[.eTag] = tag
    fields[.acceptRanges] = "bytes"
    fields[.cacheControl] = isImmutable ? "private, max-age=31536000, immutable" : "no-cache"
    // Whatever the bytes are, a browser neither runs nor guesses anything.
    fields[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    fields[.xContentTypeOptions] = "nosniff"
    fields[.contentDisposition] =
      downloadName.map { "attachment; " + Self.fileName($0) } ?? "inline"
    return fields
  }

  /// RFC 6266: in ASCII for those that know no other, and as UTF-8.
  static func fileName(_ name: String) -> String {
    let safe = FileName.safe(name)
    let plain = String(
      safe.unicodeScalars.map { scalar in
        (32...126).contains(scalar.value) && !"\"\\%;".unicodeScalars.contains(scalar)
          ? Character(scalar) : "_"
      })
    let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
    let encoded = safe.utf8.map { byte -> String in
      if allowed.contains(byte) { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
    }.joined()
    return "filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
  }

  private static func names(_ tag: String, in list: String) -> Bool {
    list.split(separator: ",").contains { word in
      var word = word.trimmingCharacters(in: .whitespaces)
      if word == "*" { return true }
      if word.hasPrefix("W/") { word.removeFirst(2) }
      return word == tag
    }
  }
}

/// An open file that is read beside the threads on which tasks run.
final class DiskFile: Sendable {
  private let handle: FileHandle

  private init(_ handle: FileHandle) { self.handle = handle }

  deinit { try? handle.close() }

  /// Throws a 404 where it is not there.
  static func open(_ path: String) async throws -> DiskFile {
    try await NIOThreadPool.singleton.runIfActive {
      guard let handle = FileHandle(forReadingAtPath: path) else {
        throw Problem.notFound("the file is not there any more")
      }
      return DiskFile(handle)
    }
  }

  /// One reader at a time.
  func read(at place: Int64, count: Int) async throws -> ByteBuffer {
    try await NIOThreadPool.singleton.runIfActive { [handle] in
      try handle.seek(toOffset: UInt64(place))
      return ByteBuffer(data: try handle.read(upToCount: count) ?? Data())
    }
  }
}
