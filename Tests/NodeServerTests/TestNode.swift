import AsyncHTTPClient
import Foundation
import HTTPTypes
import Hummingbird
import Jobs
import NIOCore
import NIOPosix
import Pipelines
import Providers
import RemoteFunctions
import SceneDocument
import Storage
import TestSupport
import Workflows

@testable import NodeServer

/// A node with a server on a free port, without engine and worker under way.
final class TestNode: Sendable {
  let folder: TempFolder
  let database: SQLiteDatabase
  let engine: Engine
  let backend: NodeBackend
  let settings: ServerSettings

  init(
    in folder: TempFolder? = nil, functions: [any RegistrableFunction] = [],
    _ change: (inout ServerSettings) -> Void = { _ in },
    products: (inout NodeBackend) throws -> Void = { _ in }
  ) throws {
    let folder = try folder ?? TempFolder()
    self.folder = folder
    database = try SQLiteDatabase(
      path: folder.file("node.db"),
      migrations: [
        RenderQueue.migrations, Engine.migrations, VideoPipeline.migrations,
        RemoteFunctions.migrations, NodeServer.migrations,
      ])
    engine = try Engine(database: database, functions: functions)
    let assets = try FolderAssetStore(folder: folder.file("assets"))
    let studio = VideoStudio(
      database: database, assets: assets, queue: RenderQueue(database: database),
      clock: SystemClock(), shelf: ProviderShelf(), folder: folder.path,
      cacheFolder: folder.file("cache"),
      readBrief: { _ in throw CancellationError() }, makePoster: { _, _, _ in })
    var backend = try NodeBackend(
      database: database, assets: assets, engine: engine, pipeline: VideoPipeline(studio),
      folder: folder.path, cacheFolder: folder.file("cache"), databasePath: folder.file("node.db"),
      version: "test")
    try products(&backend)
    self.backend = backend
    var settings = ServerSettings()
    settings.port = 0
    change(&settings)
    self.settings = settings
  }

  /// Serves while `body` runs.
  func serving<Value: Sendable>(
    _ body: @escaping @Sendable (TestClient) async throws -> Value
  ) async throws -> Value {
    let server = try NodeServer(backend, settings: settings)
    let (addresses, teller) = AsyncStream<String>.makeStream()
    let serving = Task {
      defer { teller.finish() }
      try await server.run { teller.yield($0) }
    }
    var iterator = addresses.makeAsyncIterator()
    guard let address = await iterator.next() else {
      try await serving.value
      throw CancellationError()
    }
    let result: Result<Value, any Error>
    do { result = .success(try await body(TestClient(address: address))) } catch {
      result = .failure(error)
    }
    serving.cancel()
    _ = await serving.result
    return try result.get()
  }
}

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
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: text))
      return try await body(RawConnection(inbound: inbound, outbound: outbound))
    }
  }
}

/// A connection on which a test writes and reads bytes itself.
struct RawConnection {
  let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
  let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

  /// Reads until `isEnough` or the end; all that came.
  func read(until isEnough: (String) -> Bool) async throws -> String {
    var text = ""
    do {
      for try await piece in inbound {
        text += String(buffer: piece)
        if isEnough(text) { break }
      }
    } catch is IOError {}
    return text
  }
}

/// An event for tests, and a function that hears it.
struct Rung: WorkflowEvent {
  static let name = "test/rung"
  var times: Int
}
