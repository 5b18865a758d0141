internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOHTTP1
internal import Storage

/// Takes a request from the door to its route, and makes of every end an answer as the API promises it.
struct NodeResponder: HTTPResponder {
  typealias Context = NodeContext

  let door: Doorkeeper
  let settings: ServerSettings
  let methods: AllowedMethods
  let metrics: RequestMetrics
  let idempotency: IdempotencyStore
  let links: LinkSigner
  let clock: any NodeClock
  let routes: RouterResponder<NodeContext>

  func respond(to request: Request, context: NodeContext) async throws -> Response {
    let start = ContinuousClock.now
    var response: Response
    do {
      response = try await admit(request, context)
    } catch let error as HTTPParserError {
      throw error
    } catch {
      response = answer(error, context)
    }
    metrics.count(
      method: request.method, route: context.endpointPath, status: response.status.code,
      took: ContinuousClock.now - start)
    for (name, value) in Self.rules where response.headers[name] == nil {
      response.headers[name] = value
    }
    if request.method == .head { response = response.createHeadResponse() }
    // Whether the body comes that was announced nobody knows.
    if response.status.code >= 400, request.headers[.expect] != nil {
      response.headers[.connection] = "close"
    }
    if response.headers[.connection] == "close" { response.closing(context.channel) }
    return response
  }

  private func admit(_ request: Request, _ context: NodeContext) async throws -> Response {
    try door.check(request, context, links: links, now: clock.now)
    try door.enter(context.client)
    defer { door.leave() }
    var context = context
    context.settings = settings
    context.door = door
    let path = request.uri.path.split(separator: "/")
    if request.method == .post, let key = request.headers[.idempotencyKey],
      path.first == "api" || path == ["merge-scenes"]
    {
      try IdempotencyStore.check(key)
      // Signing in twice is no other than once, and what it answers is not kept on the disk.
      if path == ["api", "v1", "session"] { return try await route(request, context) }
      return try await idempotency.once(
        key, request, context, isStreamed: path == DocumentRoutes.uploads.split(separator: "/")
      ) { request, context in
        try await route(request, context)
      }
    }
    return try await route(request, context)
  }

  private func route(_ request: Request, _ context: NodeContext) async throws -> Response {
    let response = try await respond(request, context)
    guard response.headers[.contentType] == nil, response.status.code >= 400 else {
      return response
    }
    // The router's own.
    if response.status == .notFound {
      if let problem = AppRoutes.unsupported(request.uri.path) { throw problem }
      let others = methods.of(request.uri.path)
      if !others.isEmpty {
        throw Problem(
          .methodNotAllowed, "\(request.method.rawValue.prefix(20)) is not possible here",
          advice: "this address takes \(others)", headers: [.allow: others])
      }
    }
    throw Problem(plain: response.status)
  }

  /// Reads are quick and stay on the connection's thread; what changes things may read documents and check them, which
  /// other connections of the thread must not wait for.
  private func respond(_ request: Request, _ context: NodeContext) async throws -> Response {
    if request.method == .get || request.method == .head {
      return try await routes.respond(to: request, context: context)
    }
    return try await withTaskExecutorPreference(globalConcurrentExecutor) {
      try await routes.respond(to: request, context: context)
    }
  }

  private func answer(_ error: any Error, _ context: NodeContext) -> Response {
    let problem = Problem(error)
    if problem.status == .internalServerError { Complaint.tell("\(error)") }
    return problem.response
  }

  /// What a browser may do with answers.
  private static let rules: [(HTTPField.Name, String)] = [
    (
      .contentSecurityPolicy,
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        + "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'"
    ), (.xContentTypeOptions, "nosniff"),
    (HTTPField.Name("Referrer-Policy")!, "no-referrer"),
    (HTTPField.Name("Cross-Origin-Resource-Policy")!, "same-origin"),
    (HTTPField.Name("Cross-Origin-Opener-Policy")!, "same-origin"),
  ]
}

extension Response {
  /// Closes the connection behind the answer, where the rest of a body is not read.
  fileprivate mutating func closing(_ channel: any Channel) {
    let body = self.body
    self.body = ResponseBody(contentLength: body.contentLength) { writer in
      try await body.write(writer)
      channel.close(promise: nil)
    }
  }
}

/// Which methods an address takes.
struct AllowedMethods: Sendable {
  private let routes: [(path: [Substring], method: String)]

  init(_ routes: [Router<NodeContext>.RouteDescription]) {
    self.routes = routes.map { route in
      (route.path.description.split(separator: "/"), route.method.rawValue)
    }
  }

  /// Such as `GET, HEAD`; empty where there is nothing at this address.
  func of(_ path: String) -> String {
    let parts = path.split(separator: "/")
    let matching = routes.filter { Self.matches($0.path, parts) }
    // The router goes by the part's own name where there is one: what is a name is no id.
    guard let route = matching.map(\.path).max(by: { Self.plainness($0) < Self.plainness($1) })
    else { return "" }
    var found = Set(
      matching.filter { Self.plainness($0.path) == Self.plainness(route) }.map(\.method))
    if found.contains("GET") { found.insert("HEAD") }
    return found.sorted().joined(separator: ", ")
  }

  /// Which parts stand for themselves, from the first one on.
  private static func plainness(_ route: [Substring]) -> String {
    route.map { isOpen($0) ? "0" : "1" }.joined()
  }

  private static func isOpen(_ part: Substring) -> Bool {
    part.hasPrefix("{") || part.hasPrefix(":") || part.hasPrefix("*")
  }

  private static func matches(_ route: [Substring], _ path: [Substring]) -> Bool {
    if route.last == "**" {
      return path.count >= route.count - 1 && matches(route.dropLast(), path)
    }
    return route.count == path.count && matches(route[...], path)
  }

  private static func matches(_ route: ArraySlice<Substring>, _ path: [Substring]) -> Bool {
    zip(route, path).allSatisfy { part, given in
      isOpen(part) || part == given
    }
  }
}

extension HTTPField.Name {
  static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
  static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed")!
}
