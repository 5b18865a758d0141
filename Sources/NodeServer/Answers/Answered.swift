internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SceneDocument
internal import Storage

/// The answer to a request that made or changed something, known in the transaction that did.
struct Answered: Sendable {
  let status: HTTPResponse.Status
  let headers: HTTPFields
  let body: [UInt8]

  /// 201 with the new thing's address, or without one.
  init(_ value: JSONValue, at location: String?) {
    var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
    if let location { headers[.location] = location }
    (status, self.headers, body) = (.created, headers, Array(value.compactText.utf8))
  }

  /// 200 with a thing as it is after a change.
  init(changed value: JSONText) {
    status = .ok
    headers = [.contentType: "application/json", .cacheControl: "no-store"]
    body = Array(value.text.utf8)
  }

  /// Keeps it for the idempotency key that the request came with: change and answer are there together.
  func keep(_ claim: IdempotencyClaim?, _ db: any Connection) throws {
    try claim?.note(status: status, headers: headers, body: body, in: db)
  }

  var response: Response {
    Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
