import Foundation
import Jobs
import Storage
import Synchronization

/// A queue on a database of its own, with a clock that stands still.
struct QueueStage {
  let folder: String
  let clock = VirtualClock()
  let database: SQLiteDatabase
  let queue: RenderQueue

  init() throws {
    folder = NSTemporaryDirectory() + "jobs-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    database = try SQLiteDatabase(path: folder + "/a.db", migrations: [RenderQueue.migrations])
    queue = RenderQueue(database: database, clock: clock)
  }

  /// Queues a film, a millisecond after whatever was before: ids of one millisecond are in no order when several tests
  /// make some.
  func add(_ film: NewFilm) async throws -> RenderJob {
    clock.advance(milliseconds: 1)
    return try await queue.add(film)
  }

  /// The same queue over another connection, as another process has it.
  func another(clock: VirtualClock? = nil) throws -> RenderQueue {
    RenderQueue(
      database: try SQLiteDatabase(path: folder + "/a.db", migrations: [RenderQueue.migrations]),
      clock: clock ?? self.clock)
  }
}

extension NewFilm {
  static func test(
    _ label: String, parts: [String], priority: Int = JobPriority.normal, assets: [String] = []
  ) -> NewFilm {
    NewFilm(
      label: label, payload: "{}", priority: priority, frames: 100 * parts.count,
      weight: Double(parts.count), assets: assets,
      parts: parts.map {
        Part(
          kind: .segment, key: $0, label: "\(label): \($0)", payload: "{}", frames: 100,
          weight: 2, assets: assets)
      })
  }
}

/// Hears which films have ended.
final class Told: Sendable {
  private let ids = Mutex<[String]>([])
  func note(_ id: String) { ids.withLock { $0.append(id) } }
  var all: [String] { ids.withLock { $0 } }
}

extension JobFailure {
  static func test(_ code: String, isRetryable: Bool) -> JobFailure {
    JobFailure(code: code, message: "no luck\n  → try again", isRetryable: isRetryable)
  }
}
