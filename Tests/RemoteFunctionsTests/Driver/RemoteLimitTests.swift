import Foundation
import Storage
import Synchronization
import Testing

@testable import RemoteFunctions
@testable import Workflows

@Suite struct RemoteLimitTests {
  /// How many are between their first and their last step, and how many at most.
  private final class Crowd: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    /// Steps that yield to other runs between each other.
    var steps: [FakeApp.Item] {
      [
        .run("begin") { _ in
          self.state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
          }
          return .value(.null)
        }, .run("middle"),
        .run("end") { _ in
          self.state.withLock { $0.now -= 1 }
          return .value(.null)
        },
      ]
    }
  }

  private static func concurrency(_ limit: Int, _ key: String, _ scope: String) -> [String:
    JSONValue]
  {
    [
      "concurrency": [
        "limit": .integer(limit), "key": .string(key), "scope": .string(scope),
      ]
    ]
  }

  @Test(
    "functions whose keys are written alike share a limit of the environment",
    arguments: 1...5 as ClosedRange<UInt64>)
  func shared(seed: UInt64) async throws {
    let crowd = Crowd()
    let app = FakeApp(["studio-one": crowd.steps, "studio-two": crowd.steps])
    let limit = Self.concurrency(2, "event.data.gpu", "env")
    let node = try await TestEngine(
      [try remote("one", app, limit), try remote("two", app, limit)], seed: seed)
    try await node.engine.send(
      (0..<10).map { _ in try OutgoingEvent(named: "scene/ready", data: #"{"gpu":"a"}"#) })
    try await node.finish()
    let runs = try await node.runs()
    #expect(runs.count == 20)
    #expect(runs.allSatisfy { $0.state == .completed })
    #expect(crowd.most == 2)
  }

  @Test(
    "other keys, other scopes and a limit of the function's own are counted apart",
    arguments: [
      ("event.data.gpu", "account"), ("event.data.gpu + ''", "env"), ("event.data.gpu", "fn"),
    ])
  func apart(key: String, scope: String) async throws {
    let crowds = [Crowd(), Crowd()]
    let app = FakeApp(["studio-one": crowds[0].steps, "studio-two": crowds[1].steps])
    let node = try await TestEngine([
      try remote("one", app, Self.concurrency(1, "event.data.gpu", "env")),
      try remote("two", app, Self.concurrency(3, key, scope)),
    ])
    try await node.engine.send(
      (0..<6).map { _ in try OutgoingEvent(named: "scene/ready", data: #"{"gpu":"a"}"#) })
    try await node.finish()
    #expect(try await node.runs().allSatisfy { $0.state == .completed })
    #expect(crowds.map(\.most) == [1, 3])
  }

  @Test("a run that waits for a shared limit says so, and goes on when its function loses it")
  func lost() async throws {
    let app = FakeApp(["studio-two": [.run("x")]])
    let limit = Self.concurrency(1, "'gpu'", "env")
    let held = try remote("two", app, event: "scene/held", limit)
    let node = try await TestEngine([])
    try await node.engine.replaceFunctions(of: "studio", with: [held])
    try await node.engine.send([OutgoingEvent(named: "scene/held", data: "{}")])
    // As if others filled the limit.
    let run = try #require(try await node.runs().first)
    try await node.database.write { db in
      try db.execute(
        "UPDATE workflow_run SET is_held = 1 WHERE id = :id", ["id": run.id])
      try db.execute(
        """
        INSERT INTO workflow_hold (run_id, function_id, rule, key, rank_ms, is_waiting)
        SELECT run_id, '', rule, key, 0, 1 FROM workflow_run_key WHERE run_id = :id
        """, ["id": run.id])
    }
    try await node.settle()
    let standing = try #require(try await node.engine.standing(ofRun: run.id))
    #expect(
      standing.reasons.contains {
        if case .limitFull(let limit, _) = $0 {
          limit.hasPrefix("shared concurrency")
        } else {
          false
        }
      })
    try await node.engine.replaceFunctions(
      of: "studio", with: [try remote("two", app, event: "scene/held")])
    try await node.finish()
    #expect(try await node.runs().map(\.state) == [.completed])
  }

  @Test("a schedule with jitter begins its runs within it, each by chance, and says when")
  func jitter() async throws {
    let app = FakeApp(["studio-tick": [.run("x")]])
    let trigger: [String: JSONValue] = [
      "triggers": [["cron": "0 * * * *", "jitter": "5m"]]
    ]
    let node = try await TestEngine([try remote("tick", app, trigger)])
    let begin = node.clock.now
    try await node.advance(by: .seconds(6 * 3600 + 600))
    let runs = try await node.runs()
    #expect(runs.count == 6)
    #expect(runs.allSatisfy { $0.state == .completed })
    let delays = runs.enumerated().map { place, run in
      (run.startedAt ?? 0) - (begin + Int64(place + 1) * 3_600_000)
    }
    #expect(delays.allSatisfy { (0...300_000).contains($0) })
    #expect(Set(delays).count > 1)
    for call in app.calls {
      let event = try #require(call.body["event"])
      let data = try #require(event["data"])
      let fire = try #require(data["fireAt"]?.string.flatMap { InstantText.read($0) })
      #expect(event["ts"]?.integer == fire)
      #expect(data["scheduledAt"]?.string == event["id"]?.string)
    }
  }

  @Test("batches are counted by a rate limit, events that go alone too")
  func batches() async throws {
    let app = FakeApp(["studio-pack": [.run("x")]])
    let node = try await TestEngine([
      try remote(
        "pack", app,
        [
          "batchEvents": ["maxSize": 2, "timeout": "10s", "if": "event.data.small == true"],
          "rateLimit": ["limit": 1, "period": "60s"],
        ])
    ])
    func send(_ data: String...) async throws {
      try await node.engine.send(
        data.map { try OutgoingEvent(named: "scene/ready", data: $0) })
      try await node.settle()
    }
    // The first two are a batch; the third would begin another, and the fourth goes alone.
    try await send(#"{"small":true}"#, #"{"small":true}"#, #"{"small":true}"#, "{}")
    try await node.advance(by: .seconds(61))
    try await send("{}", #"{"small":true}"#)
    try await node.finish()
    let runs = try await node.runs()
    #expect(runs.map(\.state) == [.completed, .completed])
    #expect(app.calls.map { $0.body["events"]?.items?.count } == [2, 2, 1, 1])
  }
}
