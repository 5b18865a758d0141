internal import Foundation
internal import HTTPTypes
public import Hummingbird
internal import NIOCore
internal import Synchronization

/// ElevenLabs as its contract describes it. Run it with `run`.
public final class ElevenLabsServer: Sendable {
  /// What happens to one request for speech.
  public enum Behaviour: Sendable {
    case speaks
    /// Any answer in place of speech; nothing is made or charged.
    case answers(
      status: Int, body: String, type: String = "application/json", headers: [String: String] = [:])
    /// Made and charged, and then the connection breaks, or nothing comes.
    case losesAnswer
    case hangs
    /// Made and charged, and then a byte comes and no other.
    case stalls
    /// Made and charged, and then something else comes with status 200.
    case sends(String, type: String)
    /// The sound breaks off at half, its times do not.
    case cutsSound
    case sendsNoSound
    case withoutTimes, withDegenerateTimes, withDrift, withUnequalTimes
    /// Made after `release()`.
    case waits
  }

  public struct Options: Sendable {
    public var key: String
    public var voices = ["Vq2nLx81TtZ0kWb4RmaE"]
    /// Errors with `type` and `code`, or with `status` alone.
    public var hasNewErrors = true
    /// Requests at a time.
    public var slots = 3
    /// Credits until the quota is used up.
    public var quota = 1_000_000
    /// Characters of one request by model.
    public var limits = ["eleven_multilingual_v2": 10_000, "eleven_v3": 3_000]
    public var mayReadHistory = true
    /// The key stands in the id of every request, as careless services have it.
    public var echoesKey = false
    public init(key: String) { self.key = key }
  }

  public struct Record: Sendable {
    public var id: String
    public var text: String
    public var voice: String
    public var model: String
    public var format: String
    public var date: Int
    public var from: Int
    public var to: Int
    public var state = "created"
  }

  struct State {
    var options: Options
    var script: [Behaviour]
    var history: [Record] = []
    var used = 0
    var inFlight = 0
    var posts = 0
    var bodies: [String] = []
    var modelQuestions = 0
    var isReleased = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }
  let state: Mutex<State>

  /// `script` is used up one by one; afterwards every request speaks.
  public init(_ options: Options, script: [Behaviour] = []) {
    state = Mutex(State(options: options, script: script))
  }

  // MARK: What a test asks and changes

  /// Requests for speech that came in, whatever became of them.
  public var posts: Int { state.withLock { $0.posts } }
  /// Made and charged.
  public var history: [Record] { state.withLock { $0.history } }
  public var bodies: [String] { state.withLock { $0.bodies } }
  public var modelQuestions: Int { state.withLock { $0.modelQuestions } }

  public func change(_ body: (inout Options) -> Void) { state.withLock { body(&$0.options) } }
  public func changeHistory(_ body: (inout [Record]) -> Void) {
    state.withLock { body(&$0.history) }
  }
  public func expect(_ behaviours: Behaviour...) { state.withLock { $0.script += behaviours } }

  /// Lets requests go on that wait, and those that come.
  public func release() {
    let waiting = state.withLock { state in
      state.isReleased = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for one in waiting { one.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let goesOn = state.withLock { state in
        if !state.isReleased { state.waiting.append(continuation) }
        return state.isReleased
      }
      if goesOn { continuation.resume() }
    }
  }

  /// Runs the server as long as `body` takes, which gets its address.
  public func run<Value: Sendable>(
    _ body: @escaping @Sendable (String) async throws -> Value
  ) async throws -> Value {
    try await withTestServer(answer, body)
  }

  // MARK: Routes

  public func answer(_ request: TestRequest) async throws -> Response {
    let parts = request.path.split(separator: "/").map(String.init)
    let given = request.header("xi-api-key")
    guard given == state.withLock({ $0.options.key }) else {
      return failure(
        401, "invalid_api_key", "Invalid API key \(given ?? "")", type: "authentication_error")
    }
    switch (request.method, parts.count, parts.last) {
    case ("POST", 4, "with-timestamps") where parts[1] == "text-to-speech":
      return try await speech(request, voice: parts[2], timed: true)
    case ("POST", 3, _) where parts[1] == "text-to-speech":
      return try await speech(request, voice: parts[2], timed: false)
    case ("GET", 2, "models"): return models()
    case ("GET", 2, "history"): return history(request)
    case ("GET", 4, "audio") where parts[1] == "history": return sound(parts[2])
    case ("GET", 3, "subscription"): return subscription()
    default: return failure(404, "not_found", "Not Found", type: "not_found")
    }
  }

  func failure(_ status: Int, _ code: String, _ message: String, type: String) -> Response {
    let isNew = state.withLock { $0.options.hasNewErrors }
    let more = isNew ? #""type":"\#(type)","code":"\#(code)","request_id":"8d1f","# : ""
    return VendorReply.json(
      #"{"detail":{\#(more)"status":"\#(code)","message":\#(jsonText(message))}}"#, status: status,
      headers: ["x-trace-id": "t-1"])
  }

  private func models() -> Response {
    let limits = state.withLock { state in
      state.modelQuestions += 1
      return state.options.limits
    }
    let list = limits.sorted { $0.key < $1.key }.map {
      #"{"model_id":"\#($0)","can_do_text_to_speech":true,"maximum_text_length_per_request":\#($1),"model_rates":{"character_cost_multiplier":1.0}}"#
    }
    return VendorReply.json("[\(list.joined(separator: ","))]")
  }

  private func subscription() -> Response {
    let (used, quota) = state.withLock { ($0.used, $0.options.quota) }
    return VendorReply.json(
      #"{"tier":"creator","status":"active","character_count":\#(used),"character_limit":\#(quota),"max_credit_limit_extension":0}"#
    )
  }
}
