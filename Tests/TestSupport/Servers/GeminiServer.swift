internal import Foundation
public import Hummingbird
internal import Synchronization

/// Google's `generateContent` and its files, as their contract describes them.
///
/// Checks requests strictly and answers with a script or picture that depends on what was sent, unless `turns` says
/// otherwise for the next requests. What no faithful client does is kept in `faults`.
public final class GeminiServer: Sendable {
  /// What a request to generate is answered with.
  public enum Turn: Sendable {
    /// A script of the brief that was sent.
    case script(Shape)
    /// These texts as parts, and a reason to end; nil to leave it out.
    case text([String], finish: String?)
    /// A candidate without content.
    case nothing(finish: String)
    /// Refused before it was answered.
    case blocked(String)
    case pictures(Pictures)
    case fault(WireFault)
    /// A body of success that is this text.
    case raw(String)
    /// Does the work and cuts the connection: nobody may ask again.
    case cut
    /// A script, after so many milliseconds without a byte.
    case slow(Int)
  }

  public enum Shape: Sendable, CaseIterable {
    case plain, fenced, wrongType, outOfOrder, twoForOnePage, repeated, thoughtFirst, threeParts
    case tooMany, unspeakable, hostile, otherPages
  }

  public enum Pictures: Sendable, CaseIterable {
    case png, jpeg, textOnly, two, wrongType, cutBase64, thoughtFirst, none
  }

  public enum Usage: Sendable { case plain, missing, thoughts, odd }

  public struct Settings: Sendable {
    public var models: Set<String> = ["gemini-test", "gemini-other", "gemini-image"]
    public var usage = Usage.plain
    /// Bytes of a request's body.
    public var bodyLimit = 20 << 20
    public var turns: [Turn] = []
    /// Questions after an upload that are answered with `PROCESSING`.
    public var processing = 0
    public var failsFiles = false
    /// Answers to pieces of an upload that lack their state.
    public var lostPieces = 0
    /// Whether an upload can be asked how far it is.
    public var knowsQuery = true
    /// Requests that find their file gone.
    public var expired = 0
    public var png: [UInt8] = []
    public var jpeg: [UInt8] = []

    public init() {}
  }

  struct Upload {
    var length: Int
    var bytes: [UInt8] = []
    var polls = 0
    var isFinal = false
  }

  struct State {
    /// Of the server itself, for addresses that it gives.
    var address = ""
    var settings: Settings
    var paid = 0
    var isClosed = false
    /// Before this moment nobody may ask, as an earlier answer said.
    var closedUntil: ContinuousClock.Instant?
    var faults: [String] = []
    var uploads: [String: Upload] = [:]
    var deleted: [String] = []
    var requests: [TestRequest] = []
  }

  public let key: String
  let state: Mutex<State>

  public init(key: String, _ settings: Settings = Settings()) {
    self.key = key
    state = Mutex(State(settings: settings))
  }

  /// Requests that were answered with what costs.
  public var paid: Int { state.withLock { $0.paid } }
  /// What a faithful client does not do.
  public var faults: [String] { state.withLock { $0.faults } }
  public var deleted: [String] { state.withLock { $0.deleted } }
  public var uploads: Int { state.withLock { $0.uploads.count } }
  public var requests: [TestRequest] { state.withLock { $0.requests } }

  /// Runs for as long as `body`, which gets the address that clients are given as theirs.
  public func serve<Value: Sendable>(
    _ body: @escaping @Sendable (_ baseURL: String) async throws -> Value
  ) async throws -> Value {
    let answer: @Sendable (TestRequest) async throws -> Response = { try await self.answer($0) }
    return try await withTestServer(answer) { address in
      self.state.withLock { $0.address = address }
      return try await body(address + "/v1beta")
    }
  }

