import Foundation
import Storage
import Workflows

/// Measures the engine on this machine: one JSON line for each measurement.
///
///     engine-bench steps [runs=2000]        finished steps per second, 10-step runs
///     engine-bench latency [runs=2000]      from one step's end to the next one's beginning
///     engine-bench events [seconds=10]      from an event to its first step, at 500 events/s
///     engine-bench sleepers [count=100000]  memory, restart and lateness of sleeping runs
///     engine-bench chaos [kills=20]         runs whose process is killed again and again
@main struct EngineBench {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    let number = arguments.dropFirst().first.flatMap(Int.init)
    let folder = try BenchFolder()
    switch arguments.first {
    case "steps": try await StepBench(folder: folder, runs: number ?? 2_000).run()
    case "latency": try await LatencyBench(folder: folder, runs: number ?? 2_000).run()
    case "events": try await EventBench(folder: folder, seconds: number ?? 10).run()
    case "sleepers": try await SleeperBench(folder: folder, count: number ?? 100_000).run()
    case "chaos": try await ChaosBench(folder: folder, kills: number ?? 20).run()
    case "chaos-node": try await ChaosBench.node(arguments.dropFirst().first ?? ".")
    default:
      print("usage: engine-bench steps|latency|events|sleepers|chaos [number]")
      exit(64)
    }
  }
}

/// A folder for one measurement, deleted at its end.
final class BenchFolder: Sendable {
  let path: String

  init() throws {
    let parent = ProcessInfo.processInfo.environment["BENCH_FOLDER"] ?? NSTemporaryDirectory()
    path = parent + "/engine-bench-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func database() throws -> SQLiteDatabase {
    try SQLiteDatabase(path: path + "/bench.db", migrations: [Engine.migrations])
  }
}

/// One line of figures.
struct Report {
  private var parts: [String] = []

  init(_ name: String) { parts.append("\"bench\":\"\(name)\"") }

  mutating func add(_ name: String, _ value: Int) { parts.append("\"\(name)\":\(value)") }

  mutating func add(_ name: String, _ value: Double) {
    parts.append("\"\(name)\":\((value * 1000).rounded() / 1000)")
  }

  /// The middle, the 99th in a hundred and the largest of times in milliseconds.
  mutating func add(_ name: String, _ times: [Double]) {
    let sorted = times.sorted()
    guard let largest = sorted.last else { return }
    add("\(name)_p50_ms", sorted[sorted.count / 2])
    add("\(name)_p99_ms", sorted[min(sorted.count - 1, sorted.count * 99 / 100)])
    add("\(name)_max_ms", largest)
  }

  func print() { Swift.print("{" + parts.joined(separator: ",") + "}") }
}

extension Duration {
  var milliseconds: Double { self / .milliseconds(1) }
}
