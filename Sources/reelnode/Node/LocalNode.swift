internal import Foundation
internal import Jobs
internal import Media
internal import Pipelines
internal import Rendering
internal import Storage
internal import Workflows

/// The engine with its functions and a worker, in this process, for as long as something else takes.
struct LocalNode {
  let database: SQLiteDatabase
  let assets: NodeAssets
  let engine: Engine
  let pipeline: VideoPipeline
  let workerOptions: WorkerOptions
  let folder: String
  let report: @Sendable (WorkerNews) -> Void

  /// Runs engine and worker while `body` runs; then lets steps in flight end and gives the rest back.
  ///
  /// An error of the engine or the worker ends all, and is thrown.
  func run<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let worker = try Worker(
      database: database, assets: assets.store, options: workerOptions,
      finished: { [engine] connection, film in
        _ = try engine.send(FilmEvents.of(film), in: connection)
      }, report: report)
    let presence = try EnginePresence(node: folder, engine: engine)
    defer { presence.end() }
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask {
        try await presence.takeOver()
        try await engine.run()
        return nil
      }
      group.addTask {
        try await presence.watch()
        return nil
      }
      group.addTask {
        try await withTaskCancellationHandler {
          _ = try await worker.run()
        } onCancel: {
          Task { await worker.stop() }
        }
        return nil
      }
      group.addTask { try await body() }
      defer { group.cancelAll() }
      while let ended = try await group.next() {
        if let value = ended {
          group.cancelAll()
          while let other = await group.nextResult() { _ = other }
          return value
        }
        try Task.checkCancellation()
      }
      throw CancellationError()
    }
  }
}

extension LocalNode {
  /// A line for each film that is not made, as long as the node runs.
  func tellOfFailures(_ console: Console) async throws {
    let begin = Int64(Date().timeIntervalSince1970 * 1000)
    var told: Set<FailedFilm> = []
    while true {
      try await Task.sleep(for: .seconds(1))
      // A busy moment of the database ends no node.
      let films = (try? await pipeline.failures(since: begin, engine: engine)) ?? []
      for film in films where told.insert(film).inserted {
        console.say("film \(film.id) failed: \(film.reason.replacing("\n  ", with: " "))")
      }
    }
  }
}

/// The engine's mark on this machine: whoever starts after it was killed takes its runs over at once, and does not wait
/// for its lease to run out.
struct EnginePresence {
  private let presence: ProcessPresence
  private let engine: Engine
  private let host: String

  init(node folder: String, engine: Engine) throws {
    host = Self.host
    self.engine = engine
    presence = try ProcessPresence(folder: Self.place(folder), id: "\(host)-\(engine.nodeID)")
  }

  private static func place(_ node: String) -> String { node + "/engines" }

  private static var host: String {
    String(ProcessInfo.processInfo.hostName.prefix { $0 != "." && $0 != "/" })
  }

  /// How many other processes of this machine work on the node in this folder; asked before there is one of our own.
  static func others(node folder: String) -> Int {
    let place = place(folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    return names.count { name in
      guard name.hasPrefix(host + "-") else { return false }
      guard let lock = FileLock(trying: place + "/" + name) else { return true }
      // It was killed, and whoever comes next takes its runs over.
      lock.unlock()
      return false
    }
  }

  /// Frees the runs of engines of this machine that were killed.
  func takeOver() async throws {
    for name in presence.takeDead(host: host) {
      try await engine.takeOver(deadNode: String(name.dropFirst(host.count + 1)))
    }
  }

  /// Does so whenever another process of this machine dies.
  func watch() async throws {
    while true {
      try await Task.sleep(for: .seconds(2))
      try await takeOver()
    }
  }

  func end() { presence.end() }
}
