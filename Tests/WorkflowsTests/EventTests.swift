import Storage
import Testing

@testable import Workflows

@Suite struct EventTests {
  private func counting(_ log: Log, _ id: String = "count") -> WorkflowFunction<
    SceneReady, Void
  > {
    WorkflowFunction(id, on: SceneReady.self) { event, step in
      try await step.run("count") { log.add("\(id) \(event.sceneID)") }
    }
  }

  @Test("every function that listens starts once; ids come back in the order sent")
  func fanOut() async throws {
    let log = Log()
    let node = try await TestEngine([counting(log, "one"), counting(log, "two")])
    let events = try await node.engine.send([
      OutgoingEvent(SceneReady(sceneID: "a")), OutgoingEvent(SceneReady(sceneID: "b")),
    ])
    try await node.settle()
    #expect(events.map { try? $0.decode(SceneReady.self).sceneID } == ["a", "b"])
    #expect(events[0].sequence + 1 == events[1].sequence)
    #expect(log.all.sorted() == ["one a", "one b", "two a", "two b"])
  }

  @Test("an event sent again under its id is stored and starts nothing, for 24 hours")
  func repeated() async throws {
    let log = Log()
    let node = try await TestEngine([counting(log)])
    let first = try await node.engine.send(SceneReady(sceneID: "a"), id: "scene-a")
    try await node.advance(by: .seconds(24 * 3600 - 1))
    let second = try await node.engine.send(SceneReady(sceneID: "a"), id: "scene-a")
    #expect(first != second)
    #expect(try await node.engine.event(second)?.isRepeat == true)
    try await node.advance(by: .seconds(2))
    try await node.engine.send(SceneReady(sceneID: "a"), id: "scene-a")
    try await node.settle()
    #expect(log.count("count a") == 2)
  }

  @Test("ids repeated within one call count too")
  func repeatedAtOnce() async throws {
    let log = Log()
    let node = try await TestEngine([counting(log)])
    let event = try OutgoingEvent(SceneReady(sceneID: "a"), id: "x")
    let stored = try await node.engine.send([event, event])
    try await node.settle()
    #expect(stored.map(\.isRepeat) == [false, true])
    #expect(log.all == ["count a"])
  }

  @Test("a name nobody listens to is stored, with a mark")
  func unheard() async throws {
    let node = try await TestEngine([counting(Log())])
    let events = try await node.engine.send([
      OutgoingEvent(named: "scene/typo", data: "{}"), OutgoingEvent(SceneReady(sceneID: "a")),
    ])
    #expect(events.map(\.isUnheard) == [true, false])
    #expect(try await node.engine.event(events[0].id)?.isUnheard == true)
  }

  @Test(
    "data that does not decode fails the run at once and names the field",
    arguments: [
      ("{}", "data.sceneID: it is missing"),
      ("{\"sceneID\":7,\"length\":1}", "data.sceneID: it is no String"),
      ("{\"sceneID\":null,\"length\":1}", "data.sceneID: it is null, and String is needed"),
      ("{\"sceneID\":\"a\",\"length\":\"long\"}", "data.length: it is no Double"),
    ])
  func undecodable(data: String, message: String) async throws {
    let log = Log()
    let node = try await TestEngine([counting(log)])
    try await node.engine.send([OutgoingEvent(named: SceneReady.name, data: data, id: "e1")])
    try await node.settle()
    let run = try await node.only().run
    #expect(run.state == .failed)
    #expect(run.error?.name == "PayloadError")
    #expect(run.error?.message.contains("event 'scene/ready' (e1): \(message)") == true)
    #expect(log.all.isEmpty)
  }

  @Test(
    "what is no event is refused",
    arguments: [
      ("", "{}", nil), ("Inngest/function.failed", "{}", nil), ("a", "[]", nil), ("a", "{", nil),
      ("a", "", nil), ("a", "{}", ""),
    ] as [(String, String, String?)])
  func invalid(name: String, data: String, id: String?) {
    #expect(throws: InvalidEvent.self) { try OutgoingEvent(named: name, data: data, id: id) }
  }

