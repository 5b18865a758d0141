import Storage
import Testing
import Workflows

@testable import RemoteFunctions

private struct Order: Codable, Sendable { var n: Int }

@Suite struct EventAPITests {
  private func node() async throws -> TestEngine {
    let function = WorkflowFunction(
      "count", on: [.events(matching: "shop/order") { try $0.decode(Order.self) }]
    ) { order, step in
      try await step.run("double") { order.n * 2 }
    }
    return try await TestEngine([function])
  }

  private func body(_ answer: IntakeAnswer) throws -> JSONValue {
    try JSONValue(parsing: answer.body)
  }

  @Test("events are stored and start runs")
  func stores() async throws {
    let node = try await node()
    let api = EventAPI(engine: node.engine)
    let answer = try await api.receive(
      key: "any",
      body: Array(#"[{"name":"shop/order","data":{"n":21},"user":{"id":7}},{"name":"other"}]"#.utf8)
    )
    #expect(answer.status == 200)
    #expect(answer.headers.contains(.init("x-inngest-server-kind", "dev")))
    let ids = try #require(try body(answer)["ids"]?.items)
    #expect(ids.count == 2)
    try await node.finish()
    #expect(try await node.runs().map(\.output) == ["42"])
    let stored = try await node.engine.event(ids[0].string ?? "")
    #expect(stored?.data == #"{"n":21}"#)
    let rest = reading(node)
    let shown = try body(try await rest.event(ids[0].string ?? ""))
    #expect(shown["data"]?["user"] == ["id": 7])
  }

  @Test("a faulty event keeps those before it")
  func partly() async throws {
    let node = try await node()
    let answer = try await EventAPI(engine: node.engine).receive(
      key: "k", body: Array(#"[{"name":"shop/order","data":{"n":1}},{"name":"inngest/x"}]"#.utf8))
    #expect(answer.status == 400)
    #expect(try body(answer)["ids"]?.items?.count == 1)
    #expect(try body(answer)["error"]?.string?.contains("event 2 'inngest/x'") == true)
    try await node.finish()
    #expect(try await node.runs().count == 1)
  }

  @Test("a request that is repeated with its seed gives the same ids and starts nothing twice")
  func seeded() async throws {
    let node = try await node()
    let api = EventAPI(engine: node.engine)
    let events = Array(
      #"[{"name":"shop/order","data":{"n":1}},{"name":"shop/order","data":{"n":2}}]"#.utf8)
    let seed = "1743130137367,eii2YKXRVTJPuA=="
    let first = try await api.receive(key: "k", seed: seed, body: events)
    let second = try await api.receive(key: "k", seed: seed, body: events)
    #expect(first == second)
    #expect(
      try body(first)["ids"] == ["01JQDAE4RQF8MBCR55T5AK4KXS", "01JQDAE4RQF8MBCR55T5AK4KXT"])
    try await node.finish()
    #expect(try await node.runs().count == 2)
  }

  @Test("keys are asked for where they are demanded")
  func keys() async throws {
    let node = try await node()
    let api = EventAPI(engine: node.engine, keys: .required(["right"]), serverKind: "cloud")
    let event = Array(#"{"name":"a"}"#.utf8)
    #expect(try await api.receive(key: "wrong", body: event).status == 401)
    #expect(try await api.receive(key: "right", body: event).status == 200)
    let none = EventAPI(engine: node.engine, keys: .required([]))
    #expect(try await none.receive(key: "right", body: event).status == 503)
    #expect(try await node.engine.events().count == 1)
  }

  @Test("one function is invoked by name")
  func invokes() async throws {
    let node = try await node()
    let api = EventAPI(engine: node.engine)
    let unknown = try await api.invoke(function: "nobody", body: Array("{}".utf8))
    #expect(unknown.status == 404)
    let bad = try await api.invoke(function: "count", body: Array("[".utf8))
    #expect(bad.status == 400)
    let good = try await api.invoke(function: "count", body: Array(#"{"data":{"n":4}}"#.utf8))
    #expect(good.status == 200)
    try await node.finish()
    #expect(try await node.runs().map(\.output) == ["8"])
  }

  // MARK: Reading

  private func reading(_ node: TestEngine) -> ReadingAPI {
    ReadingAPI(
      engine: node.engine, clock: node.clock, functions: { _ in nil })
  }

  @Test("events and runs are read")
  func reads() async throws {
    let node = try await node()
    for n in 1...3 {
      _ = try await EventAPI(engine: node.engine).receive(
        key: "k",
        body: Array("{\"name\":\"shop/order\",\"id\":\"o\(n)\",\"data\":{\"n\":\(n)}}".utf8))
      try await node.advance(by: .seconds(1))
    }
    let api = reading(node)
    let page = try body(try await api.events(.init(limit: "2", name: "shop/order")))
    #expect(page["data"]?.items?.map { $0["id"]?.string } == ["o3", "o2"])
    let cursor = try #require(page["metadata"]?["next_cursor"]?.string)
    let rest = try body(try await api.events(.init(limit: "2", cursor: cursor)))
    #expect(rest["data"]?.items?.map { $0["id"]?.string } == ["o1"])
    #expect(rest["metadata"]?["next_cursor"] == nil)
    let last = try #require(page["data"]?.items?.last?["internal_id"]?.string)
    let behind = try body(try await api.events(.init(limit: "2", cursor: last)))
    #expect(behind["data"] == rest["data"])
    let received = try #require(page["data"]?.items?.last?["received_at"]?.string)
    let later = try body(try await api.events(.init(receivedAfter: received)))
    #expect(later["data"]?.items?.count == 1)
    let event = try #require(page["data"]?.items?.first?["internal_id"]?.string)
    let runs = try body(try await api.runs(ofEvent: event.lowercased()))
    let run = try #require(runs["data"]?.items?.first?["run_id"]?.string)
    let shown = try body(try await api.run(run))
    #expect(shown["data"]?["status"] == "Completed")
    #expect(shown["data"]?["output"] == 6)
    #expect(shown["data"]?["event_id"] == .string(event))
    for query in [
      ReadingAPI.EventQuery(limit: "0"), .init(limit: "x"), .init(cursor: "x"),
      .init(cursor: "01KAH3M7Y0S9D2W4X6Z8B1C3E5"),
      .init(receivedAfter: "x"),
    ] {
      #expect(try await api.events(query).status == 400)
    }
    for id in ["", "x", "01KAH3M7Y0S9D2W4X6Z8B1C3E5"] {
      #expect(try await api.event(id).status == 404)
      #expect(try await api.run(id).status == 404)
      #expect(try await api.runs(ofEvent: id).status == 404)
      #expect(try await api.jobs(ofRun: id).status == 404)
      #expect(try await api.batch(ofRun: id).status == 410)
      #expect(try await api.actions(ofRun: id).status == 410)
    }
    #expect(try await api.cancel(run: "x").status == 400)
    #expect(try await api.cancel(run: "01KAH3M7Y0S9D2W4X6Z8B1C3E5").status == 404)
    #expect(try await api.functions(ofApp: "x").status == 404)
    #expect(try await api.signal(body: Array("{}".utf8)).status == 400)
    #expect(try await api.signal(body: Array(#"{"signal":"s"}"#.utf8)).status == 404)
  }

  @Test("a function's runs of some time are cancelled together, those whose event is meant")
  func cancelsMany() async throws {
    let app = FakeApp(["studio-render": [.sleep("nap", "1h")]])
    let node = try await TestEngine([try remote("render", app)])
    let api = reading(node)
    let begin = node.clock.now
    for number in 0..<4 {
      try await node.engine.send([
        OutgoingEvent(named: "scene/ready", data: "{\"p\":\(number % 2)}")
      ])
      try await node.advance(by: .seconds(60))
    }
    func cancel(_ body: String) async throws -> IntakeAnswer {
      try await api.cancelRuns(body: Array(body.utf8))
    }
    // The second and the third begin within it, and the condition means the third alone.
    let (after, before) = (InstantText.write(begin + 30_000), InstantText.write(begin + 150_000))
    let answer = try await cancel(
      """
      {"app_id":"studio","function_id":"render","started_after":"\(after)","started_before":"\(before)",
       "if":"event.data.p == 0"}
      """)
    #expect(answer.status == 200)
    #expect(try body(answer)["data"]?["cancelled"] == 1)
    #expect(
      try await node.runs().map(\.state) == [.sleeping, .sleeping, .cancelled, .sleeping])
    let rest = try await cancel(
      #"{"app_id":"studio","function_id":"studio-render","started_before":"2999-01-01T00:00:00Z"}"#)
    #expect(try body(rest)["data"]?["cancelled"] == 3)
    #expect(try await node.runs().allSatisfy { $0.state == .cancelled })
    for (wrong, status) in [
      ("[", 400), ("[]", 400), ("{}", 400), (#"{"app_id":"studio","function_id":"render"}"#, 400),
      (#"{"app_id":"studio","function_id":"render","started_before":"x"}"#, 400),
      (#"{"app_id":"studio","function_id":"render","started_before":"2999-01-01","if":"="}"#, 400),
      (#"{"app_id":"studio","function_id":"other","started_before":"2999-01-01"}"#, 404),
      (#"{"app_id":"x","function_id":"studio-render","started_before":"2999-01-01"}"#, 404),
    ] {
      #expect(try await cancel(wrong).status == status, "\(wrong)")
    }
  }

  @Test("a waiting run is shown with what it waits for, and cancelled")
  func cancels() async throws {
    let function = WorkflowFunction(
      "nap", on: [.events(matching: "nap/*") { try $0.decode(Order.self) }]
    ) { _, step in
      try await step.sleep("rest", for: .seconds(3600))
      return 1
    }
    let node = try await TestEngine([function])
    _ = try await EventAPI(engine: node.engine).receive(
      key: "k", body: Array(#"{"name":"nap/now","data":{"n":1}}"#.utf8))
    try await node.settle()
    let run = try #require(try await node.runs().first?.id)
    let api = reading(node)
    #expect(try body(try await api.run(run))["data"]?["status"] == "Running")
    #expect(try body(try await api.jobs(ofRun: run))["data"]?.items?.first?["step"] == "rest")
    let batch = try body(try await api.batch(ofRun: run))
    #expect(batch.items?.first?["name"] == "nap/now")
    #expect(batch.items?.first?["user"] == [:])
    #expect(try body(try await api.actions(ofRun: run)) == [:])
    let answer = try await api.cancel(run: run)
    #expect(answer == IntakeAnswer(status: 200))
    #expect(try body(try await api.run(run))["data"]?["status"] == "Cancelled")
    #expect(try await api.cancel(run: run).status == 200)
    #expect(try await api.batch(ofRun: run).status == 410)
  }
}
