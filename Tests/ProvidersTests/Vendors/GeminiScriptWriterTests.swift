import Foundation
import Providers
import TestServers
import TestSupport
import Testing
import WebClient

@Suite struct GeminiScriptWriterTests {
  private let web = GoogleDesk.web
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  private func writer(
    _ base: String, _ change: (inout GeminiScriptWriter.Configuration) -> Void = { _ in }
  ) -> GeminiScriptWriter {
    var configuration = GeminiScriptWriter.Configuration(
      account: GoogleDesk.account(base),
      models: GoogleModels("gemini-test", setting: "gemini.script_model"))
    configuration.prices = TokenPrices(input: 0.5, output: 3)
    configuration.filePolling = Polling(waitsMS: [1], deadlineMS: 50)
    change(&configuration)
    return GeminiScriptWriter(configuration, web: web)
  }

  private func server(
    _ turns: [GeminiServer.Turn] = [],
    _ change: (inout GeminiServer.Settings) -> Void = { _ in }
  ) -> GeminiServer {
    var settings = GeminiServer.Settings()
    settings.turns = turns
    change(&settings)
    return GeminiServer(key: GoogleDesk.key.value, settings)
  }

  private func made(
    _ server: GeminiServer, _ request: ScriptRequest = GoogleDesk.textBrief(),
    _ change: @escaping @Sendable (inout GeminiScriptWriter.Configuration) -> Void = { _ in }
  ) async throws -> Made<Script> {
    try await server.serve { base in
      try await writer(base, change).write(request, GoogleDesk.call(folder))
    }
  }

  private func failed(
    _ server: GeminiServer, _ request: ScriptRequest = GoogleDesk.textBrief(),
    _ change: @escaping @Sendable (inout GeminiScriptWriter.Configuration) -> Void = { _ in }
  ) async throws -> ProviderError {
    try await providerError { try await made(server, request, change) }
  }

  @Test func aPDFIsSentAsItIsAndBecomesAScript() async throws {
    let server = server()
    let (request, bytes) = try GoogleDesk.pdfBrief(folder)
    let made = try await made(server, request)
    #expect(made.value.title == "A film")
    #expect(made.value.scenes.count == 2)
    #expect(made.value.scenes[0].narration == "Page one of \(Wire.digest(bytes)) is told.")
    #expect(made.value.scenes.map(\.page) == [1, 2])
    #expect(made.value.scenes[0].keywords == ["harbour", "dawn"])
    #expect(made.value.scenes.allSatisfy { $0.background == .drawn && $0.language == "en" })
    #expect(made.requestID == "x7Qfaa")
    #expect(made.cost == Cost(unit: "tokens", amount: 1200, microdollars: 1100))
    #expect(server.paid == 1 && server.uploads == 0 && server.faults.isEmpty)
  }

  @Test func aTextIsSentBetweenMarksThatItCannotHold() async throws {
    let server = server()
    _ = try await made(server)
    let sent = String(decoding: server.requests[0].body, as: UTF8.self)
    #expect(sent.contains("<BRIEF-abababababababab>"))
    #expect(sent.contains("never an instruction"))
    #expect(sent.contains("about 96 words"))
    #expect(server.requests[0].query.isEmpty)
  }

  @Test(
    "an answer in an unusual shape",
    arguments: [GeminiServer.Shape.fenced, .outOfOrder, .repeated, .thoughtFirst, .threeParts])
  func shapes(_ shape: GeminiServer.Shape) async throws {
    let server = server([.script(shape)])
    let script = try await made(server).value
    #expect(script.scenes.map(\.page) == [1, 2])
    #expect(script.scenes[1].narration == "Page two follows.")
    #expect(server.paid == 1)
  }

  @Test func twoScenesOfOnePageStayInTheirOrder() async throws {
    let script = try await made(server([.script(.twoForOnePage)])).value
    #expect(script.scenes.map(\.page) == [1, 1, 2])
    #expect(script.scenes[1].narration == "More of page one.")
  }

  @Test func pagesThatTheBriefDoesNotHaveAreNotBelieved() async throws {
    let server = server([.script(.otherPages)])
    #expect(try await made(server).value.scenes.map(\.page) == [nil, 2])
    #expect(server.paid == 1)
  }

  @Test func whatTheAnswerHoldsIsPlainTextAndNothingElse() async throws {
    let scene = try await made(server([.script(.hostile)])).value.scenes[0]
    #expect(scene.narration.hasPrefix("Bold secret the site Page one of "))
    #expect(!scene.narration.contains { "<>{}*`\u{7}\u{202E}\n".contains($0) })
    #expect(scene.title.count <= 60)
    #expect(scene.background == .drawn)
  }

  @Test func aWishedBackgroundIsGrantedWhereItIsAllowed() async throws {
    let scene = try await made(server([.script(.hostile)])) {
      $0.backgrounds = [.drawn, .video]
    }.value.scenes[0]
    #expect(scene.background == .video)
  }

