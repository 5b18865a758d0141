import Foundation
import Providers
import TestServers
import TestSupport
import Testing
import WebClient

/// One case for each row of the error tables.
@Suite struct GeminiErrorTests {
  private let web = GoogleDesk.web
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  private func writer(
    _ base: String, models: GoogleModels? = nil, timeout: Duration = .seconds(600),
    web: WebClient? = nil
  )
    -> GeminiScriptWriter
  {
    var configuration = GeminiScriptWriter.Configuration(
      account: GoogleDesk.account(base),
      models: models ?? GoogleModels("gemini-test", setting: "gemini.script_model"))
    configuration.timeout = timeout
    return GeminiScriptWriter(configuration, web: web ?? self.web)
  }

  private func server(_ turns: GeminiServer.Turn...) -> GeminiServer {
    var settings = GeminiServer.Settings()
    settings.turns = turns
    return GeminiServer(key: GoogleDesk.key.value, settings)
  }

  private func error(
    of fault: WireFault, models: GoogleModels? = nil
  ) async throws -> ProviderError {
    let server = server(.fault(fault))
    let error = try await providerError {
      try await server.serve { base in
        try await writer(base, models: models).write(
          GoogleDesk.textBrief(), GoogleDesk.call(folder))
      }
    }
    #expect(server.requests.count == 1)
    return error
  }

  @Test(
    "errors that no repetition mends",
    arguments: [
      (
        WireFault.google(400, "INVALID_ARGUMENT", "Invalid value at 'contents'"), "INVALID_ARGUMENT"
      ),
      (.wrongKey(), "API_KEY_INVALID"), (.wrongKey(inArray: true), "API_KEY_INVALID"),
      (
        .google(400, "FAILED_PRECONDITION", "User location is not supported"), "FAILED_PRECONDITION"
      ),
      (.google(401, "UNAUTHENTICATED", "no credentials"), "UNAUTHENTICATED"),
      (.google(403, "PERMISSION_DENIED", "Generative Language API is off"), "PERMISSION_DENIED"),
      (.google(404, "NOT_FOUND", "Requested entity was not found."), "NOT_FOUND"),
      (.google(413, "", "Request payload size exceeds the limit"), ""),
      (WireFault(413, "<html><body>413</body></html>", type: "text/html"), "413"),
      (WireFault(307, "", headers: ["location": "http://127.0.0.1:9/elsewhere"]), "307"),
      (WireFault(422, "plain words", type: "text/plain"), "422"),
    ])
  func permanent(_ fault: WireFault, _ code: String) async throws {
    let error = try await error(of: fault)
    #expect(error.kind == .permanent)
    #expect(error.code == code)
  }

  @Test("a key that the service repeats is seen nowhere", arguments: [false, true])
  func echoedKey(inArray: Bool) async throws {
    let key = GoogleDesk.key.value
    let wrong = try await error(of: .wrongKey(echo: key, inArray: inArray))
    #expect(wrong.kind == .permanent && wrong.advice.contains("gemini.key"))
    let leaked = try await error(of: .leakedKey(key))
    #expect(leaked.kind == .permanent && leaked.advice.contains("new key"))
    let foreign = try await error(
      of: .google(403, "PERMISSION_DENIED", "api_key:AIzaSomebodyElse99 is blocked"))
    #expect(!foreign.reason.contains("AIzaSomebodyElse99"))
    // A key that lies across the place where long messages are cut.
    let long = String(repeating: "x", count: 250) + key + String(repeating: "y", count: 9000)
    let cut = try await error(of: .google(400, "INVALID_ARGUMENT", long))
    #expect(!cut.reason.contains("AIza") && cut.reason.count < 450)
  }

  @Test func aRetiredModelNamesTheSetting() async throws {
    let error = try await error(
      of: WireFault.html,
      models: GoogleModels("gemini-gone", setting: "gemini.script_model"))
    #expect(error.kind == .permanent && error.code == "NOT_FOUND")
    #expect(error.reason.contains("'gemini-gone'"))
    #expect(error.advice.contains("'gemini.script_model'"))
  }

