internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Storage
internal import Synchronization

/// Decides which requests come in.
final class Doorkeeper: Sendable {
  private let settings: ServerSettings
  private let sessions: SessionCookie?
  private let port = Atomic<Int>(0)
  private let inside = Atomic<Int>(0)
  /// The names this node answers to, by the address that was called.
  private let known = Mutex<[String: Set<String>]>([:])
  private let requests: RateLimiter?
  private let events: RateLimiter?

  /// Apps show a signing key where they register and read.
  private let appsSign: Bool

  init(_ settings: ServerSettings, appsSign: Bool = false) {
    (self.settings, self.appsSign) = (settings, appsSign)
    sessions = settings.token.map(SessionCookie.init)
    requests = settings.rate.map { RateLimiter(rate: $0, burst: settings.burst) }
    events = settings.eventRate.map { RateLimiter(rate: $0, burst: settings.eventBurst) }
  }

  func listens(at port: Int) {
    self.port.store(port, ordering: .relaxed)
    known.withLock { $0 = [:] }
  }

  var isListening: Bool { port.load(ordering: .relaxed) != 0 }

  // MARK: Who

  /// Throws the problem for a request that names another host, comes from another site or has no right to be there.
  func check(
    _ request: Request, _ context: NodeContext, links: LinkSigner, now: Int64
  ) throws(Problem) {
    let path = request.uri.path
    if isForApps(path) { return try limit(context.client) }
    try checkHost(request, context)
    try checkSite(request)
    try limit(context.client)
    guard let token = settings.token, !isOpen(path, request.method) else { return }
    if isOpened(request, by: links, now: now) { return }
    if let given = request.headers[.authorization] {
      if let shown = Self.bearer(given), SecretText.isSame(shown, token) { return }
    } else if let cookie = request.headers[.cookie], let sessions,
      sessions.isValid(header: cookie, now: now)
    {
      return
    }
    try slowDown(context.client)
    throw Self.noToken
  }

  /// The token of an `Authorization` field; how its scheme is written does not matter (RFC 9110 §11.1).
  private static func bearer(_ field: String) -> String? {
    let scheme = "bearer "
    guard field.prefix(scheme.count).lowercased() == scheme else { return nil }
    return String(field.dropFirst(scheme.count).drop { $0 == " " })
  }

  /// Guessing a token is slower than asking with one.
  func slowDown(_ client: String) throws(Problem) {
    if let wait = requests?.take(20, for: client, at: .now) { throw tooMany("requests", wait) }
  }

  /// The same answer for a token that is missing and one that is wrong.
  static var noToken: Problem {
    Problem(
      .unauthorized, "a valid token is needed",
      advice: "send it as 'Authorization: Bearer …', or sign in at the dashboard",
      headers: [.wwwAuthenticate: "Bearer"])
  }

  /// Apps that speak Inngest's protocol show keys of their own where there are any; without them they are
  /// like all others.
  private func isForApps(_ path: String) -> Bool {
    if path.hasPrefix("/e/") || path.hasPrefix("/invoke/") { return !settings.eventKeys.isEmpty }
    return appsSign
      && (path == "/fn/register" || path.hasPrefix("/v0/") || path.hasPrefix("/v1/"))
  }

  private func checkHost(_ request: Request, _ context: NodeContext) throws(Problem) {
    let names = names(context)
    // A name that somebody made lead here (DNS rebinding) stands in Host.
    guard let host = request.head.authority?.lowercased(), names.contains(host) else {
      throw Problem(
        .misdirectedRequest, "this node has no such name",
        advice:
          "use http://\(ownHost(context)):\(port.load(ordering: .relaxed)), or start it with --host-name"
      )
    }
    guard let origin = request.headers[.origin]?.lowercased() else { return }
    let isOwn = names.contains { origin == "http://" + $0 || origin == "https://" + $0 }
    if !isOwn { throw Self.otherSite }
  }

