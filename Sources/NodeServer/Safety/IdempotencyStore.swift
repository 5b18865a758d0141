internal import Crypto
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Storage

/// Lets a request that carries an idempotency key have its effect once: sent again, it gets the first answer again.
///
/// Keys are kept in the database for a day. A key whose process has died without an answer may be used again.
struct IdempotencyStore: Sendable {
  let database: any Database
  let clock: any NodeClock
  /// This process among those that share the database.
  var owner = ProcessMark.own.text

  static let retention: Int64 = 86_400_000
  private static let largestBody = 16 << 20
  private static let largestAnswer = 4 << 20

  typealias Handler = (Request, NodeContext) async throws -> Response

  /// What a key stands for: method and address, and what the body holds.
  struct Fingerprint: Sendable {
    let text: String

    init(_ head: String, _ content: some Sequence<UInt8>) {
      var hash = SHA256()
      hash.update(data: Data("\(head)\n".utf8))
      hash.update(data: Data(content))
      text = hash.finalize().hexadecimal
    }

    init(_ head: String, _ content: String) { self.init(head, content.utf8) }
  }

  /// Throws a 400 for what cannot be a key.
  static func check(_ key: String) throws(Problem) {
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (33...126).contains($0) })
    else {
      throw Problem.badRequest(
        "'Idempotency-Key' must be 1 to 255 visible ASCII characters")
    }
  }

  /// Where the body goes to the disk, the handler claims the key itself, by `NodeContext.once`.
  func once(
    _ key: String, _ request: Request, _ context: NodeContext, isStreamed: Bool,
    _ handle: Handler
  ) async throws -> Response {
    let head = "\(request.method.rawValue)\n\(request.uri.string)"
    var context = context
    if isStreamed {
      context.lateIdempotency = LateClaim(store: self, key: key, head: head)
      return try await handle(request, context)
    }
    var fingerprint: Fingerprint?
    let whole = try await BodyReader.collected(request, context, upTo: Self.largestBody) {
      fingerprint = Fingerprint(head, $0.readableBytesView)
    }
    return try await once(key, fingerprint ?? Fingerprint(head, "")) { claim in
      context.idempotency = claim
      return try await handle(whole, context)
    }
  }

  /// Does `work`, or gives the answer that it had the first time.
  func once(
    _ key: String, _ fingerprint: Fingerprint,
    _ work: (IdempotencyClaim) async throws -> Response
  ) async throws -> Response {
    switch try await claim(key, fingerprint.text) {
    case .stored(let answer): return Self.response(answer)
    case .other:
      throw Problem(
        .unprocessableContent, "this idempotency key was used for another request",
        advice: "make a new key for each request", name: .idempotencyKeyReused)
    case .busy:
      throw Problem(
        .conflict, "the first request with this idempotency key is under way",
        advice: "try again in a moment", name: .idempotencyKeyBusy, headers: [.retryAfter: "1"])
    case .claimed(let claim):
      return try await answer(claim) { try await work(claim) }
    }
  }

  private func answer(
    _ claim: IdempotencyClaim, _ handle: () async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      response = try await handle()
    } catch {
      let problem = Problem(error)
      if Self.isFinal(problem.status) {
        response = problem.response
      } else {
        try await release(claim)
        throw error
      }
    }
    guard Self.isFinal(response.status) else {
      try await release(claim)
      return response
    }
    let body = try await Self.collect(response.body)
    response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: body))
    if body.count > Self.largestAnswer {
      try await release(claim)
    } else {
      let (status, headers) = (response.status, response.headers)
      // The handler may have kept it already, in its own transaction.
      try await database.write { db in
        try claim.note(status: status, headers: headers, body: body, in: db)
      }
    }
    return response
  }

  /// Whether the same request would be answered in the same way later.
  private static func isFinal(_ status: HTTPResponse.Status) -> Bool {
    switch status.code {
    case 408, 409, 413, 429, 500...: false
    default: true
    }
  }

  private static func response(_ answer: StoredAnswer) -> Response {
    var headers = answer.headers
    headers[.idempotencyReplayed] = "true"
    let status = HTTPResponse.Status(code: answer.status)
    if answer.body.isEmpty { return Response(status: status, headers: headers) }
    return Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }

  private static func collect(_ body: ResponseBody) async throws -> [UInt8] {
    let collector = BodyCollector()
    try await body.write(collector)
    return Array(collector.bytes.readableBytesView)
  }

  // MARK: Records

  enum Outcome: Sendable {
    case claimed(IdempotencyClaim)
    case stored(StoredAnswer)
    /// The first request is under way.
    case busy
    /// The first request was another one.
    case other
  }

  func claim(_ key: String, _ fingerprint: String) async throws -> Outcome {
    let (owner, now) = (owner, clock.now)
    return try await database.write { db in
      try db.execute(
        """
        DELETE FROM server_idempotency WHERE key IN (
          SELECT key FROM server_idempotency WHERE created_ms < :time LIMIT 50)
        """, ["time": now - Self.retention])
      guard
        let row = try db.row("SELECT * FROM server_idempotency WHERE key = :key", ["key": key])
      else {
        try db.execute(
          """
          INSERT INTO server_idempotency (key, fingerprint, owner, created_ms)
          VALUES (:key, :fingerprint, :owner, :now)
          """, ["key": key, "fingerprint": fingerprint, "owner": owner, "now": now])
        return .claimed(IdempotencyClaim(key: key, owner: owner, number: 1))
      }
      return try Self.again(row, key, fingerprint, owner: owner, now: now, db)
    }
  }

  private static func again(
    _ row: Row, _ key: String, _ fingerprint: String, owner: String, now: Int64,
    _ db: any Connection
  ) throws -> Outcome {
    if try row.get("fingerprint", as: String.self) != fingerprint { return .other }
    if try row.get("status", as: Int?.self) != nil { return .stored(try StoredAnswer(row)) }
    let holder: String = try row.get("owner")
    let age = try now - row.get("created_ms", as: Int64.self)
    if ProcessMark(holder).isAlive(age: age) { return .busy }
    let number = try row.get("claim", as: Int64.self) + 1
    try db.execute(
      """
      UPDATE server_idempotency SET owner = :owner, claim = :claim, created_ms = :now
      WHERE key = :key
      """, ["key": key, "owner": owner, "claim": number, "now": now])
    return .claimed(
      IdempotencyClaim(
        key: key, owner: owner, number: number, subject: try row.get("subject")))
  }

  /// Lets the request be executed again; what it has begun is kept for that.
  private func release(_ claim: IdempotencyClaim) async throws {
    let held: SQLArguments = ["key": claim.key, "owner": claim.owner, "claim": claim.number]
    try await database.write { db in
      try db.execute(
        """
        DELETE FROM server_idempotency
        WHERE key = :key AND owner = :owner AND claim = :claim AND status IS NULL
          AND subject IS NULL
        """, held)
      try db.execute(
        """
        UPDATE server_idempotency SET owner = ''
        WHERE key = :key AND owner = :owner AND claim = :claim AND status IS NULL
        """, held)
    }
  }
}

/// Takes a body's bytes in, in the place of a connection.
private final class BodyCollector: ResponseBodyWriter {
  var bytes = ByteBuffer()

  func write(_ buffer: ByteBuffer) async throws { bytes.writeImmutableBuffer(buffer) }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension Digest {
  /// Lower case.
  var hexadecimal: String {
    map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
  }
}
