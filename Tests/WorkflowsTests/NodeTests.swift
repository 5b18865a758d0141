import Storage
import Synchronization
import Testing

@testable import Workflows

/// Nodes on the machine's own clock, and several on one database.
@Suite struct NodeTests {
  @Test("a node runs a function for its event, sleeps, and ends in order", .timeLimit(.minutes(10)))
  func run() async throws {
    let scratch = try Scratch()
    let database = try scratch.database()
    let done = Gate()
    let function = WorkflowFunction("greet", on: SceneReady.self) { event, step in
      let text = try await step.run("text") { "hello " + event.sceneID }
      try await step.sleep("nap", for: .milliseconds(30))
      let loud = try await step.run("loud") { text.uppercased() }
      done.open()
      return loud
    }
    let engine = try Engine(database: database, functions: [function])
    let task = Task { try await engine.run() }
    let id = try await engine.send(SceneReady(sceneID: "you"))
    await done.pass()
    task.cancel()
    try await task.value
    let run = try #require(try await engine.runs(RunFilter(eventID: id)).first)
    #expect(run.state == .completed)
    #expect(run.output == "\"HELLO YOU\"")
    let nodes = try await database.read { try $0.rows("SELECT id FROM workflow_node") }
    #expect(nodes.isEmpty)
  }

