internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import RemoteFunctions
internal import SceneDocument
internal import Workflows

/// The routes that apps with an SDK of Inngest's call: events, registration and reading.
///
/// Their answers are those of that protocol, also for errors. Keys of their own open them where there are some; without
/// keys they are as open, or as closed, as all other routes.
struct AppRoutes: RouteGroup {
  let remote: RemoteApps
  let backend: NodeBackend
  let eventKeys: Set<String>

  func add(to routes: Routes) {
    addEvents(to: routes.root)
    addRegistration(to: routes.root)
    addReading(to: routes.root)
  }

  private var serverKind: String { remote.settings.isDevelopment ? "dev" : "cloud" }

  // MARK: Events

  private func addEvents(to root: RouterGroup<NodeContext>) {
    let api = EventAPI(
      engine: backend.engine, keys: eventKeys.isEmpty ? .unchecked : .required(eventKeys),
      serverKind: serverKind)
    root.post("e/{key}") { request, context in
      let key = try context.part("key")
      let response = await answer {
        let body = try await body(request, context)
        // As many events as there may be in so many bytes are counted when they have been read.
        try context.door?.limit(events: Self.roughCount(body), of: context.client)
        return try await api.receive(key: key, seed: request.headers[Self.seed], body: body)
      }
      return api.isKnown(key: key) ? response.forOtherSites(request) : response
    }
    root.on("e/{key}", method: .options) { request, context in
      let key = try context.part("key")
      let response = await answer { api.preflight(key: key) }
      return api.isKnown(key: key) ? response.forOtherSites(request) : response
    }
    root.post("invoke/{id}") { request, context in
      await answer {
        let body = try await body(request, context)
        try context.door?.limit(events: 1, of: context.client)
        return try await api.invoke(
          function: context.part("id"), key: bearer(request) ?? "", body: body)
      }
    }
  }

  private static let seed = HTTPField.Name("x-inngest-event-id-seed")!

  /// A list has about one event for each `"name"`; a single event is one.
  private static func roughCount(_ body: [UInt8]) -> Int {
    guard body.first(where: { $0 > 32 }) == UInt8(ascii: "[") else { return 1 }
    return max(1, min(EventBatch.mostEvents, body.count / 60))
  }

  // MARK: Registration

  private func addRegistration(to root: RouterGroup<NodeContext>) {
    let api = RegistrationAPI(
      keys: remote.settings.signingKeys, serverKind: serverKind,
      register: { try await remote.register($0).json })
    root.post("fn/register") { request, context in
      await answer {
        try await api.receive(
          authorization: request.headers[.authorization],
          expectedServerKind: request.headers[HTTPField.Name("x-inngest-expected-server-kind")!],
          deployID: request.uri.queryParameters.get("deployId"),
          body: try await body(request, context))
      }
    }
    root.get("dev") { _, _ in
      let functions = try await backend.engine.functionOverviews().filter { !$0.isArchived }
      return Reply.json([
        "version": .string(backend.version), "kind": .string(serverKind),
        "functions": .array(functions.map { ["id": .string($0.id), "name": .string($0.id)] }),
        "handlers": .array(
          remote.apps.map {
            ["app": .string($0.id), "url": .string($0.url), "sdk": .string($0.sdk)]
          }),
      ])
    }
  }

  // MARK: Reading

  private func addReading(to root: RouterGroup<NodeContext>) {
    let api = ReadingAPI(engine: backend.engine, clock: backend.clock) { id in
      remote.apps.first { $0.id == id }?.functions.filter { !$0.isArchived }.map(\.configuration)
    }
    let (v0, v1) = (root.group("v0"), root.group("v1"))
    v1.get("events") { request, _ in
      await reading(request) {
        let query = request.uri.queryParameters
        return try await api.events(
          .init(
            limit: query.get("limit"), cursor: query.get("cursor"), name: query.get("name"),
            receivedAfter: query.get("received_after"),
            receivedBefore: query.get("received_before")))
      }
    }
    read(v1, "events/{id}", api.event)
    read(v1, "events/{id}/runs", api.runs(ofEvent:))
    read(v1, "runs/{id}", api.run)
    read(v1, "runs/{id}/jobs", api.jobs(ofRun:))
    read(v1, "apps/{id}/functions", api.functions(ofApp:))
    read(v0, "runs/{id}/actions", api.actions(ofRun:))
    read(v0, "runs/{id}/batch", api.batch(ofRun:))
    v1.delete("apps/{id}") { request, context in
      await reading(request) {
        let id = try context.part("id")
        guard try await remote.remove(app: id) else {
          return api.refuse(404, "there is no app '\(id)'")
        }
        return IntakeAnswer(status: 200)
      }
    }
    v1.delete("runs/{id}") { request, context in
      await reading(request) { try await api.cancel(run: context.part("id")) }
    }
    v1.post("signals") { request, context in
      await reading(request) { try await api.signal(body: try await body(request, context)) }
    }
    v1.post("cancellations") { request, context in
      await reading(request) { try await api.cancelRuns(body: try await body(request, context)) }
    }
  }

