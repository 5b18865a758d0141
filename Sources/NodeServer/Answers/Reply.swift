internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SceneDocument

/// Makes responses.
enum Reply {
  static func json(
    _ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    json(JSONText(value), status: status, headers: headers)
  }

  static func json(
    _ value: JSONText, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = "application/json"
    if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    return Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: value.text)))
  }

  static func created(_ value: JSONValue, at location: String) -> Response {
    json(value, status: .created, headers: [.location: location])
  }

  /// One page of a list. `cursor` leads to the next one.
  static func page(_ items: [JSONValue], next cursor: String?) -> Response {
    json(["items": .array(items), "next_cursor": .text(cursor)])
  }

  static func noContent() -> Response { Response(status: .noContent) }

  static func bytes(_ bytes: [UInt8], _ type: String, cache: String = "no-store") -> Response {
    Response(
      status: .ok, headers: [.contentType: type, .cacheControl: cache],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

/// Values of the node's as the API writes them.
extension JSONValue {
  static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  static func whole(_ number: Int?) -> JSONValue { number.map { .integer($0) } ?? .null }

  static func whole(_ number: Int64?) -> JSONValue { number.map { .number(Double($0)) } ?? .null }

  static func real(_ number: Double?) -> JSONValue {
    number.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
  }

  /// UTC milliseconds as RFC 3339.
  static func time(_ milliseconds: Int64?) -> JSONValue {
    milliseconds.map { .string(TimeText.text($0)) } ?? .null
  }

  /// A text that is JSON, such as the database keeps; a text that is not stays one.
  static func stored(_ text: String?) -> JSONValue {
    guard let text else { return .null }
    return (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .string(text)
  }
}
