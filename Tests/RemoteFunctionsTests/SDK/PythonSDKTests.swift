import Storage
import Synchronization
import Testing

@testable import RemoteFunctions
@testable import Workflows

@Suite(.enabled(if: PythonApp.isThere, PythonApp.whyNot), .serialized)
struct PythonSDKTests {
  private struct AvatarWanted: WorkflowEvent {
    static let name = "avatar/wanted"
    var sceneId: String
  }

  private struct AvatarReady: WorkflowEvent {
    static let name = "avatar/ready"
    var sceneId: String
    var file: String
  }

  /// A function in Swift that answers the app's.
  private static let avatar = WorkflowFunction("avatar", on: AvatarWanted.self) { wanted, step in
    try await step.sendEvent("other", AvatarReady(sceneId: "other", file: "wrong.png"))
    try await step.sendEvent("done", AvatarReady(sceneId: wanted.sceneId, file: "avatar.png"))
  }

  private static var quick: RemoteSettings {
    var settings = RemoteSettings()
    (settings.backOff, settings.jitter) = (.delays([.milliseconds(100)]), .zero)
    return settings
  }

  /// An engine that runs, and the app registered with it.
  private func withApp(
    _ body: @escaping @Sendable (Engine, PythonApp) async throws -> Void
  ) async throws {
    let scratch = try RemoteScratch()
    defer { withExtendedLifetime(scratch) {} }
    let database = try scratch.database()
    let engine = try Engine(database: database, functions: [Self.avatar])
    let remote = RemoteApps(engine: engine, database: database, settings: Self.quick)
    let node = SmallNode()
    node.use(engine, remote)
    try await node.serving { address in
      let app = try PythonApp(server: address)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await engine.run() }
        group.addTask {
          try await remote.sync(app.url)
          try await body(engine, app)
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    }
  }

  /// Sends an event and waits for the end of the run that it starts.
  private func run(
    _ name: String, _ data: String, _ engine: Engine
  ) async throws -> RunDetail {
    let event = try await engine.send([OutgoingEvent(named: name, data: data)])[0]
    let started = try #require(try await engine.runs(RunFilter(eventID: event.id)).first)
    var last: RunDetail?
    for try await detail in engine.watch(run: started.id) { last = detail }
    return try #require(last)
  }

  @Test("an app with the official SDK runs unchanged: steps, retries, waits, invocations, parallel")
  func film() async throws {
    try await withApp { engine, app in
      let film = try await run("scene/ready", #"{"sceneId":"s3"}"#, engine)
      #expect(film.run.error == nil)
      let output = try JSONValue(parsing: try #require(film.run.output))
      #expect(output["fetched"]?["big"] == .number("9007199254740993"))
      #expect(output["drawn"] == 1)
      #expect(output["answer"] == "avatar.png")
      #expect(output["nothing"] == .null)
      #expect(output["spoken"] == "hi.wav")
      #expect(output["sides"] == ["ho.wav", 1, 2])
      #expect(
        film.steps.map(\.name) == [
          "fetch", "draw", "nap", "ask", "the avatar", "nothing", "speak", "parallel",
          "speak beside", "left", "right", "send", "after",
        ])
      #expect(film.steps.map(\.attempt) == [1, 2] + Array(repeating: 1, count: 11))
      #expect(["fetch", "draw", "left", "right", "after"].map(app.count) == [1, 2, 1, 1, 1])
      #expect(try await engine.events(EventFilter(name: "scene/seen")).count == 1)
    }
  }

  @Test("errors of an app are retried, delayed, caught, final and told of, as the SDK says")
  func errors() async throws {
    try await withApp { engine, app in
      let broken = try await run("scene/broken", "{}", engine)
      #expect(broken.run.state == .failed)
      #expect(broken.run.error?.message == "no such scene")
      #expect(broken.run.error?.name == "NonRetriableError")
      #expect(broken.run.error?.stack?.contains("app.py") == true)
      #expect(app.count("broken") == 1)
      let told = try #require(
        try await engine.runs(RunFilter(functionID: "studio-broken-failure")).first)
      for try await _ in engine.watch(run: told.id) {}
      #expect(app.count("failed studio-broken no such scene") == 1)

      let late = try await run("scene/late", "{}", engine)
      #expect(late.run.output == "\"now\"")
      #expect(app.lines.filter { $0.hasPrefix("late") } == ["late 0", "late 1"])
      let failure = try #require(late.steps.first?.failures.first)
      #expect(try #require(failure.retryAt) - failure.at >= 900)

      let hopeless = try await run("scene/hopeless", "{}", engine)
      #expect(hopeless.run.output == "\"ValueError: no way\"")
      #expect(app.count("hopeless") == 2)
    }
  }

  @Test(
    "lines beside each other cost the calls that the SDK's own tests expect; a schedule ticks; a run is cancelled"
  )
  func others() async throws {
    try await withApp { engine, app in
      #expect(try await run("scene/waiting", "{}", engine).run.state == .completed)
      #expect(app.count("call") == 7)
      #expect(try await run("scene/racing", "{}", engine).run.state == .completed)
      #expect((15...16).contains(app.count("call")))

      let event = try await engine.send([OutgoingEvent(named: "scene/long", data: #"{"p":1}"#)])[0]
      let long = try #require(try await engine.runs(RunFilter(eventID: event.id)).first)
      for try await detail in engine.watch(run: long.id) where detail.run.state == .sleeping {
        break
      }
      try await engine.send([OutgoingEvent(named: "project/stopped", data: #"{"p":2}"#)])
      #expect(try await engine.run(long.id)?.run.state == .sleeping)
      try await engine.send([OutgoingEvent(named: "project/stopped", data: #"{"p":1}"#)])
      #expect(try await engine.run(long.id)?.run.state == .cancelled)

      for try await ticks in engine.watch(RunFilter(functionID: "studio-tick"))
      where ticks.contains(where: { $0.state == .completed }) { break }
      #expect(app.count("tick") > 0)
    }
  }

  @Test("a node that dies at any commit executes every step of the app as it is guaranteed")
  func crashes() async throws {
    let scratch = try RemoteScratch()
    defer { withExtendedLifetime(scratch) {} }
    let database = try scratch.database()
    let engine = try Engine(database: database, functions: [])
    let remote = RemoteApps(engine: engine, database: database, settings: Self.quick)
    let node = SmallNode()
    node.use(engine, remote)
    try await node.serving { address in
      let app = try PythonApp(server: address)
      try await remote.sync(app.url)
      let functions = remote.apps.flatMap(\.functions).map {
        RemoteFunction(
          configuration: $0.configuration, isArchived: false, context: remote.context)
      }.filter { ["studio-sturdy", "studio-speak"].contains($0.id) }
      var before = app.lines.count
      let crashes = try await TestEngine.crashEverywhere(
        functions, sending: [OutgoingEvent(named: "scene/sturdy", data: "{}")]
      ) { node in
        let runs = try await node.runs()
        #expect(runs.map(\.state) == [.completed, .completed])
        #expect(
          runs.first { $0.functionID == "studio-sturdy" }?.output == #"[1,"hi.wav",2,null,3]"#)
        // Four steps; the one whose result was not yet on the disk again.
        let executed = app.lines.count - before
        before = app.lines.count
        #expect((4...5).contains(executed))
      }
      #expect(crashes > 20)
    }
  }
}