  private func read(
    _ group: RouterGroup<NodeContext>, _ path: String,
    _ handle: @escaping @Sendable (String) async throws -> IntakeAnswer
  ) {
    group.get(RouterPath(path)) { request, context in
      await reading(request) { try await handle(context.part("id")) }
    }
  }

  /// Asks for the signing key where there is one.
  private func reading(
    _ request: Request, _ handle: () async throws -> IntakeAnswer
  ) async -> Response {
    if let keys = remote.settings.signingKeys,
      !keys.accepts(authorization: request.headers[.authorization] ?? "")
    {
      return refusal(.unauthorized, "the signing key is not known")
    }
    return await answer(handle)
  }

  // MARK: Answers

  /// What is JSON is taken as that whatever its type says, as the original does: `curl --data` calls it a form.
  private func body(_ request: Request, _ context: NodeContext) async throws -> [UInt8] {
    let bytes = try await BodyReader.bytes(request, context, upTo: EventAPI.largestBody)
    let body = Array(bytes.readableBytesView)
    let first = body.first { ![9, 10, 13, 32].contains($0) }
    let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    if !body.isEmpty, !isJSON { try BodyReader.requireJSON(request) }
    return body
  }

  private func bearer(_ request: Request) -> String? {
    let words = (request.headers[.authorization] ?? "").split(separator: " ")
    return words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
  }

  private func answer(_ handle: () async throws -> IntakeAnswer) async -> Response {
    do {
      let answer = try await handle()
      var headers: HTTPFields = [.cacheControl: "no-store", Self.kind: serverKind]
      for header in answer.headers {
        if let name = HTTPField.Name(header.name) { headers[name] = header.value }
      }
      let status = HTTPResponse.Status(code: answer.status)
      if answer.body.isEmpty { return Response(status: status, headers: headers) }
      return Response(
        status: status, headers: headers,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    } catch {
      let problem = Problem(error)
      if problem.status == .internalServerError { Complaint.tell("\(error)") }
      return refusal(problem.status, problem.detail, problem.headers)
    }
  }

  private static let kind = HTTPField.Name("x-inngest-server-kind")!

  /// What of that protocol is not done here, and what to do instead; nil for all other addresses.
  static func unsupported(_ path: String) -> Problem? {
    if path == "/v1/checkpoint" || path.hasPrefix("/v1/checkpoint/") {
      return Problem(
        .notImplemented, "checkpoints of steps are not taken here",
        advice: "leave checkpointing off in the app; its steps are called one by one")
    }
    if path == "/v0/connect" || path.hasPrefix("/v0/connect/") {
      return Problem(
        .notImplemented, "apps cannot connect over a WebSocket here",
        advice: "serve the app over HTTP, and name its URL with 'reelnode serve --app'")
    }
    return nil
  }

  private func refusal(
    _ status: HTTPResponse.Status, _ error: String, _ headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[Self.kind] = serverKind
    // That protocol has one word for all that is wrong with a body.
    let status = status == .contentTooLarge ? .badRequest : status
    return Reply.json(
      ["error": .string(error), "status": .integer(status.code)], status: status, headers: headers)
  }
}

extension Response {
  /// Lets a page of another site see the answer. Cookies and tokens are not sent with such requests.
  fileprivate func forOtherSites(_ request: Request) -> Response {
    var response = self
    response.headers[HTTPField.Name("Access-Control-Allow-Origin")!] = "*"
    response.headers[HTTPField.Name("Cross-Origin-Resource-Policy")!] = "cross-origin"
    guard request.method == .options else { return response }
    response.headers[HTTPField.Name("Access-Control-Allow-Methods")!] = "POST"
    response.headers[HTTPField.Name("Access-Control-Allow-Headers")!] = "*"
    response.headers[HTTPField.Name("Access-Control-Max-Age")!] = "600"
    // From a public page to this machine.
    response.headers[HTTPField.Name("Access-Control-Allow-Private-Network")!] = "true"
    return response
  }
}