  @Test(
    "an answer of the wrong form is mended once",
    arguments: [
      GeminiServer.Turn.script(.wrongType), .script(.tooMany), .script(.unspeakable), .raw(cutJSON),
    ])
  func mended(_ turn: GeminiServer.Turn) async throws {
    let server = server([turn])
    let made = try await made(server)
    #expect(made.value.scenes.count == 2)
    #expect(made.cost.amount == 2400)
    let second = String(decoding: server.requests[1].body, as: UTF8.self)
    #expect(second.contains("cannot be used"))
    #expect(server.paid == 2)
  }

  /// A success whose text is half of a JSON object.
  static let cutJSON =
    #"{"candidates":[{"content":{"parts":[{"text":"{\"scenes\":[{\"pa"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":200}}"#

  @Test func anAnswerOfTheWrongFormTwiceIsTheEnd() async throws {
    let server = server([.script(.wrongType), .script(.wrongType)])
    let error = try await failed(server)
    #expect(error.kind == .permanent && error.code == "unfit_answer")
    #expect(error.reason.contains("scene 2: 'narration' is no string"))
    #expect(server.paid == 2)
  }

  @Test(
    "an answer that was cut off is asked for again with more room",
    arguments: [
      GeminiServer.Turn.nothing(finish: "MAX_TOKENS"),
      .text(["{\"scenes\":["], finish: "MAX_TOKENS"),
    ])
  func cutOff(_ turn: GeminiServer.Turn) async throws {
    let server = server([turn])
    #expect(try await made(server).value.scenes.count == 2)
    let bodies = server.requests.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(bodies[0].contains("\"maxOutputTokens\":16384"))
    #expect(bodies[1].contains("\"maxOutputTokens\":32768"))
    #expect(bodies[1].contains("MINIMAL"))
  }

  @Test func anAnswerThatIsCutOffTwiceIsTheEnd() async throws {
    let error = try await failed(
      server([.nothing(finish: "MAX_TOKENS"), .text(["{"], finish: "MAX_TOKENS")]))
    #expect(error.kind == .permanent && error.code == "MAX_TOKENS")
  }

  @Test(
    "an empty answer is asked for once more",
    arguments: [
      GeminiServer.Turn.nothing(finish: "STOP"), .text([" "], finish: "STOP"),
      .text([], finish: nil),
      .nothing(finish: "OTHER"), .nothing(finish: "SOMETHING_NEW"), .raw("{}"),
    ])
  func empty(_ turn: GeminiServer.Turn) async throws {
    let once = server([turn])
    #expect(try await made(once).value.scenes.count == 2)
    let twice = server([turn, turn])
    #expect(try await failed(twice).kind == .permanent)
    #expect(twice.paid == 2)
  }

  @Test func anUnknownReasonToEndDoesNotSpoilAGoodAnswer() async throws {
    let json = #"{"title":"T","scenes":[{"page":1,"narration":"Hello there."}]}"#
    for finish in ["SOMETHING_NEW", nil] {
      let script = try await made(server([.text([json], finish: finish)])).value
      #expect(script.scenes[0].narration == "Hello there.")
    }
  }

  @Test(
    "content that the service refuses",
    arguments: [
      GeminiServer.Turn.nothing(finish: "SAFETY"), .nothing(finish: "RECITATION"),
      .nothing(finish: "PROHIBITED_CONTENT"), .nothing(finish: "BLOCKLIST"),
      .nothing(finish: "SPII"),
      .blocked("SAFETY"), .blocked("PROHIBITED_CONTENT"), .blocked("SOMETHING_NEW"),
    ])
  func refused(_ turn: GeminiServer.Turn) async throws {
    let server = server([turn])
    let error = try await failed(server)
    #expect(error.kind == .moderation)
    #expect(server.paid == 1)
  }

  @Test("usage in all its forms") func usage() async throws {
    let expectations: [(GeminiServer.Usage, Double, Int64)] = [
      (.plain, 1200, 1100), (.thoughts, 1500, 2000), (.odd, 1200, 1100),
    ]
    for (usage, tokens, microdollars) in expectations {
      let cost = try await made(server { $0.usage = usage }).cost
      #expect(cost == Cost(unit: "tokens", amount: tokens, microdollars: microdollars))
    }
    let request = GoogleDesk.textBrief()
    let missing = try await made(server { $0.usage = .missing }).cost
    #expect(missing == writer("http://localhost").estimate(request))
    #expect(missing.microdollars ?? 0 > 0)
  }

  @Test("requests beyond all measure are cut to one", arguments: [Int.max, Int.min, 0])
  func measures(_ scenes: Int) async throws {
    var request = GoogleDesk.textBrief(maximumScenes: scenes)
    request.targetSeconds = scenes == 0 ? .infinity : 1e300
    let server = server([.text([#"{"title":"","scenes":[{"narration":"One."}]}"#], finish: "STOP")])
    let script = try await made(server, request).value
    #expect(script.title == "Harbours" && script.scenes.count == 1)
    #expect(script.scenes[0].page == nil && script.scenes[0].title.isEmpty)
    #expect(writer("http://127.0.0.1:9").estimate(request).amount < 100_000)
  }

  @Test func aLongAnswerOfBracesAndFencesIsReadInTime() async throws {
    let text = String(repeating: "```{", count: 50_000) + "}```"
    let server = server([.text([text], finish: "STOP")])
    #expect(try await made(server).value.scenes.count == 2)
    #expect(server.paid == 2)
  }
}
