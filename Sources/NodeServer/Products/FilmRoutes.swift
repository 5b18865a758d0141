internal import HTTPTypes
internal import Hummingbird
internal import Jobs
internal import Media
internal import NIOPosix
internal import Pipelines
internal import Rendering
internal import SceneDocument
internal import Storage
internal import Synchronization

/// Finished films, by the ids of their jobs in the render queue.
struct FilmRoutes: RouteGroup {
  let backend: NodeBackend
  let sizes: FilmSizes

  func add(to routes: Routes) {
    let films = routes.api.group("films")
    films.get("") { request, _ in try await list(request) }
    films.one("finished film") { try await values([try await film($0)]).first }
    films.get("{id}/content") { request, context in try await content(request, context) }
    films.head("{id}/content") { request, context in try await content(request, context) }
  }

  private func list(_ request: Request) async throws -> Response {
    let page = try await Page(request) { query, count in
      try await backend.queue.page(
        kinds: [.film], states: [.done, .doneWithWarnings], before: try query.cursor()?[0],
        limit: count)
    }
    return try await page.response(cursor: { Cursor.text($0.id) }, values: values)
  }

  private func film(_ id: String) async throws -> RenderJob {
    let missing = Problem.missing("finished film", id)
    do {
      let job = try await backend.queue.job(id)
      guard job.kind == .film, job.state.isSuccess else { throw missing }
      return job
    } catch QueueError.noSuchJob {
      throw missing
    }
  }

  private func content(_ request: Request, _ context: NodeContext) async throws -> Response {
    let query = try QueryReader(request, known: FileRoutes.parameters.union(["variant"]))
    let job = try await film(try context.part("id"))
    let films = FilmResult(job)?.films ?? []
    let wanted = query["variant"]
    guard let film = wanted == nil ? films.first : films.first(where: { $0.variant == wanted })
    else {
      throw Problem.notFound(
        "the film has no variant '\(wanted ?? "")'")
    }
    guard let file = try await file(film) else {
      throw Problem.notFound("the film's file is not where it was written to any more")
    }
    return try await FileAnswer(
      file: file, downloadName: query["download"], isImmutable: false
    ).response(to: request)
  }

  private func file(_ film: FilmResult.Film) async throws -> StoredFile? {
    if let path = film.path {
      if let there = VideoPipeline.film(film.sha256, at: path, bytes: film.bytes) { return there }
    }
    guard ContentName.isOne(film.sha256), var file = try await backend.pipeline.file(film.sha256)
    else { return nil }
    if file.mediaType.isEmpty { file.mediaType = "video/mp4" }
    return file
  }

  private func values(_ jobs: [RenderJob]) async throws -> [JSONValue] {
    let projects = try await backend.pipeline.projects(ofFilms: jobs.map(\.id))
    var values: [JSONValue] = []
    for job in jobs {
      guard let film = FilmResult(job)?.films.first else { continue }
      let project = projects[job.id]
      let overview = try await project.asyncFlatMap {
        try await backend.pipeline.overview(of: $0.id)
      }
      let size = try await size(film, project)
      let seconds = FilmDurations.seconds(job)
      values.append([
        "id": .string(job.id), "title": .string(project?.title ?? job.label),
        "project_id": .text(project?.id), "sha256": .string(film.sha256),
        "bytes": .whole(film.bytes), "duration_seconds": .real(seconds),
        "width": .whole(size?.width), "height": .whole(size?.height),
        "url": .string(Place.film(job.id)),
        "poster_url": .text(overview?.poster.map { Place.asset($0.sha256) }),
        "captions_url": .text(project.map { Place.captions($0.id) }),
        "warnings": FilmWarnings.of(job),
        "created_at": .time(job.endedMS ?? job.createdMS),
      ])
    }
    return values
  }

  private func size(_ film: FilmResult.Film, _ project: Project?) async throws -> FilmSize? {
    if let settings = project?.settings {
      return FilmSize(width: settings.width, height: settings.height)
    }
    guard let file = try await file(film) else { return nil }
    return await sizes.size(of: file)
  }
}

/// How long films are, as their results say.
enum FilmDurations {
  static func seconds(_ job: RenderJob) -> Double? {
    guard let text = FilmResult(job)?.document,
      case .array(let outputs)? = JSONValue.stored(text)["outputs"],
      case .number(let seconds)? = outputs.first?["duration"]
    else { return nil }
    return seconds
  }
}

/// Pixels of films that no project made, looked up in the file once.
final class FilmSizes: Sendable {
  private let known = Mutex<[String: FilmSize?]>([:])

  func size(of file: StoredFile) async -> FilmSize? {
    if let size = known.withLock({ $0[file.sha256] }) { return size }
    let path = file.path
    let found: FilmSize? = try? await NIOThreadPool.singleton.runIfActive { () -> FilmSize? in
      let film = try Demuxer(path: path)
      return film.firstStream(.video).map { FilmSize(width: $0.width, height: $0.height) }
    }
    known.withLock { known in
      if known.count > 4_000 { known.removeAll() }
      known[file.sha256] = found
    }
    return found
  }
}

extension Optional {
  fileprivate func asyncFlatMap<Value>(
    _ transform: (Wrapped) async throws -> Value?
  ) async rethrows -> Value? {
    guard let self else { return nil }
    return try await transform(self)
  }
}