  /// Where the node is bound to all addresses, the one that was called.
  private func ownHost(_ context: NodeContext) -> String {
    guard ["0.0.0.0", "::"].contains(settings.host),
      let called = context.channel.localAddress?.ipAddress
    else { return settings.hostInAddress }
    return called.contains(":") ? "[\(called)]" : called
  }

  private static var otherSite: Problem {
    Problem(.forbidden, "requests from other sites are not answered")
  }

  /// What a page of another site has a browser fetch comes without `Origin` where it is only to be read, such as a
  /// picture; browsers say so in a field that no page can set. Following a link is somebody's own will.
  private func checkSite(_ request: Request) throws(Problem) {
    guard let site = request.headers[Self.site], site == "cross-site" || site == "same-site" else {
      return
    }
    let isReading = request.method == .get || request.method == .head
    if !isReading || request.headers[Self.mode] != "navigate" { throw Self.otherSite }
  }

  private static let site = HTTPField.Name("Sec-Fetch-Site")!
  private static let mode = HTTPField.Name("Sec-Fetch-Mode")!

  private func names(_ context: NodeContext) -> Set<String> {
    // Bound to all addresses, the one that was called is the node's too.
    let called = settings.isLoopback ? nil : context.channel.localAddress?.ipAddress
    return known.withLock { known in
      if let names = known[called ?? ""] { return names }
      let names = names(called: called)
      known[called ?? ""] = names
      return names
    }
  }

  private func names(called: String?) -> Set<String> {
    let port = port.load(ordering: .relaxed)
    var hosts = ["127.0.0.1", "localhost", "[::1]", settings.hostInAddress.lowercased()]
    if let called { hosts.append(called.contains(":") ? "[\(called)]" : called) }
    var names = Set(hosts.map { "\($0):\(port)" })
    if port == 80 { names.formUnion(hosts) }
    let given = settings.hostNames.map { $0.lowercased() }
    let before = settings.publicURL.flatMap { PublicAddress($0)?.authority }
    for name in given + [before].compactMap(\.self) {
      names.insert(name)
      names.insert("\(name):\(port)")
    }
    return names
  }

  /// What nobody needs a token for: the dashboard's files, where one signs in, and whether the node lives.
  private func isOpen(_ path: String, _ method: HTTPRequest.Method) -> Bool {
    switch path {
    case "/", "/health", "/ready", "/openapi.json", "/favicon.ico": true
    case "/api/v1/session": method == .post
    default: path.hasPrefix("/ui/")
    }
  }

  private func isOpened(_ request: Request, by links: LinkSigner, now: Int64) -> Bool {
    guard request.method == .get || request.method == .head,
      let signature = request.uri.queryParameters.get("signature"),
      let expires = request.uri.queryParameters.get("expires", as: Int64.self)
    else { return false }
    return links.opens(
      request.uri.path, expires: expires, signature: signature, now: now / 1000)
  }

  // MARK: How much

  private func limit(_ client: String) throws(Problem) {
    if let wait = requests?.take(1, for: client, at: .now) { throw tooMany("requests", wait) }
  }

  /// Counts events of a client. Throws a 429.
  func limit(events count: Int, of client: String) throws(Problem) {
    if let wait = events?.take(count, for: client, at: .now) { throw tooMany("events", wait) }
  }

  /// Counts a request until `leave`. Throws a 429 where too many are under way.
  func enter(_ client: String) throws(Problem) {
    let count = inside.add(1, ordering: .relaxed).newValue
    if count > settings.maximumRequests {
      leave()
      throw Problem(
        .tooManyRequests, "\(settings.maximumRequests) requests are under way",
        advice: "try again in a moment", headers: [.retryAfter: "1"])
    }
  }

  func leave() { inside.subtract(1, ordering: .relaxed) }

  private func tooMany(_ what: String, _ wait: Duration) -> Problem {
    let seconds = max(1, (wait.inMilliseconds + 999) / 1000)
    return Problem(
      .tooManyRequests, "too many \(what) of one client", advice: "wait for \(seconds) s",
      headers: [.retryAfter: String(seconds)])
  }
}
