internal import HTTPTypes
internal import Hummingbird
internal import Pipelines
internal import SceneDocument
internal import Storage
internal import Workflows

/// Runs: what they did, and steering them.
struct RunRoutes: RouteGroup {
  let backend: NodeBackend

  func add(to routes: Routes) {
    let runs = routes.api.group("runs")
    runs.get("") { request, _ in try await list(request) }
    runs.one(
      "run",
      text: { [engine = backend.engine, database = backend.database] id in
        try await database.read { try Self.detail(id, engine, $0) }
      })
    runs.post("{id}/cancel") { request, context in try await cancel(request, context) }
    runs.post("{id}/retry") { request, context in try await retry(request, context) }
    runs.post("{id}/replay") { request, context in try await replay(request, context) }
  }

  private func list(_ request: Request) async throws -> Response {
    let page = try await Page(request, known: ["state", "function", "event"]) { query, count in
      try await backend.engine.overviews(
        RunFilter(
          functionID: query["function"], states: try Self.states(query["state"]),
          eventID: query["event"], before: try query.cursor()?[0], limit: count))
    }
    return page.response(cursor: { Cursor.text($0.run.id) }, value: \.json)
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

  /// Nil where there is no such run.
  private static func detail(
    _ id: String, _ engine: Engine, _ db: any Connection
  ) throws -> JSONText? {
    guard let report = try engine.report(ofRun: id, in: db) else { return nil }
    let detail = report.detail
    return JSONText(
      report.overview.members + [
        .init("cancel_reason", .text(detail.run.cancelReason)),
        .init("waits", .array(detail.waits.map(\.json))),
        .init("children", .array(detail.children.map { .string($0) })),
        .init("standing", .array(report.standing.reasons.map(\.json))),
      ],
      and: [
        "events": JSONText(detail.events.map(\.json)),
        "output": JSONText(stored: detail.run.output),
        "step_list": JSONText(detail.steps.map { $0.json() }),
      ])
  }

  private func cancel(_ request: Request, _ context: NodeContext) async throws -> Response {
    let id = try context.part("id")
    try await BodyReader.noBody(request, context)
    let engine = backend.engine
    return try await backend.changing(context) { db in
      guard try engine.cancel(run: id, reason: "it was cancelled at the API", in: db) else {
        if try engine.report(ofRun: id, in: db) == nil { throw Problem.missing("run", id) }
        throw Problem(.conflict, "run \(id) has ended already", name: .wrongState)
      }
      guard let detail = try Self.detail(id, engine, db) else { throw Problem.missing("run", id) }
      return Answered(changed: detail)
    }
  }

  /// Lets it go on where it ended.
  private func retry(_ request: Request, _ context: NodeContext) async throws -> Response {
    let id = try context.part("id")
    try await BodyReader.noBody(request, context)
    let (engine, pipeline) = (backend.engine, backend.pipeline)
    return try await backend.changing(context) { db in
      if let run = try engine.report(ofRun: id, in: db)?.detail,
        let project = try pipeline.project(ofRunWith: run.events, in: db)
      {
        throw Problem(
          .conflict,
          "run \(id) is of project '\(project)', whose runs are begun by the project alone",
          advice: "retry the project", name: .wrongState)
      }
      try engine.retry(run: id, in: db)
      guard let detail = try Self.detail(id, engine, db) else { throw Problem.missing("run", id) }
      return Answered(changed: detail)
    }
  }

  private func replay(_ request: Request, _ context: NodeContext) async throws -> Response {
    let id = try context.part("id")
    var step: String?
    let bytes = try await BodyReader.bytes(request, context)
    if bytes.readableBytes > 0 {
      var body = try ObjectReader(try BodyReader.json(bytes))
      step = try body.string("from_step")
      try body.finish()
    }
    let (engine, from) = (backend.engine, step)
    return try await backend.changing(context) { db in
      let new = try engine.replay(run: id, from: from, in: db)
      return Answered(["id": .string(new)], at: "/api/v1/runs/\(new)")
    }
  }
}
