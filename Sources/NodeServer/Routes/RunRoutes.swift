internal import HTTPTypes
internal import Hummingbird
internal import SceneDocument
internal import Storage
internal import Workflows

/// Runs: what they did, and steering them.
struct RunRoutes: RouteGroup {
  let backend: NodeBackend

  func add(to routes: Routes) {
    let runs = routes.api.group("runs")
    runs.get("") { request, _ in try await list(request) }
    runs.get("{id}") { request, context in
      _ = try QueryReader(request)
      let (engine, id) = (backend.engine, try context.part("id"))
      return Reply.json(try await backend.database.read { try Self.detail(id, engine, $0) })
    }
    runs.post("{id}/cancel") { request, context in try await cancel(request, context) }
    runs.post("{id}/replay") { request, context in try await replay(request, context) }
  }

  private func list(_ request: Request) async throws -> Response {
    let query = try QueryReader(request, known: ["state", "function", "event"], isList: true)
    let limit = try query.limit()
    let found = try await backend.engine.overviews(
      RunFilter(
        functionID: query["function"], states: try Self.states(query["state"]),
        eventID: query["event"], before: try query.cursor()?[0], limit: limit + 1))
    let page = Page(found, limit: limit)
    return Reply.page(page.items.map(\.json), next: page.last.map { Cursor.text($0.run.id) })
  }

  /// One state, or several separated by commas.
  private static func states(_ text: String?) throws -> Set<Run.State> {
    guard let text else { return [] }
    return try Set(
      text.split(separator: ",").map { word in
        guard let state = Run.State(rawValue: String(word)) else {
          throw Problem.badRequest(
            "'state' cannot be '\(word.prefix(40))'",
            advice: "it is one of "
              + Run.State.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "))
        }
        return state
      })
  }

  private static func detail(
    _ id: String, _ engine: Engine, _ db: any Connection
  ) throws -> JSONValue {
    guard let report = try engine.report(ofRun: id, in: db) else { throw missing(id) }
    let detail = report.detail
    return .object(
      report.overview.members + [
        .init("events", .array(detail.events.map(\.json))),
        .init("output", .stored(detail.run.output)),
        .init("cancel_reason", .text(detail.run.cancelReason)),
        .init("step_list", .array(detail.steps.map(\.json))),
        .init("waits", .array(detail.waits.map(\.json))),
        .init("children", .array(detail.children.map { .string($0) })),
        .init("standing", .array(report.standing.reasons.map(\.json))),
      ])
  }

  /// Change and answer are there together: a request that is sent again after the node has died gets the same one.
  private func cancel(_ request: Request, _ context: NodeContext) async throws -> Response {
    let id = try context.part("id")
    try await BodyReader.noBody(request, context)
    let (engine, claim) = (backend.engine, context.idempotency)
    return try await backend.database.write { db in
      guard try engine.cancel(run: id, reason: "it was cancelled at the API", in: db) else {
        if try engine.report(ofRun: id, in: db) == nil { throw Self.missing(id) }
        throw Problem(.conflict, "run \(id) has ended already", name: "wrong-state")
      }
      let answer = Answered(changed: try Self.detail(id, engine, db))
      try answer.keep(claim, db)
      return answer
    }.response
  }

  /// Makes a new run, once for each idempotency key also where the node dies meanwhile.
  private func replay(_ request: Request, _ context: NodeContext) async throws -> Response {
    let id = try context.part("id")
    var step: String?
    let bytes = try await BodyReader.bytes(request, context)
    if bytes.readableBytes > 0 {
      var body = try ObjectReader(try BodyReader.json(bytes))
      step = try body.string("from_step")
      try body.finish()
    }
    let (engine, claim, from) = (backend.engine, context.idempotency, step)
    return try await backend.database.write { db in
      let new = try engine.replay(run: id, from: from, in: db)
      let answer = Answered(["id": .string(new)], at: "/api/v1/runs/\(new)")
      try answer.keep(claim, db)
      return answer
    }.response
  }

  private static func missing(_ id: String) -> Problem {
    .notFound("there is no run '\(id.prefix(80))'")
  }
}