  @Test("names of more than 512 bytes and data of more than 3 MiB are refused")
  func tooLarge() throws {
    _ = try OutgoingEvent(named: String(repeating: "n", count: 512), data: "{}")
    #expect(throws: InvalidEvent.self) {
      try OutgoingEvent(named: String(repeating: "n", count: 513), data: "{}")
    }
    let text = String(repeating: "x", count: 3 << 20)
    #expect(throws: InvalidEvent.self) {
      try OutgoingEvent(named: "a", data: "{\"a\":\"\(text)\"}")
    }
  }

  @Test("an event of the future starts its run then; one of the past at once")
  func timestamps() async throws {
    let log = Log()
    let node = try await TestEngine([counting(log)])
    let now = node.clock.now
    try await node.engine.send([
      OutgoingEvent(SceneReady(sceneID: "future"), at: now + 60_000),
      OutgoingEvent(SceneReady(sceneID: "past"), at: now - 60_000),
    ])
    try await node.advance(by: .milliseconds(59_999))
    #expect(log.all == ["count past"])
    try await node.advance(by: .milliseconds(1))
    #expect(log.all == ["count past", "count future"])
  }

  @Test(
    "a pattern covers what is below it and nothing else",
    arguments: [
      ("scene/*", "scene/ready", true), ("scene/*", "scene/a/b", true),
      ("scene/*", "scene/", false),
      ("scene/*", "scenes/ready", false), ("scene/ready", "scene/ready", true),
      ("scene/ready", "scene/ready/more", false), ("scene.*", "scene.x", true),
    ])
  func patterns(pattern: String, name: String, covers: Bool) {
    #expect(EventPattern(text: pattern).covers(name) == covers)
  }

  @Test("a function on a pattern and on several types starts once for each event")
  func triggers() async throws {
    let log = Log()
    let function = WorkflowFunction<String, Void>(
      "many",
      on: [
        .event(SceneReady.self, if: { $0.sceneID != "skip" }) { "ready " + $0.sceneID },
        .events(matching: "scene/*") { "any " + $0.name },
      ]
    ) { text, step in
      try await step.run("log") { log.add(text) }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.engine.send(SceneReady(sceneID: "skip"))
    try await node.engine.send(SceneDone(sceneID: "b"))
    try await node.engine.send(ProjectClosed(number: 1))
    try await node.settle()
    #expect(log.all.sorted() == ["any scene/done", "any scene/ready", "ready a"])
  }

  @Test(
    "functions that make no sense are refused",
    arguments: [
      [FunctionTrigger<String>.events(matching: "a*") { $0.name }],
      [.events(matching: "") { $0.name }], [.events(matching: "a/*/b") { $0.name }],
      (0..<11).map { number in .events(matching: "e\(number)") { $0.name } },
    ])
  func invalidFunctions(triggers: [FunctionTrigger<String>]) {
    let function = WorkflowFunction<String, Void>("f", on: triggers) { _, _ in }
    #expect(throws: InvalidFunction.self) { try FunctionRegistry([function]) }
  }

  @Test("two functions of one id, an empty id and too many retries are refused")
  func invalidIDs() {
    let log = Log()
    #expect(throws: InvalidFunction.self) { try FunctionRegistry([counting(log), counting(log)]) }
    #expect(throws: InvalidFunction.self) { try FunctionRegistry([counting(log, "")]) }
    let retries = WorkflowFunction(
      "f", on: SceneReady.self, options: .init(retries: .times(21))
    ) { _, _ in }
    #expect(throws: InvalidFunction.self) { try FunctionRegistry([retries]) }
  }

  @Test("a process without functions leaves its events to nodes that have them")
  func foreign() async throws {
    let log = Log()
    let node = try await TestEngine([counting(log)])
    let sender = try Engine(database: node.database, functions: [], clock: node.clock)
    let events = try await sender.send([
      OutgoingEvent(SceneReady(sceneID: "a")), OutgoingEvent(named: "scene/typo", data: "{}"),
    ])
    #expect(events.map(\.isUnheard) == [false, true])
    #expect(try await node.runs().isEmpty)
    try await node.settle()
    #expect(log.all == ["count a"])
    try await node.settle()
    #expect(try await node.runs().count == 1)
  }

  @Test("ends are told to those who listen, and ends of those are not")
  func finished() async throws {
    let log = Log()
    let listener = WorkflowFunction<String, Void>(
      "listener", on: [.events(matching: "inngest/function.finished") { $0.data }]
    ) { data, step in
      try await step.run("log") { log.add(data) }
    }
    let node = try await TestEngine([counting(Log()), listener])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.finish()
    #expect(log.all.count == 1)
    #expect(log.all.first?.contains("\"function_id\":\"count\"") == true)
    #expect(log.all.first?.contains("\"status\":\"Completed\"") == true)
  }
}
