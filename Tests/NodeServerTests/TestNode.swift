import Foundation
import Jobs
import Pipelines
import Providers
import RemoteFunctions
import Storage
import TestSupport
import Workflows

@testable import NodeServer

/// A node with a server on a free port, without engine and worker under way.
final class TestNode: Sendable {
  let folder: TempFolder
  let database: SQLiteDatabase
  /// The database as the node uses it, where it can be cut.
  let cut: CutDatabase?
  let engine: Engine
  let backend: NodeBackend
  let settings: ServerSettings

  init(
    in folder: TempFolder? = nil, functions: [any RegistrableFunction] = [],
    isCuttable: Bool = false, _ change: (inout ServerSettings) -> Void = { _ in },
    products: (inout NodeBackend) throws -> Void = { _ in }
  ) throws {
    let folder = try folder ?? TempFolder()
    self.folder = folder
    database = try SQLiteDatabase(
      path: folder.file("node.db"),
      migrations: [
        RenderQueue.migrations, Engine.migrations, VideoPipeline.migrations,
        RemoteApps.migrations, NodeService.migrations,
      ])
    let cut = isCuttable ? CutDatabase(database) : nil
    self.cut = cut
    let used: any Database = cut.map { $0 as any Database } ?? database
    engine = try Engine(database: used, functions: functions)
    let assets = try FolderAssetStore(folder: folder.file("assets"))
    let studio = VideoStudio(
      database: used, assets: assets, queue: RenderQueue(database: used),
      clock: SystemClock(), shelf: ProviderShelf(), folder: folder.path,
      cacheFolder: folder.file("cache"),
      readBrief: { _ in throw CancellationError() }, makePoster: { _, _, _ in })
    var backend = try NodeBackend(
      database: used, assets: assets, engine: engine, pipeline: VideoPipeline(studio),
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
    _ changed: ServerSettings? = nil,
    _ body: @escaping @Sendable (TestClient) async throws -> Value
  ) async throws -> Value {
    let server = try NodeService(backend, settings: changed ?? settings)
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
