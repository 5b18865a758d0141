internal import Foundation
internal import Jobs
internal import SceneDocument
internal import Storage

/// How the machine and the node's files are.
struct SystemState: Sendable {
  struct Check: Sendable {
    var name: String
    var ok: Bool
    var detail: String
    var advice: String?
  }

  var version: String
  var uptime: Int
  var processors: Int
  var load: Double?
  var memory: Int?
  var folder: String
  var freeBytes: Int64?
  var totalBytes: Int64?
  var databasePath: String
  var databaseBytes: Int64?
  var walBytes: Int64?
  var cacheBytes: Int64?
  var liveClients: Int
  /// The folder with reports of golden tests; nil where the node was given none.
  var goldenReports: String?
  var checks: [Check]

  var isReady: Bool { checks.allSatisfy(\.ok) }

  private static let began = SuspendingClock.now

  /// A free disk smaller than this is told.
  private static let leastFree: Int64 = 1 << 30

  static func startClock() { _ = began }

  static func read(_ backend: NodeBackend, liveClients: Int) async throws -> SystemState {
    let database = await databaseCheck(backend)
    let workers = await workerCheck(backend)
    let cache = await CacheSize.shared.bytes(of: backend.cacheFolder)
    return await Offload.run {
      let disk = try? FileManager.default.attributesOfFileSystem(forPath: backend.folder)
      let free = (disk?[.systemFreeSize] as? NSNumber)?.int64Value
      var state = SystemState(
        version: backend.version, uptime: Int((SuspendingClock.now - began) / .seconds(1)),
        processors: ProcessInfo.processInfo.activeProcessorCount, load: ProcessFacts.load,
        memory: ProcessFacts.memory, folder: backend.folder, freeBytes: free,
        totalBytes: (disk?[.systemSize] as? NSNumber)?.int64Value,
        databasePath: backend.databasePath, databaseBytes: size(backend.databasePath),
        walBytes: size(backend.databasePath + "-wal"), cacheBytes: cache,
        liveClients: liveClients, goldenReports: backend.goldenReports,
        checks: [database, workers])
      let isRoomy = (free ?? .max) > leastFree
      state.checks.append(
        Check(
          name: "disk", ok: isRoomy,
          detail: free.map { "\($0 >> 20) MiB are free" } ?? "its room is not known",
          advice: isRoomy ? nil : "make room on the disk of the node's folder"))
      return state
    }
  }

  private static func size(_ path: String) -> Int64? {
    let facts = try? FileManager.default.attributesOfItem(atPath: path)
    return (facts?[.size] as? NSNumber)?.int64Value
  }

  private static func databaseCheck(_ backend: NodeBackend) async -> Check {
    do {
      _ = try await backend.database.read { try $0.row("SELECT 1 AS one") }
      return Check(name: "database", ok: true, detail: "it answers")
    } catch {
      return Check(
        name: "database", ok: false, detail: "it does not answer",
        advice: "look at the node's messages")
    }
  }

  private static func workerCheck(_ backend: NodeBackend) async -> Check {
    let count = (try? await backend.queue.workers())?.count ?? 0
    return Check(
      name: "workers", ok: count > 0,
      detail: count == 0 ? "no worker was seen for a minute" : "\(count) are there",
      advice: count == 0
        ? "start one with 'reelnode worker', or end the node and begin it anew" : nil)
  }

  var checksJSON: JSONValue {
    .array(
      checks.map {
        [
          "name": .string($0.name), "ok": .bool($0.ok), "detail": .string($0.detail),
          "advice": .text($0.advice),
        ]
      })
  }

  var json: JSONValue {
    [
      "version": .string(version), "uptime_seconds": .integer(uptime),
      "cpu_count": .integer(processors), "load_1": .real(load),
      "memory_rss_bytes": .whole(memory),
      "disk": [
        "path": .string(folder), "free_bytes": .whole(freeBytes), "total_bytes": .whole(totalBytes),
      ],
      "database": [
        "path": .string(databasePath), "bytes": .whole(databaseBytes),
        "wal_bytes": .whole(walBytes),
      ],
      "cache_bytes": .whole(cacheBytes), "live_clients": .integer(liveClients),
      "golden_reports_path": .text(goldenReports),
      "checks": checksJSON,
    ]
  }
}

/// What the system says of this process and of itself.
enum ProcessFacts {
  /// Resident, in bytes.
  static var memory: Int? {
    let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return text?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 }
  }

  /// Files that it may have open.
  static var openFiles: Int? {
    let text = try? String(contentsOfFile: "/proc/self/limits", encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix("Max open files") }
    return line?.split(separator: " ").dropFirst(3).first.flatMap { Int($0) }
  }

  /// Over the last minute.
  static var load: Double? {
    let text = try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)
    return text?.split(separator: " ").first.flatMap { Double($0) }
  }
}

/// The size of the cache's folder, counted once a minute since that takes long.
actor CacheSize {
  static let shared = CacheSize()

  private var known: [String: (bytes: Int64, at: ContinuousClock.Instant)] = [:]
  private var counting: Set<String> = []

  /// As it was counted last; nil until then.
  func bytes(of folder: String) -> Int64? {
    let now = ContinuousClock.now
    if known[folder].map({ now - $0.at > .seconds(60) }) ?? true,
      counting.insert(folder).inserted
    {
      Task {
        let bytes = await Offload.run { Self.count(folder) }
        self.keep(bytes, of: folder)
      }
    }
    return known[folder]?.bytes
  }

  private func keep(_ bytes: Int64, of folder: String) {
    known[folder] = (bytes, .now)
    counting.remove(folder)
  }

  private static func count(_ folder: String) -> Int64 {
    guard let files = FileManager.default.enumerator(atPath: folder) else { return 0 }
    var bytes: Int64 = 0
    while files.nextObject() != nil {
      bytes += (files.fileAttributes?[.size] as? NSNumber)?.int64Value ?? 0
    }
    return bytes
  }
}
