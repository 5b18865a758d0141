import Storage
import Synchronization
import Testing

@testable import RemoteFunctions
@testable import Workflows

@Suite struct RegistryTests {
  private struct SceneReady: WorkflowEvent {
    static let name = "scene/ready"
  }

  private static func registration(
    _ app: String, _ functions: [String], event: String = "scene/ready"
  )
    throws -> AppRegistration
  {
    let list = functions.map { name in
      """
      {"id":"\(name)","name":"\(name)","triggers":[{"event":"\(event)"}],"steps":{"step":{"id":"step",
       "runtime":{"type":"http","url":"http://app.test/api?fnId=\(name)&stepId=step"}}}}
      """
    }
    let body = """
      {"appName":"\(app)","url":"http://127.0.0.1:9100/api","sdk":"fake:v1",
       "functions":[\(list.joined(separator: ","))]}
      """
    return try AppRegistration(parsing: Array(body.utf8))
  }

  private struct Node {
    let test: TestEngine
    let remote: RemoteApps
    let app: FakeApp
  }

  private func node(
    _ database: SQLiteDatabase, _ functions: [any RegistrableFunction] = [], seed: UInt64 = 1
  ) async throws -> Node {
    let app = FakeApp(["studio-a": [.run("x")], "studio-b": [.sleep("nap", "1h"), .run("y")]])
    let test = try await TestEngine(functions, database: database, seed: seed)
    let remote = RemoteApps(
      engine: test.engine, database: database, caller: app, clock: test.clock)
    try await remote.load()
    return Node(test: test, remote: remote, app: app)
  }

