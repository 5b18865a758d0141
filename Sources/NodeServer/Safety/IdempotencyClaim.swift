internal import HTTPTypes
internal import Hummingbird
internal import Storage

/// A request's hold of its idempotency key.
///
/// A handler that makes its change and calls `note` in one transaction never makes it twice, whenever the process dies;
/// so does one that answers much later and calls `begin` there. Which does what stands in `RepeatedPosts`.
struct IdempotencyClaim: Sendable {
  let key: String
  let owner: String
  /// Grows when the key is taken over from a process that died.
  let number: Int64
  /// What the request began when it was executed before.
  var subject: String?

  /// Keeps the answer in the transaction of the change. Throws where the key was taken over.
  func note(
    status: HTTPResponse.Status, headers: HTTPFields, body: [UInt8], in db: any Connection
  ) throws {
    let kept = try db.execute(
      """
      UPDATE server_idempotency SET status = :status, headers = :headers, body = :body
      WHERE key = :key AND owner = :owner AND claim = :claim
      """,
      [
        "key": key, "owner": owner, "claim": number, "status": status.code,
        "headers": StoredAnswer.text(headers), "body": body,
      ])
    if kept == 0 { throw Self.takenOver }
  }

  /// Keeps what the request has begun, in the transaction that begins it: sent again, it finds it as `subject`. Throws
  /// where the key was taken over.
  func begin(_ subject: String, in db: any Connection) throws {
    let kept = try db.execute(
      """
      UPDATE server_idempotency SET subject = :subject
      WHERE key = :key AND owner = :owner AND claim = :claim
      """, ["key": key, "owner": owner, "claim": number, "subject": subject])
    if kept == 0 { throw Self.takenOver }
  }

  private static var takenOver: Problem {
    Problem(.conflict, "another request took this idempotency key over")
  }
}

/// An answer as it is kept.
struct StoredAnswer: Sendable {
  let status: Int
  let headers: HTTPFields
  let body: [UInt8]

  /// Kept of an answer's header; the rest is made anew.
  private static let kept: [HTTPField.Name] = [
    .contentType, .location, .cacheControl, .retryAfter, .allow,
  ]

  static func text(_ headers: HTTPFields) -> String {
    kept.compactMap { name in headers[name].map { "\(name.canonicalName): \($0)" } }
      .joined(separator: "\n")
  }

  init(_ row: Row) throws {
    status = try row.get("status")
    let lines = try row.get("headers", as: String.self).split(separator: "\n")
    var headers: HTTPFields = [:]
    for line in lines {
      let sides = line.split(separator: ": ", maxSplits: 1).map(String.init)
      if sides.count == 2, let name = HTTPField.Name(sides[0]) { headers[name] = sides[1] }
    }
    self.headers = headers
    body = try row.get("body")
  }
}
