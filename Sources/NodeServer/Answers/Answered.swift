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

  /// 200 with a thing as it is after a change, and where it is found.
  init(changed value: JSONText, at location: String? = nil) {
    var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
    if let location { headers[.location] = location }
    (status, self.headers, body) = (.ok, headers, Array(value.text.utf8))
  }

  init(changed value: JSONValue, at location: String? = nil) {
    self.init(changed: JSONText(value), at: location)
  }

  /// 202 with where what was begun can be followed.
  init(accepted value: JSONValue, at location: String) {
    status = .accepted
    headers = [
      .contentType: "application/json", .cacheControl: "no-store", .location: location,
    ]
    body = Array(value.compactText.utf8)
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

extension NodeBackend {
  /// Makes a change and its answer in one transaction: sent again with the same idempotency key, the request is answered
  /// in the same way and changes nothing, whenever the process has died meanwhile.
  func changing(
    _ context: NodeContext, _ change: @escaping @Sendable (any Connection) throws -> Answered
  ) async throws -> Response {
    let claim = context.idempotency
    return try await database.write { db in
      let answer = try change(db)
      try answer.keep(claim, db)
      return answer
    }.response
  }
}
