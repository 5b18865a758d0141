internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Jobs
internal import Pipelines
internal import Providers
internal import SceneDocument
internal import Storage

/// Projects: making films of briefs, following and steering them.
struct ProjectRoutes: RouteGroup {
  let backend: NodeBackend

  private var pipeline: VideoPipeline { backend.pipeline }

  func add(to routes: Routes) {
    let projects = routes.api.group("projects")
    projects.get("") { request, _ in try await list(request) }
    projects.post("") { request, context in try await make(request, context) }
    projects.post("estimate") { request, context in try await estimate(request, context) }
    projects.one("project") { [pipeline] id in
      try await backend.database.read { try Self.whole(id, pipeline, $0) }
    }
    projects.delete("{id}") { request, context in
      _ = try QueryReader(request)
      let id = try context.part("id")
      return try await Problem.translating {
        try await pipeline.delete(id, engine: backend.engine)
        return Reply.noContent()
      }
    }
    for (word, steer) in Self.steering {
      projects.post("{id}/\(word)") { request, context in
        _ = try QueryReader(request)
        let id = try context.part("id")
        var body = try await OptionalBody.object(request, context)
        let (backend, change) = (backend, try steer(&body))
        try body.finish()
        return try await Problem.translating {
          try await backend.changing(context) { db in
            try change(backend, id, db)
            return Answered(changed: try Self.whole(id, backend.pipeline, db))
          }
        }
      }
    }
    projects.get("{id}/scenes") { request, context in try await scenes(request, context) }
    projects.get("{id}/assets") { request, context in try await assets(request, context) }
    projects.get("{id}/costs") { request, context in
      let id = try context.part("id")
      _ = try await overview(id)
      return try await CostRoutes(backend: backend).list(request, project: id)
    }
    projects.get("{id}/captions.vtt") { request, context in
      _ = try QueryReader(request)
      return try await captions(try context.part("id"))
    }
  }

  // MARK: Reading

  private func list(_ request: Request) async throws -> Response {
    let page = try await Page(request, known: ["state", "q"]) { query, count in
      var filter = ProjectFilter()
      if let state = try query.word("state", of: Project.State.self) { filter.states = [state] }
      (filter.text, filter.limit) = (query["q"], count)
      if let cursor = try query.cursor(parts: 2) {
        guard let created = Int64(cursor[0]) else {
          throw Problem.badRequest("'cursor' is not one of this list's")
        }
        filter.after = .init(createdMS: created, id: cursor[1])
      }
      return try await pipeline.projects(filter)
    }
    return page.response(
      cursor: { Cursor.text(String($0.project.createdMS), $0.id) }, value: \.json)
  }

  private func overview(_ id: String) async throws -> ProjectOverview {
    guard let overview = try await pipeline.overview(of: id) else {
      throw Problem.missing("project", id)
    }
    return overview
  }

  /// `Project`.
  private static func whole(
    _ id: String, _ pipeline: VideoPipeline, _ db: any Connection
  ) throws -> JSONValue {
    guard let overview = try pipeline.overview(of: id, in: db),
      let standing = try pipeline.standing(of: id, in: db)
    else { throw Problem.missing("project", id) }
    let job = standing.project.filmJob
    let rendered = try pipeline.rendering(ofFilm: job, in: db)
    var members = overview.members
    members += [
      .init("document", standing.brief?.json ?? .null),
      .init("settings", standing.project.settings.json),
      .init("scene_list", .array(values(standing.scenes, of: standing, rendered))),
      .init("film_job_id", .text(job)),
      .init("warnings", standing.film.map { FilmWarnings.of($0.film) } ?? []),
      .init(
        "captions_url",
        .text(standing.assets.contains { $0.role == .document } ? Place.captions(id) : nil)),
    ]
    return .object(members)
  }

  private static func values(
    _ scenes: [SceneRecord], of standing: ProjectStanding, _ rendered: [Int: Double]
  ) -> [JSONValue] {
    scenes.map {
      SceneValue(
        scene: $0, settings: standing.project.settings, assets: standing.assets,
        rendered: rendered[$0.position]
      ).json
    }
  }

  private func standing(_ id: String) async throws -> ProjectStanding {
    guard let standing = try await pipeline.standing(of: id) else {
      throw Problem.missing("project", id)
    }
    return standing
  }

  private func scenes(_ request: Request, _ context: NodeContext) async throws -> Response {
    let standing = try await standing(try context.part("id"))
    let page = try await Page(request) { query, count in
      guard let cursor = try query.cursor() else { return Array(standing.scenes.prefix(count)) }
      guard let position = Int(cursor[0]) else {
        throw Problem.badRequest("'cursor' is not one of this list's")
      }
      return Array(standing.scenes.lazy.filter { $0.position > position }.prefix(count))
    }
    let rendered = try await backend.database.read { [pipeline] in
      try pipeline.rendering(ofFilm: standing.project.filmJob, in: $0)
    }
    return try await page.response(
      cursor: { Cursor.text(String($0.position)) },
      values: { Self.values($0, of: standing, rendered) })
  }

