internal import Foundation
public import Hummingbird
internal import Synchronization

/// Google's long-running operations that make videos, as their contract describes them.
public final class VeoServer: Sendable {
  public enum Ending: Sendable {
    case address, inline
    /// A number of gRPC.
    case failed(Int, String)
    case filtered, nothing, never

    var isNever: Bool { if case .never = self { true } else { false } }
  }

  public struct Settings: Sendable {
    public var models: Set<String> = ["veo-test"]
    /// Questions before the end.
    public var waits = 2
    /// Running operations say `done: false`, or nothing.
    public var saysFalse = false
    public var ending = Ending.address
    public var startFaults: [WireFault] = []
    public var cutsStart = false
    public var readFaults: [WireFault] = []
    public var isListed = true
    /// When operations were made, as lists say; nil for now.
    public var createTime: String?
    public var hasTimes = true

    public init() {}
  }

  struct State {
    var settings: Settings
    var jobs: [(name: String, reads: Int, time: String)] = []
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
    let path = request.path.dropFirst("/v1beta/".count)
    if request.method == "POST", path.hasSuffix(":predictLongRunning") {
      return start(request, String(path.dropFirst("models/".count).prefix { $0 != ":" }))
    }
    if request.method == "GET", path.hasSuffix("/operations") { return list(String(path)) }
    if request.method == "GET" { return read(String(path)) }
    return WireFault.google(404, "NOT_FOUND", "no such path").response
  }

  private func start(_ request: TestRequest, _ model: String) -> Response {
    state.withLock { state in
      if state.isClosed { state.faults.append("a start with a lost answer was repeated") }
      if !state.settings.startFaults.isEmpty {
        return state.settings.startFaults.removeFirst().response
      }
      guard state.settings.models.contains(model) else { return WireFault.retired(model).response }
      if let problem = Self.problem(Wire.object(request.body) ?? [:]) {
        return WireFault.google(400, "INVALID_ARGUMENT", "Invalid value at '\(problem)'").response
      }
      let name = "models/\(model)/operations/4q8x\(state.jobs.count)"
      let time = state.settings.createTime ?? Date().formatted(.iso8601)
      state.jobs.append((name, 0, time))
      if state.settings.cutsStart {
        state.isClosed = true
        return Wire.cut()
      }
      return Wire.response(["name": name])
    }
  }

  /// The field that is wrong.
  static func problem(_ body: [String: Any]) -> String? {
    guard let instances = body["instances"] as? [[String: Any]], instances.count == 1,
      instances[0]["prompt"] is String
    else { return "instances" }
    let pictures: Set = ["prompt", "image", "lastFrame", "referenceImages", "video"]
    if let odd = instances[0].keys.first(where: { !pictures.contains($0) }) { return odd }
    if (instances[0]["image"] as? [String: Any])?["inlineData"] != nil { return "inlineData" }
    if (instances[0]["referenceImages"] as? [Any] ?? []).count > 3 { return "referenceImages" }
    let parameters = body["parameters"] as? [String: Any] ?? [:]
    let known: Set = [
      "aspectRatio", "resolution", "durationSeconds", "sampleCount", "negativePrompt",
      "personGeneration", "enhancePrompt",
    ]
    if let odd = parameters.keys.first(where: { !known.contains($0) }) { return odd }
    guard !(parameters["durationSeconds"] is String),
      let seconds = parameters["durationSeconds"] as? Int,
      [4, 6, 8].contains(seconds)
    else { return "durationSeconds" }
    if !["16:9", "9:16"].contains(parameters["aspectRatio"] as? String) { return "aspectRatio" }
    let resolution = parameters["resolution"] as? String ?? "720p"
    if !["720p", "1080p", "4k"].contains(resolution) { return "resolution" }
    return resolution != "720p" && seconds != 8 ? "durationSeconds" : nil
  }

  private func list(_ path: String) -> Response {
    state.withLock { state -> Response in
      guard state.settings.isListed else {
        return WireFault.google(404, "NOT_FOUND", "no such path").response
      }
      let operations = state.jobs.filter { $0.name.hasPrefix(path) }.map { job -> [String: Any] in
        let times = state.settings.hasTimes ? ["metadata": ["createTime": job.time]] : [:]
        return (["name": job.name] as [String: Any]).merging(times) { $1 }
      }
      return Wire.response(["operations": operations])
    }
  }

  private func read(_ name: String) -> Response {
    state.withLock { state -> Response in
      if !state.settings.readFaults.isEmpty {
        return state.settings.readFaults.removeFirst().response
      }
      guard let index = state.jobs.firstIndex(where: { $0.name == name }) else {
        return WireFault.google(404, "NOT_FOUND", "operation is not found").response
      }
      state.jobs[index].reads += 1
      let settings = state.settings
      var answer: [String: Any] = ["name": name]
      if state.jobs[index].reads <= settings.waits || settings.ending.isNever {
        if settings.saysFalse { answer["done"] = false }
      } else {
        answer["done"] = true
        answer.merge(end(settings.ending)) { $1 }
      }
      return Wire.response(answer)
    }
  }

  private func end(_ ending: Ending) -> [String: Any] {
    func response(_ inner: [String: Any]) -> [String: Any] {
      [
        "response": [
          "@type": "type.googleapis.com/x.PredictLongRunningResponse",
          "generateVideoResponse": inner,
        ] as [String: Any]
      ]
    }
    switch ending {
    case .address:
      return response(["generatedSamples": [["video": ["uri": files.issue()]]]])
    case .inline:
      let data = Data(files.video).base64EncodedString()
      return response([
        "generatedSamples": [["video": ["encodedVideo": data, "encoding": "video/mp4"]]]
      ])
    case .failed(let code, let message):
      return ["error": ["code": code, "message": message, "details": [String]()] as [String: Any]]
    case .filtered:
      return response([
        "raiMediaFilteredCount": 1,
        "raiMediaFilteredReasons": ["Sorry, we can't create that. Support code: 17301594"],
      ])
    case .nothing: return response([:])
    case .never: return [:]
    }
  }
}
