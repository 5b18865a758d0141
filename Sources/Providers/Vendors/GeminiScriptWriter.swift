internal import Foundation
internal import SceneDocument
public import WebClient

/// Lets Google's Gemini write the script: from a PDF as it is, its pictures included, or from a brief's text.
public struct GeminiScriptWriter: ScriptWriter {
  public struct Configuration: Sendable {
    public var account: GoogleAccount
    public var models: GoogleModels
    public var prices = TokenPrices()
    /// Tokens of an answer, the model's thoughts among them. Doubled once where an answer is cut off.
    public var maximumOutputTokens = 16_384
    /// `MINIMAL`, `LOW`, `MEDIUM`, `HIGH`; nil for the model's usual amount of thinking.
    public var thinkingLevel: String? = "LOW"
    /// Bytes of a PDF that is sent within the request; a larger one is uploaded first.
    public var inlineLimit: Int64 = 15_000_000
    /// Bytes that are uploaded at a time.
    public var uploadPiece: Int64 = 8 << 20
    /// Bytes of a PDF that is refused.
    public var sizeLimit: Int64 = 50_000_000
    /// Characters of a brief's text that is refused.
    public var textLimit = 1_000_000
    /// What the model may wish to have behind the speaker; the first one where it wishes nothing allowed.
    public var backgrounds: [BackgroundKind] = [.drawn]
    public var timeout: Duration = .seconds(600)
    /// Of a question about an uploaded PDF.
    public var fileTimeout: Duration = .seconds(60)
    /// How often it is asked whether an uploaded PDF is ready.
    public var filePolling = Polling(waitsMS: [500, 1000, 2000], deadlineMS: 300_000)

    public init(account: GoogleAccount, models: GoogleModels) {
      (self.account, self.models) = (account, models)
    }
  }

  public let provider = "gemini"
  let configuration: Configuration
  let service: GoogleService
  let files: GeminiFiles

  public init(_ configuration: Configuration, web: WebClient) {
    self.configuration = configuration
    service = GoogleService(configuration.account, provider: provider, name: "Gemini", web: web)
    files = GeminiFiles(
      service: service, polling: configuration.filePolling,
      piece: max(configuration.uploadPiece, 1), timeout: configuration.fileTimeout)
  }

  public func estimate(_ request: ScriptRequest) -> Cost {
    expected(of: request).cost(configuration.prices)
  }

  /// A page of a PDF counts 258 tokens; a text one for about three letters.
  private func expected(of request: ScriptRequest) -> TokenUse {
    let letters = request.document.pages.flatMap(\.blocks).reduce(0) { $0 + $1.text.utf8.count }
    let brief =
      request.mediaType == "application/pdf" ? request.document.pages.count * 258 : letters / 3
    return TokenUse(
      input: Double(brief + 800), output: Double(request.scenes * 220 + 1000))
  }

  public func write(_ request: ScriptRequest, _ call: ProviderCall) async throws -> Made<Script> {
    let prompt = ScriptPrompt(request: request, backgrounds: configuration.backgrounds)
    if request.mediaType != "application/pdf" {
      return try await write(prompt, brief: ["text": .string(try text(of: prompt))], call)
    }
    let bytes = try pdf(of: request)
    if bytes.count > configuration.inlineLimit { return try await writeUploaded(prompt, call) }
    let part: JSONValue = [
      "inlineData": ["mimeType": "application/pdf", "data": .string(bytes.base64EncodedString())]
    ]
    return try await write(prompt, brief: part, call)
  }

  /// Its answers have no place where they could be found again.
  public func recover(_ request: ScriptRequest, _ call: ProviderCall) async throws -> Recovery<
    Made<Script>
  > { .unknown }
}

extension GeminiScriptWriter {
  /// The service has lost the upload.
  struct FileGone: Error {}

  /// Asks with the brief as a part of the first turn.
  func write(
    _ prompt: ScriptPrompt, brief: JSONValue, _ call: ProviderCall
  ) async throws -> Made<Script> {
    let rounds = ScriptRounds(
      prompt: prompt, calls: service.calls, modelSetting: configuration.models.setting,
      expected: expected(of: prompt.request))
    let isFile = prompt.request.mediaType == "application/pdf"
    let words = (isFile ? prompt.fileNote + "\n" : "") + prompt.task
    let question: JSONValue = ["role": "user", "parts": [brief, ["text": .string(words)]]]
    let made = try await rounds.run { round in
      let answer = try await ask(question, round, prompt, call)
      try answer.checkRefusal(service.calls, advice: "change what the brief says, or give another")
      return ScriptRounds.Draft(
        text: answer.text, isCutOff: answer.finish == "MAX_TOKENS", ending: answer.finish,
        use: answer.use, id: answer.id)
    }
    return Made(made.script, cost: made.use.cost(configuration.prices), requestID: made.id)
  }

  private func ask(
    _ question: JSONValue, _ round: ScriptRounds.Round, _ prompt: ScriptPrompt,
    _ call: ProviderCall
  ) async throws -> GeminiAnswer {
    var turns = [question]
    if let correction = round.correction {
      turns += [turn("model", correction.answer), turn("user", correction.words)]
    }
    let tokens = configuration.maximumOutputTokens
    let limit = round.needsMoreRoom ? max(min(tokens * 2, 65_536), tokens) : tokens
    let level = round.needsMoreRoom ? "MINIMAL" : configuration.thinkingLevel
    let isUploaded = question.at("parts")?.items?.first?.at("fileData") != nil
    return try await service.first(of: configuration.models) { [turns] model in
      let body: JSONValue = [
        "systemInstruction": ["parts": [["text": .string(prompt.instructions)]]],
        "contents": .array(turns),
        "generationConfig": .object(
          [
            .init("responseMimeType", "application/json"),
            .init("responseJsonSchema", prompt.schema),
            .init("maxOutputTokens", .integer(limit)),
          ] + thinking(level, model)),
      ]
      let answer = try await service.send(
        .post, "/models/\(model):generateContent", body: body, .answering,
        timeout: configuration.timeout, now: call.startedAt
      ) { fault in
        try GoogleService.ModelGone.check(fault)
        if isUploaded, [403, 404].contains(fault.status),
          fault.message.lowercased().contains("file")
        {
          throw FileGone()
        }
      }
      return GeminiAnswer(answer.json)
    }
  }

  private func turn(_ role: String, _ text: String) -> JSONValue {
    ["role": .string(role), "parts": [["text": .string(text)]]]
  }

  /// Models of the 2.5 family know a budget of tokens, later ones a level.
  private func thinking(_ level: String?, _ model: String) -> [JSONValue.Member] {
    guard let level else { return [] }
    if model.hasPrefix("gemini-2") {
      let budgets = ["MINIMAL": 128, "LOW": 1024, "MEDIUM": 8192, "HIGH": 24_576]
      return budgets[level].map { [.init("thinkingConfig", ["thinkingBudget": .integer($0)])] }
        ?? []
    }
    return [.init("thinkingConfig", ["thinkingLevel": .string(level)])]
  }
}
