import Storage
import Testing

@testable import RemoteFunctions
@testable import Workflows

@Suite struct RemoteParallelTests {
  private static func groups(isRace: Bool) -> [FakeApp.Item] {
    [
      .parallel(
        [[.run("a.1", 1), .run("a.2", 2)], [.run("b.1", 3), .run("b.2", 4)]], isRace: isRace)
    ]
  }

  @Test(
    "four steps beside each other, one of them an invocation, one after and the end are 6 calls")
  func six() async throws {
    let app = FakeApp([
      "studio-render": [
        .parallel([
          [.invoke("call", "studio-child", [:], nil)], [.run("1a", 1)], [.run("1b", 2)],
          [.run("send", 3)],
        ]), .run("after", 4),
      ],
      "studio-child": [.sleep("nap", "1s")],
    ])
    let node = try await TestEngine([
      try remote("render", app), try remote("child", app, event: "never"),
    ])
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .completed)
    let own = app.calls.filter { $0.url.contains("studio-render") }
    #expect(own.count == 6)
    #expect(own.map(\.isPlanningOnly) == [false, true, true, true, false, false])
    #expect(Set(app.executed) == ["1a", "1b", "send", "after"])
    #expect(run.steps.map(\.place) == ["1", "1/1/1", "1/2/1", "1/3/1", "1/4/1", "2"])
    #expect(run.steps.map(\.name) == ["parallel", "call", "1a", "1b", "send", "after"])
  }

  @Test("chains beside each other are 7 calls where all are waited for")
  func seven() async throws {
    let app = FakeApp(["studio-render": Self.groups(isRace: false)])
    let node = try await TestEngine([try remote("render", app)])
    #expect(try await node.outcome(of: "render").run.state == .completed)
    #expect(app.calls.count == 7)
    #expect(app.executed.count == 4)
  }

  @Test("chains that race are 9 calls, or 8 where two are found at once", arguments: 1...5)
  func nine(seed: UInt64) async throws {
    let app = FakeApp(["studio-render": Self.groups(isRace: true)])
    let node = try await TestEngine([try remote("render", app)], seed: seed)
    #expect(try await node.outcome(of: "render").run.state == .completed)
    #expect((8...9).contains(app.calls.count))
    #expect(app.executed.count == 4)
  }

  @Test("each step has its own attempts, and one that fails for good is told to the function")
  func attempts() async throws {
    let app = FakeApp(
      [
        "studio-render": [
          .parallel([
            [.run("a") { $0 < 2 ? .error("busy") : .value(1) }], [.run("b") { _ in .error("no") }],
          ])
        ]
      ], catches: true)
    let node = try await TestEngine([try remote("render", app, retries: 2)])
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .completed)
    #expect(app.executed.filter { $0 == "a" }.count == 3)
    #expect(app.executed.filter { $0 == "b" }.count == 3)
    #expect(app.calls.last?.memo("a") == ["data": 1])
    #expect(app.calls.last?.memo("b")?["error"]?["message"] == "no")
  }

  @Test("an error that is not to be retried ends the run at once, though others beside it rest")
  func final() async throws {
    let app = FakeApp([
      "studio-render": [
        .parallel([
          [.sleep("long", "1d")],
          [.run("b") { _ in .fault("stop", headers: [("x-inngest-no-retry", "true")]) }],
        ])
      ]
    ])
    let node = try await TestEngine([try remote("render", app)])
    try await node.engine.send([OutgoingEvent(named: "scene/ready", data: "{}")])
    try await node.settle()
    let run = try await node.detail(of: "render").run
    #expect(run.state == .failed)
    #expect(run.error?.message == "stop")
  }

  @Test("an event that a step sends ends the wait beside it")
  func siblings() async throws {
    let app = FakeApp([
      "studio-render": [
        .parallel([[.run("send")], [.wait("heard", "answer/ready", "20s")]])
      ]
    ])
    let node = try await TestEngine([try remote("render", app)])
    try await node.engine.send([OutgoingEvent(named: "scene/ready", data: "{}")])
    try await node.settle()
    try await node.engine.send([OutgoingEvent(named: "answer/ready", data: "{}")])
    try await node.finish()
    #expect(app.calls.last?.memo("heard")?["name"] == "answer/ready")
  }
}
