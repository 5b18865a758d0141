import Foundation
import Providers
import TestServers
import TestSupport
import Testing
import WebClient

@Suite struct OpenAIScriptWriterTests {
  private let web = GoogleDesk.web
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  private func server(
    _ turns: [OpenAIServer.Turn] = [], key: String? = GoogleDesk.key.value,
    _ change: (inout OpenAIServer.Settings) -> Void = { _ in }
  ) -> OpenAIServer {
    var settings = OpenAIServer.Settings()
    settings.turns = turns
    change(&settings)
    return OpenAIServer(key: key, settings)
  }

  private func writer(
    _ base: String, key: Secret? = GoogleDesk.key,
    _ change: (inout OpenAIScriptWriter.Configuration) -> Void = { _ in }
  ) -> OpenAIScriptWriter {
    var configuration = OpenAIScriptWriter.Configuration(
      account: OpenAIAccount(key: key, baseURL: base + "/"), model: "gpt-test")
    configuration.prices = TokenPrices(input: 0.5, output: 3)
    change(&configuration)
    return OpenAIScriptWriter(configuration, web: web)
  }

  private func made(
    _ server: OpenAIServer, _ request: ScriptRequest = GoogleDesk.textBrief(),
    _ change: @escaping @Sendable (inout OpenAIScriptWriter.Configuration) -> Void = { _ in }
  ) async throws -> Made<Script> {
    try await server.serve { base in
      try await writer(base, key: server.key.flatMap { Secret($0) }, change).write(
        request, GoogleDesk.call(folder))
    }
  }

  @Test func aBriefBecomesAScript() async throws {
    let server = server()
    let made = try await made(server)
    #expect(made.value.title == "A film" && made.value.scenes.map(\.page) == [1, 2])
    #expect(made.cost == Cost(unit: "tokens", amount: 1200, microdollars: 1100))
    #expect(made.requestID == "req_42")
    #expect(server.paid == 1)
    let sent = String(decoding: server.requests[0].body, as: UTF8.self)
    #expect(sent.contains("<BRIEF-abababababababab>") && sent.contains("json_schema"))
    #expect(!sent.contains("max_"))
  }

  @Test func thePDFsTextIsSentNotTheFile() async throws {
    let (request, bytes) = try GoogleDesk.pdfBrief(folder)
    let server = server()
    _ = try await made(server, request)
    let sent = String(decoding: server.requests[0].body, as: UTF8.self)
    #expect(sent.contains("[page 2]") && !sent.contains(Data(bytes).base64EncodedString()))
  }

  @Test func aServerWithoutSchemasIsAskedWithoutOne() async throws {
    let server = server([
      .text("Sure! Here is it:\n```json\n\(Self.plain)\n```\nEnjoy.", finish: "stop")
    ]) {
      ($0.knowsSchema, $0.knowsCompletionTokens) = (false, false)
    }
    let script = try await made(server) { $0.maximumTokens = 4000 }.value
    #expect(script.scenes[0].narration == "Hello there.")
    #expect(server.paid == 1 && server.requests.count == 3)
    let sent = String(decoding: server.requests[2].body, as: UTF8.self)
    #expect(!sent.contains("response_format") && sent.contains("JSON Schema"))
    #expect(sent.contains("\"max_tokens\":4000"))
  }

  static let plain = #"{"title":"T","scenes":[{"page":1,"narration":"Hello there."}]}"#

  @Test(
    "answers around the JSON",
    arguments: [
      OpenAIServer.Turn.text(plain, finish: nil),
      .text("<think>{\"a\": 1}</think>\n" + plain, finish: "stop"),
      .text("Here: \(plain) Bye.", finish: "eos"),
      .parts([String(plain.prefix(20)), String(plain.dropFirst(20))]),
    ])
  func shapes(_ turn: OpenAIServer.Turn) async throws {
    let server = server([turn])
    #expect(try await made(server).value.scenes[0].narration == "Hello there.")
    #expect(server.paid == 1)
  }

  @Test func aServerThatWantsNoKeyGetsNone() async throws {
    #expect(try await made(server(key: nil)).value.scenes.count == 2)
  }

