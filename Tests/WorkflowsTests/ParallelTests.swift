import Storage
import Testing

@testable import Workflows

@Suite struct ParallelTests {
  @Test("branches give their results in order, and their steps have places of their own")
  func tuple() async throws {
    let function = WorkflowFunction("render", on: SceneReady.self) { event, step in
      let (voice, length, _) = try await step.parallel(
        "assets",
        { step in try await step.run("voice") { event.sceneID + ".wav" } },
        { step in
          try await step.sleep("pause", for: .seconds(5))
          return try await step.run("length") { 7 }
        },
        { step in try await step.run("nothing") {} })
      return "\(voice) \(length)"
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    #expect(try await node.only().run.state == .sleeping)
    try await node.finish()
    let detail = try await node.only()
    #expect(detail.run.output == "\"a.wav 7\"")
    #expect(detail.steps.map(\.place) == ["1", "1/1/1", "1/2/1", "1/2/2", "1/3/1"])
  }

  @Test("an array's branches run at most as many at a time as is said")
  func limit() async throws {
    let log = Log()
    let function = WorkflowFunction("render", on: SceneReady.self) { _, step in
      try await step.parallel("scenes", over: Array(0..<5), limit: 2) { number, step in
        try await step.run("begin") { log.add("begin") }
        try await step.sleep("work", for: .seconds(10))
        return number * 2
      }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.advance(by: .seconds(9))
    #expect(log.count("begin") == 2)
    try await node.advance(by: .seconds(10))
    #expect(log.count("begin") == 4)
    try await node.finish()
    #expect(try await node.only().run.output == "[0,2,4,6,8]")
  }

  @Test("every branch goes on to its end, then the first failed one's error is thrown")
  func failure() async throws {
    let log = Log()
    let function = WorkflowFunction(
      "render", on: SceneReady.self, options: .init(retries: .never)
    ) { _, step in
      _ = try await step.parallel("scenes", over: [0, 1, 2]) { number, step in
        try await step.sleep("wait", for: .seconds(10 - number))
        try await step.run("end") {
          log.add("end \(number)")
          if number > 0 { throw RenderFault(text: "fault \(number)") }
        }
      }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.finish()
    #expect(log.all == ["end 2", "end 1", "end 0"])
    #expect(try await node.only().run.error?.message == "fault 1")
  }

  @Test("a branch that waits is ended by its event while another one executes or sleeps")
  func waitBesideSleep() async throws {
    let function = WorkflowFunction("render", on: SceneReady.self) { event, step in
      let (done, _) = try await step.parallel(
        "both",
        { step in
          try await step.waitForEvent(
            "done", SceneDone.self, where: \.sceneID, equals: event.sceneID, timeout: .seconds(99))
        },
        { step in try await step.sleep("long", for: .seconds(50)) })
      return done?.seconds
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.settle()
    try await node.engine.send(SceneDone(sceneID: "a", seconds: 5))
    try await node.settle()
    let detail = try await node.only()
    #expect(detail.run.state == .sleeping)
    #expect(detail.waits.isEmpty)
    try await node.finish()
    #expect(try await node.only().run.output == "5")
  }

  @Test("parallels nest, and survive a crash at every commit")
  func nested() async throws {
    let log = Log()
    let function = WorkflowFunction("render", on: SceneReady.self) { _, step in
      let all = try await step.parallel("outer", over: [1, 2]) { outer, step in
        let inner = try await step.parallel("inner", over: [10, 20]) { inner, step in
          try await step.run("leaf") { outer + inner }
        }
        try await step.sleep("pause", for: .seconds(outer))
        return inner
      }
      return all.flatMap(\.self)
    }
    let crashes = try await TestEngine.crashEverywhere(
      [function], sending: [OutgoingEvent(SceneReady(sceneID: "a"))]
    ) { node in
      let detail = try await node.only()
      #expect(detail.run.output == "[11,21,12,22]")
      #expect(detail.steps.count == 9)
      log.add("verified")
    }
    #expect(crashes > 15)
    #expect(log.all.count == crashes + 2)
  }

  @Test("a parallel over nothing gives nothing")
  func empty() async throws {
    let function = WorkflowFunction("render", on: SceneReady.self) { _, step in
      try await step.parallel("none", over: [Int]()) { number, _ in number }
    }
    let node = try await TestEngine([function])
    try await node.engine.send(SceneReady(sceneID: "a"))
    try await node.finish()
    #expect(try await node.only().run.output == "[]")
  }
}
