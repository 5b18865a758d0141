internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOFoundationCompat
internal import NIOHTTP1
internal import NIOHTTPCompression

/// Talks HTTP with outside services.
///
/// Beyond what a library does it tells a request that was never sent from one whose outcome is unknown, keeps bodies
/// within limits, and never follows a redirect by itself, which would carry a key to another host.
public final class WebClient: Sendable {
  private let client: HTTPClient
  /// Gives up on files whose bytes stop coming; an answer that is being computed may be silent for minutes.
  private let downloader: HTTPClient

  /// - Parameters:
  ///   - addresses: addresses of hosts by their names, which are then not looked up.
  ///   - isPatient: whether hosts that refuse a connection are asked again for `connectTimeout`, as those that start.
  public init(
    connectTimeout: Duration = .seconds(10), downloadSilence: Duration = .seconds(30),
    addresses: [String: String] = [:], isPatient: Bool = true
  ) {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .nanoseconds(Int64(connectTimeout / .nanoseconds(1)))
    configuration.dnsOverride = addresses
    configuration.connectionPool.retryConnectionEstablishment = isPatient
    configuration.decompression = .enabled(limit: .ratio(100))
    // Services close connections that are idle for 5 s and longer, and a request that meets such a closing might have
    // been received: new ones are made instead.
    configuration.connectionPool.idleTimeout = .seconds(4)
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    configuration.timeout.read = .nanoseconds(Int64(downloadSilence / .nanoseconds(1)))
    downloader = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  deinit {
    client.shutdown { _ in }
    downloader.shutdown { _ in }
  }

  /// Sends a request and gives the whole reply, whatever its status. Throws `WebFailure`, or `CancellationError`.
  public func send(_ request: WebRequest) async throws -> WebReply {
    let host = Self.host(of: request.url)
    return try await translating(host) {
      try await withDeadline(request.timeout) {
        let reply = try await self.client.execute(try self.made(request), deadline: .distantFuture)
        return try await self.whole(reply, limit: request.replyLimit, host)
      }
    }
  }

  private enum Beyond { case fail, cut }

  enum Fetched: Sendable {
    case file(Download)
    case reply(WebReply)
  }

  /// Writes the body of a reply with status 200 to `path`; other replies are given back.
  func fetch(_ request: WebRequest, to path: String, limit: Int64) async throws -> Fetched {
    let host = Self.host(of: request.url)
    return try await translating(host) {
      try await withDeadline(request.timeout) {
        let reply = try await self.downloader.execute(
          try self.made(request), deadline: .distantFuture)
        guard reply.status == .ok else {
          return .reply(try await self.whole(reply, limit: request.replyLimit, host, beyond: .cut))
        }
        return .file(
          try await self.write(reply, to: path, limit: limit, host))
      }
    }
  }

  private func write(
    _ reply: HTTPClientResponse, to path: String, limit: Int64, _ host: String
  ) async throws -> Download {
    let headers = WebHeaders(reply.headers.map { ($0.name, $0.value) })
    let told =
      headers["content-encoding"] == nil ? headers["content-length"].flatMap(Int64.init) : nil
    if let told, told > limit {
      throw WebFailure(.tooLarge, "\(host): the file has \(told) bytes, more than \(limit)")
    }
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else {
      throw WebFailure(.file, "cannot write '\(path)' → make its folder, or choose another place")
    }
    defer { try? file.close() }
    var bytes: Int64 = 0
    var pieces = reply.body.makeAsyncIterator()
    while let piece = try await pieces.next() {
      bytes += Int64(piece.readableBytes)
      if bytes > limit {
        throw WebFailure(.tooLarge, "\(host): the file is larger than \(limit) bytes")
      }
      do { try file.write(contentsOf: Data(buffer: piece)) } catch {
        throw WebFailure(.file, "cannot write '\(path)' (\(error.localizedDescription))")
      }
    }
    if let told, told != bytes {
      throw WebFailure(.broken, "\(host): the file ended after \(bytes) of \(told) bytes")
    }
    let type = headers["content-type"]?.prefix { $0 != ";" } ?? ""
    return Download(
      bytes: bytes, contentType: type.lowercased().filter { $0 != " " }, headers: headers)
  }

  private func whole(
    _ reply: HTTPClientResponse, limit: Int, _ host: String, beyond: Beyond = .fail
  ) async throws -> WebReply {
    var body: [UInt8] = []
    for try await piece in reply.body {
      if body.count + piece.readableBytes > limit {
        if beyond == .cut {
          body.append(contentsOf: piece.readableBytesView.prefix(limit - body.count))
          break
        }
        throw WebFailure(.tooLarge, "\(host): the reply is longer than \(limit) bytes")
      }
      body.append(contentsOf: piece.readableBytesView)
    }
    return WebReply(
      status: Int(reply.status.code),
      headers: WebHeaders(reply.headers.map { ($0.name, $0.value) }), body: body)
  }

  private func made(_ request: WebRequest) throws -> HTTPClientRequest {
    guard let scheme = URLComponents(string: request.url)?.scheme?.lowercased(),
      ["http", "https"].contains(scheme)
    else {
      throw WebFailure(.badAddress, "'\(Self.host(of: request.url))' is no address of a service")
    }
    var made = HTTPClientRequest(url: request.url)
    made.method = HTTPMethod(rawValue: request.method.rawValue)
    for header in request.headers {
      // The library would find it too, but only its word for it tells that nothing was sent.
      guard header.value.utf8.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 }) else {
        throw WebFailure(
          .badAddress, "the header '\(header.name)' holds characters that cannot be sent")
      }
      made.headers.add(name: header.name, value: header.value)
    }
    switch request.body {
    case .none: break
    case .bytes(let bytes): made.body = .bytes(bytes)
    case .file(let path, let range):
      made.body = .stream(
        try FilePieces(path: path, range: range),
        length: .known(range.upperBound - range.lowerBound))
    }
    return made
  }
}
