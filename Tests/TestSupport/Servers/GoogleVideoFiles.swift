internal import Foundation
internal import HTTPTypes
public import Hummingbird
internal import NIOCore
internal import Synchronization

/// Where finished videos are fetched, with a second host behind it that must never see the key.
public final class GoogleVideoFiles: Sendable {
  public enum Way: Sendable, CaseIterable {
    case plain
    /// By the second host.
    case redirected
    /// The address is one of the second host.
    case elsewhere
    /// The first address is no longer good; a new one is.
    case expiredOnce
    case expired, cut, wrongLength, page, empty, json, noVideo
  }

  struct State {
    var way = Way.plain
    var video: [UInt8] = []
    var issued = 0
    var fetched = 0
    var faults: [String] = []
    var address = ""
    var secondAddress = ""
  }

  let key: String
  let state: Mutex<State>

  public init(key: String, video: [UInt8], way: Way = .plain) {
    self.key = key
    state = Mutex(State(way: way, video: video))
  }

  public var fetched: Int { state.withLock { $0.fetched } }
  public var faults: [String] { state.withLock { $0.faults } }
  public var video: [UInt8] { state.withLock { $0.video } }
  public func change(to way: Way) { state.withLock { $0.way = way } }

  /// A new address of the video.
  public func issue() -> String {
    state.withLock { state in
      state.issued += 1
      if state.way == .elsewhere { return "\(state.secondAddress)/cdn/clip?sig=1" }
      return "\(state.address)/v1beta/files/v\(state.issued):download?alt=media"
    }
  }

  /// Runs `answer` and the second host for as long as `body`.
  public func serve<Value: Sendable>(
    _ answer: @escaping @Sendable (TestRequest) async throws -> Response,
    _ body: @escaping @Sendable (_ baseURL: String) async throws -> Value
  ) async throws -> Value {
    let second: @Sendable (TestRequest) async throws -> Response = { self.answerOfSecondHost($0) }
    return try await withTestServer(second) { secondAddress in
      try await withTestServer(answer) { address in
        self.state.withLock { ($0.address, $0.secondAddress) = (address, secondAddress) }
        return try await body(address + "/v1beta")
      }
    }
  }

  public static func owns(_ request: TestRequest) -> Bool {
    request.path.hasPrefix("/v1beta/files/") && request.path.hasSuffix(":download")
  }

  private func answerOfSecondHost(_ request: TestRequest) -> Response {
    state.withLock { state in
      let all = request.headers.map { "\($0.name): \($0.value)" }.joined() + request.query
      if all.contains(key) { state.faults.append("the key was sent to another host") }
      state.fetched += 1
      return Wire.file(state.video, type: "video/mp4")
    }
  }

  public func answer(_ request: TestRequest) -> Response {
    state.withLock { state in
      if request.query != "alt=media" { state.faults.append("the query was '\(request.query)'") }
      guard request.header("x-goog-api-key") == key else {
        return WireFault.google(
          403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers"
        )
        .response
      }
      let gone = WireFault.google(404, "NOT_FOUND", "files/x is not found").response
      state.fetched += 1
      switch state.way {
      case .plain, .elsewhere: return Wire.file(state.video, type: "video/mp4")
      case .redirected:
        return WireFault(302, "", headers: ["location": "\(state.secondAddress)/cdn/clip?sig=1"])
          .response
      case .expiredOnce:
        return request.path.contains("/v1:")
          ? gone : Wire.file(state.video, type: "video/mp4")
      case .expired: return gone
      case .cut:
        return Wire.cut(
          after: Array(state.video.prefix(state.video.count / 2)), of: state.video.count,
          type: "video/mp4")
      case .wrongLength:
        return Wire.cut(after: state.video, of: state.video.count + 10, type: "video/mp4")
      case .page: return Wire.file(Array("<html>sign in</html>".utf8), type: "text/html")
      case .empty: return Wire.file([], type: "video/mp4")
      case .json: return WireFault(200, #"{"error":{"code":"gone","message":"\#(key)"}}"#).response
      case .noVideo: return Wire.file(Array("not a film at all".utf8), type: "video/mp4")
      }
    }
  }
}
