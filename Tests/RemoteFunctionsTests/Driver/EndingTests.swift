import Foundation
import Storage
import Synchronization
import Testing

@testable import RemoteFunctions
@testable import Workflows

@Suite struct EndingTests {
  private static let registration = """
    {"appName":"studio","url":"http://127.0.0.1:9100/api","sdk":"fake:v1","functions":[
      {"id":"studio-a","name":"a","triggers":[{"event":"scene/ready"}],"steps":{"step":{"id":"step",
       "runtime":{"type":"http","url":"http://app.test/api?fnId=studio-a&stepId=step"}}}}]}
    """

  /// Keeps calls that go on with a run until they are cancelled.
  private final class HangingApp: AppCaller {
    let seen: AsyncStream<Void>
    private let teller: AsyncStream<Void>.Continuation
    let wasCut = Mutex(false)

    init() { (seen, teller) = AsyncStream.makeStream() }

    func call(_ call: AppCall) async throws -> AppReply {
      guard call.method == .post else { throw CancellationError() }
      teller.yield()
      do {
        try await Task.sleep(for: .seconds(86_400))
      } catch {
        wasCut.withLock { $0 = true }
        throw error
      }
      return AppReply(status: 500, headers: [], body: [])
    }
  }

  @Test("a node that ends gives a call up that takes long, and the next one makes it again")
  func givenUp() async throws {
    let scratch = try RemoteScratch()
    defer { withExtendedLifetime(scratch) {} }
    let database = try scratch.database()
    let app = HangingApp()
    let engine = try Engine(database: database, functions: [])
    var settings = RemoteSettings()
    settings.endPatience = .milliseconds(20)
    let remote = RemoteApps(
      engine: engine, database: database, settings: settings, caller: app)
    try await remote.register(AppRegistration(parsing: Array(Self.registration.utf8)))
    let node = Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { try? await engine.run() }
        group.addTask { try? await remote.run() }
        await group.waitForAll()
      }
    }
    try await engine.send([OutgoingEvent(named: "scene/ready", data: "{}")])
    var calls = app.seen.makeAsyncIterator()
    await calls.next()
    node.cancel()
    await node.value
    #expect(app.wasCut.withLock { $0 })
    let run = try #require(try await engine.overviews(RunFilter()).first).run
    #expect(run.endedAt == nil)
    #expect(run.failures == 0)

    let next = FakeApp(["studio-a": [.run("x", 7)]])
    let test = try await TestEngine(
      [], database: database, clock: VirtualClock(now: SystemClock().now))
    let again = RemoteApps(
      engine: test.engine, database: database, caller: next, clock: test.clock)
    try await again.load()
    try await test.finish()
    #expect(next.executed == ["x"])
    #expect(next.calls.map(\.attempt) == [0, 0])
    let ended = try #require(try await test.runs().first)
    #expect(ended.state == .completed)
  }

  @Test("a call that ends in time counts")
  func inTime() async throws {
    let calls = OpenCalls()
    let (gate, opener) = AsyncStream<Void>.makeStream()
    let (begun, teller) = AsyncStream<Void>.makeStream()
    let call = Task {
      try await calls.make {
        teller.yield()
        for await _ in gate { break }
        return AppReply(status: 200, headers: [], body: [])
      }
    }
    var iterator = begun.makeAsyncIterator()
    await iterator.next()
    let end = Task { await calls.end(after: .seconds(86_400)) }
    opener.yield()
    #expect(try await call.value.status == 200)
    await end.value
    await #expect(throws: OpenCalls.GivenUp.self) {
      try await calls.make {
        try await Task.sleep(for: .seconds(86_400))
        return AppReply(status: 200, headers: [], body: [])
      }
    }
    calls.begin()
    #expect(
      try await calls.make { AppReply(status: 201, headers: [], body: []) }.status == 201)
  }
}
