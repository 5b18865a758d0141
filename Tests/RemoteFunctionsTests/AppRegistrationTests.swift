import RemoteFunctions
import Testing
import Workflows

@Suite struct AppRegistrationTests {
  private func body(_ function: String) -> [UInt8] {
    Array(
      """
      {"url":"http://127.0.0.1:9100/api/inngest","deployType":"ping","appName":"studio","sdk":"py:v0.5.19",
       "v":"0.1","framework":"flask","functions":[\(function)],"capabilities":{"trust_probe":"v1"}}
      """.utf8)
  }

  private func function(_ more: String = "", triggers: String = #"[{"event":"a/b"}]"#) -> String {
    """
    {"id":"studio-render","name":"Render","triggers":\(triggers),
     "steps":{"step":{"id":"step","name":"step","retries":{"attempts":2},
       "runtime":{"type":"http","url":"http://127.0.0.1:9100/api/inngest?fnId=studio-render&stepId=step"}}}\(more)}
    """
  }

  private func configuration(_ more: String) throws -> FunctionConfiguration {
    try #require(try AppRegistration(parsing: body(function("," + more))).functions.first)
  }

  @Test("both spellings of a registration")
  func spellings() throws {
    let js = try AppRegistration(parsing: body(function()))
    #expect(js.name == "studio")
    #expect(js.deployType == "ping")
    let text = String(decoding: body(function()), as: UTF8.self)
      .replacing("appName", with: "appname").replacing("deployType", with: "deploy_type")
    let python = try AppRegistration(parsing: Array(text.utf8), deployID: "d1")
    #expect(python.name == "studio")
    #expect(python.deployType == "ping")
    #expect(python.deployID == "d1")
    #expect(python.digest == js.digest)
    #expect(js.sdk == "py:v0.5.19")
    #expect(js.functions.first?.retries == 2)
    #expect(js.functions.first?.url.hasSuffix("stepId=step") == true)
    let other = try AppRegistration(parsing: body(function(#","priority":{"run":"1"}"#)))
    #expect(other.digest != js.digest)
    #expect(try FunctionConfiguration(parsing: js.functions[0].text) == js.functions[0])
  }

  @Test("an answer in band")
  func inBand() throws {
    let text = """
      {"app_id":"studio","env":null,"framework":"fastapi","functions":[\(function())],"inspection":{},
       "sdk_author":"inngest","sdk_language":"py","sdk_version":"0.5.19","url":"https://App.example:443/api/inngest"}
      """
    let app = try AppRegistration(inBandAnswer: Array(text.utf8))
    #expect(app.name == "studio")
    #expect(app.sdk == "py:v0.5.19")
    #expect(app.url.normalized == "https://app.example/api/inngest")
  }

  @Test(
    "addresses that mean one place",
    arguments: [
      ("http://127.0.0.1:9100/api/inngest", "http://localhost:9100/api/inngest"),
      ("http://0.0.0.0:80/a?fnId=x&stepId=y&k=1#f", "http://localhost/a?k=1"),
      ("HTTPS://Example.COM:443/", "https://example.com"),
      ("http://[::1]:8/a", "http://localhost:8/a"),
    ])
  func urls(text: String, normalized: String) {
    #expect(AppURL(text)?.normalized == normalized)
    #expect(AppURL(text)?.text == text)
  }

  @Test("what is no address", arguments: ["", "file:///etc", "ftp://a/b", "http://", "a b", "/x"])
  func noURL(text: String) { #expect(AppURL(text) == nil) }

  @Test("every key of flow control")
  func flow() throws {
    let first = try configuration(
      #"""
      "concurrency":[{"limit":2},{"limit":1,"key":"event.data.p","scope":"env"}],
      "rateLimit":{"limit":20,"period":"60s","key":"event.data.r"},
      "throttle":{"limit":5,"period":"1m","burst":2,"key":"event.data.t"},
      "debounce":{"period":"5s","timeout":"1m","key":"event.data.d"},"priority":{"run":"event.data.x * 2"},
      "cancel":[{"event":"stop","if":"async.data.p == event.data.p","timeout":"1h"},{"event":"all"}],
      "singleton":{"mode":"cancel","key":"event.data.s"},"timeouts":{"start":"10s","finish":"1h30m"},
      "checkpoint":{"batch_steps":2}
      """#)
    #expect(first.concurrency.map(\.limit) == [2, 1])
    #expect(first.concurrency[1].scope == .environment)
    #expect(first.rateLimit?.period == .seconds(60))
    #expect(first.throttle?.burst == 2)
    #expect(first.debounce?.timeout == .seconds(60))
    #expect(first.cancel.count == 2)
    #expect(first.singleton?.mode == .cancel)
    #expect(first.startTimeout == .seconds(10))
    #expect(first.finishTimeout == .seconds(5400))
    let batch = try configuration(
      #""batchEvents":{"maxSize":10,"timeout":"5s","key":"event.data.k","if":"event.data.b"}"#)
    #expect(batch.batch?.maxSize == 10)
    #expect(batch.batch?.condition?.text == "event.data.b")
    #expect(try configuration(#""concurrency":3"#).concurrency.map(\.limit) == [3])
    #expect(try configuration(#""concurrency":{"limit":4}"#).concurrency.map(\.limit) == [4])
    #expect(try configuration(#""concurrency":{"limit":0}"#).concurrency.isEmpty)
    #expect(
      try configuration(#""concurrency":{"fn":[{"limit":1}],"step":[{"limit":2}]}"#)
        .concurrency.map(\.limit) == [1, 2])
    #expect(try configuration(#""idempotency":"event.data.i""#).idempotency?.text == "event.data.i")
    #expect(try configuration(#""rateLimit":null,"cancel":null"#).cancel.isEmpty)
  }

  @Test("triggers")
  func triggers() throws {
    let text = function(
      triggers:
        #"[{"event":"scene/*","expression":"event.data.draft != true"},{"cron":"TZ=Asia/Seoul 0 6 * * *","jitter":"30s"},{"event":"a"}]"#
    )
    let triggers = try AppRegistration(parsing: body(text)).functions.first?.triggers
    #expect(triggers?.count == 3)
    #expect(triggers?[1] == .cron("TZ=Asia/Seoul 0 6 * * *", jitter: .seconds(30)))
    #expect(triggers?[2] == .event("a", condition: nil))
  }

  @Test(
    "what makes no sense is refused with its place",
    arguments: [
      (#""concurrency":[{"limit":1},{"limit":2},{"limit":3}]"#, "concurrency: it has 3 rules"),
      (#""concurrency":-1"#, "concurrency: it is -1"),
      (#""concurrency":{"limit":1,"scope":"env"}"#, "needs a key"),
      (#""concurrency":{"limit":1,"scope":"x"}"#, "no scope 'x'"),
      (#""concurrency":"2""#, "it is text"),
      (#""rateLimit":{"limit":1,"period":"2d"}"#, "rateLimit.period: '2d' is not between"),
      (#""rateLimit":{"limit":1}"#, "'period' is missing"),
      (#""rateLimit":{"limit":0,"period":"1s"}"#, "rateLimit.limit: it is 0"),
      (#""throttle":{"limit":1,"period":"x"}"#, "'x' is no duration"),
      (#""debounce":{"period":"8d"}"#, "debounce.period"),
      (#""batchEvents":{"maxSize":1,"timeout":"1s"}"#, "batchEvents.maxSize: it is 1"),
      (
        #""batchEvents":{"maxSize":2,"timeout":"1s"},"debounce":{"period":"1s"}"#,
        "exclude each other"
      ),
      (
        #""batchEvents":{"maxSize":2,"timeout":"1s"},"cancel":[{"event":"a"}]"#,
        "exclude each other"
      ),
      (#""singleton":{"mode":"x"}"#, "no mode 'x'"),
      (#""cancel":[{"if":"true"}]"#, "cancel[0]: 'event' is missing"),
      (
        #""cancel":[{"event":"a","if":"async.data.x ="}]"#,
        "cancel[0].if: expression 'async.data.x ='"
      ),
      (
        #""cancel":[{"event":"a","if":"async.data.x.contains('a')"}]"#, "'contains' may not be used"
      ),
      (
        #""cancel":[{"event":"a"},{"event":"a"},{"event":"a"},{"event":"a"},{"event":"a"},{"event":"a"}]"#,
        "6 entries"
      ),
      (#""priority":{"run":"event."}"#, "priority.run: expression 'event.'"),
      (#""idempotency":"foo""#, "no variable 'foo'"),
      (#""timeouts":{"start":"-1s"}"#, "timeouts.start"),
    ])
  func refused(text: String, problem: String) {
    let error = #expect(throws: RegistrationError.self) {
      try AppRegistration(parsing: body(function("," + text)))
    }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    #expect(error?.description.contains("function 'studio-render'") == true)
    #expect(error?.description.contains("\n  → ") == true)
  }

  @Test(
    "triggers that make no sense are refused",
    arguments: [
      ("[]", "it is empty"), (#"[{"event":"a"},{"event":"a"}]"#, "it is there twice"),
      (#"[{}]"#, "neither"),
      (#"[{"event":"a*b"}]"#, "'*' may stand only"), (#"[{"event":"a*"}]"#, "'*' may stand only"),
      (#"[{"cron":"x"}]"#, "it has 1 fields"), (#"[{"cron":"@daily","jitter":"1h"}]"#, "jitter"),
      (#"[{"event":"a","expression":"1 +"}]"#, "ends too early"), ("5", "it is a number"),
    ])
  func badTriggers(text: String, problem: String) {
    let error = #expect(throws: RegistrationError.self) {
      try AppRegistration(parsing: body(function(triggers: text)))
    }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
  }

  @Test(
    "bodies that make no sense are refused",
    arguments: [
      ("", "no JSON"), ("[]", "it is a list"), (#"{"url":"http://a"}"#, "'appName' is missing"),
      (#"{"appName":"a"}"#, "'url' is missing"),
      (#"{"appName":"a","url":"file:///x"}"#, "no http or https URL"),
      (#"{"appName":"","url":"http://a"}"#, "0 bytes"),
      (#"{"appName":"a","url":"http://a","functions":{}}"#, "it is an object"),
      (#"{"appName":"a","url":"http://a","functions":[{}]}"#, "functions[0]: 'id' is missing"),
      (#"{"appName":"a","url":"http://a","functions":[{"id":"x"}]}"#, "'steps' is missing"),
    ])
  func badBodies(text: String, problem: String) {
    let error = #expect(throws: RegistrationError.self) {
      try AppRegistration(parsing: Array(text.utf8))
    }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
  }

  @Test("two functions of one id, and apps that connect, are refused")
  func doubles() {
    #expect(throws: RegistrationError.self) {
      try AppRegistration(parsing: body(function() + "," + function()))
    }
    let connect = function().replacing("\"type\":\"http\"", with: "\"type\":\"ws\"")
    #expect(throws: RegistrationError.self) { try AppRegistration(parsing: body(connect)) }
  }

  @Test("a condition's equality gives both sides one key")
  func equality() throws {
    let expression = try Expression(
      parsing: "event.data.ok && async.data.user.id == event.data.userId && async.data.z != 1")
    let equality = try #require(expression.equality)
    #expect(equality.path == ["data", "user", "id"])
    for (own, incoming) in [("3", "3.0"), ("\"a\"", "\"a\""), ("null", "null"), ("true", "true")] {
      let event = try JSONValue(parsing: "{\"data\":{\"userId\":\(own)}}")
      let async = try JSONValue(parsing: "{\"data\":{\"user\":{\"id\":\(incoming)}}}")
      #expect(equality.key(own: event) == equality.key(incoming: async))
    }
    #expect(
      equality.key(own: ["data": [:]]) == equality.key(incoming: ["data": ["user": ["id": nil]]]))
    #expect(
      equality.key(own: ["data": ["userId": 3]])
        != equality.key(incoming: ["data": ["user": ["id": "3"]]]))
    #expect(try Expression(parsing: "async.data.a == event.data.a || true").equality == nil)
    #expect(try Expression(parsing: "async.data.a == 'x'").equality?.path == ["data", "a"])
    #expect(try Expression(parsing: "async.data.a == async.data.b").equality == nil)
  }
}
