internal import SceneDocument
public import WebClient

/// Lets OpenAI, or a service or local server that speaks as it does, write the script from a brief's text.
public struct OpenAIScriptWriter: ScriptWriter {
  public struct Configuration: Sendable {
    public var account: OpenAIAccount
    public var model: String
    /// Taken in this order where the service does not have the others.
    public var fallbackModels: [String] = []
    public var modelSetting = "openai.script_model"
    public var prices = TokenPrices()
    /// Tokens of an answer; nil for the model's own limit. Doubled once where an answer is cut off.
    public var maximumTokens: Int?
    /// Whether the server takes a JSON Schema of the answer; one that refuses it is asked without.
    public var usesSchema = true
    /// Characters of a brief's text that is refused.
    public var textLimit = 400_000
    /// What the model may wish to have behind the speaker; the first one where it wishes nothing allowed.
    public var backgrounds: [BackgroundKind] = [.drawn]
    public var timeout: Duration = .seconds(600)

    public init(account: OpenAIAccount, model: String) {
      (self.account, self.model) = (account, model)
    }
  }

  public let provider = "openai"
  private let configuration: Configuration
  private let service: OpenAIService

  public init(_ configuration: Configuration, web: WebClient) {
    self.configuration = configuration
    service = OpenAIService(
      configuration.account, provider: provider, name: "OpenAI", web: web)
  }

  public func estimate(_ request: ScriptRequest) -> Cost {
    expected(of: request).cost(configuration.prices)
  }

  private func expected(of request: ScriptRequest) -> TokenUse {
    let letters = request.document.pages.flatMap(\.blocks).reduce(0) { $0 + $1.text.utf8.count }
    return TokenUse(
      input: Double(letters / 3 + 800), output: Double(request.scenes * 220 + 200))
  }

  public func write(_ request: ScriptRequest, _ call: ProviderCall) async throws -> Made<Script> {
    let prompt = ScriptPrompt(request: request, backgrounds: configuration.backgrounds)
    let brief = prompt.brief
    if brief.count > configuration.textLimit {
      throw service.calls.error(
        .permanent, code: "too_large", "the brief has \(brief.count) characters",
        advice: "give one of at most \(configuration.textLimit)")
    }
    let rounds = ScriptRounds(
      prompt: prompt, calls: service.calls, modelSetting: configuration.modelSetting,
      expected: expected(of: request))
    var dialect = Dialect(usesSchema: configuration.usesSchema)
    let made = try await rounds.run { round in
      try await draft(prompt, brief, round, &dialect)
    }
    return Made(made.script, cost: made.use.cost(configuration.prices), requestID: made.id)
  }

  /// Its answers have no place where they could be found again.
  public func recover(_ request: ScriptRequest, _ call: ProviderCall) async throws -> Recovery<
    Made<Script>
  > { .unknown }
}

extension OpenAIScriptWriter {
  /// What a server understands, as its refusals teach.
  private struct Dialect: Hashable {
    var usesSchema: Bool
    var tokensField = "max_completion_tokens"
  }

  /// The server does not know a field; nothing was done.
  private struct Misunderstood: Error {
    var dialect: Dialect
  }

  private struct ModelGone: Error {
    var message: String
  }

  private func draft(
    _ prompt: ScriptPrompt, _ brief: String, _ round: ScriptRounds.Round, _ dialect: inout Dialect
  ) async throws -> ScriptRounds.Draft {
    var missing: [String] = []
    for model in [configuration.model] + configuration.fallbackModels {
      // A field at a time is left out, so there is an end.
      while true {
        do {
          let body = body(prompt, brief, round, model: model, dialect)
          return try await ask(body, dialect)
        } catch let misunderstood as Misunderstood {
          dialect = misunderstood.dialect
        } catch let gone as ModelGone {
          missing.append("'\(model)' (\(gone.message))")
          break
        }
      }
    }
    throw service.calls.error(
      .permanent, code: "model_not_found",
      "\(service.calls.name) does not have the model: \(missing.joined(separator: ", "))",
      advice: "name one that it offers in '\(configuration.modelSetting)'")
  }

  private func body(
    _ prompt: ScriptPrompt, _ brief: String, _ round: ScriptRounds.Round, model: String,
    _ dialect: Dialect
  ) -> JSONValue {
    func message(_ role: String, _ text: String) -> JSONValue {
      ["role": .string(role), "content": .string(text)]
    }
    let schema = prompt.schema
    var instructions = prompt.instructions
    if !dialect.usesSchema {
      instructions += "\nThe form of the object as JSON Schema: " + CanonicalJSON.text(of: schema)
    }
    var messages = [
      message("system", instructions), message("user", "\(brief)\n\(prompt.task)"),
    ]
    if let correction = round.correction {
      messages += [
        message("assistant", correction.answer), message("user", correction.words),
      ]
    }
    var members: [JSONValue.Member] = [
      .init("model", .string(model)), .init("messages", .array(messages)),
    ]
    if dialect.usesSchema {
      members.append(
        .init(
          "response_format",
          [
            "type": "json_schema",
            "json_schema": ["name": "script", "strict": true, "schema": schema],
          ]))
    }
    if let tokens = configuration.maximumTokens {
      members.append(
        .init(dialect.tokensField, .integer(round.needsMoreRoom ? tokens * 2 : tokens)))
    }
    return .object(members)
  }

  private func ask(_ body: JSONValue, _ dialect: Dialect) async throws -> ScriptRounds.Draft {
    let answer = try await service.post(
      "/chat/completions", body, timeout: configuration.timeout
    ) { fault in
      if let next = Self.dialect(after: fault, dialect) { throw Misunderstood(dialect: next) }
      if fault.status == 404, fault.isOfService { throw ModelGone(message: fault.message) }
    }
    let choice = answer.json.at("choices")?.items?.first
    let ending = choice?.at("finish_reason")?.text ?? ""
    let refusal = choice?.at("message", "refusal")?.text
    if refusal != nil || ending == "content_filter" {
      throw service.calls.error(
        .moderation, code: refusal == nil ? ending : "refusal",
        "\(service.calls.name) refuses the brief\(refusal.map { ": \($0)" } ?? "")",
        advice: "change what the brief says, or give another")
    }
    return ScriptRounds.Draft(
      text: Self.text(choice?.at("message", "content")), isCutOff: ending == "length",
      ending: ending, use: answer.json.at("usage").map(Self.use), id: answer.id)
  }

  /// How to ask a server that refused a field; nil where that was not the matter.
  private static func dialect(after fault: OpenAIService.Fault, _ dialect: Dialect) -> Dialect? {
    guard [400, 415, 422, 501].contains(fault.status) else { return nil }
    let words = "\(fault.parameter) \(fault.message)".lowercased()
    var next = dialect
    if words.contains("response_format") || words.contains("json_schema")
      || words.contains("response format")
    {
      next.usesSchema = false
    } else if words.contains("max_completion_tokens") {
      next.tokensField = "max_tokens"
    }
    return next == dialect ? nil : next
  }

  /// A text, or a list of parts of which the texts count.
  private static func text(_ content: JSONValue?) -> String {
    if case .string(let text)? = content { return text }
    return (content?.items ?? []).compactMap { $0.at("text")?.text }.joined()
  }

  private static func use(_ usage: JSONValue) -> TokenUse {
    func count(_ name: String) -> Double {
      min(max(usage.at(name)?.double ?? 0, 0), 1e9)
    }
    let (input, output) = (count("prompt_tokens"), count("completion_tokens"))
    return TokenUse(
      input: input, output: output > 0 ? output : max(count("total_tokens") - input, 0))
  }
}
