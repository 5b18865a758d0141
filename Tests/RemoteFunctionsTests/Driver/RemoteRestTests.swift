import Storage
import Testing

@testable import RemoteFunctions
@testable import Workflows

@Suite struct RemoteRestTests {
  private static let condition = "async.data.sceneId == event.data.sceneId"

  @Test("a sleep takes until its instant or as long as it says; a past one takes no time")
  func sleeps() async throws {
    let app = FakeApp([
      "studio-render": [
        .sleep("nap", "90s"), .sleep("past", "2001-01-01T00:00:00.000Z"), .run("after"),
      ]
    ])
    let node = try await TestEngine([try remote("render", app)])
    let begin = node.clock.now
    let run = try await node.outcome(of: "render")
    #expect(try #require(run.run.endedAt) - begin == 90_000)
    #expect(run.steps.map(\.kind) == [.sleep, .sleep, .run])
    #expect(app.calls.last?.memo("nap") == .null)
    #expect(app.calls.count == 4)
  }

  @Test("a wait ends with the event that fits, bare, or with null in time")
  func waits() async throws {
    let app = FakeApp([
      "studio-render": [
        .wait("avatar", "avatar/ready", "1h", Self.condition), .wait("more", "avatar/more", "10s"),
        .wait("never", "avatar/more", ""),
      ]
    ])
    let node = try await TestEngine([try remote("render", app)])
    try await node.engine.send([OutgoingEvent(named: "scene/ready", data: "{\"sceneId\":\"s3\"}")])
    try await node.settle()
    for scene in ["s1", "s3"] {
      try await node.engine.send([
        OutgoingEvent(named: "avatar/ready", data: "{\"sceneId\":\"\(scene)\"}", id: scene)
      ])
      try await node.settle()
    }
    try await node.finish()
    let run = try await node.detail(of: "render")
    #expect(run.run.state == .completed)
    let memo = try #require(app.calls.last?.memo("avatar"))
    #expect(memo["id"] == "s3" && memo["name"] == "avatar/ready" && memo["type"] == nil)
    #expect(memo["data"] == ["sceneId": "s3"])
    #expect(app.calls.last?.memo("more") == .null)
    #expect(app.calls.last?.memo("never") == .null)
  }

  /// A condition, the data of the run's event and of one that meets it, and the property by which this finds the run.
  struct IndexedWait: Sendable, CustomTestStringConvertible {
    var condition: String
    var own: String
    var incoming: String
    var property: String?

    init(_ condition: String, _ own: String, _ incoming: String, _ property: String?) {
      (self.condition, self.own) = (condition, own)
      (self.incoming, self.property) = (incoming, property)
    }

    var testDescription: String { "\(condition) of \(own)" }
  }