  @Test(
    "draining lets the step in flight end and keeps it; another node goes on after it",
    .timeLimit(.minutes(10)))
  func drain() async throws {
    let scratch = try Scratch()
    let database = try scratch.database()
    let (gate, done, log) = (Gate(), Gate(), Log())
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      try await step.run("slow") {
        log.add("slow")
        await gate.pass()
      }
      try await step.run("after") { log.add("after") }
      done.open()
    }
    let first = try Engine(database: database, functions: [function])
    let firstTask = Task { try await first.run() }
    try await first.send(SceneReady(sceneID: "a"))
    await gate.reached()
    firstTask.cancel()
    while !first.core.live.isClosed { await Task.yield() }
    gate.open()
    try await firstTask.value
    #expect(log.all == ["slow"])
    let run = try #require(try await first.runs().first)
    #expect(run.state == .queued)
    #expect(try await first.run(run.id)?.steps.map(\.state) == [.done])
    let second = try Engine(database: database, functions: [function])
    let secondTask = Task { try await second.run() }
    await done.pass()
    secondTask.cancel()
    try await secondTask.value
    #expect(log.all == ["slow", "after"])
    #expect(try await second.runs().map(\.state) == [.completed])
  }

  @Test("several nodes on one file execute each step of each run once", .timeLimit(.minutes(10)))
  func several() async throws {
    let scratch = try Scratch()
    let log = Log()
    let left = Mutex(60)
    let done = Gate()
    let function = WorkflowFunction("film", on: ProjectClosed.self) { closed, step in
      for number in 0..<4 {
        try await step.run("step") { log.add("\(closed.number).\(number)") }
        try await step.sleep("nap", for: .milliseconds(closed.number % 5))
      }
      let isLast = left.withLock { left in
        left -= 1
        return left == 0
      }
      if isLast { done.open() }
    }
    var tasks: [Task<Void, any Error>] = []
    var engines: [Engine] = []
    for _ in 0..<3 {
      let engine = try Engine(database: try scratch.database(), functions: [function])
      engines.append(engine)
      tasks.append(Task { try await engine.run() })
    }
    for number in 0..<60 { try await engines[number % 3].send(ProjectClosed(number: number)) }
    await done.pass()
    for task in tasks { task.cancel() }
    for task in tasks { try await task.value }
    #expect(log.all.count == 240)
    #expect(Set(log.all).count == 240)
    let runs = try await engines[0].runs(RunFilter(limit: 100))
    #expect(runs.allSatisfy { $0.state == .completed })
    #expect(runs.count == 60)
  }

  @Test("what a node writes after another has taken its run over is refused")
  func fence() async throws {
    let scratch = try Scratch()
    let database = try scratch.database()
    let clock = VirtualClock()
    let (gate, log) = (Gate(), Log())
    func function(_ name: String, _ gate: Gate?) -> WorkflowFunction<SceneReady, String> {
      WorkflowFunction("film", on: SceneReady.self) { _, step in
        let who = try await step.run("who") {
          await gate?.pass()
          log.add(name)
          return name
        }
        try await step.run("after") { log.add("after " + name) }
        return who
      }
    }
    let stale = try await TestEngine([function("stale", gate)], database: database, clock: clock)
    try await stale.engine.send(SceneReady(sceneID: "a"))
    await gate.reached()
    let other = try await TestEngine(
      [function("other", nil)], database: database, seed: 2, clock: clock)
    clock.advance(milliseconds: 31_000)
    let scheduler = Scheduler(core: other.engine.core)
    try await scheduler.takeOver(try await scheduler.silentNodes())
    try await other.settle()
    gate.open()
    try await stale.settle()
    #expect(log.all == ["other", "after other", "stale"])
    let detail = try await other.only()
    #expect(detail.run.output == "\"other\"")
    #expect(detail.steps.map(\.result) == ["\"other\"", "null"])
    #expect(stale.engine.core.live.all.isEmpty)
  }

  @Test(
    "a node that renews its lease late is alive; one that does not is dead after a while of ours")
  func deadNodes() async throws {
    let scratch = try Scratch()
    let database = try scratch.database()
    let clock = VirtualClock()
    let gate = Gate()
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      try await step.run("slow") { await gate.pass() }
    }
    let silent = try await TestEngine([function], database: database, clock: clock)
    try await silent.engine.send(SceneReady(sceneID: "a"))
    await gate.reached()
    let observer = try await TestEngine([function], database: database, seed: 2, clock: clock)
    var upkeep = Upkeep(scheduler: Scheduler(core: observer.engine.core))
    // Somebody sets the clock forward by an hour: all leases have run out at once.
    clock.jump(milliseconds: 3_600_000)
    for _ in 0..<15 { try await upkeep.tick() }
    try await Scheduler(core: silent.engine.core).renewLease()
    for _ in 0..<30 { try await upkeep.tick() }
    #expect(try await observer.only().run.owner == silent.engine.nodeID)
    clock.advance(milliseconds: 31_000)
    for _ in 0..<22 { try await upkeep.tick() }
    #expect(try await observer.only().run.state == .queued)
    gate.open()
    try await silent.settle()
  }

  @Test(
    "a clock set back or forward neither loses a sleep nor ends it twice",
    arguments: [-7_200_000, 7_200_000, -50])
  func jumps(milliseconds: Int64) async throws {
    let log = Log()
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      try await step.sleep("hour", for: .seconds(3600))
      log.add("awake")
      try await step.sleep("second", for: .seconds(1))
      try await step.run("end") { log.add("end") }
    }
    var settings = EngineSettings()
    settings.maximumResting = 0
    let node = try await TestEngine([function], settings: settings)
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.advance(by: .seconds(3600))
    #expect(log.all == ["awake"])
    node.clock.jump(milliseconds: milliseconds)
    // In memory or replayed, the sleep that is over stays over.
    try await node.crash()
    try await node.finish()
    #expect(log.all.last == "end")
    #expect(log.count("end") == 1)
    let hour = try await node.only().steps[0]
    #expect(hour.state == .done)
  }

  @Test("tasks beyond the number that may rest in memory are unwound and replayed")
  func evicted() async throws {
    let log = Log()
    let function = WorkflowFunction("film", on: ProjectClosed.self) { closed, step in
      try await step.run("before") { log.add("before \(closed.number)") }
      try await step.sleep("pause", for: .seconds(60))
      try await step.run("after") { log.add("after \(closed.number)") }
    }
    var settings = EngineSettings()
    settings.maximumResting = 3
    let node = try await TestEngine([function], settings: settings)
    for number in 0..<10 { try await node.engine.send(ProjectClosed(number: number)) }
    try await node.settle()
    #expect(node.engine.core.live.resting == 3)
    try await node.finish()
    #expect(log.all.count == 20)
    #expect(Set(log.all).count == 20)
    #expect(node.engine.core.live.all.isEmpty)
  }

  @Test("a step that takes long is in the journal while it runs")
  func slowStep() async throws {
    let gate = Gate()
    let function = WorkflowFunction("film", on: SceneReady.self) { _, step in
      try await step.run("slow") { await gate.pass() }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    await gate.reached()
    let began = node.clock.now
    node.clock.advance(milliseconds: 500)
    try await Scheduler(core: node.engine.core).showSlowSteps()
    let detail = try await node.only()
    #expect(detail.steps.map(\.state) == [.running])
    #expect(
      try await node.engine.standing(ofRun: detail.run.id)?.reasons == [
        .executing(step: "slow", since: began, node: node.engine.nodeID)
      ])
    gate.open()
    try await node.settle()
    #expect(try await node.only().steps.map(\.state) == [.done])
  }

  @Test("the order in which branches go on depends on the seed and on nothing else")
  func seeds() async throws {
    func order(_ seed: UInt64) async throws -> [String] {
      let log = Log()
      let function = WorkflowFunction("film", on: ProjectClosed.self) { closed, step in
        _ = try await step.parallel("all", over: [1, 2, 3]) { branch, step in
          for number in 0..<3 {
            try await step.run("step") { log.add("\(closed.number)/\(branch)/\(number)") }
          }
        }
      }
      let node = try await TestEngine([function], seed: seed)
      try await node.engine.send([
        OutgoingEvent(ProjectClosed(number: 1)), OutgoingEvent(ProjectClosed(number: 2)),
      ])
      try await node.finish()
      return log.all
    }
    let first = try await order(1)
    for _ in 0..<5 { #expect(try await order(1) == first) }
    var orders: Set<[String]> = []
    for seed in 0..<8 { orders.insert(try await order(UInt64(seed))) }
    #expect(orders.count > 4)
  }
}

