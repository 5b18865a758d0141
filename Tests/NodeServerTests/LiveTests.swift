import Foundation
import NIOCore
import SceneDocument
import Storage
import Testing
import Workflows

@testable import NodeServer

@Suite struct LiveTests {
  private func hub(_ change: (inout ServerSettings) -> Void = { _ in }, clock: VirtualClock)
    -> LiveHub
  {
    var settings = ServerSettings()
    change(&settings)
    return LiveHub(settings, clock: clock)
  }

  private func message(_ number: Int, _ topic: LiveTopic = .queue) -> LiveMessage {
    LiveMessage(event: "queue", topics: [topic], data: "{\"n\":\(number)}")
  }

  private func text(_ buffers: [ByteBuffer]?) -> String? {
    buffers?.map { String(buffer: $0) }.joined()
  }

  @Test("a client gets what it follows, from its coming on")
  func follows() async throws {
    let hub = hub(clock: VirtualClock())
    hub.publish([message(1)])
    let client = try hub.join([.queue, .run("a")], last: nil) {}
    hub.publish([message(2), message(3, .system), message(4, .run("a")), message(5, .run("b"))])
    #expect(String(buffer: hub.greeting(client)).contains("event: hello"))
    #expect(
      text(await hub.next(client)) == """
        id: \(hub.epoch)-2
        event: queue
        data: {"n":2}

        id: \(hub.epoch)-4
        event: queue
        data: {"n":4}


        """)
    hub.close()
    #expect(await hub.next(client) == nil)
  }

  @Test("a client that comes back goes on behind its last message")
  func resumes() async throws {
    let hub = hub(clock: VirtualClock())
    let first = try hub.join([.queue], last: nil) {}
    hub.publish([message(1), message(2), message(3)])
    _ = await hub.next(first)
    hub.leave(first)
    let again = try hub.join([.queue], last: "\(hub.epoch)-2") {}
    let found = try #require(text(await hub.next(again)))
    #expect(found.contains("\"n\":3") && !found.contains("\"n\":2") && !found.contains("reset"))
    for strange in ["other-2", "\(hub.epoch)-900", "x", "", "\(hub.epoch)--5"] {
      let client = try hub.join([.queue], last: strange) {}
      #expect(text(await hub.next(client))?.contains("event: reset") == true)
    }
  }

  @Test("a client that falls behind the ring is told to begin anew, once")
  func lapped() async throws {
    let hub = hub(clock: VirtualClock())
    let client = try hub.join([.queue], last: nil) {}
    hub.publish((0..<LiveHub.capacity * 2).map { message($0) })
    let found = try #require(text(await hub.next(client)))
    #expect(found.contains("event: reset"))
    #expect(!found.contains("\"n\""))
    hub.publish([message(-1)])
    #expect(text(await hub.next(client))?.contains("\"n\":-1") == true)
  }

  @Test("large messages push old ones out, whatever their number")
  func bytes() async throws {
    let hub = hub(clock: VirtualClock())
    let client = try hub.join([.queue], last: nil) {}
    let large = String(repeating: "x", count: 1 << 20)
    for _ in 0..<12 {
      hub.publish([LiveMessage(event: "run", topics: [.queue], data: "\"\(large)\"")])
    }
    #expect(text(await hub.next(client))?.contains("event: reset") == true)
  }

  @Test("nothing new is a comment after a while, and a client that does not read is cut")
  func comments() async throws {
    let clock = VirtualClock()
    let hub = hub(clock: clock)
    let (cuts, cutter) = AsyncStream<Void>.makeStream()
    let client = try hub.join([.queue], last: nil) { cutter.yield() }
    clock.advance(milliseconds: 16000)
    hub.tick()
    let found = try #require(text(await hub.next(client)))
    #expect(found.hasPrefix(": "))
    #expect(!found.contains("data:"))
    // What it was given is still being written.
    clock.advance(milliseconds: 29000)
    hub.tick()
    #expect(hub.count == 1)
    clock.advance(milliseconds: 2000)
    hub.tick()
    #expect(hub.count == 0)
    var iterator = cuts.makeAsyncIterator()
    _ = await iterator.next()
    #expect(await hub.next(client) == nil)
  }

  @Test("who comes back after nobody listened begins anew")
  func gap() async throws {
    let hub = hub(clock: VirtualClock())
    let first = try hub.join([.queue], last: nil) {}
    hub.publish([message(1)])
    _ = await hub.next(first)
    hub.leave(first)
    let waiting = Task { await hub.waitForClient() }
    // The feed is waiting once the ring has been emptied.
    while try hub.join([.queue], last: "\(hub.epoch)-1", cut: {}).isFirstOfGap(hub) == false {
      await Task.yield()
    }
    await waiting.value
  }

  @Test("who comes back to a topic that nobody followed meanwhile begins anew")
  func unwatched() async throws {
    let clock = VirtualClock()
    let hub = hub(clock: clock)
    let other = try hub.join([.system], last: nil) {}
    let first = try hub.join([.queue, .system], last: nil) {}
    hub.publish([message(1), message(2, .system)])
    hub.leave(first)
    // For a moment it is looked at for those that come back.
    clock.advance(milliseconds: LiveHub.linger - 1)
    _ = hub.wanted
    let soon = try hub.join([.queue], last: "\(hub.epoch)-1") {}
    hub.publish([message(3)])
    #expect(text(await hub.next(soon))?.contains("reset") == false)
    hub.leave(soon)
    clock.advance(milliseconds: LiveHub.linger)
    #expect(hub.wanted == [.system])
    let late = try hub.join([.queue], last: "\(hub.epoch)-3") {}
    #expect(text(await hub.next(late))?.contains("event: reset") == true)
    // It was followed without a gap.
    let system = try hub.join([.system], last: "\(hub.epoch)-1") {}
    #expect(text(await hub.next(system))?.contains("reset") == false)
    let again = try hub.join([.queue], last: "\(hub.epoch)-3") {}
    hub.publish([message(4)])
    #expect(text(await hub.next(again))?.contains("reset") == false)
    withExtendedLifetime(other) {}
  }

  private struct Asked: WorkflowEvent {
    static let name = "test/asked"
  }

  @Test("of a burst of runs each is told of, from its beginning to its end")
  func burst() async throws {
    let quick = WorkflowFunction("quick", on: Asked.self) { _, step in
      try await step.run("a") {}
      try await step.sleep("nap", for: .seconds(60))
    }
    let node = try await TestEngine([quick])
    var source = RunSource(engine: node.engine, clock: node.clock)
    _ = try await source.look([.runs])
    try await node.engine.send(
      (0..<400).map { _ in try OutgoingEvent(named: Asked.name, data: "{}") })
    try await node.settle()
    let runs = try await Set(node.runs().map(\.id))
    let begun = try await source.look([.runs])
    #expect(Set(begun.flatMap(\.topics)) == runs.reduce(into: [.runs]) { $0.insert(.run($1)) })
    #expect(try await source.look([.runs]).isEmpty)
    try await node.finish()
    let ended = try await source.look([.runs])
    #expect(ended.count == 400 && ended.allSatisfy { $0.data.contains("\"completed\"") })
    #expect(try await source.look([.runs]).isEmpty)
    let single = Set(runs.prefix(70).map { LiveTopic.run($0) })
    let steps = try await source.look(single.union([.runs])).filter { $0.event == "step" }
    #expect(steps.count == 140)
    #expect(try await source.look(single.union([.runs])).isEmpty)
  }

  @Test("a run's summary counts the steps that failed for good, also where the run goes on")
  func failedSteps() async throws {
    let careful = WorkflowFunction(
      "careful", on: Asked.self, options: .init(retries: .init(retries: 1))
    ) { _, step in
      do { try await step.run("bad") { throw BadStep() } } catch is StepError {}
      try await step.run("good") {}
      try await step.sleep("nap", for: .seconds(60))
    }
    let node = try await TestEngine([careful])
    var source = RunSource(engine: node.engine, clock: node.clock)
    _ = try await source.look([.runs])
    try await node.engine.send([OutgoingEvent(named: Asked.name, data: "{}")])
    try await node.settle()
    // An attempt that is made again has not failed.
    let begun: JSONValue = ["total": 1, "done": 0, "failed": 0]
    #expect(try await node.engine.overviews().map { $0.json["steps"] } == [begun])
    try await node.finish()
    let ended: JSONValue = ["total": 3, "done": 2, "failed": 1]
    #expect(try await node.engine.overviews().map { $0.json["steps"] } == [ended])
    let told = try await source.look([.runs]).map(\.data)
    #expect(told.count == 1 && told[0].contains(#""steps":\#(ended.compactText)"#), "\(told)")
  }

  private struct BadStep: Error {}

  @Test("runs beyond what is looked at are not passed over in silence")
  func partial() async throws {
    let quick = WorkflowFunction("quick", on: Asked.self) { _, _ in }
    let node = try await TestEngine([quick])
    func changes(_ limits: RunChangeLimits, newest: String?) async throws -> RunChanges {
      try await node.engine.changes(
        of: [:], newest: newest, endedSince: 0, and: [], limits: limits)
    }
    try await node.engine.send([OutgoingEvent(named: Asked.name, data: "{}")])
    try await node.settle()
    let newest = try await node.runs().last?.id
    try await node.engine.send(
      (0..<5).map { _ in try OutgoingEvent(named: Asked.name, data: "{}") })
    try await node.settle()
    var limits = RunChangeLimits()
    #expect(try await !changes(limits, newest: newest).isPartial)
    limits.newest = 5
    #expect(try await changes(limits, newest: newest).isPartial)
    limits = RunChangeLimits()
    limits.ended = 6
    #expect(try await changes(limits, newest: newest).isPartial)
  }

  @Test("events beyond what is told are followed by a reset, once a second at most")
  func flood() async throws {
    let node = try await TestEngine([])
    var source = EventSource(engine: node.engine, clock: node.clock)
    _ = try await source.look([.events])
    for isTold in [true, false] {
      try await node.engine.send(
        (0..<600).map { _ in try OutgoingEvent(named: Asked.name, data: "{}") })
      let told = try await source.look([.events])
      #expect(told.count == (isTold ? 501 : 500))
      #expect((told.last?.event == "reset") == isTold)
    }
    node.clock.advance(milliseconds: 1_000)
    #expect(try await source.look([.events]).map(\.event) == ["reset"])
    #expect(try await source.look([.events]).isEmpty)
  }

  @Test("changes reach those that follow them, and a stream ends with the server")
  func endToEnd() async throws {
    let node = try TestNode()
    let seen = try await node.serving { client in
      try await client.raw(
        "GET /api/v1/live?topics=events,queue HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\n\r\n"
      ) { stream in
        try await stream.read {
          $0.contains("event: queue")
        } then: {
          _ = try await client.post("/api/v1/events", "{\"name\":\"test/seen\"}")
          _ = try await client.post("/api/v1/render-queue/pause", nil)
        } until: {
          $0.contains("test/seen") && $0.contains("\"paused\":true")
        }
      }
    }
    #expect(seen.contains("text/event-stream"))
    #expect(seen.contains("event: hello"))
    #expect(seen.contains("event: event"))
  }

  @Test("a client that never reads is cut")
  func neverReads() async throws {
    let node = try TestNode { $0.livePatience = .milliseconds(500) }
    let server = try NodeService(node.backend, settings: node.settings)
    let (addresses, teller) = AsyncStream<String>.makeStream()
    let serving = Task { try await server.run { teller.yield($0) } }
    var iterator = addresses.makeAsyncIterator()
    let address = try #require(await iterator.next())
    let client = TestClient(address: address)
    let data = "\"" + String(repeating: "x", count: 60_000) + "\""
    try await client.raw(
      "GET /api/v1/live?topics=system HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\n\r\n"
    ) { _ in
      while server.live.count == 0 { await Task.yield() }
      // Nothing is read here while the server has more to say than all buffers hold.
      while server.live.count > 0 {
        server.live.publish([LiveMessage(event: "system", topics: [.system], data: data)])
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    #expect(try await client.get("/health").status == 200)
    serving.cancel()
    _ = await serving.result
  }

  @Test("a client that never reads does not keep the server", .timeLimit(.minutes(10)))
  func endsWithoutReader() async throws {
    let node = try TestNode {
      ($0.livePatience, $0.endPatience) = (.seconds(3_600), .seconds(3_600))
    }
    let server = try NodeService(node.backend, settings: node.settings)
    let (addresses, teller) = AsyncStream<String>.makeStream()
    let serving = Task { try await server.run { teller.yield($0) } }
    var iterator = addresses.makeAsyncIterator()
    let client = TestClient(address: try #require(await iterator.next()))
    let data = "\"" + String(repeating: "x", count: 60_000) + "\""
    try await client.raw(
      "GET /api/v1/live?topics=system HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\n\r\n"
    ) { _ in
      while server.live.count == 0 { await Task.yield() }
      // More than all buffers hold: the server is writing when it is told to end.
      for _ in 0..<600 {
        server.live.publish([LiveMessage(event: "system", topics: [.system], data: data)])
        try await Task.sleep(for: .milliseconds(2))
      }
      serving.cancel()
      try await serving.value
    }
    #expect(server.live.count == 0)
  }

  @Test("topics are known words and single things")
  func topics() {
    for good in ["projects", "run:01ABC", "project:film-0a"] { #expect(LiveTopic(good) != nil) }
    for bad in ["", "x", "run:", "run", "project:\u{0}", "scene:1"] {
      #expect(LiveTopic(bad) == nil)
    }
  }
}

extension LiveClient {
  /// Whether it was let in after the gap that an idle feed leaves; it leaves again.
  fileprivate func isFirstOfGap(_ hub: LiveHub) -> Bool {
    defer { hub.leave(self) }
    return String(buffer: hub.greeting(self)).contains("\(hub.epoch)-2\n")
  }
}