  private func assets(_ request: Request, _ context: NodeContext) async throws -> Response {
    let id = try context.part("id")
    let page = try await Page(request) { query, count in
      let after = try query.cursor(parts: 2)
      let assets = try await standing(id).assets.sorted { Self.key($0) < Self.key($1) }
      return Array(
        assets.lazy.filter { asset in
          after.map { Self.key(asset) > ($0[0], $0[1]) } ?? true
        }.prefix(count))
    }
    return page.response(
      cursor: { Cursor.text($0.scene ?? "", $0.role.rawValue) }, value: { $0.json(project: id) })
  }

  private static func key(_ asset: ProjectAsset) -> (String, String) {
    (asset.scene ?? "", asset.role.rawValue)
  }

  private func captions(_ id: String) async throws -> Response {
    _ = try await overview(id)
    guard let text = try await pipeline.captions(of: id) else {
      throw Problem.notFound("project '\(id)' has no captions, or not yet")
    }
    return Reply.bytes(text, "text/vtt; charset=utf-8", cache: "no-cache")
  }

  // MARK: Making

  private func make(_ request: Request, _ context: NodeContext) async throws -> Response {
    try await withForm(request, context) { form in
      try await pipeline.check(form.order)
      let (pipeline, document, claim) = (pipeline, form.document, context.idempotency)
      return try await pipeline.begin(form.order, engine: backend.engine) { id, begun, db in
        if let document { try pipeline.note(project: id, ofDocument: document, in: db) }
        let (project, address) = (try Self.whole(id, pipeline, db), "/api/v1/projects/\(id)")
        let answer =
          begun == .new
          ? Answered(project, at: address) : Answered(changed: project, at: address)
        try answer.keep(claim, db)
        return answer
      }.response
    }
  }

  private func estimate(_ request: Request, _ context: NodeContext) async throws -> Response {
    try await withForm(request, context) { form in
      do {
        try await pipeline.check(form.order)
      } catch let refused as OrderRefused {
        let (what, advice) = Told.apart(refused.description)
        let problem: JSONValue = ["message": .text(what), "advice": .text(advice)]
        return Reply.json(EstimateValue(estimate: nil, problems: [problem]).json)
      }
      let estimate = try await pipeline.estimate(form.order)
      return Reply.json(EstimateValue(estimate: estimate, problems: []).json)
    }
  }

  /// What was sent along with the form is gone afterwards.
  private func withForm(
    _ request: Request, _ context: NodeContext, _ work: (ProjectForm) async throws -> Response
  ) async throws -> Response {
    _ = try QueryReader(request)
    let form = try await ProjectForm(try await BodyReader.object(request, context), backend)
    defer { form.end() }
    return try await Problem.translating { try await work(form) }
  }

  // MARK: Steering

  private typealias Change = @Sendable (NodeBackend, String, any Connection) throws -> Void

  /// What a request's body asks for.
  private static let steering: [(String, @Sendable (inout ObjectReader) throws -> Change)] = [
    (
      "continue",
      { body in
        let budget = try body.whole("budget_microdollars", in: 0...1_000_000_000_000)
        return { backend, id, db in
          try backend.pipeline.continue(
            id, budgetMicrodollars: budget.map(Int64.init), engine: backend.engine, in: db)
        }
      }
    ),
    (
      "retry",
      { _ in { try $0.pipeline.retry($1, engine: $0.engine, in: $2) } }
    ),
    (
      "cancel",
      { _ in { try $0.pipeline.cancel($1, engine: $0.engine, in: $2) } }
    ),
  ]
}

/// A body that may be left out.
enum OptionalBody {
  static func object(_ request: Request, _ context: NodeContext) async throws -> ObjectReader {
    let bytes = try await BodyReader.bytes(request, context, upTo: 64 << 10)
    return try ObjectReader(bytes.readableBytes == 0 ? [:] : try BodyReader.json(bytes))
  }
}

/// What a film would be and cost.
struct EstimateValue {
  /// Nil where there are problems.
  var estimate: FilmEstimate?
  var problems: [JSONValue]

  var json: JSONValue {
    [
      "title": .text(estimate?.script.title), "script_is_draft": .bool(estimate?.isDraft ?? false),
      "scenes": .array(
        (estimate?.script.scenes ?? []).map {
          [
            "title": .string($0.title), "narration": .string($0.narration),
            "visual": .string($0.visual), "language": .string($0.language),
          ]
        }),
      "seconds": .real(estimate.map { ($0.seconds * 10).rounded() / 10 }),
      "microdollars": .whole(estimate?.microdollars),
      "items": .array(
        (estimate?.lines ?? []).map {
          [
            "what": .string($0.what), "provider": .string($0.provider),
            "unit": .string($0.cost.unit), "amount": .number($0.cost.amount),
            "microdollars": .whole($0.cost.microdollars),
          ]
        }), "problems": .array(problems),
    ]
  }
}