/// Many runs, and nodes that were away.
@Suite struct NodeLoadTests {
  @Test("runs beyond those that may execute wait in the order in which they came")
  func crowded() async throws {
    let (gate, log) = (Gate(), Log())
    let function = WorkflowFunction("film", on: ProjectClosed.self) { closed, step in
      try await step.run("work") {
        if closed.number < 2 { await gate.pass() }
        log.add("\(closed.number)")
      }
    }
    let scratch = try Scratch()
    var settings = EngineSettings()
    settings.maximumExecuting = 2
    let engine = try Engine(
      database: try scratch.database(), functions: [function], settings: settings)
    let task = Task { try await engine.run() }
    while !engine.core.isRunning { await Task.yield() }
    for number in 0..<20 { try await engine.send(ProjectClosed(number: number)) }
    await gate.reached()
    #expect(log.all.isEmpty)
    gate.open()
    while try await engine.runs(RunFilter(states: [.completed], limit: 99)).count < 20 {
      await Task.yield()
    }
    task.cancel()
    try await task.value
    // Two execute at a time, so neighbours may change places.
    let order = log.all.compactMap { Int($0) }
    #expect(order.sorted() == Array(0..<20))
    #expect(order.enumerated().allSatisfy { abs($0.offset - $0.element) <= 2 })
  }

  @Test("a node that others took for dead gives up what they have, and takes runs again")
  func revived() async throws {
    let scratch = try Scratch()
    let database = try scratch.database()
    let clock = VirtualClock()
    let log = Log()
    let function = WorkflowFunction("film", on: SceneReady.self) { event, step in
      try await step.sleep("pause", for: .seconds(3600))
      try await step.run("end") { log.add(event.sceneID) }
    }
    let away = try await TestEngine([function], database: database, clock: clock)
    try await away.engine.send(SceneReady(sceneID: "a"))
    try await away.settle()
    let other = try await TestEngine([function], database: database, seed: 2, clock: clock)
    clock.advance(milliseconds: 31_000)
    let scheduler = Scheduler(core: other.engine.core)
    try await scheduler.takeOver(try await scheduler.silentNodes())
    try await other.finish()
    #expect(log.all == ["a"])
    try await Scheduler(core: away.engine.core).renewLease()
    #expect(away.engine.core.live.all.filter { !$0.isStopped }.isEmpty)
    try await away.engine.send(SceneReady(sceneID: "b"))
    try await away.finish()
    #expect(log.all == ["a", "b"])
  }

  @Test("thousands of events of the name before a wait are looked through")
  func longLookBack() async throws {
    let function = WorkflowFunction("collect", on: SceneReady.self) { event, step in
      try await step.sleep("pause", for: .seconds(10))
      return try await step.waitForEvent(
        "done", SceneDone.self, where: \.sceneID, equals: event.sceneID, timeout: .seconds(60))?
        .seconds
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    for part in 0..<5 {
      try await node.engine.send(
        (0..<500).map { try OutgoingEvent(SceneDone(sceneID: "\(part).\($0)")) })
    }
    try await node.engine.send(SceneDone(sceneID: "a", seconds: 6))
    try await node.engine.send((0..<100).map { try OutgoingEvent(SceneDone(sceneID: "x\($0)")) })
    try await node.finish()
    #expect(try await node.only().run.output == "6")
  }
}
