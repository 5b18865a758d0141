internal import Foundation
public import Hummingbird
internal import Synchronization

/// OpenAI's chat completions, and servers that speak almost as it does.
public final class OpenAIServer: Sendable {
  public enum Turn: Sendable {
    /// A script of the brief that was sent.
    case script(GeminiServer.Shape)
    case text(String, finish: String?)
    /// The content as a list of parts.
    case parts([String])
    case refusal(String)
    case fault(WireFault)
    case raw(String)
    /// Does the work and cuts the connection: nobody may ask again.
    case cut
    case slow(Int)
  }

  public struct Settings: Sendable {
    public var models: Set<String> = ["gpt-test", "gpt-other"]
    public var turns: [Turn] = []
    /// Whether `response_format` with a schema is known.
    public var knowsSchema = true
    /// Whether `max_completion_tokens` is known.
    public var knowsCompletionTokens = true
    public var hasUsage = true

    public init() {}
  }

  struct State {
    var settings: Settings
    var paid = 0
    var isClosed = false
    var faults: [String] = []
    var requests: [TestRequest] = []
  }

  public let key: String?
  let state: Mutex<State>

  /// Without a key it wants none, and none may be sent.
  public init(key: String?, _ settings: Settings = Settings()) {
    self.key = key
    state = Mutex(State(settings: settings))
  }

  public var paid: Int { state.withLock { $0.paid } }
  public var faults: [String] { state.withLock { $0.faults } }
  public var requests: [TestRequest] { state.withLock { $0.requests } }

  public func serve<Value: Sendable>(
    _ body: @escaping @Sendable (_ baseURL: String) async throws -> Value
  ) async throws -> Value {
    let answer: @Sendable (TestRequest) async throws -> Response = { try await self.answer($0) }
    return try await withTestServer(answer) { try await body($0 + "/v1") }
  }

  /// An error as OpenAI writes it.
  public static func error(
    _ status: Int, type: String = "invalid_request_error", code: String? = nil, _ message: String,
    parameter: String? = nil, headers: [String: String] = [:]
  ) -> WireFault {
    func word(_ text: String?) -> String { text.map(Wire.quoted) ?? "null" }
    return WireFault(
      status,
      "{\"error\":{\"message\":\(Wire.quoted(message)),\"type\":\"\(type)\",\"param\":\(word(parameter)),\"code\":\(word(code))}}",
      headers: headers)
  }

  public func answer(_ request: TestRequest) async throws -> Response {
    let turn = state.withLock { state -> Turn? in
      state.requests.append(request)
      if state.isClosed { state.faults.append("a request with a lost answer was repeated") }
      return state.settings.turns.isEmpty ? nil : state.settings.turns.removeFirst()
    }
    let sent = request.header("authorization")
    guard sent == key.map({ "Bearer \($0)" }) else {
      return Self.error(
        401, code: "invalid_api_key", "Incorrect API key provided: \(sent ?? "none")."
      ).response
    }
    guard request.method == "POST", request.path == "/v1/chat/completions" else {
      return WireFault(404, #"{"detail":"Not Found"}"#).response
    }
    if case .fault(let fault)? = turn { return fault.response }
    let body = Wire.object(request.body) ?? [:]
    if let refusal = refusal(body) {
      // Refused requests leave the next turn to the next request.
      state.withLock { state in if let turn { state.settings.turns.insert(turn, at: 0) } }
      return refusal.response
    }
    state.withLock { $0.paid += 1 }
    return try await answer(turn ?? .script(.plain), body)
  }

  private func refusal(_ body: [String: Any]) -> WireFault? {
    let settings = state.withLock { $0.settings }
    let known: Set = [
      "model", "messages", "response_format", "max_completion_tokens", "max_tokens", "temperature",
    ]
    if let odd = body.keys.first(where: { !known.contains($0) }) {
      return Self.error(400, "Unrecognized request argument supplied: \(odd)", parameter: odd)
    }
    guard let messages = body["messages"] as? [[String: Any]], !messages.isEmpty,
      messages.allSatisfy({
        ["system", "user", "assistant"].contains($0["role"] as? String) && $0["content"] is String
      })
    else { return Self.error(400, "messages", parameter: "messages") }
    let model = body["model"] as? String ?? ""
    if !settings.models.contains(model) {
      return Self.error(
        404, code: "model_not_found", "The model `\(model)` does not exist or you lack access.")
    }
    if !settings.knowsCompletionTokens, body["max_completion_tokens"] != nil {
      return Self.error(
        400, code: "unsupported_parameter", "Unsupported parameter: 'max_completion_tokens'.",
        parameter: "max_completion_tokens")
    }
    guard let format = body["response_format"] as? [String: Any] else { return nil }
    if !settings.knowsSchema {
      return WireFault(422, #"{"error":"response_format json_schema is not supported"}"#)
    }
    let schema = (format["json_schema"] as? [String: Any])?["schema"] as? [String: Any]
    return Self.isStrict(schema ?? [:])
      ? nil : Self.error(400, "Invalid schema for response_format", parameter: "response_format")
  }

  /// Strict schemas name every property as required and allow no other.
  private static func isStrict(_ schema: [String: Any]) -> Bool {
    if let items = schema["items"] as? [String: Any] { return isStrict(items) }
    guard schema["type"] as? String == "object" else { return schema["type"] is String }
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    return schema["additionalProperties"] as? Bool == false
      && Set(schema["required"] as? [String] ?? []) == Set(properties.keys)
      && properties.values.allSatisfy(isStrict)
  }

  private func answer(_ turn: Turn, _ body: [String: Any]) async throws -> Response {
    let messages = body["messages"] as? [[String: Any]] ?? []
    let text = messages.first { $0["role"] as? String == "user" }?["content"] as? String ?? ""
    let brief = GeminiServer.Brief(
      digest: Wire.digest(text.utf8), wantsPicture: false, turns: messages.count)
    func script(_ shape: GeminiServer.Shape) -> String {
      shape.parts(brief).filter { $0["thought"] == nil }.compactMap { $0["text"] as? String }
        .joined()
    }
    switch turn {
    case .script(let shape): return completion(["content": script(shape)], "stop")
    case .text(let text, let finish): return completion(["content": text], finish)
    case .parts(let texts):
      return completion(["content": texts.map { ["type": "text", "text": $0] }], "stop")
    case .refusal(let words): return completion(["content": NSNull(), "refusal": words], "stop")
    case .fault(let fault): return fault.response
    case .raw(let text): return WireFault(200, text).response
    case .cut:
      state.withLock { $0.isClosed = true }
      return Wire.cut()
    case .slow(let milliseconds):
      try await Task.sleep(for: .milliseconds(milliseconds))
      return completion(["content": script(.plain)], "stop")
    }
  }

  private func completion(_ message: [String: Any], _ finish: String?) -> Response {
    var choice: [String: Any] = ["index": 0]
    choice["message"] = message.merging(["role": "assistant"]) { $1 }
    if let finish { choice["finish_reason"] = finish }
    var answer: [String: Any] = [
      "id": "chatcmpl-7", "object": "chat.completion", "choices": [choice],
    ]
    if state.withLock({ $0.settings.hasUsage }) {
      answer["usage"] = [
        "prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200,
      ]
    }
    return Wire.response(
      answer, headers: ["x-request-id": "req_42", "openai-version": "2020-10-01"])
  }
}
