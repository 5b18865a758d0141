internal import HTTPTypes
public import Hummingbird
internal import Logging
internal import NIOCore
internal import Serving
internal import Synchronization

/// An HTTP server on a free port of this machine, for as long as `body` takes.
///
/// `routes` answers every request, with its whole body (at most 64 MiB). Gives `body` the server's base address,
/// such as `http://127.0.0.1:40123`.
public func withTestServer<Value: Sendable>(
  _ answer: @escaping @Sendable (TestRequest) async throws -> Response,
  _ body: @escaping @Sendable (String) async throws -> Value
) async throws -> Value {
  let (ports, told) = AsyncStream.makeStream(of: Int.self)
  let responder = CallbackResponder { (request: Request, _: BasicRequestContext) in
    let whole = try await request.body.collect(upTo: 64 << 20)
    return try await answer(
      TestRequest(
        method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "",
        headers: request.headers, body: Array(whole.readableBytesView)))
  }
  var logger = Logger(label: "test-server")
  logger.logLevel = .critical
  let application = Application(
    responder: responder, server: .kept(),
    configuration: .init(address: .hostname("127.0.0.1", port: 0)),
    onServerRunning: { channel in told.yield(channel.localAddress?.port ?? 0) }, logger: logger)
  return try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask {
      try await application.run()
      return nil
    }
    group.addTask {
      var iterator = ports.makeAsyncIterator()
      let port = await iterator.next() ?? 0
      return try await body("http://127.0.0.1:\(port)")
    }
    defer { group.cancelAll() }
    while let value = try await group.next() { if let value { return value } }
    throw CancellationError()
  }
}

/// A request as a test server sees it.
public struct TestRequest: Sendable {
  public var method: String
  /// Still percent-encoded.
  public var path: String
  public var query: String
  public var headers: HTTPFields
  public var body: [UInt8]

  public func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}
