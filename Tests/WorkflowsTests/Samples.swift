import Storage
import Synchronization
import Workflows

struct SceneReady: WorkflowEvent, Equatable {
  static let name = "scene/ready"
  var sceneID: String
  var length = 1.5
}

struct SceneDone: WorkflowEvent, Equatable {
  static let name = "scene/done"
  var sceneID: String
  var seconds = 0
}

struct ProjectClosed: WorkflowEvent, Equatable {
  static let name = "project/closed"
  var number: Int
}

struct RenderFault: Error, Equatable, CustomStringConvertible {
  var text: String
  var description: String { text }
}

/// What steps did, in order.
final class Log: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func add(_ line: String) { lines.withLock { $0.append(line) } }

  func count(_ line: String) -> Int { all.filter { $0 == line }.count }
}

extension RetryPolicy {
  /// After 10 s, 20 s, 40 s …, exactly.
  static func exact(_ retries: Int) -> RetryPolicy {
    RetryPolicy(
      retries: retries,
      backOff: .exponential(first: .seconds(10), factor: 2, cap: .seconds(1000)), jitter: .zero)
  }
}

extension TestEngine {
  /// The one run that there is, with its journal.
  func only() async throws -> RunDetail {
    let runs = try await runs()
    guard let run = runs.first, let detail = try await engine.run(run.id) else {
      throw RenderFault(text: "there are \(runs.count) runs")
    }
    return detail
  }

  func states(of functionID: String) async throws -> [Run.State] {
    try await runs().filter { $0.functionID == functionID }.map(\.state)
  }
}
