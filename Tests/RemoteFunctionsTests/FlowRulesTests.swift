import RemoteFunctions
import Testing
import Workflows

@Suite struct FlowRulesTests {
  private func configuration(_ limits: String) throws -> FunctionConfiguration {
    try FunctionConfiguration(
      parsing: """
        {"id":"a-b","triggers":[{"event":"order"}],
         "steps":{"step":{"runtime":{"type":"http","url":"http://localhost:9/x"}}},\(limits)}
        """)
  }

  /// Events as an engine stores them.
  private func events(_ data: [String]) async throws -> [Event] {
    let node = try await TestEngine([])
    return try await node.engine.send(try data.map { try OutgoingEvent(named: "order", data: $0) })
  }

  @Test("keys come from the event")
  func keys() async throws {
    let rules = try configuration(
      """
      "concurrency":[{"limit":3,"key":"event.data.p"}],"throttle":{"limit":5,"period":"1m","burst":3},
      "rateLimit":{"limit":20,"period":"60s","key":"event.data.vip != true && event.data.p"},
      "priority":{"run":"event.data.vip ? 120 : -5"},"singleton":{"mode":"skip","key":"event.data.p + '!'"},
      "cancel":[{"event":"stop","if":"async.data.p == event.data.p"},{"event":"all"}]
      """
    ).rules()
    let stored = try await events([#"{"p":"x"}"#, #"{"p":7,"vip":true}"#])
    let first = try rules.keys(stored[0])
    #expect(rules.concurrency == [.init(3)])
    #expect(rules.rate == .init(limit: 20, period: .seconds(60), burst: 2, isWindow: false))
    #expect(rules.throttle == .init(limit: 5, period: .seconds(60), burst: 2, isWindow: false))
    #expect(first.concurrency == ["x"])
    #expect(first.rate == "x")
    #expect(first.singleton == "x!")
    #expect(first.priority == -5)
    #expect(first.cancelOn.count == 2)
    let second = try rules.keys(stored[1])
    #expect(second.rate == nil)
    #expect(second.priority == 120)
    let stop = try await events([#"{"p":7.0}"#])[0]
    #expect(try rules.cancelOn[0].key(stop) == second.cancelOn[0])
    #expect(rules.cancelOn[0].matches?(stored[1], stop) == true)
    #expect(rules.cancelOn[0].matches?(stored[0], stop) == false)
    #expect(rules.cancelOn[1].matches == nil)
  }

  @Test("idempotency is a rate of one a day, and events without the key are not counted")
  func idempotency() async throws {
    let rules = try configuration(
      #""idempotency":"event.data.order","rateLimit":{"limit":9,"period":"1s"}"#
    )
    .rules()
    #expect(rules.rate == .init(limit: 1, period: .seconds(86_400), burst: 0, isWindow: false))
    let stored = try await events([#"{"order":5}"#, "{}"])
    #expect(try rules.keys(stored[0]).rate == "5")
    #expect(try rules.keys(stored[1]).rate == nil)
  }

  @Test("a batch takes what its condition lets in")
  func batch() async throws {
    let rules = try configuration(
      #""batchEvents":{"maxSize":2,"timeout":"1s","if":"event.data.small == true"}"#
    ).rules()
    let stored = try await events([#"{"small":true}"#, #"{"small":1}"#, "{}"])
    #expect(stored.map { rules.batch?.accepts($0) } == [true, false, false])
  }

  @Test("long keys are told apart by their hash")
  func long() async throws {
    let rules = try configuration(#""concurrency":[{"limit":1,"key":"event.data.k"}]"#).rules()
    let text = String(repeating: "x", count: 5_000)
    let stored = try await events(["{\"k\":\"\(text)\"}", "{\"k\":\"\(text)y\"}"])
    let keys = try stored.map { try rules.keys($0).concurrency[0] }
    #expect(keys[0] != keys[1])
    #expect(keys[0].utf8.count < 100)
  }
}
