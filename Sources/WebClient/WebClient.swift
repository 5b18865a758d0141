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

  public init(connectTimeout: Duration = .seconds(10), downloadSilence: Duration = .seconds(30)) {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .nanoseconds(Int64(connectTimeout / .nanoseconds(1)))
    configuration.decompression = .enabled(limit: .ratio(100))
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
          return .reply(try await self.whole(reply, limit: request.replyLimit, host))
        }
        return .file(
          try await self.write(reply, to: path, limit: limit, host))
      }
    }
  }

  private func write(
    _ reply: HTTPClientResponse, to path: String, limit: Int64, _ host: String
  ) async throws -> Download {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw WebFailure(.file, "cannot write '\(path)'") }
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
    let headers = WebHeaders(reply.headers.map { ($0.name, $0.value) })
    if let told = headers["content-length"].flatMap(Int64.init), told != bytes,
      headers["content-encoding"] == nil
    {
      throw WebFailure(.broken, "\(host): the file ended after \(bytes) of \(told) bytes")
    }
    let type = headers["content-type"]?.prefix { $0 != ";" } ?? ""
    return Download(
      bytes: bytes, contentType: type.lowercased().filter { $0 != " " }, headers: headers)
  }

  private func whole(
    _ reply: HTTPClientResponse, limit: Int, _ host: String
  ) async throws -> WebReply {
    var body: [UInt8] = []
    for try await piece in reply.body {
      if body.count + piece.readableBytes > limit {
        throw WebFailure(.tooLarge, "\(host): the reply is longer than \(limit) bytes")
      }
      body.append(contentsOf: piece.readableBytesView)
    }
    return WebReply(
      status: Int(reply.status.code),
      headers: WebHeaders(reply.headers.map { ($0.name, $0.value) }), body: body)
  }

  private func made(_ request: WebRequest) throws -> HTTPClientRequest {
    var made = HTTPClientRequest(url: request.url)
    made.method = HTTPMethod(rawValue: request.method.rawValue)
    for header in request.headers { made.headers.add(name: header.name, value: header.value) }
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

/// A part of a file as it is sent.
private struct FilePieces: AsyncSequence, Sendable {
  let path: String
  let range: Range<Int64>

  init(path: String, range: Range<Int64>) throws {
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw WebFailure(.file, "cannot read '\(path)'")
    }
    (self.path, self.range) = (path, range)
  }

  func makeAsyncIterator() -> Iterator { Iterator(path: path, range: range) }

  struct Iterator: AsyncIteratorProtocol {
    private let file: FileHandle?
    private let path: String
    private var left: Int64

    init(path: String, range: Range<Int64>) {
      self.path = path
      left = range.upperBound - range.lowerBound
      file = FileHandle(forReadingAtPath: path)
      try? file?.seek(toOffset: UInt64(range.lowerBound))
    }

    mutating func next() async throws -> ByteBuffer? {
      if left <= 0 { return nil }
      guard let piece = try file?.read(upToCount: Int(Swift.min(left, 1 << 18))), !piece.isEmpty
      else { throw WebFailure(.file, "'\(path)' ended before it was sent") }
      left -= Int64(piece.count)
      return ByteBuffer(data: piece)
    }
  }
}
