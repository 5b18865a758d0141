internal import Foundation
public import Hummingbird
internal import Synchronization

/// Google's Interactions API, as its contract describes it: jobs that make videos.
public final class OmniServer: Sendable {
  /// How jobs end.
  public enum Ending: Sendable {
    case address, inline, outputVideoAlone
    /// The video's step in the middle, a thought behind it.
    case oddSteps
    /// `completed` without a video for so many questions, then with one.
    case late(Int)
    /// This status, with an error in `errors` or in a step.
    case failed(String, code: String = "", message: String = "", inStep: Bool = false)
    case never
  }

  public struct Settings: Sendable {
    public var models: Set<String> = ["omni-test", "omni-other"]
    /// Statuses that are told before the end, one for each question.
    public var statuses = ["queued", "in_progress"]
    public var ending = Ending.address
    /// Whether interactions can be listed.
    public var isListed = true
    /// Answers to starts before they are taken.
    public var startFaults: [WireFault] = []
    /// Begins the job and cuts the connection: nobody may begin another one.
    public var cutsStart = false
    /// A start's answer with success that is this text.
    public var rawStart: String?
    /// Answers to questions before they are answered.
    public var readFaults: [WireFault] = []
    /// Bytes of inputs that answers repeat.
    public var echo = 0

    public init() {}
  }

  struct Job {
    var labels: [String: String]
    var reads = 0
    var duration: String
  }

  struct State {
    var settings: Settings
    var jobs: [String: Job] = [:]
    var isClosed = false
    var faults: [String] = []
    var requests: [TestRequest] = []
  }

  public let key: String
  public let files: GoogleVideoFiles
  let state: Mutex<State>

  public init(key: String, files: GoogleVideoFiles, _ settings: Settings = Settings()) {
    (self.key, self.files) = (key, files)
    state = Mutex(State(settings: settings))
  }

  /// Jobs that were begun, each of which costs.
  public var paid: Int { state.withLock { $0.jobs.count } }
  public var faults: [String] { state.withLock { $0.faults } + files.faults }
  public var requests: [TestRequest] { state.withLock { $0.requests } }
  public func change(_ body: (inout Settings) -> Void) { state.withLock { body(&$0.settings) } }

  public func serve<Value: Sendable>(
    _ body: @escaping @Sendable (_ baseURL: String) async throws -> Value
  ) async throws -> Value {
    try await files.serve({ self.answer($0) }, body)
  }

  public func answer(_ request: TestRequest) -> Response {
    if GoogleVideoFiles.owns(request) { return files.answer(request) }
    state.withLock { $0.requests.append(request) }
    guard request.header("x-goog-api-key") == key else {
      return WireFault.wrongKey(echo: request.header("x-goog-api-key")).response
    }
    switch (request.method, request.path) {
    case ("POST", "/v1beta/interactions"): return start(request)
    case ("GET", "/v1beta/interactions"): return list()
    case ("GET", let path) where path.hasPrefix("/v1beta/interactions/"):
      return read(String(path.dropFirst("/v1beta/interactions/".count)))
    default: return fault(404, "not_found", "no such path").response
    }
  }

  /// Errors of this interface have codes that are words.
  private func fault(_ status: Int, _ code: String, _ message: String) -> WireFault {
    WireFault(status, "{\"error\":{\"code\":\"\(code)\",\"message\":\(Wire.quoted(message))}}")
  }

  private func start(_ request: TestRequest) -> Response {
    state.withLock { state in
      if state.isClosed { state.faults.append("a start with a lost answer was repeated") }
      if !state.settings.startFaults.isEmpty {
        return state.settings.startFaults.removeFirst().response
      }
      guard let body = Wire.object(request.body), let model = body["model"] as? String else {
        return fault(400, "invalid_request", "model is required").response
      }
      guard state.settings.models.contains(model) else {
        return fault(404, "not_found", "model \(model) is not found").response
      }
      if let problem = Self.problem(body) { return fault(400, "invalid_request", problem).response }
      let id = "v1_aZ\(state.jobs.count)kq"
      let format = body["response_format"] as? [String: Any]
      state.jobs[id] = Job(
        labels: body["labels"] as? [String: String] ?? [:],
        duration: format?["duration"] as? String ?? "")
      if let raw = state.settings.rawStart { return WireFault(200, raw).response }
      if state.settings.cutsStart {
        state.isClosed = true
        return Wire.cut()
      }
      return Wire.response([
        "id": id, "object": "interaction", "status": "in_progress", "model": model,
        "created": "2026-11-20T10:20:31Z",
      ])
    }
  }