  @Test func aNameThatIsNoModelIsNotAsked() async throws {
    let server = server()
    for name in ["", "../../files/x", "a b", "models/", "m?key=1", "m:generateContent#"] {
      let error = try await providerError {
        try await server.serve { base in
          try await writer(base, models: GoogleModels(name, setting: "s")).write(
            GoogleDesk.textBrief(), GoogleDesk.call(folder))
        }
      }
      #expect(error.kind == .permanent && error.code == "bad_model")
    }
    #expect(server.requests.isEmpty)
  }

  @Test func aFallbackModelIsTakenForARetiredAndForAnOverloadedOne() async throws {
    let retired = GoogleModels("gemini-gone", fallbacks: ["gemini-other"], setting: "s")
    let overloaded = GoogleModels("gemini-test", fallbacks: ["gemini-other"], setting: "s")
    for (models, server) in [(retired, server()), (overloaded, server(.fault(.overloaded)))] {
      let made = try await server.serve { base in
        try await writer(base, models: models).write(
          GoogleDesk.textBrief(), GoogleDesk.call(folder))
      }
      #expect(made.value.scenes.count == 2)
      #expect(server.requests.map(\.path).last?.contains("gemini-other") == true)
      #expect(server.paid == 1)
    }
  }

  @Test(
    "errors that are tried again",
    arguments: [
      (WireFault.overloaded, "UNAVAILABLE"), (WireFault(503, ""), "503"),
      (.google(500, "INTERNAL", "An internal error has occurred."), "INTERNAL"),
      (.google(504, "DEADLINE_EXCEEDED", "Deadline expired"), "DEADLINE_EXCEEDED"),
      (.google(499, "CANCELLED", "cancelled"), "CANCELLED"),
      (.google(409, "ABORTED", "conflict"), "ABORTED"),
    ])
  func retried(_ fault: WireFault, _ code: String) async throws {
    let error = try await error(of: fault)
    #expect(error.kind == .retry && error.code == code)
  }

  @Test(
    "answers of machines before the service, which cannot know what it did",
    arguments: [
      WireFault.html, WireFault(504, "upstream timed out", type: "text/plain"), WireFault(500, ""),
      WireFault(408, "<html>"), .google(502, "INTERNAL", "bad gateway"),
    ])
  func unknown(_ fault: WireFault) async throws {
    #expect(try await error(of: fault).kind == .unknownOutcome)
  }

  @Test func theWordsOfAPageAreShownWithoutItsTags() async throws {
    let error = try await error(of: .html)
    #expect(error.reason.contains("Bad Gateway") && !error.reason.contains("<"))
  }

  @Test func anOverloadedServiceSaysHowLongToWait() async throws {
    var fault = WireFault.overloaded
    fault.headers["retry-after"] = "7"
    #expect(try await error(of: fault).waitMS == 7000)
  }

