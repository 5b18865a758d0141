import Storage
import Synchronization
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

  @Test(
    "an error in a step that is not to be retried is told to the function, which may catch it",
    arguments: [false, true])
  func finalInStep(isBranch: Bool) async throws {
    let step: FakeApp.Item = .run("a") { _ in .finalError("no such scene") }
    let app = FakeApp(
      ["studio-render": [isBranch ? .parallel([[step], [.run("b")]]) : step, .run("after")]],
      catches: true)
    let node = try await TestEngine([try remote("render", app)])
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .completed)
    #expect(app.executed.filter { $0 == "a" }.count == 1)
    #expect(app.executed.last == "after")
    #expect(app.calls.last?.memo("a")?["error"]?["message"] == "no such scene")
    #expect(run.steps.first { $0.name == "a" }?.state == .failed)
  }

  @Test("a 206 that is not to be retried and has no step fails the run")
  func finalWithoutStep() async throws {
    for body in ["[]", "{\"name\":\"E\",\"message\":\"no\"}", "no"] {
      let app = FixedApp { _ in
        AppReply(
          status: 206, headers: [("x-inngest-sdk", "f"), ("x-inngest-no-retry", "true")],
          body: Array(body.utf8))
      }
      let node = try await TestEngine([try remote("render", app)])
      let run = try await node.outcome(of: "render")
      #expect(run.run.state == .failed)
      #expect(run.steps.map(\.failures.count) == [1])
    }
  }

  @Test(
    "a step that fails beside others has all its attempts", arguments: ["StepRun", "Sleep"], [2, 5])
  func errorBesideOthers(kind: String, failing: Int64) async throws {
    let calls = Mutex<[String]>([])
    let (other, own) = (FakeApp.id("other"), FakeApp.id("own"))
    let app = FixedApp { call in
      let body = try JSONValue(parsing: call.body)
      let attempt = body["ctx"]?["attempt"]?.integer ?? -1
      let isTargeted = call.url.contains("stepId=\(own)")
      calls.withLock { $0.append("\(isTargeted ? "own" : "step") \(attempt)") }
      let memos = body["steps"]
      if let memo = memos?[own], memos?[other] != nil { return Self.reply(200, memo) }
      var ops: [JSONValue] = []
      if memos?[other] == nil, !isTargeted {
        ops.append(["op": .string(kind), "id": .string(other), "name": "10s", "data": 1])
      }
      let error: JSONValue = ["name": "E", "message": "busy"]
      ops.append(
        attempt < failing
          ? ["op": "StepError", "id": .string(own), "name": "own", "error": error]
          : ["op": "StepRun", "id": .string(own), "name": "own", "data": 7])
      return Self.reply(206, .array(ops))
    }
    let node = try await TestEngine([try remote("render", app, retries: 3)])
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .completed)
    let step = try #require(run.steps.first { $0.name == "own" })
    #expect(step.state == (failing == 2 ? .done : .failed))
    #expect(step.failures.count == (failing == 2 ? 2 : 4))
    let place = kind == "Sleep" ? "own" : "step"
    #expect(
      calls.withLock { $0 } == ["step 0"]
        + (1...(failing == 2 ? 2 : 3)).map { "\(place) \($0)" } + ["step 0"])
  }

  private static func reply(_ status: Int, _ body: JSONValue) -> AppReply {
    AppReply(
      status: status, headers: [("x-inngest-sdk", "fake:v1"), ("x-inngest-req-version", "2")],
      body: body.bytes)
  }

  @Test("an answer that is too large fails the run at once, and says so")
  func largeAnswer() async throws {
    let app = FixedApp { _ in throw AnswerTooLarge("the reply is longer than 8388608 bytes") }
    let node = try await TestEngine([try remote("render", app)])
    let run = try await node.outcome(of: "render")
    #expect(run.run.error?.name == "AnswerTooLarge")
    #expect(run.run.error?.message.contains("the app's answer is too large") == true)
    #expect(run.steps.map(\.failures.count) == [1])
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
