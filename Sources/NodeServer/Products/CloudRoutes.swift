internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Jobs
internal import Rendering
internal import SceneDocument
internal import Storage

/// The address of the former cloud function: a payload with addresses of files goes in, the film's address comes out.
struct CloudRoutes: RouteGroup {
  let backend: NodeBackend
  private let places = CloudPlaces()

  init(backend: NodeBackend) { self.backend = backend }

  /// How long the film's address opens: as long as signed addresses may.
  private static let linkSeconds = 7 * 86_400

  private var folders: CloudFolders {
    CloudFolders(root: backend.folder + "/cloud") { [queue = backend.queue] job in
      do { return try await queue.job(job).state.isEnded } catch QueueError.noSuchJob {
        return true
      } catch { return false }
    }
  }

  func add(to routes: Routes) {
    routes.root.post("merge-scenes") { request, context in try await merge(request, context) }
  }

  private func merge(_ request: Request, _ context: NodeContext) async throws -> Response {
    _ = try QueryReader(request)
    let payload = try CloudPayload(try await BodyReader.json(request, context, upTo: 8 << 20))
    let reading = SceneDocument.read(payload.document.prettyText)
    guard reading.document != nil else {
      throw DocumentOrder.problem(reading.diagnostics, hasPlaces: false)
    }
    let isAsync = (request.headers[.prefer] ?? "").lowercased().contains("respond-async")
    let claim = context.idempotency
    let begun: RenderJob
    if let known = try await goingOn(claim) {
      begun = known
    } else {
      begun = try await begin(payload, claim, isAsync: isAsync)
    }
    if isAsync {
      var response = Self.accepted(begun.id).response
      response.headers[.preferenceApplied] = "respond-async"
      return response
    }
    // Who goes finds the film among the node's films.
    var response = try await request.body.consumeWithCancellationOnInboundClose { _ in
      try await finished(
        begun, PublicAddress.of(context.settings, askedAs: request.head.authority))
    }
    // Watching for that ends the connection after the answer.
    response.headers[.connection] = "close"
    return response
  }

  /// The film that the same request began before; nil where there is none, or none that could still be one.
  private func goingOn(_ claim: IdempotencyClaim?) async throws -> RenderJob? {
    guard let id = claim?.subject else { return nil }
    do {
      let job = try await backend.queue.job(id)
      return job.state.isEnded && !job.state.isSuccess ? nil : job
    } catch QueueError.noSuchJob {
      return nil
    }
  }

  private func begin(
    _ payload: CloudPayload, _ claim: IdempotencyClaim?, isAsync: Bool
  ) async throws -> RenderJob {
    guard await places.take() else {
      throw Problem(
        .tooManyRequests, "too many payloads are being fetched", headers: [.retryAfter: "10"])
    }
    do {
      let job = try await queued(payload, claim, isAsync: isAsync)
      await places.giveBack()
      return job
    } catch {
      await places.giveBack()
      throw error
    }
  }

  /// Fetches the files and puts the film into the queue.
  private func queued(
    _ payload: CloudPayload, _ claim: IdempotencyClaim?, isAsync: Bool
  ) async throws -> RenderJob {
    let folders = folders
    let folder = try await folders.make()
    do {
      try await CloudFetcher(settings: backend.products).fetch(payload.files, into: folder)
      let order = try await DocumentOrder(payload.document, below: folder, backend)
      return try await order.submit(
        variants: [], output: nil, name: FileName.safe(payload.projectID),
        priority: JobPriority.normal, backend
      ) { progress, _, db in
        let job = progress.film
        try claim?.begin(job.id, in: db)
        if isAsync { try Self.accepted(job.id).keep(claim, db) }
        // Where the job comes to nothing, so does the note.
        try folders.keep(folder, for: job.id)
        return job
      }
    } catch {
      folders.remove(folder)
      throw error
    }
  }

  private static func accepted(_ job: String) -> Answered {
    let address = "/api/v1/render-jobs/\(job)"
    return Answered(
      accepted: ["id": .string(job), "statusUrl": .string(address)], at: address)
  }

  private func finished(_ job: RenderJob, _ node: String) async throws -> Response {
    for try await progress in backend.queue.watch(job.id) where progress.film.state.isEnded {
      return try answer(progress.film, node)
    }
    throw CancellationError()
  }

  private func answer(_ film: RenderJob, _ node: String) throws -> Response {
    guard film.state.isSuccess, let made = FilmResult(film)?.films.first else {
      if film.state == .cancelled {
        throw Problem(.conflict, "the film was cancelled in the render queue", name: .cancelled)
      }
      let isOurs = film.errorIsRetryable ?? true
      throw Problem(
        isOurs ? .internalServerError : .unprocessableContent,
        told: film.errorMessage ?? "the film could not be made", name: .renderFailed)
    }
    let link = LinkMaker(backend).link(Place.asset(made.sha256), seconds: Self.linkSeconds)
    return Reply.json([
      "outputPath": .string(Place.asset(made.sha256)),
      "publicUrl": .string(node + link.address),
    ])
  }
}

/// How many payloads are fetched at a time.
actor CloudPlaces {
  private var free = 8

  func take() -> Bool {
    if free == 0 { return false }
    free -= 1
    return true
  }

  func giveBack() { free += 1 }
}

extension HTTPField.Name {
  static var prefer: HTTPField.Name { HTTPField.Name("Prefer")! }
  static var preferenceApplied: HTTPField.Name { HTTPField.Name("Preference-Applied")! }
}