  @Test(
    "the meanings of 429",
    arguments: [
      // (a) with the quota's name and a delay, to which a second is added
      (
        WireFault.quota(
          "You exceeded your current quota.",
          details: [
            WireFault.helpDetail, WireFault.quotaDetail("GenerateRequestsPerMinutePerProject"),
            WireFault.retryDetail("34s"),
          ].joined(separator: ",")), ProviderError.Class.slot, 35_000
      ),
      (
        .quota(
          "quota",
          details: WireFault.quotaDetail("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")),
        .slot, 61_000
      ),
      // (b) the delay alone, and in the text with a fraction
      (.quota("Slow down.", details: WireFault.retryDetail("53.0163s")), .slot, 54_017),
      (.quota("Please retry in 53.016342224s.", details: nil), .slot, 54_017),
      // A day's allowance comes back at midnight in California, whatever delay is named.
      (
        .quota(
          "You exceeded your current quota.",
          details: WireFault.quotaDetail("GenerateRequestsPerDayPerProjectPerModel") + ","
            + WireFault.retryDetail("3s")), .quota, Int(GoogleDesk.reset - GoogleDesk.now)
      ),
      // (c) links for help alone
      (
        .quota("quota", details: WireFault.helpDetail), .quota,
        Int(GoogleDesk.reset - GoogleDesk.now)
      ),
      // (d) nothing
      (.quota("Resource has been exhausted (e.g. check quota).", details: nil), .retry, 60_000),
      (WireFault(429, "<html>slow down</html>", type: "text/html"), .retry, 60_000),
      // No access at all
      (
        .quota(
          "Quota exceeded for metric: requests, limit: 0, model: m. Please retry in 3s.",
          details: nil), .permanent, nil
      ),
      (
        .quota("quota", details: WireFault.quotaDetail("RequestsPerDay", value: "0")), .permanent,
        nil
      ),
      (.quota("limit: 05 or limit: 0.5. Please retry in 1s", details: nil), .slot, 2000),
      (
        .quota("q", details: WireFault.retryDetail("soon")), .quota,
        Int(GoogleDesk.reset - GoogleDesk.now)
      ),
    ] as [(WireFault, ProviderError.Class, Int?)])
  func quotas(_ fault: WireFault, _ kind: ProviderError.Class, _ waitMS: Int?) async throws {
    let error = try await error(of: fault)
    #expect(error.kind == kind)
    #expect(error.waitMS == waitMS.map(Int64.init))
  }

  @Test(
    "an answer that is lost is not asked for again",
    arguments: [
      GeminiServer.Turn.cut, .raw("this is no JSON"), .raw("[1,2]"), .raw("{\"candidates\":["),
      .raw("<html>welcome to the hotel</html>"), .raw(""),
    ])
  func lost(_ turn: GeminiServer.Turn) async throws {
    let server = server(turn)
    let (error, recovery) = try await server.serve { base in
      let writer = writer(base)
      let error = try await providerError {
        try await writer.write(GoogleDesk.textBrief(), GoogleDesk.call(folder))
      }
      return (error, try await writer.recover(GoogleDesk.textBrief(), GoogleDesk.call(folder)))
    }
    #expect(error.kind == .unknownOutcome)
    guard case .unknown = recovery else {
      Issue.record("nobody can tell what became of it")
      return
    }
    #expect(server.paid == 1 && server.faults.isEmpty)
  }

  @Test func aSlowAnswerIsWaitedForAndASlowerOneIsLost() async throws {
    let slow = server(.slow(40))
    let made = try await slow.serve { base in
      try await writer(base).write(GoogleDesk.textBrief(), GoogleDesk.call(folder))
    }
    #expect(made.value.scenes.count == 2)
    let slower = server(.slow(60_000))
    let error = try await providerError {
      try await slower.serve { base in
        try await writer(base, timeout: .milliseconds(300)).write(
          GoogleDesk.textBrief(), GoogleDesk.call(folder))
      }
    }
    #expect(error.kind == .unknownOutcome)
  }

  @Test func aServiceThatIsNotThereWasNotAsked() async throws {
    let impatient = WebClient(connectTimeout: .milliseconds(300))
    let error = try await providerError {
      try await writer("http://127.0.0.1:9/v1beta", web: impatient).write(
        GoogleDesk.textBrief(), GoogleDesk.call(folder))
    }
    #expect(error.kind == .retry)
    let address = try await providerError {
      try await writer("nowhere").write(GoogleDesk.textBrief(), GoogleDesk.call(folder))
    }
    #expect(address.kind == .permanent)
  }

  @Test func theServerNoticesWhoComesBeforeTheDelayIsOver() async throws {
    let server = server(.fault(.quota("slow", details: WireFault.retryDetail("34s"))))
    try await server.serve { base in
      let writer = writer(base)
      _ = try await providerError {
        try await writer.write(GoogleDesk.textBrief(), GoogleDesk.call(folder))
      }
      #expect(server.faults.isEmpty)
      _ = try await writer.write(GoogleDesk.textBrief(), GoogleDesk.call(folder))
    }
    #expect(server.faults.count == 1)
  }
}
