import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import SceneDocument

/// Asks a server.
struct TestClient: Sendable {
  let address: String

  var port: Int { Int(address.split(separator: ":").last ?? "") ?? 0 }

  struct Answer: Sendable {
    var status: Int
    var headers: [(String, String)]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue {
      (try? JSONDecoder().decode(JSONValue.self, from: Data(body))) ?? .null
    }
    func header(_ name: String) -> String? {
      headers.first { $0.0.lowercased() == name.lowercased() }?.1
    }
  }

  func ask(
    _ method: String, _ path: String, _ headers: [(String, String)] = [], body: String? = nil
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: address + path)
    request.method = .RAW(value: method)
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body {
      if request.headers["Content-Type"].isEmpty {
        request.headers.add(name: "Content-Type", value: "application/json")
      }
      request.body = .bytes(ByteBuffer(string: body))
    }
    let response = try await HTTPClient.shared.execute(request, timeout: .minutes(5))
    let bytes = try await response.body.collect(upTo: 32 << 20)
    return Answer(
      status: Int(response.status.code),
      headers: response.headers.map { ($0.name, $0.value) }, body: Array(bytes.readableBytesView))
  }

  func get(_ path: String, _ headers: [(String, String)] = []) async throws -> Answer {
    try await ask("GET", path, headers)
  }

  func post(_ path: String, _ body: String?, _ headers: [(String, String)] = []) async throws
    -> Answer
  { try await ask("POST", path, headers, body: body) }

  /// Sends text as it is and lends the connection.
  func raw<Value: Sendable>(
    _ text: String, _ body: @escaping @Sendable (RawConnection) async throws -> Value
  ) async throws -> Value {
    try await raw(bytes: Array(text.utf8), body)
  }

  /// The end of a request's head: this server's name and further fields.
  func head(_ fields: String...) -> String {
    (["Host: 127.0.0.1:\(port)"] + fields).map { $0 + "\r\n" }.joined() + "\r\n"
  }

  /// All that the server sends until it closes the connection.
  func all(_ text: String) async throws -> String {
    try await raw(text) { try await $0.read { _ in false } }
  }

  func raw<Value: Sendable>(
    bytes: [UInt8], _ body: @escaping @Sendable (RawConnection) async throws -> Value
  ) async throws -> Value {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      do {
        try await outbound.write(ByteBuffer(bytes: bytes))
      } catch ChannelError.ioOnClosedChannel {
        // A server that waits for a moment alone may be the first to end it on a busy machine.
      }
      return try await body(RawConnection(inbound: inbound, outbound: outbound))
    }
  }
}

/// A connection on which a test writes and reads bytes itself.
struct RawConnection {
  let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
  let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

  /// Reads until `isEnough` or the end, and where there is something to do, does it and reads on until `isAll`; all that
  /// came. A connection can be read once.
  func read(
    until isEnough: (String) -> Bool, then act: () async throws -> Void = {},
    until isAll: (String) -> Bool = { _ in true }
  ) async throws -> String {
    var text = ""
    var hasActed = false
    do {
      for try await piece in inbound {
        text += String(buffer: piece)
        if !hasActed, isEnough(text) {
          hasActed = true
          try await act()
        }
        if hasActed, isAll(text) { break }
      }
    } catch is IOError {}
    return text
  }
}
