import Storage
import Testing

@testable import RemoteFunctions
@testable import Workflows

@Suite struct CallLoopTests {
  @Test(
    "steps one after the other cost one call each and one for the end, and are journaled by their names"
  )
  func plain() async throws {
    let app = FakeApp([
      "studio-render": [.run("fetch", ["n": 1]), .run("draw"), .run("store", "x")]
    ])
    let node = try await TestEngine([try remote("render", app)])
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .completed)
    #expect(app.calls.count == 4)
    #expect(run.steps.map(\.name) == ["fetch", "draw", "store"])
    #expect(run.steps.map(\.result) == ["{\"n\":1}", "null", "\"x\""])
    #expect(app.calls.allSatisfy { $0.attempt == 0 && !$0.isPlanningOnly })
    #expect(app.calls[3].memo("fetch") == ["data": ["n": 1]])
    #expect(app.calls[3].body["ctx"]?["stack"]?["current"] == 3)
    #expect(app.calls.map { $0.body["version"]?.integer } == [-1, 2, 2, 2])
  }

  @Test("a call has all fields that apps need, in canonical form")
  func fields() async throws {
    let app = FakeApp(["studio-render": []])
    let node = try await TestEngine([try remote("render", app, retries: 2)])
    let run = try await node.outcome(of: "render", "{\"z\":1.50,\"a\":12345678901234567890}")
    let call = try #require(app.calls.first)
    let id = run.run.id
    #expect(
      call.text == """
        {"ctx":{"attempt":0,"disable_immediate_execution":false,"env":"dev","max_attempts":3,\
        "qi_id":"\(id):1","run_id":"\(id)","stack":{"current":0,"stack":[]},"step_id":"step",\
        "use_api":false},"event":{"data":{"a":12345678901234567890,"z":1.5},\
        "id":"\(run.run.eventID)","name":"scene/ready","ts":\(run.events[0].timestamp),"user":{}},\
        "events":[{"data":{"a":12345678901234567890,"z":1.5},"id":"\(run.run.eventID)",\
        "name":"scene/ready","ts":\(run.events[0].timestamp),"user":{}}],"steps":{},\
        "use_api":false,"version":-1}
        """)
    #expect(call.headers.contains { $0 == ("x-inngest-req-version", "2") })
    #expect(call.headers.contains { $0 == ("x-run-id", id) })
    #expect(!call.headers.contains { $0.name == "x-inngest-signature" })
    #expect(call.body["ctx"]?["fn_id"] == nil)
  }

  @Test("a step's result keeps its numbers' digits and its look-alike of a wrapper")
  func results() async throws {
    let value: JSONValue = ["data": .number("9007199254740993"), "error": ["x": .number("1e400")]]
    let app = FakeApp(["studio-render": [.run("odd", value), .run("next")]])
    let node = try await TestEngine([try remote("render", app)])
    let run = try await node.outcome(of: "render")
    #expect(run.run.error == nil)
    #expect(run.steps.first?.result == "{\"data\":9007199254740993,\"error\":{\"x\":1e400}}")
    #expect(app.calls.last?.memo("odd")?["data"]?["data"] == .number("9007199254740993"))
  }

  @Test(
    "with a key the body is signed over what is sent, and an unsigned answer is a failed attempt")
  func signed() async throws {
    let keys = SigningKeys(try SigningKey("signkey-test-0123456789abcdef"))
    let app = FakeApp(["studio-render": [.run("a")]])
    let function = try remote("render", app, retries: 0) { $0.signingKeys = keys }
    let node = try await TestEngine([function])
    let run = try await node.outcome(of: "render")
    let call = try #require(app.calls.first)
    let header = try #require(call.headers.first { $0.name == "x-inngest-signature" })
    #expect(
      keys.accepts(signature: header.value, of: Array(call.text.utf8), now: node.clock.now))
    #expect(run.run.state == .failed)
    #expect(run.run.error?.name == "BadSignature")
  }

  @Test("a state over 4 MiB is left out, for the app to fetch")
  func large() async throws {
    let text = JSONValue.string(String(repeating: "x", count: 3 << 20))
    let app = FakeApp(["studio-render": [.run("a", text), .run("b", text), .run("c")]])
    let node = try await TestEngine([try remote("render", app, retries: 0)])
    try await node.engine.send([OutgoingEvent(named: "scene/ready", data: "{}")])
    try await node.settle()
    let last = try #require(app.calls.first { $0.body["use_api"] == true })
    #expect(last.body["ctx"]?["use_api"] == true)
    #expect(last.body["steps"] == [:])
    #expect(last.body["events"] == [])
    let run = try await node.detail(of: "render")
    let actions = try JSONValue(parsing: RunStateText.actions(run))
    #expect(actions[FakeApp.id("a")] == ["data": text])
    #expect(try JSONValue(parsing: RunStateText.batch(run)).items?.count == 1)
  }

  @Test(
    "an answer that is none is a failed attempt, and says what came",
    arguments: [
      (FixedApp.answering(200, "<html>", sdk: false), "NotAnApp"),
      (FixedApp.answering(206, "[]"), "NothingNew"),
      (FixedApp.answering(206, "[{"), "BadAnswer"),
      (FixedApp.answering(503, "busy"), "Error"),
      (FixedApp { _ in throw CallRefusal("refused") }, "AppUnreachable"),
    ])
  func broken(app: FixedApp, name: String) async throws {
    let node = try await TestEngine([try remote("render", app, retries: 1)])
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .failed)
    #expect(run.run.error?.name == name)
    #expect(run.steps.map(\.failures.count) == [2])
  }

  @Test(
    "what the server does not do is refused at once, with its name",
    arguments: ["AIGateway", "DeferAdd", "Gateway", "DiscoveryRequest"])
  func unsupported(op: String) async throws {
    let app = FixedApp.answering(206, "[{\"op\":\"\(op)\",\"id\":\"a\"}]")
    let node = try await TestEngine([try remote("render", app)])
    let run = try await node.outcome(of: "render")
    #expect(run.run.state == .failed)
    #expect(run.run.error?.message.contains("'\(op)'") == true)
    #expect(run.steps.map(\.failures.count) == [1])
  }

  @Test("a streamed answer counts as what it carries")
  func streamed() async throws {
    let app = FixedApp.answering(
      201, "   \n {\"status\":200,\"headers\":{},\"body\":\"{\\\"a\\\":1}\"}")
    let node = try await TestEngine([try remote("render", app)])
    #expect(try await node.outcome(of: "render").run.output == "{\"a\":1}")
  }

  @Test("too many steps and too large results fail the run and say so")
  func limits() async throws {
    let many = FakeApp(["studio-many": (0..<6).map { .run("s\($0)") }])
    let large = FakeApp(["studio-large": [.run("a", .string(String(repeating: "x", count: 200)))]])
    let node = try await TestEngine([
      try remote("many", many) { $0.mostSteps = 5 },
      try remote("large", large) { $0.largestResult = 100 },
    ])
    #expect(try await node.outcome(of: "many").run.error?.name == "TooManySteps")
    let error = try #require(try await node.detail(of: "large").run.error)
    #expect(error.name == "StepRefused")
    #expect(error.message.contains("step 'a'"))
  }
}