  private static let indexedWaits: [IndexedWait] = [
    .init(condition, #"{"sceneId":7}"#, #"{"sceneId":7.0}"#, "sceneId"),
    .init(
      "event.data.sceneId == async.data.sceneId && async.data.ok", #"{"sceneId":"\u00e9"}"#,
      #"{"sceneId":"é","ok":true}"#, "sceneId"),
    .init("async.data.a.b == 'x'", "{}", #"{"a":{"b":"x"}}"#, "a.b"),
    .init("async.data.ok == true", "{}", #"{"ok":true}"#, "ok"),
    .init("async.data.x == event.data.x", #"{"x":null}"#, #"{"x":null}"#, nil),
    .init("async.data['a.b'] == 'x'", "{}", #"{"a.b":"x"}"#, nil),
    .init(
      condition, #"{"sceneId":9007199254740993}"#, #"{"sceneId":9007199254740993}"#, nil),
    .init("async.name == 'avatar/ready'", "{}", "{}", nil),
    .init("async.data.sceneId == 'x' || true", "{}", "{}", nil),
  ]

  @Test(
    "a wait finds its event by the field that its condition compares, however it is written",
    arguments: indexedWaits)
  func indexed(_ row: IndexedWait) async throws {
    let app = FakeApp(["studio-render": [.wait("avatar", "avatar/ready", "1h", row.condition)]])
    let node = try await TestEngine([try remote("render", app)])
    try await node.engine.send([OutgoingEvent(named: "scene/ready", data: row.own)])
    try await node.settle()
    let run = try await node.detail(of: "render")
    #expect(run.waits.map(\.property) == [row.property])
    try await node.engine.send([
      OutgoingEvent(named: "avatar/ready", data: #"{"sceneId":"other","ok":1,"x":1}"#)
    ])
    try await node.settle()
    try await node.engine.send([OutgoingEvent(named: "avatar/ready", data: row.incoming)])
    try await node.finish()
    #expect(app.calls.last?.memo("avatar")?["name"] == "avatar/ready")
  }

  @Test("of many runs that wait for one name, an event wakes the one alone that it may concern")
  func alone() async throws {
    let app = FakeApp(["studio-render": [.wait("avatar", "avatar/ready", "1h", Self.condition)]])
    let node = try await TestEngine([try remote("render", app)])
    try await node.engine.send(
      (0..<50).map { try OutgoingEvent(named: "scene/ready", data: "{\"sceneId\":\"s\($0)\"}") })
    try await node.settle()
    let before = try await node.runs().map { ($0.id, $0.fence) }
    try await node.engine.send([
      OutgoingEvent(named: "avatar/ready", data: #"{"sceneId":"s7"}"#)
    ])
    try await node.settle()
    let woken = try await node.runs().filter { run in
      before.contains { $0.0 == run.id && $0.1 != run.fence }
    }
    #expect(woken.count == 1)
    #expect(woken.first?.state == .completed)
  }

  @Test("an event up to 5 s before its wait ends it, an earlier one does not", arguments: [4, 6])
  func lookBack(seconds: Int) async throws {
    let app = FakeApp([
      "studio-render": [
        .run("ask"), .sleep("work", "\(seconds)s"), .wait("answer", "answer/ready", "60s"),
      ]
    ])
    let node = try await TestEngine([try remote("render", app)])
    try await node.engine.send([OutgoingEvent(named: "scene/ready", data: "{}")])
    try await node.settle()
    try await node.engine.send([OutgoingEvent(named: "answer/ready", data: "{}")])
    try await node.finish()
    #expect(app.calls.last?.memo("answer")?["name"] == (seconds == 4 ? "answer/ready" : nil))
  }

  @Test("an expression that cannot be read fails the run")
  func expression() async throws {
    let app = FakeApp(["studio-render": [.wait("avatar", "avatar/ready", "1h", "async.data ==")]])
    let node = try await TestEngine([try remote("render", app)])
    let run = try await node.outcome(of: "render")
    #expect(run.run.error?.message.contains("step 'avatar': its expression cannot be read") == true)
    #expect(run.run.error?.message.split(separator: "→").count == 2)
  }

  @Test("a signal ends the wait of one run, and is refused where none waits")
  func signals() async throws {
    let app = FakeApp([
      "studio-render": [
        .op(
          "go", kind: "WaitForSignal", name: "go",
          options: ["signal": "go/1", "timeout": "1h", "conflict": "fail"])
      ]
    ])
    let node = try await TestEngine([try remote("render", app)])
    #expect(try await node.engine.signal("go/1", data: "1") == nil)
    try await node.engine.send([OutgoingEvent(named: "scene/ready", data: "{}")])
    try await node.settle()
    try await node.engine.send([OutgoingEvent(named: "scene/ready", data: "{}")])
    try await node.settle()
    let told = try await node.engine.signal("go/1", data: "{\"ok\":true}")
    try await node.finish()
    let runs = try await node.runs()
    #expect(told == runs[0].id)
    #expect(runs.map(\.state) == [.completed, .failed])
    #expect(runs[0].output?.contains("\"ok\":true") == true)
    #expect(runs[1].error?.name == "SignalConflict")
  }

  @Test("a function invokes another, of an app or in Swift, and hears of its end")
  func invokes() async throws {
    let app = FakeApp(
      [
        "studio-render": [
          .invoke("speak", "studio-speech", ["text": "hi"], nil),
          .invoke("native", "voice", ["sceneID": "s9"], nil),
          .invoke("bad", "studio-bad", [:], nil), .invoke("none", "studio-none", [:], nil),
          .invoke("slow", "studio-slow", [:], "30s"),
        ],
        "studio-speech": [.run("say", "hi.wav")],
        "studio-bad": [.run("x") { _ in .error("broken") }],
        "studio-slow": [.sleep("nap", "1h")],
      ], catches: false)
    let catching = FakeApp(
      [
        "studio-render": [
          .invoke("speak", "studio-speech", ["text": "hi"], nil),
          .invoke("native", "voice", ["sceneID": "s9"], nil),
          .invoke("bad", "studio-bad", [:], nil), .invoke("none", "studio-none", [:], nil),
          .invoke("slow", "studio-slow", [:], "30s"),
        ]
      ], catches: true)
    let voice = WorkflowFunction<Scene, String>(invoked: "voice") { scene, step in
      scene.sceneID + ".wav"
    }
    let node = try await TestEngine([
      try remote("render", catching), try remote("speech", app, event: "never"),
      try remote("bad", app, event: "never", retries: 0), try remote("slow", app, event: "never"),
      voice,
    ])
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .completed)
    let last = try #require(catching.calls.last)
    #expect(last.memo("speak")?["data"]?[FakeApp.id("say")] == ["data": "hi.wav"])
    #expect(last.memo("native") == ["data": "s9.wav"])
    #expect(last.memo("bad")?["error"]?["name"] == "RuntimeError")
    #expect(last.memo("none")?["error"]?["name"] == "Error")
    #expect(last.memo("none")?["error"]?["message"]?.string?.contains("studio-none") == true)
    #expect(last.memo("slow")?["error"]?["name"] == "InngestInvokeTimeoutError")
    let invoked = try #require(app.calls.first?.body["event"])
    #expect(invoked["name"] == "inngest/function.invoked")
    #expect(invoked["data"]?["text"] == "hi")
    #expect(invoked["data"]?["_inngest"]?["fn_id"] == "studio-speech")
    #expect(invoked["data"]?["_inngest"]?["correlation_id"] == .string("\(run.run.id).1"))
    #expect(run.children.count == 4)
  }

  private struct Scene: Codable { var sceneID: String }

  @Test("a schedule's event has the shape that apps know")
  func cron() async throws {
    let app = FakeApp(["studio-daily": []])
    let function = try remote("daily", app, ["triggers": [["cron": "TZ=Asia/Seoul 0 6 * * *"]]])
    let node = try await TestEngine([function])
    try await node.advance(by: .seconds(86_400))
    let event = try #require(app.calls.first?.body["event"])
    #expect(app.calls.count == 1)
    #expect(event["name"] == "inngest/scheduled.timer")
    #expect(event["data"]?["cron"] == "TZ=Asia/Seoul 0 6 * * *")
    #expect(event["data"]?["scheduledAt"]?.string?.hasSuffix("T21:00:00Z") == true)
    #expect(event["id"] == event["data"]?["scheduledAt"])
    #expect(event["data"]?["fireAt"] == event["data"]?["scheduledAt"])
  }

  @Test("an event that fits cancels a run that came before it, and the function is told")
  func cancels() async throws {
    let app = FakeApp(["studio-render": [.sleep("nap", "1h")]])
    let function = try remote(
      "render", app,
      [
        "cancel": [
          ["event": "project/stopped", "if": "async.data.p == event.data.p && async.data.n > 1"]
        ]
      ])
    let node = try await TestEngine([function])
    try await node.engine.send([OutgoingEvent(named: "scene/ready", data: "{\"p\":1}")])
    try await node.settle()
    for data in ["{\"p\":2,\"n\":5}", "{\"p\":1,\"n\":1}"] {
      try await node.engine.send([OutgoingEvent(named: "project/stopped", data: data)])
      try await node.settle()
      #expect(try await node.detail(of: "render").run.state == .sleeping)
    }
    try await node.engine.send([OutgoingEvent(named: "project/stopped", data: "{\"p\":1,\"n\":2}")])
    try await node.settle()
    let run = try await node.detail(of: "render").run
    #expect(run.state == .cancelled)
    let told = try await node.engine.events(EventFilter(name: "inngest/function.cancelled"))
    #expect(told.map(\.visibleID) == [run.id])
  }

  /// Two invocations of a function at once, and what has come of them.
  private func invokeTwice(
    _ rules: [String: JSONValue], _ verify: ([JSONValue], [Run]) -> Void
  ) async throws {
    let app = FakeApp(
      [
        "studio-render": [
          .parallel([
            [.invoke("one", "studio-child", ["n": 1], nil)],
            [.invoke("two", "studio-child", ["n": 2], nil)],
          ])
        ],
        "studio-child": [.sleep("nap", "60s"), .run("x", 5)],
      ], catches: true)
    let node = try await TestEngine([
      try remote("render", app), try remote("child", app, event: "never", rules),
    ])
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .completed)
    // Nobody has waited until the time-out of a year.
    #expect(try #require(run.run.endedAt) - run.run.createdAt < 3_600_000)
    let last = try #require(app.calls.last { $0.url.contains("studio-render") })
    let memos = try ["one", "two"].map { try #require(last.memo($0)) }
    verify(memos, try await node.runs().filter { $0.functionID == "studio-child" })
  }

  @Test(
    "an invocation that the other function's limits drop is an error that says so",
    arguments: [
      ("rateLimit", ["limit": 1, "period": "60s"], "rate limit"),
      ("idempotency", "'same'", "rate limit"), ("singleton", ["mode": "skip"], "singleton"),
    ] as [(String, JSONValue, String)])
  func droppedInvocation(_ rule: String, _ value: JSONValue, _ words: String) async throws {
    try await invokeTwice([rule: value]) { memos, runs in
      #expect(runs.map(\.state) == [.completed])
      #expect(memos.filter { $0["data"] != nil }.count == 1)
      let error = memos.compactMap { $0["error"] }.first
      #expect(error?["message"]?.string?.contains("its \(words)") == true)
    }
  }

  @Test(
    "invocations that the other function gathers are answered together by its one run",
    arguments: [
      ("batchEvents", ["maxSize": 2, "timeout": "30s"]),
      ("batchEvents", ["maxSize": 9, "timeout": "30s"]), ("debounce", ["period": "5s"]),
    ] as [(String, JSONValue)])
  func gatheredInvocations(_ rule: String, _ value: JSONValue) async throws {
    try await invokeTwice([rule: value]) { memos, runs in
      #expect(runs.map(\.state) == [.completed])
      #expect(memos.allSatisfy { $0["data"] != nil } && memos[0] == memos[1])
    }
  }
}
