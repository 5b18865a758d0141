public import Hummingbird
internal import Synchronization

/// HeyGen as its contract describes it, both versions side by side. Run it with `run`.
public final class HeyGenServer: Sendable {
  /// What happens to one request that begins a video.
  public enum Behaviour: Sendable {
    case begins
    /// Any answer; nothing is begun.
    case answers(
      status: Int, body: String, type: String = "application/json", headers: [String: String] = [:])
    /// Begun, and then the connection breaks, or nothing comes, or a proxy answers 504, or no id comes.
    case losesAnswer, hangs, timesOutAtGateway, sendsNoID
  }

  public enum End: Sendable {
    case completed
    case failed(code: String?, message: String?)
    case never
  }

  public struct Options: Sendable {
    public var key: String
    /// Questions that are answered with `pending`, and then with `processing`.
    public var pending = 1
    public var processing = 1
    public var end = End.completed
    /// Avatars, and whether each can be transparent.
    public var avatars = ["mara": true, "tom": false]
    /// `{"code":100,…}` instead of `{"error":null,…}` from version 2.
    public var hasOldBodies = false
    /// Refusals of version 2 come with status 200.
    public var refusesWithSuccess = false
    public var duration = 7.42
    /// Requests with a key that is in use are answered with 409 until `release()`.
    public var holdsKeys = false
    public init(key: String) { self.key = key }
  }

  public struct Video: Sendable {
    public var id: String
    public var isOld: Bool
    public var body: JSONBody
    public var isClear: Bool
    public var questions = 0
  }

  struct State {
    var options: Options
    var script: [Behaviour]
    var askScript: [Behaviour] = []
    var uploadScript: [Behaviour] = []
    var videos: [Video] = []
    var posts = 0
    /// Ids of videos and files by the keys that they were asked for with.
    var byKey: [String: String] = [:]
    var keys: [String] = []
    var assets: [String: [UInt8]] = [:]
    var assetTypes: [String] = []
  }
  let state: Mutex<State>
  public let files: ResultFiles

  /// `script` is used up one by one; afterwards every video begins.
  public init(_ options: Options, files: ResultFiles, script: [Behaviour] = []) {
    self.files = files
    state = Mutex(State(options: options, script: script))
  }

  // MARK: What a test asks and changes

  /// Requests that might be paid for, repeated ones too.
  public var posts: Int { state.withLock { $0.posts } }
  /// Begun and charged.
  public var videos: [Video] { state.withLock { $0.videos } }
  /// Keys of requests that begin something.
  public var keys: [String] { state.withLock { $0.keys } }
  public var assets: [String: [UInt8]] { state.withLock { $0.assets } }
  public var assetTypes: [String] { state.withLock { $0.assetTypes } }
  public func change(_ body: (inout Options) -> Void) { state.withLock { body(&$0.options) } }
  public func expect(_ behaviours: Behaviour...) { state.withLock { $0.script += behaviours } }
  public func expectAsked(_ behaviours: Behaviour...) {
    state.withLock { $0.askScript += behaviours }
  }
  public func expectUploads(_ behaviours: Behaviour...) {
    state.withLock { $0.uploadScript += behaviours }
  }

  /// Runs the server as long as `body` takes, which gets its address.
  public func run<Value: Sendable>(
    _ body: @escaping @Sendable (String) async throws -> Value
  ) async throws -> Value {
    try await withTestServer(answer) { base in
      self.files.serve(at: base)
      return try await body(base)
    }
  }

  // MARK: Routes

  public func answer(_ request: TestRequest) async throws -> Response {
    let parts = request.path.split(separator: "/").map(String.init)
    if parts.first == "files" { return try await files.answer(request) }
    let isOld = parts.first != "v3"
    let given = request.header("x-api-key") ?? ""
    guard given == state.withLock({ $0.options.key }) else {
      return isOld
        ? refusal(400_112, "Unauthorized: \(given)")
        : failure(401, "unauthorized", "Unauthorized: \(given)")
    }
    switch (request.method, parts.joined(separator: "/")) {
    case ("POST", "v3/videos"): return try await create(request)
    case ("POST", "v3/assets"): return try await upload(request)
    case ("POST", "v2/video/generate"): return try await createOld(request, isClear: false)
    case ("POST", "v1/video.webm"): return try await createOld(request, isClear: true)
    case ("POST", "v1/asset"): return try await uploadOld(request)
    case ("GET", "v1/video_status.get"):
      let id = request.query.split(separator: "=").last.map(String.init) ?? ""
      return try await read(id, isOld: true)
    case ("GET", let path) where path.hasPrefix("v3/videos/"):
      return try await read(parts[2], isOld: false)
    default: return failure(404, "not_found", "no such path")
    }
  }

  func failure(
    _ status: Int, _ code: String, _ message: String, headers: [String: String] = [:]
  ) -> Response {
    VendorReply.json(
      #"{"error":{"code":"\#(code)","message":\#(jsonText(message)),"param":null,"doc_url":"https://x"}}"#,
      status: status, headers: headers)
  }

  /// The numbers of the older versions.
  func refusal(_ code: Int, _ message: String) -> Response {
    let isFine = state.withLock { $0.options.refusesWithSuccess }
    return VendorReply.json(
      #"{"code":\#(code),"message":\#(jsonText(message)),"data":null}"#, status: isFine ? 200 : 400)
  }

  /// Answers that are no normal ones; nil for those that are.
  func special(_ behaviour: Behaviour) async throws -> Response? {
    switch behaviour {
    case .begins, .sendsNoID: return nil
    case .answers(let status, let body, let type, let headers):
      return VendorReply.bytes(Array(body.utf8), type: type, status: status, headers: headers)
    case .timesOutAtGateway: return VendorReply.page(status: 504)
    case .losesAnswer:
      return VendorReply.broken(Array("{\"data\":{".utf8), after: 4, type: "application/json")
    case .hangs:
      try await Task.sleep(for: .seconds(3600))
      return nil
    }
  }
}
