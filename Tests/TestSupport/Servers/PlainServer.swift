internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// What a handler that knows no server answers.
public struct PlainAnswer: Sendable {
  public var status: Int
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]

  public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }
}

/// The same as `withTestServer` for handlers that know no server.
public func withPlainServer<Value: Sendable>(
  _ answer: @escaping @Sendable (TestRequest) async throws -> PlainAnswer,
  _ body: @escaping @Sendable (String) async throws -> Value
) async throws -> Value {
  try await withTestServer(
    { request in
      let plain = try await answer(request)
      var headers = HTTPFields()
      for (name, value) in plain.headers {
        if let name = HTTPField.Name(name) { headers[name] = value }
      }
      return Response(
        status: .init(code: plain.status), headers: headers,
        body: .init(byteBuffer: ByteBuffer(bytes: plain.body)))
    }, body)
}
