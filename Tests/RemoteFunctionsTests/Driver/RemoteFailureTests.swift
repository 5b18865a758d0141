import Storage
import Testing

@testable import RemoteFunctions
@testable import Workflows

@Suite struct RemoteFailureTests {
  @Test(
    "a step that fails is tried again with the next attempt, and the count begins anew for the next step"
  )
  func stepError() async throws {
    let app = FakeApp([
      "studio-render": [
        .run("a") { $0 < 2 ? .error("busy \($0)") : .value(1) },
        .run("b") { $0 < 1 ? .error("late") : .value(2) },
      ]
    ])
    let node = try await TestEngine([try remote("render", app)])
    let begin = node.clock.now
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .completed)
    #expect(app.calls.map(\.attempt) == [0, 1, 2, 0, 1, 0])
    #expect(run.steps.map(\.name) == ["a", "b"])
    #expect(run.steps.map(\.attempt) == [3, 2])
    #expect(run.steps[0].failures.map(\.error.message) == ["busy 0", "busy 1"])
    #expect(run.steps[0].failures[0].error.stack == "line 1")
    // 10 s and 20 s, then 10 s.
    #expect(try #require(run.run.endedAt) - begin == 40_000)
  }

  @Test("a step whose attempts are used up is told to the function, which may go on")
  func caught() async throws {
    let app = FakeApp(
      ["studio-render": [.run("a") { _ in .error("broken") }, .run("b")]], catches: true)
    let node = try await TestEngine([try remote("render", app, retries: 1)])
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .completed)
    #expect(run.steps.map(\.state) == [.failed, .done])
    #expect(
      app.calls.last?.memo("a")?["error"]
        == ["message": "broken", "name": "RuntimeError", "stack": "line 1"])
    #expect(app.executed == ["a", "a", "b"])
  }

  @Test(
    "a function that fails outside its steps is tried again, and keeps what its steps have done")
  func function() async throws {
    let app = FakeApp([
      "studio-render": [
        .run("a"),
        .fault { $0 < 2 ? .fault("farm busy", headers: [("retry-after", "77")]) : nil },
      ]
    ])
    let node = try await TestEngine([try remote("render", app)])
    let begin = node.clock.now
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .completed)
    #expect(app.calls.map(\.attempt) == [0, 1, 2, 0, 1, 2])
    #expect(try #require(run.run.endedAt) - begin == 308_000)
    #expect(app.executed == ["a"])
    #expect(run.steps.map(\.name) == ["a", "call"])
    #expect(run.steps.map(\.state) == [.done, .done])
    #expect(run.steps.map(\.failures.count) == [2, 2])
  }

  @Test(
    "an error that is not to be retried fails the run with its name, message and stack; others hear of it"
  )
  func final() async throws {
    let app = FakeApp([
      "studio-render": [
        .run("a"),
        .run("b") { _ in .fault("no such scene", headers: [("x-inngest-no-retry", "true")]) },
      ],
      "studio-render-failure": [],
    ])
    let failure = try remote(
      "render-failure", app, retries: 0,
      [
        "triggers": [
          [
            "event": "inngest/function.failed",
            "expression": "event.data.function_id == 'studio-render'",
          ]
        ]
      ])
    let node = try await TestEngine([try remote("render", app), failure])
    let run = try await node.outcome(of: "render")
    #expect(
      run.run.error
        == StoredError(name: "RuntimeError", message: "no such scene", stack: "line 7"))
    #expect(app.executed == ["a", "b"])
    let told = try #require(app.calls.last?.body["event"])
    #expect(told["name"] == "inngest/function.failed")
    #expect(told["id"] == .string(run.run.id))
    #expect(told["data"]?["error"]?["stack"] == "line 7")
    #expect(told["data"]?["event"]?["data"]?["sceneId"] == "s3")
    #expect(told["data"]?["events"]?.items?.count == 1)
    #expect(try await node.runs().count == 2)
  }

  @Test("a run that failed is retried from the step that failed, with all attempts")
  func retried() async throws {
    let app = FakeApp(["studio-render": [.run("a"), .run("b") { _ in .error("broken") }]])
    let node = try await TestEngine([try remote("render", app, retries: 0)])
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .failed)
    try await node.engine.retry(run: run.run.id)
    try await node.finish()
    #expect(app.executed == ["a", "b", "b"])
    #expect(try await node.detail(of: "render").run.state == .failed)
  }
}
