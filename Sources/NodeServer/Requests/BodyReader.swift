internal import Crypto
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOHTTPTypes
internal import SceneDocument
internal import Synchronization

/// Reads bodies with an eye on their size and speed.
enum BodyReader {
  /// Most bodies of requests, in bytes.
  static let usualLimit = 1 << 20

  /// Tells a client that waits for a word before it sends its body (`Expect: 100-continue`) that the body is wanted: only
  /// now, when nothing has been found that refuses the request.
  private static func invite(_ request: Request, _ context: NodeContext) {
    guard request.headers[.expect]?.lowercased() == "100-continue" else { return }
    context.channel.writeAndFlush(
      HTTPResponsePart.head(HTTPResponse(status: .continue)), promise: nil)
  }

  /// All of a body. Throws a 413 beyond `limit` bytes, and a 408 when it comes too slowly.
  static func bytes(
    _ request: Request, _ context: NodeContext, upTo limit: Int = usualLimit
  ) async throws -> ByteBuffer {
    let body = request.body
    return try await inTime(context.settings.bodyPatience) {
      try refuse(request, above: limit)
      invite(request, context)
      var whole = ByteBuffer()
      for try await piece in body {
        guard whole.readableBytes + piece.readableBytes <= limit else { throw tooLarge(limit) }
        whole.writeImmutableBuffer(piece)
      }
      return whole
    }
  }

  /// The request with all of its body in memory, which `look` is shown.
  static func collected(
    _ request: Request, _ context: NodeContext, upTo limit: Int, _ look: (ByteBuffer) -> Void
  ) async throws -> Request {
    try refuse(request, above: limit)
    invite(request, context)
    let (whole, bytes) = try await inTime(context.settings.bodyPatience) {
      var copy = request
      do {
        let bytes = try await copy.collectBody(upTo: limit)
        var head = copy.head
        head.headerFields[.expect] = nil
        return (Request(head: head, body: copy.body), bytes)
      } catch is NIOTooManyBytesError {
        throw tooLarge(limit)
      }
    }
    look(bytes)
    return whole
  }

  /// A body that is a JSON object, read by `read`, which has to look at every member it knows.
  static func object(
    _ request: Request, _ context: NodeContext, upTo limit: Int = usualLimit
  ) async throws -> ObjectReader {
    try ObjectReader(await json(request, context, upTo: limit))
  }

  /// For addresses that take nothing: an empty body, or an empty object.
  static func noBody(_ request: Request, _ context: NodeContext) async throws {
    let bytes = try await bytes(request, context, upTo: 1_024)
    if bytes.readableBytes > 0 { try ObjectReader(try json(bytes)).finish() }
  }

  /// A body that is any JSON.
  static func json(
    _ request: Request, _ context: NodeContext, upTo limit: Int = usualLimit
  ) async throws -> JSONValue {
    try json(await jsonBytes(request, context, upTo: limit))
  }

  /// A body that says to be JSON.
  static func jsonBytes(
    _ request: Request, _ context: NodeContext, upTo limit: Int = usualLimit
  ) async throws -> ByteBuffer {
    try requireJSON(request)
    return try await bytes(request, context, upTo: limit)
  }

  static func json(_ bytes: ByteBuffer) throws -> JSONValue {
    guard bytes.readableBytes > 0 else {
      throw Problem.badRequest("the body is empty", advice: "send a JSON object")
    }
    do {
      return try JSONDecoder().decode(JSONValue.self, from: Data(bytes.readableBytesView))
    } catch {
      throw Problem.badRequest("the body is no JSON")
    }
  }

  /// Bytes that a long body has to bring in the time of the node's patience: one that drips is as good as none.
  static let leastProgress = 16 << 10

  /// Lends a body piece by piece, at most `limit` bytes of it. One that brings less than `leastProgress` in the time of
  /// the node's patience is a 408.
  static func stream(
    _ request: Request, _ context: NodeContext, upTo limit: Int,
    _ take: @escaping @Sendable (ByteBuffer) async throws -> Void
  ) async throws {
    try refuse(request, above: limit)
    invite(request, context)
    let body = request.body
    let patience = context.settings.bodyPatience
    let progress = ByteCount()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        var count = 0
        for try await piece in body {
          count += piece.readableBytes
          guard count <= limit else { throw tooLarge(limit) }
          try await take(piece)
          progress.count.store(count, ordering: .relaxed)
        }
        return true
      }
      group.addTask {
        var last = 0
        while true {
          try await Task.sleep(for: patience)
          let now = progress.count.load(ordering: .relaxed)
          if now - last < leastProgress { throw tooSlow }
          last = now
        }
      }
      defer { group.cancelAll() }
      _ = try await group.next()
    }
  }

  /// Throws a 415 where the body says to be something else.
  static func requireJSON(_ request: Request) throws {
    guard let type = request.headers[.contentType] else { return }
    let plain = type.prefix { $0 != ";" }.lowercased().trimmingCharacters(in: .whitespaces)
    if plain != "application/json" && !plain.hasSuffix("+json") {
      throw Problem(
        .unsupportedMediaType, "the body is '\(plain.prefix(80))'",
        advice: "send application/json")
    }
  }

  private static func refuse(_ request: Request, above limit: Int) throws {
    if let coding = request.headers[.contentEncoding]?.lowercased(), coding != "identity" {
      throw Problem(
        .unsupportedMediaType, "the body is packed with '\(coding.prefix(80))'",
        advice: "send it as it is", headers: [.connection: "close"])
    }
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
      throw tooLarge(limit)
    }
  }

  private static func tooLarge(_ limit: Int) -> Problem {
    Problem(
      .contentTooLarge, "the body is larger than \(limit) bytes, which is all this address takes",
      headers: [.connection: "close"])
  }

  private static var tooSlow: Problem {
    Problem(
      .requestTimeout, "the body came too slowly", advice: "send it again",
      headers: [.connection: "close"])
  }

  private static func inTime<Value: Sendable>(
    _ patience: Duration, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask(operation: work)
      group.addTask {
        try await Task.sleep(for: patience)
        throw tooSlow
      }
      defer { group.cancelAll() }
      return try await group.next()!
    }
  }
}

/// Counts what came, for the one that watches.
private final class ByteCount: Sendable {
  let count = Atomic<Int>(0)
}
