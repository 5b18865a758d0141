public import Foundation
public import Hummingbird
internal import Synchronization

/// D-ID as its contract describes it. Run it with `run`.
public final class DIDServer: Sendable {
  /// What happens to one request that begins a talk or clip.
  public enum Behaviour: Sendable {
    case begins
    /// Any answer; nothing is begun.
    case answers(
      status: Int, body: String, type: String = "application/json", headers: [String: String] = [:])
    /// Begun, and then the gateway's own 504 comes, or the connection breaks, or nothing comes, or no id.
    case timesOutAtGateway, losesAnswer, hangs, sendsNoID
  }

  /// How a job goes on.
  public enum End: Sendable {
    case done
    case error(kind: String?)
    case rejected(kind: String?)
    case never
  }

  public struct Options: Sendable {
    /// As the studio shows it.
    public var key: String
    /// The other form of the key is refused.
    public var takesBase64 = false
    /// Questions that are answered with `created`, and then with `started`.
    public var created = 1
    public var started = 1
    public var end = End.done
    /// Words between `started` and the end that nobody knows yet.
    public var strangeWords = 0
    public var hasStitch = true
    /// Whether lists show `user_data` and `name`, the sound's address, and whether there is a list of clips.
    public var listsMarks = true
    public var listsSounds = true
    public var listsClips = true
    /// Whether the jobs themselves show the marks.
    public var showsMarks = true
    public var credits = 60.0
    /// Seconds of every result.
    public var duration = 7.42
    public var presenters = ["amy": true, "rob": false]
    public var faces = 1
    public init(key: String) { self.key = key }
  }

  public struct Job: Sendable {
    public var id: String
    public var isClip: Bool
    public var body: JSONBody
    public var created: Date
    public var questions = 0
    /// Transparent WebM was asked for of a presenter that has it.
    public var isClear = false
  }

  struct State {
    var options: Options
    var script: [Behaviour]
    var pollScript: [Behaviour] = []
    var jobs: [Job] = []
    var posts = 0
    var uploads: [String: MultipartForm.Part] = [:]
    var lastUploads: [MultipartForm.Part] = []
    var uploadScript: [Behaviour] = []
  }
  let state: Mutex<State>
  public let files: ResultFiles

  /// `script` is used up one by one; afterwards every job begins.
  public init(_ options: Options, files: ResultFiles, script: [Behaviour] = []) {
    self.files = files
    state = Mutex(State(options: options, script: script))
  }

  // MARK: What a test asks and changes

  /// Requests that would be paid for, whatever became of them.
  public var posts: Int { state.withLock { $0.posts } }
  public var jobs: [Job] { state.withLock { $0.jobs } }
  public var uploads: [MultipartForm.Part] { state.withLock { $0.lastUploads } }
  public func change(_ body: (inout Options) -> Void) { state.withLock { body(&$0.options) } }
  public func changeJobs(_ body: (inout [Job]) -> Void) { state.withLock { body(&$0.jobs) } }
  public func expect(_ behaviours: Behaviour...) { state.withLock { $0.script += behaviours } }
  /// For the next questions after a job.
  public func expectAsked(_ behaviours: Behaviour...) {
    state.withLock { $0.pollScript += behaviours }
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
    if let refusal = refusal(of: request.header("authorization")) { return refusal }
    switch (request.method, parts.count, parts.first) {
    case ("POST", 1, "audios"): return try await upload(request, "audio")
    case ("POST", 1, "images"): return try await upload(request, "image")
    case ("POST", 1, "talks"): return try await create(request, isClip: false)
    case ("POST", 1, "clips"): return try await create(request, isClip: true)
    case ("GET", 2, "clips") where parts[1] == "presenters": return presenters(request)
    case ("GET", 1, "talks"): return list(request, isClip: false)
    case ("GET", 1, "clips") where state.withLock({ $0.options.listsClips }):
      return list(request, isClip: true)
    case ("GET", 2, "talks"), ("GET", 2, "clips"): return try await read(request, parts[1])
    case ("GET", 1, "credits"): return credits()
    default: return failure(404, "NotFoundError", "no such path")
    }
  }

  func failure(_ status: Int, _ kind: String, _ description: String) -> Response {
    VendorReply.json(
      #"{"kind":"\#(kind)","description":\#(jsonText(description)),"details":{"a":null}}"#,
      status: status)
  }

  private func refusal(of header: String?) -> Response? {
    let options = state.withLock { $0.options }
    let wanted =
      options.takesBase64 ? Data(options.key.utf8).base64EncodedString() : options.key
    if header == "Basic \(wanted)" { return nil }
    return failure(401, "AuthorizationError", "user unauthenticated: \(header ?? "")")
  }

  private func credits() -> Response {
    let left = state.withLock { $0.options.credits }
    return VendorReply.json(
      #"{"credits":[{"owner_id":"o","remaining":\#(left),"total":60}],"remaining":\#(left),"total":60}"#
    )
  }

  private func presenters(_ request: TestRequest) -> Response {
    // One for each page.
    let all = state.withLock { $0.options.presenters.sorted { $0.key < $1.key } }
    let page = Int(request.query.split(separator: "=").last ?? "") ?? 0
    let start = request.query.contains("token=") ? page : 0
    guard all.indices.contains(start) else { return VendorReply.json(#"{"presenters":[]}"#) }
    let token = start + 1 < all.count ? #","token":"\#(start + 1)""# : ""
    return VendorReply.json(
      #"{"presenters":[{"presenter_id":"\#(all[start].key)","driver_id":"drv-\#(all[start].key)","is_greenscreen":\#(all[start].value),"tags":null}]\#(token)}"#
    )
  }

  /// Answers that are no normal ones; nil for those that are.
  func special(_ behaviour: Behaviour) async throws -> Response? {
    switch behaviour {
    case .begins, .sendsNoID: return nil
    case .answers(let status, let body, let type, let headers):
      return VendorReply.bytes(Array(body.utf8), type: type, status: status, headers: headers)
    case .timesOutAtGateway:
      return VendorReply.json(#"{"message":"Endpoint request timed out"}"#, status: 504)
    case .losesAnswer:
      return VendorReply.broken(Array("{\"id\":\"tlk".utf8), after: 3, type: "application/json")
    case .hangs:
      try await Task.sleep(for: .seconds(3600))
      return nil
    }
  }
}