  /// What is wrong with a start.
  private static func problem(_ body: [String: Any]) -> String? {
    let known: Set = [
      "model", "input", "response_format", "generation_config", "background", "store", "labels",
      "previous_interaction_id", "webhook_config",
    ]
    if let odd = body.keys.first(where: { !known.contains($0) }) { return "unknown field \(odd)" }
    if body["background"] as? Bool != true || body["store"] as? Bool != true {
      return "background and store must be true to poll"
    }
    let format = body["response_format"] as? [String: Any] ?? [:]
    if format["type"] as? String != "video" { return "response_format.type" }
    if !["16:9", "9:16"].contains(format["aspect_ratio"] as? String) { return "aspect_ratio" }
    if !["360p", "720p", "1080p", "4k"].contains(format["resolution"] as? String) {
      return "resolution"
    }
    guard let text = format["duration"] as? String, text.hasSuffix("s"),
      let seconds = Double(text.dropLast())
    else { return "duration must be text such as 6s" }
    if seconds < 3 { return "duration: minimum 3s" }
    if seconds > 10 { return "duration: maximum 10s" }
    for (name, value) in body["labels"] as? [String: Any] ?? [:] {
      guard let value = value as? String, name.count <= 63, value.count <= 63,
        name == name.lowercased(), value == value.lowercased()
      else { return "labels must be up to 63 lower-case characters" }
    }
    let input = body["input"] as? [[String: Any]] ?? []
    let blocks = input.flatMap { $0["content"] as? [[String: Any]] ?? [] }
    return blocks.contains { $0["type"] as? String == "text" && $0["text"] is String }
      ? nil : "input has no text"
  }

  private func list() -> Response {
    state.withLock { state in
      guard state.settings.isListed else { return fault(404, "not_found", "no such path").response }
      return Wire.response([
        "interactions": state.jobs.map { id, job in
          ["id": id, "status": "in_progress", "labels": job.labels] as [String: Any]
        }
      ])
    }
  }

  private func read(_ id: String) -> Response {
    state.withLock { state in
      if !state.settings.readFaults.isEmpty {
        return state.settings.readFaults.removeFirst().response
      }
      guard var job = state.jobs[id] else {
        return fault(404, "not_found", "interaction \(id) is not found").response
      }
      job.reads += 1
      state.jobs[id] = job
      let statuses = state.settings.statuses
      var answer: [String: Any] = ["id": id, "object": "interaction", "model": "omni-test"]
      var text = "slow pan"
      if state.settings.echo > 0 { text = String(repeating: "A", count: state.settings.echo) }
      let input: [String: Any] = [
        "type": "user_input", "content": [["type": "text", "text": text]],
      ]
      if job.reads <= statuses.count {
        answer["status"] = statuses[job.reads - 1]
        answer["steps"] = [input]
        return Wire.response(answer)
      }
      end(&answer, input, state.settings.ending, reads: job.reads - statuses.count)
      return Wire.response(answer)
    }
  }

  private func end(
    _ answer: inout [String: Any], _ input: [String: Any], _ ending: Ending, reads: Int
  ) {
    let video: [String: Any] = [
      "type": "video", "mime_type": "video/mp4", "uri": files.issue(),
    ]
    let output: [String: Any] = ["type": "model_output", "content": [video]]
    let thought: [String: Any] = ["type": "thought", "content": [["type": "text", "text": "hm"]]]
    answer["status"] = "completed"
    answer["steps"] = [input, output]
    answer["usage"] = ["total_output_tokens": 34800]
    switch ending {
    case .address: break
    case .inline:
      let data = Data(files.video).base64EncodedString()
      let block = ["type": "video", "mime_type": "video/mp4", "data": data]
      answer["steps"] = [input, ["type": "model_output", "content": [block]] as [String: Any]]
    case .outputVideoAlone:
      answer["steps"] = [input]
      answer["output_video"] = ["uri": files.issue(), "mime_type": "video/mp4"]
    case .oddSteps:
      let words: [String: Any] = [
        "type": "model_output", "content": [["type": "text", "text": "Here."]],
      ]
      answer["steps"] = [thought, output, words, thought, input]
    case .late(let count): if reads <= count { answer["steps"] = [input] }
    case .failed(let status, let code, let message, let inStep):
      answer["status"] = status
      answer["steps"] = [input]
      if inStep {
        let error = ["code": Int(code) ?? 0, "message": message] as [String: Any]
        answer["steps"] = [input, ["type": "model_output", "error": error] as [String: Any]]
      } else if !message.isEmpty || !code.isEmpty {
        answer["errors"] = [["code": code, "message": message]]
      }
    case .never:
      answer["status"] = "in_progress"
      answer["steps"] = [input]
    }
  }
}
