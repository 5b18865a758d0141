internal import Compositing
internal import HTTPTypes
internal import Hummingbird
internal import Jobs
internal import Pipelines
internal import Rendering
internal import SceneDocument
internal import Storage
internal import Workflows

/// Jobs of the render queue.
struct RenderJobRoutes: RouteGroup {
  let backend: NodeBackend

  func add(to routes: Routes) {
    let jobs = routes.api.group("render-jobs")
    jobs.get("") { request, _ in try await list(request) }
    jobs.post("") { request, context in try await add(request, context) }
    jobs.one("job") { [backend] id in
      try await backend.database.read { try Self.detail(id, backend, $0) }
    }
    for (word, steer) in Self.steering {
      jobs.post("{id}/\(word)") { request, context in
        _ = try QueryReader(request)
        let id = try context.part("id")
        try await BodyReader.noBody(request, context)
        let backend = backend
        return try await backend.changing(context) { db in
          try steer(backend, id, db)
          return Answered(changed: try Self.detail(id, backend, db))
        }
      }
    }
  }

  private typealias Steer = @Sendable (NodeBackend, String, any Connection) throws -> Void

  private static let steering: [(String, Steer)] = [
    (
      "cancel",
      { backend, id, db in
        _ = try backend.queue.cancel(id, in: db) { db, film in
          _ = try backend.engine.send(FilmEvents.of(film), in: db)
        }
      }
    ),
    (
      "retry",
      { backend, id, db in
        let job = try backend.queue.progress(of: id, in: db).film
        if let project = try backend.pipeline.endedProject(of: job, in: db) {
          throw Problem(
            .conflict,
            "job \(job.id) is of project '\(project)', with which alone it is made again",
            advice: "retry the project", name: .wrongState)
        }
        _ = try backend.queue.retry(id, in: db)
      }
    ),
    ("pause", { backend, id, db in try backend.queue.pause(id, in: db) }),
    ("resume", { backend, id, db in try backend.queue.resume(id, in: db) }),
  ]

  // MARK: Reading

  private func list(_ request: Request) async throws -> Response {
    let page = try await Page(request, known: ["state", "kind"]) { query, count in
      let states = try query.word("state", of: JobState.self).map { [$0] as Set }
      let kinds = try query.word("kind", of: JobKind.self).map { [$0] as Set }
      return try await backend.queue.page(
        kinds: kinds ?? Set(JobKind.allCases), states: states ?? Set(JobState.allCases),
        before: try query.cursor()?[0], limit: count)
    }
    return try await page.response(cursor: { Cursor.text($0.id) }, values: values)
  }

  /// Parts of ended films and of segments tell nothing more.
  private func values(_ jobs: [RenderJob]) async throws -> [JSONValue] {
    let origins = try await backend.database.read { [pipeline = backend.pipeline] in
      try pipeline.origins(of: jobs, in: $0)
    }
    var values: [JSONValue] = []
    for job in jobs {
      let isLive = job.kind == .film && !job.state.isEnded
      let progress = isLive ? try? await backend.queue.progress(of: job.id) : nil
      values.append(
        RenderJobValue(job: job, progress: progress, origin: origins[job.id]).json)
    }
    return values
  }

  private static func detail(
    _ id: String, _ backend: NodeBackend, _ db: any Connection
  ) throws -> JSONValue {
    try detail(
      try backend.queue.progress(of: id, in: db), try backend.queue.parts(of: id, in: db),
      backend, db)
  }

  private static func detail(
    _ progress: FilmProgress, _ parts: [RenderJob], _ backend: NodeBackend,
    _ db: any Connection
  ) throws -> JSONValue {
    let film = progress.film
    let origins = try backend.pipeline.origins(of: [film] + parts, in: db)
    let members =
      RenderJobValue(job: film, progress: progress, origin: origins[film.id]).members + [
        .init(
          "part_list",
          .array(
            parts.map { RenderJobValue(job: $0, progress: nil, origin: origins[$0.id]).json })),
        .init("warnings", FilmWarnings.of(film)),
        .init(
          "failures",
          .array(
            film.failures.map { failure in
              let (what, advice) = Told.apart(failure.message)
              return [
                "code": .string(failure.code), "message": .text(what), "advice": .text(advice),
                "at": .time(failure.atMS),
              ]
            })),
      ]
    return .object(members)
  }

  // MARK: Adding

  private func add(_ request: Request, _ context: NodeContext) async throws -> Response {
    _ = try QueryReader(request)
    var body = try await BodyReader.object(request, context, upTo: 9 << 20)
    guard let document = body.value("document") else { throw body.wrong("document", "is missing") }
    let isStored = try body.bool("store")
    let output = try body.string("output", upTo: 1_000)
    let variants = try Self.variants(&body)
    let priority = try body.whole("priority", in: -1000...1000) ?? JobPriority.normal
    try body.finish()
    if isStored == true, output != nil { throw body.wrong("store", "excludes 'output'") }
    if isStored == false, output == nil { throw body.wrong("output", "is missing") }
    let order = try await DocumentOrder(
      document, below: try DocumentRoot.folder(backend), backend)
    var path: String?
    if let output {
      let suffix = "." + order.prepared.document.output.container.rawValue
      do {
        path = try OutputPlace(backend.products.outputFolder).path(output, suffix: suffix)
      } catch {
        throw body.wrong("output", error.description)
      }
    }
    let (backend, claim) = (backend, context.idempotency)
    // The job and the answer are there together, so that a request that is sent again adds no second one.
    let added = try await order.submit(
      variants: variants, output: path, name: FileName.safe(output ?? order.prepared.document.id),
      priority: priority, backend
    ) { progress, parts, db in
      let answer = Answered(
        try Self.detail(progress, parts, backend, db), at: "/api/v1/render-jobs/\(progress.film.id)"
      )
      try answer.keep(claim, db)
      return answer
    }
    return added.response
  }

  private static func variants(_ body: inout ObjectReader) throws -> [String] {
    guard let value = body.value("variants") else { return [] }
    guard case .array(let items) = value, items.count <= 100 else {
      throw body.wrong("variants", "must be a list of variants' ids")
    }
    return try items.map {
      guard case .string(let id) = $0 else {
        throw body.wrong("variants", "must be a list of variants' ids")
      }
      return id
    }
  }
}

/// The folder that clients' documents take files from.
enum DocumentRoot {
  /// An empty folder where the node was given none: documents without files can be made anyway.
  static func folder(_ backend: NodeBackend) throws -> String {
    if let root = backend.products.documentRoot { return root }
    let folder = backend.folder + "/no-files"
    try FileMaker.makeFolder(folder)
    return folder
  }
}
