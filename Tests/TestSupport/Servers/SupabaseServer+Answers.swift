internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension SupabaseServer {
  struct Broken: Error {}

  static func reply(
    _ status: Int, _ headers: [String: String], _ bytes: [UInt8], hasBody: Bool = true
  ) -> Response {
    var fields = HTTPFields()
    for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
    if hasBody, fields[.contentLength] == nil { fields[.contentLength] = "\(bytes.count)" }
    return Response(
      status: .init(code: status), headers: fields,
      body: hasBody ? .init(byteBuffer: ByteBuffer(bytes: bytes)) : .init())
  }

  static func text(_ status: Int, _ text: String, type: String = "text/plain") -> Response {
    reply(status, ["Content-Type": type], Array(text.utf8))
  }

  static func json(_ status: Int, _ text: String) -> Response {
    reply(status, ["Content-Type": "application/json; charset=utf-8"], Array(text.utf8))
  }

  /// An error in the service's form: four texts, in this order.
  func fault(
    _ http: Int, _ status: String, _ error: String, _ message: String, _ code: String?
  ) -> Response {
    let fields =
      [("statusCode", status), ("error", error), ("message", message)]
      + (code.map { [("code", $0)] } ?? [])
    return Self.json(
      http,
      "{" + fields.map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }.joined(separator: ",") + "}")
  }

  func noSuchKey() -> Response { fault(400, "404", "not_found", "Object not found", "NoSuchKey") }
  func noSuchBucket() -> Response {
    fault(400, "404", "Bucket not found", "Bucket not found", "NoSuchBucket")
  }

  static func quoted(_ text: String) -> String {
    let data = try? JSONEncoder().encode(text)
    return String(decoding: data ?? Data("\"\"".utf8), as: UTF8.self)
  }

  /// The answer as it was going to be, until the connection closes.
  static func broken(_ response: Response, after bytes: Int) -> Response {
    var response = response
    let body = response.body
    let length = body.contentLength ?? 10
    response.headers[.contentLength] = "\(max(length, bytes + 1))"
    response.body = .init(contentLength: max(length, bytes + 1)) { writer in
      let collected = try await Self.collected(body)
      try await writer.write(ByteBuffer(bytes: collected.prefix(bytes)))
      throw Broken()
    }
    return response
  }

  static func changed(_ response: Response) -> Response {
    var response = response
    let body = response.body
    response.body = .init(contentLength: body.contentLength) { writer in
      var collected = try await Self.collected(body)
      if let first = collected.first { collected[0] = first ^ 0xFF }
      try await writer.write(ByteBuffer(bytes: collected))
      try await writer.finish(nil)
    }
    return response
  }

  private static func collected(_ body: ResponseBody) async throws -> [UInt8] {
    let sink = Sink()
    try await body.write(sink)
    return sink.bytes.bytes
  }

  /// Takes what a body writes.
  private struct Sink: ResponseBodyWriter {
    final class Bytes { var bytes: [UInt8] = [] }
    let bytes = Bytes()
    mutating func write(_ buffer: ByteBuffer) async throws {
      bytes.bytes.append(contentsOf: buffer.readableBytesView)
    }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }
}