  public func answer(_ request: TestRequest) async throws -> Response {
    state.withLock { $0.requests.append(request) }
    if request.query.contains("key=") { blame("a key stood in an address") }
    if request.path.hasPrefix("/send/") { return piece(request) }
    guard request.header("x-goog-api-key") == key else {
      return WireFault.wrongKey(echo: request.header("x-goog-api-key")).response
    }
    switch request.path {
    case "/upload/v1beta/files": return begin(request)
    case let path where path.hasPrefix("/v1beta/files/"): return file(request)
    case let path where path.hasPrefix("/v1beta/models/") && path.hasSuffix(":generateContent"):
      return try await generate(request)
    default: return WireFault.google(404, "NOT_FOUND", "no such path").response
    }
  }

  func blame(_ text: String) { state.withLock { $0.faults.append(text) } }

  private func generate(_ request: TestRequest) async throws -> Response {
    let model = String(request.path.dropFirst("/v1beta/models/".count).prefix { $0 != ":" })
    let (turn, settings) = state.withLock { state in
      if state.isClosed { state.faults.append("a request with a lost answer was repeated") }
      if let end = state.closedUntil, .now < end {
        state.faults.append("a request came before the delay that the service asked for was over")
      }
      let turn = state.settings.turns.isEmpty ? nil : state.settings.turns.removeFirst()
      if case .fault(let fault)? = turn { state.closedUntil = fault.delay.map { .now + $0 } }
      return (turn, state.settings)
    }
    guard settings.models.contains(model) else { return WireFault.retired(model).response }
    if case .fault(let fault)? = turn { return fault.response }
    if request.body.count > settings.bodyLimit {
      return WireFault.google(413, "", "Request payload size exceeds the limit").response
    }
    let brief: Brief
    switch check(request) {
    case .success(let found): brief = found
    case .failure(let refusal): return refusal.fault.response
    }
    state.withLock { $0.paid += 1 }
    switch turn ?? (brief.wantsPicture ? .pictures(.png) : .script(.plain)) {
    case .script(let shape): return candidate(shape.parts(brief), finish: "STOP", model)
    case .text(let texts, let finish):
      return candidate(texts.map { ["text": $0] }, finish: finish, model)
    case .nothing(let finish): return candidate(nil, finish: finish, model)
    case .blocked(let reason):
      return Wire.response([
        "promptFeedback": ["blockReason": reason], "usageMetadata": ["promptTokenCount": 40],
      ])
    case .pictures(let pictures):
      return candidate(
        pictures.parts(settings), finish: pictures == .none ? "NO_IMAGE" : "STOP", model)
    case .raw(let text): return WireFault(200, text).response
    case .cut:
      state.withLock { $0.isClosed = true }
      return Wire.cut()
    case .slow(let milliseconds):
      try await Task.sleep(for: .milliseconds(milliseconds))
      return candidate(Shape.plain.parts(brief), finish: "STOP", model)
    case .fault(let fault): return fault.response
    }
  }

  private func candidate(_ parts: [[String: Any]]?, finish: String?, _ model: String) -> Response {
    var candidate: [String: Any] = ["index": 0]
    if let parts { candidate["content"] = ["role": "model", "parts": parts] as [String: Any] }
    if let finish { candidate["finishReason"] = finish }
    var answer: [String: Any] = [
      "candidates": [candidate], "modelVersion": model, "responseId": "x7Qfaa",
    ]
    switch state.withLock({ $0.settings.usage }) {
    case .plain:
      answer["usageMetadata"] = [
        "promptTokenCount": 1000, "candidatesTokenCount": 200, "totalTokenCount": 1200,
      ]
    case .thoughts:
      answer["usageMetadata"] = [
        "promptTokenCount": 1000, "candidatesTokenCount": 200, "thoughtsTokenCount": 300,
        "totalTokenCount": 1500,
      ]
    case .odd:
      answer["usageMetadata"] =
        ["promptTokenCount": "1000", "candidatesTokenCount": 200.0, "totalTokenCount": -7]
        as [String: Any]
    case .missing: break
    }
    return Wire.response(answer)
  }
}
