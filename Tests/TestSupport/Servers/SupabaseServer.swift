internal import Foundation
internal import Hummingbird
internal import NIOCore

/// Supabase Storage as its contract describes it, with its objects in memory.
///
/// Statuses that lie, names that are relative, uploads that go on where they broke off; and trouble on demand.
public actor SupabaseServer {
  /// The service role: may do everything.
  public static let serviceToken = "service-role.jwt.e30"
  /// May read public buckets.
  public static let anonymousToken = "anon.jwt.e30"
  /// Each sees own objects.
  public static let userTokens = ["user-one.jwt.e30", "user-two.jwt.e30"]
  public static let gatewayKey = "sb_gateway_key"

  /// What goes wrong, once each.
  public enum Trouble: Sendable {
    /// An error of the service: HTTP status, and the four fields.
    case fault(http: Int, status: String, error: String, message: String, code: String?)
    /// A page of a gateway in front, or any other plain answer.
    case page(http: Int, String)
    /// Nothing is done, and the connection closes.
    case closed
    /// All is done, and the connection closes before that is told.
    case lostAnswer
    /// So many bytes of the body arrive and are kept, where the route keeps parts; the connection closes.
    case cutUpload(after: Int)
    /// So many bytes of the reply arrive.
    case cutDownload(after: Int)
    /// The reply's first byte is another one.
    case changedByte
  }

  struct Bucket {
    var isPublic = false
    var sizeLimit: Int?
    var types: [String]?
  }

  struct Object {
    var data: [UInt8]
    var type: String
    var cacheControl: String
    var owner: String
    var version: Int
    var etag: String { "\"v\(version)-\(data.count)\"" }
  }

  struct Upload {
    var bucket: String
    var key: String
    var length: Int
    var type: String
    var cacheControl: String
    var replaces: Bool
    var owner: String
    var data: [UInt8] = []
    var metadata: String
    var expires: Double
    var isDone = false
  }

  struct Ticket {
    var path: String
    var scope: String
    var expires: Double
    var replaces = false
  }

  var buckets: [String: Bucket] = [:]
  /// By bucket and key with a slash between.
  var objects: [String: Object] = [:]
  var uploads: [String: Upload] = [:]
  var tickets: [String: Ticket] = [:]
  private var troubles: [(method: String, path: String, trouble: Trouble)] = []
  private var log: [String] = []
  private var count = 0
  /// Seconds that the service's clock is ahead.
  private var ahead: Double = 0
  private var address = ""
  private var locationHost: String?
  /// The body of the request in hand did not arrive whole.
  private(set) var isCut = false
  private var hidesInfo = false

  public init() {}

  /// Serves as long as `body` takes, under an address like `http://127.0.0.1:40123/storage/v1`.
  public func serving<Value: Sendable>(
    _ body: @escaping @Sendable (String) async throws -> Value
  ) async throws -> Value {
    try await withTestServer(
      { await self.answer($0) },
      { address in
        await self.begin(at: address)
        return try await body(address + "/storage/v1")
      })
  }

  private func begin(at address: String) { self.address = address }

  // MARK: - For tests

  public func makeBucket(
    _ name: String, isPublic: Bool = false, sizeLimit: Int? = nil, types: [String]? = nil
  ) { buckets[name] = Bucket(isPublic: isPublic, sizeLimit: sizeLimit, types: types) }

  /// The next request of that method whose path has `path` in it meets `trouble`. In order of asking.
  public func next(_ method: String, _ path: String, _ trouble: Trouble) {
    troubles.append((method, path, trouble))
  }

  /// Lets time pass for the service.
  public func advance(seconds: Double) { ahead += seconds }

  /// Addresses of uploads name this host instead of the one that was asked.
  public func rewriteLocations(to host: String?) { locationHost = host }

  /// `info` tells nothing of objects that are there, as some versions did.
  public func hideInfo() { hidesInfo = true }

  /// Changes what is kept without changing its length.
  public func damage(_ bucket: String, _ key: String) {
    guard let byte = objects["\(bucket)/\(key)"]?.data.first else { return }
    objects["\(bucket)/\(key)"]?.data[0] = byte ^ 0xFF
  }

  public func content(_ bucket: String, _ key: String) -> [UInt8]? {
    objects["\(bucket)/\(key)"]?.data
  }

  public func contentType(_ bucket: String, _ key: String) -> String? {
    objects["\(bucket)/\(key)"]?.type
  }

  public func cacheControl(_ bucket: String, _ key: String) -> String? {
    objects["\(bucket)/\(key)"]?.cacheControl
  }

  public func keys(_ bucket: String) -> [String] {
    objects.keys.filter { $0.hasPrefix(bucket + "/") }.map {
      String($0.dropFirst(bucket.count + 1))
    }
    .sorted()
  }

  /// Method and path of each request, without its query.
  public var requests: [String] { log }

  // MARK: - Answering

  var now: Double { Date().timeIntervalSince1970 + ahead }

  func nextNumber() -> Int {
    count += 1
    return count
  }

  var infoIsHidden: Bool { hidesInfo }
  /// Host and scheme that upload addresses name.
  var location: String { locationHost ?? address }

  private func answer(_ request: TestRequest) -> Response {
    log.append("\(request.method) \(request.path)")
    var request = request
    if let place = troubles.firstIndex(where: {
      $0.method == request.method && request.path.contains($0.path)
    }) {
      let trouble = troubles.remove(at: place).trouble
      switch trouble {
      case .fault(let http, let status, let error, let message, let code):
        return fault(http, status, error, message, code)
      case .page(let http, let text): return Self.text(http, text, type: "text/html")
      case .closed: return Self.broken(Self.text(200, String(repeating: " ", count: 10)), after: 0)
      case .lostAnswer:
        _ = route(request)
        return Self.broken(Self.text(200, String(repeating: " ", count: 10)), after: 0)
      case .cutUpload(let bytes):
        request.body = Array(request.body.prefix(bytes))
        isCut = true
        _ = route(request)
        isCut = false
        return Self.broken(Self.text(200, String(repeating: " ", count: 10)), after: 0)
      case .cutDownload(let bytes): return Self.broken(route(request), after: bytes)
      case .changedByte: return Self.changed(route(request))
      }
    }
    return route(request)
  }

  private func route(_ request: TestRequest) -> Response {
    let base = "/storage/v1"
    guard request.path.hasPrefix(base + "/") else { return unknown(request) }
    let parts = request.path.dropFirst(base.count + 1)
      .split(separator: "/", omittingEmptySubsequences: false)
      .map { String($0).removingPercentEncoding ?? String($0) }
    if parts.starts(with: ["upload", "resumable"]) {
      return resumable(request, Array(parts.dropFirst(2)))
    }
    guard parts.first == "object", parts.count >= 2 else { return unknown(request) }
    return object(request, Array(parts.dropFirst()))
  }

  func unknown(_ request: TestRequest) -> Response {
    fault(
      404, "404", "Not Found", "Route \(request.method):\(request.path) not found", "InvalidRequest"
    )
  }
}

/// Who asks.
enum SupabaseRole: Equatable {
  case service, anonymous, missing, bad
  case user(String)

  init(_ request: TestRequest) {
    guard let header = request.header("authorization") else {
      self = .missing
      return
    }
    let token = header.replacing("Bearer ", with: "")
    switch token {
    case SupabaseServer.serviceToken: self = .service
    case SupabaseServer.anonymousToken: self = .anonymous
    case _ where SupabaseServer.userTokens.contains(token): self = .user(token)
    default: self = .bad
    }
  }

  var owner: String {
    if case .user(let token) = self { return token }
    return "service"
  }
}