  @Test(
    "an answer that cannot be used is mended once",
    arguments: [
      OpenAIServer.Turn.script(.wrongType), .script(.tooMany), .text("", finish: "stop"),
      .text(String(plain.prefix(30)), finish: "length"), .text("I cannot.", finish: "stop"),
      .raw("{}"),
      .raw(#"{"choices":[]}"#),
    ])
  func mended(_ turn: OpenAIServer.Turn) async throws {
    let once = server([turn])
    #expect(try await made(once) { $0.maximumTokens = 1000 }.value.scenes.count == 2)
    let twice = server([turn, turn])
    let error = try await providerError { try await made(twice) }
    #expect(error.kind == .permanent && error.advice.contains("'openai.script_model'"))
    #expect(twice.paid == 2)
    if case .text(_, finish: "length") = turn {
      let bodies = once.requests.map { String(decoding: $0.body, as: UTF8.self) }
      #expect(bodies[0].contains("\"max_completion_tokens\":1000"))
      #expect(bodies[1].contains("\"max_completion_tokens\":2000"))
    }
  }

  @Test(
    "content that the service refuses",
    arguments: [
      OpenAIServer.Turn.refusal("I can't help with that."), .text("", finish: "content_filter"),
      .fault(OpenAIServer.error(400, code: "content_filter", "filtered")),
    ])
  func refused(_ turn: OpenAIServer.Turn) async throws {
    let server = server([turn])
    #expect(try await providerError { try await made(server) }.kind == .moderation)
    #expect(server.requests.count == 1)
  }

  @Test(
    "every row of the error table",
    arguments: [
      (OpenAIServer.error(400, "bad parameter"), ProviderError.Class.permanent, nil),
      (
        OpenAIServer.error(
          401, code: "invalid_api_key", "Incorrect API key provided: \(GoogleDesk.key.value)"),
        .permanent, nil
      ),
      (OpenAIServer.error(403, "region"), .permanent, nil),
      (OpenAIServer.error(408, "timeout"), .retry, nil),
      (OpenAIServer.error(409, "lock"), .retry, nil),
      (OpenAIServer.error(413, type: "server_error", "too large"), .permanent, nil),
      (
        OpenAIServer.error(
          429, type: "requests", code: "rate_limit_exceeded", "slow",
          headers: ["retry-after": "7"]), .slot, 7000
      ),
      (
        OpenAIServer.error(
          429, type: "tokens", code: "rate_limit_exceeded", "slow",
          headers: ["retry-after-ms": "250", "retry-after": "9"]), .slot, 250
      ),
      (
        OpenAIServer.error(
          429, type: "tokens", code: "rate_limit_exceeded", "slow",
          headers: [
            "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m1.2s",
            "x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "6m0s",
          ]), .slot, 61_200
      ),
      (
        OpenAIServer.error(
          429, code: "rate_limit_exceeded", "slow",
          headers: ["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20ms"]),
        .slot, 20
      ),
      (
        OpenAIServer.error(
          429, code: "rate_limit_exceeded", "slow",
          headers: ["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "-1"]),
        .slot, nil
      ),
      (
        OpenAIServer.error(
          429, code: "rate_limit_exceeded", "slow", headers: ["retry-after": "600"]),
        .quota, 600_000
      ),
      (
        OpenAIServer.error(429, type: "insufficient_quota", code: "insufficient_quota", "money"),
        .quota, nil
      ),
      (OpenAIServer.error(429, code: "billing_hard_limit_reached", "money"), .quota, nil),
      (OpenAIServer.error(429, "no", headers: ["x-should-retry": "false"]), .quota, nil),
      (WireFault(429, "slow down", type: "text/plain"), .slot, nil),
      (OpenAIServer.error(500, type: "server_error", "oops"), .retry, nil),
      (
        OpenAIServer.error(503, type: "server_error", "slow_down", headers: ["retry-after": "3"]),
        .retry, 3000
      ),
      (OpenAIServer.error(500, "no", headers: ["x-should-retry": "false"]), .permanent, nil),
      (OpenAIServer.error(502, "again", headers: ["x-should-retry": "true"]), .retry, nil),
      (OpenAIServer.error(502, "bad gateway"), .unknownOutcome, nil), (.html, .unknownOutcome, nil),
      (WireFault(504, "timeout", type: "text/plain"), .unknownOutcome, nil),
      (WireFault(503, "<html>away</html>", type: "text/html"), .unknownOutcome, nil),
      (WireFault(302, "", headers: ["location": "http://127.0.0.1:9/"]), .permanent, nil),
      (WireFault(404, #"{"detail":"Not Found"}"#), .permanent, nil),
      (WireFault(418, ""), .permanent, nil),
    ] as [(WireFault, ProviderError.Class, Int64?)])
  func errors(_ fault: WireFault, _ kind: ProviderError.Class, _ waitMS: Int64?) async throws {
    let server = server([.fault(fault)])
    let error = try await providerError { try await made(server) }
    #expect(error.kind == kind)
    if [.slot, .quota, .retry].contains(kind) { #expect(error.waitMS == waitMS) }
    #expect(server.requests.count == 1)
  }

  @Test(
    "an answer that is lost is not asked for again",
    arguments: [OpenAIServer.Turn.cut, .raw("<html>"), .raw("{\"choices\":["), .raw("")])
  func lost(_ turn: OpenAIServer.Turn) async throws {
    let server = server([turn])
    #expect(try await providerError { try await made(server) }.kind == .unknownOutcome)
    #expect(server.paid == 1 && server.faults.isEmpty)
    guard
      case .unknown = try await writer("http://127.0.0.1:9").recover(
        GoogleDesk.textBrief(), GoogleDesk.call(folder))
    else {
      Issue.record("nobody can tell what became of it")
      return
    }
  }

  @Test func aSlowAnswerIsWaitedForAndASlowerOneIsLost() async throws {
    #expect(try await made(server([.slow(40)])).value.scenes.count == 2)
    let error = try await providerError {
      try await made(server([.slow(60_000)])) { $0.timeout = .milliseconds(300) }
    }
    #expect(error.kind == .unknownOutcome)
  }

  @Test func aMissingModelNamesTheSettingOrIsReplaced() async throws {
    let error = try await providerError { try await made(server()) { $0.model = "gone" } }
    #expect(error.kind == .permanent && error.advice.contains("'openai.script_model'"))
    let other = server()
    _ = try await made(other) { ($0.model, $0.fallbackModels) = ("gone", ["gpt-other"]) }
    #expect(other.paid == 1)
  }

  @Test func aBriefThatIsTooLongIsNotSent() async throws {
    let server = server()
    let error = try await providerError { try await made(server) { $0.textLimit = 10 } }
    #expect(error.kind == .permanent && error.code == "too_large")
    #expect(server.requests.isEmpty)
  }

  @Test func whatTheServiceDoesNotCountIsEstimated() async throws {
    let cost = try await made(server { $0.hasUsage = false }).cost
    #expect(cost == writer("http://127.0.0.1:9").estimate(GoogleDesk.textBrief()))
  }
}