  @Test("functions come, change and go while the engine runs; runs of those that went go on")
  func changes() async throws {
    let scratch = try RemoteScratch()
    defer { withExtendedLifetime(scratch) {} }
    let node = try await node(scratch.database())
    let first = try await node.remote.register(
      Self.registration("studio", ["studio-a", "studio-b"]))
    let again = try await node.remote.register(
      Self.registration("studio", ["studio-a", "studio-b"]))
    #expect(first.isModified && !again.isModified)
    #expect(first.appUUID == again.appUUID)
    try await node.test.engine.send(SceneReady())
    try await node.test.settle()
    #expect(try await node.test.runs().map(\.state) == [.completed, .sleeping])
    try await node.remote.register(Self.registration("studio", ["studio-a"], event: "scene/other"))
    try await node.test.engine.send(SceneReady())
    try await node.test.finish()
    #expect(try await node.test.runs().map(\.state) == [.completed, .completed])
    #expect(node.remote.apps.map { $0.functions.map(\.isArchived) } == [[false, true]])
    await #expect(throws: InvalidFunction.self) {
      try await node.test.engine.invoke(function: "studio-b", input: "{}")
    }
  }

  @Test("an app under another name at the same address replaces the one that was there")
  func renamed() async throws {
    let scratch = try RemoteScratch()
    defer { withExtendedLifetime(scratch) {} }
    let node = try await node(scratch.database())
    try await node.remote.register(Self.registration("first", ["studio-b"]))
    try await node.test.engine.send(SceneReady())
    try await node.test.settle()
    #expect(try await node.test.runs().map(\.state) == [.sleeping])
    try await node.remote.register(Self.registration("second", ["studio-a"]))
    #expect(node.remote.apps.map(\.id) == ["second"])
    try await node.test.engine.send(SceneReady())
    try await node.test.finish()
    #expect(try await node.test.runs().map(\.functionID) == ["studio-b", "studio-a"])
    #expect(try await node.test.runs().map(\.state) == [.completed, .completed])
    // A node that begins later sees the same.
    let later = RemoteApps(
      engine: try await TestEngine([]).engine, database: node.test.database, caller: node.app)
    try await later.load()
    #expect(later.apps.map(\.id) == ["second"])
  }

  @Test("an app that is taken out starts nothing more, until it registers again")
  func takenOut() async throws {
    let scratch = try RemoteScratch()
    defer { withExtendedLifetime(scratch) {} }
    let node = try await node(scratch.database())
    try await node.remote.register(Self.registration("studio", ["studio-b"]))
    try await node.test.engine.send(SceneReady())
    try await node.test.settle()
    #expect(try await node.remote.remove(app: "studio"))
    #expect(try await !node.remote.remove(app: "studio"))
    #expect(try await !node.remote.remove(app: "nobody"))
    #expect(node.remote.apps.isEmpty)
    try await node.test.engine.send(SceneReady())
    try await node.test.finish()
    #expect(try await node.test.runs().map(\.state) == [.completed])
    #expect(
      try await node.remote.register(Self.registration("studio", ["studio-b"])).isModified)
    try await node.test.engine.send(SceneReady())
    try await node.test.finish()
    #expect(try await node.test.runs().map(\.state) == [.completed, .completed])
  }

  @Test("a node that begins again knows the apps, and goes on with their runs")
  func restart() async throws {
    let scratch = try RemoteScratch()
    defer { withExtendedLifetime(scratch) {} }
    let database = try scratch.database()
    let first = try await node(database)
    try await first.remote.register(Self.registration("studio", ["studio-b"]))
    try await first.test.engine.send(SceneReady())
    try await first.test.settle()
    first.test.engine.core.faults?.die()
    let second = try await node(database, seed: 2)
    try await second.test.engine.takeOver(deadNode: first.test.engine.nodeID)
    try await second.test.finish()
    #expect(try await second.test.runs().map(\.state) == [.completed])
    #expect(second.app.executed == ["y"])
  }

  @Test("an app that is named is asked until it is there, and why it is not is told once")
  func named() async throws {
    let scratch = try RemoteScratch()
    defer { withExtendedLifetime(scratch) {} }
    let database = try scratch.database()
    let test = try await TestEngine([], database: database)
    var settings = RemoteSettings()
    settings.appURLs = ["http://127.0.0.1:9100/api"]
    let (asked, asks) = AsyncStream<Int>.makeStream()
    let count = Mutex(0)
    let caller = FixedApp { call in
      let number = count.withLock { count in
        count += 1
        return count
      }
      defer { asks.yield(number) }
      if number <= 2 { throw CallRefusal("nobody is there") }
      let body = """
        {"app_id":"studio","url":"\(call.url)","sdk_language":"py","sdk_version":"0.5.19","functions":[
         {"id":"studio-a","triggers":[{"event":"scene/ready"}],"steps":{"step":{"id":"step",
          "runtime":{"type":"http","url":"\(call.url)?fnId=studio-a&stepId=step"}}}}]}
        """
      return AppReply(
        status: 200,
        headers: [("x-inngest-sdk", "py:v0.5.19"), ("x-inngest-sync-kind", "in_band")],
        body: Array(body.utf8))
    }
    let remote = RemoteApps(
      engine: test.engine, database: database, settings: settings, caller: caller,
      clock: test.clock)
    let told = Mutex<[String]>([])
    let running = Task { try await remote.run { text in told.withLock { $0.append(text) } } }
    for await number in asked {
      // The fourth time it has been registered since the third.
      if number == 4 { break }
      while test.clock.sleeperCount < 2 { await Task.yield() }
      test.clock.advance(milliseconds: 5_000)
    }
    running.cancel()
    try await running.value
    #expect(remote.apps.map(\.id) == ["studio"])
    #expect(test.engine.functions(of: "studio") == ["studio-a"])
    #expect(told.withLock { $0.count } == 1)
    #expect(told.withLock { $0.first }?.contains("nobody is there") == true)
  }

  @Test(
    "functions in Swift and those of other apps are not taken over, and nothing is stored of who tries"
  )
  func foreign() async throws {
    let own = WorkflowFunction("studio-a", on: SceneReady.self) { _, _ in }
    let scratch = try RemoteScratch()
    defer { withExtendedLifetime(scratch) {} }
    let node = try await node(scratch.database(), [own])
    await #expect(throws: InvalidFunction.self) {
      try await node.remote.register(Self.registration("studio", ["studio-a"]))
    }
    try await node.remote.register(Self.registration("studio", ["studio-b"]))
    await #expect(throws: InvalidFunction.self) {
      try await node.remote.register(Self.registration("other", ["studio-b"]))
    }
    #expect(node.remote.apps.map(\.id) == ["studio"])
    #expect(node.test.engine.functions(of: "studio") == ["studio-b"])
  }

  @Test("a function that the app no longer has fails its runs once it is archived")
  func notFound() async throws {
    let scratch = try RemoteScratch()
    defer { withExtendedLifetime(scratch) {} }
    let node = try await node(scratch.database())
    try await node.remote.register(Self.registration("studio", ["studio-c", "studio-a"]))
    try await node.test.engine.send(SceneReady())
    try await node.test.settle()
    // Still registered: it is tried again.
    let run = try #require(try await node.test.runs().first { $0.functionID == "studio-c" })
    #expect(!run.state.isEnd)
    try await node.remote.register(Self.registration("studio", ["studio-a"]))
    try await node.test.finish()
    let detail = try #require(try await node.test.engine.run(run.id))
    #expect(detail.run.state == .failed)
    #expect(detail.steps.map(\.failures.count) == [2])
  }
}
