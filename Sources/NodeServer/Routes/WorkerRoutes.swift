internal import Hummingbird
internal import Jobs
internal import SceneDocument
internal import Storage

/// Workers, and the render queue as a whole.
struct WorkerRoutes: RouteGroup {
  let backend: NodeBackend

  func add(to routes: Routes) {
    let queue = backend.queue
    routes.api.get("workers") { request, _ in
      let now = backend.clock.now
      let page = try await Page(request) { query, count in
        let after = try query.cursor()?[0] ?? ""
        let all = try await queue.workers().sorted { $0.id < $1.id }
        return Array(all.lazy.filter { $0.id > after }.prefix(count))
      }
      return page.response(cursor: { Cursor.text($0.id) }, value: { $0.json(now: now) })
    }
    routes.api.get("render-queue") { request, _ in
      _ = try QueryReader(request)
      return Reply.json(try await QueueState.read(queue).json)
    }
    routes.api.post("render-queue/pause") { request, context in
      try await steer(request, context) { try queue.pause(in: $0) }
    }
    routes.api.post("render-queue/resume") { request, context in
      try await steer(request, context) { try queue.resume(in: $0) }
    }
  }

  private func steer(
    _ request: Request, _ context: NodeContext,
    _ change: @escaping @Sendable (any Connection) throws -> Void
  ) async throws -> Response {
    _ = try QueryReader(request)
    try await BodyReader.noBody(request, context)
    let queue = backend.queue
    return try await backend.changing(context) { db in
      try change(db)
      return Answered(changed: try QueueState.read(queue, in: db).json)
    }
  }
}

extension WorkerRecord {
  func json(now: Int64) -> JSONValue {
    [
      "id": .string(id), "host": .string(host), "pid": .integer(pid), "slots": .integer(slots),
      "jobs": .integer(jobs), "started_at": .time(startedMS), "seen_at": .time(seenMS),
      "is_live": .bool(now - seenMS < 60_000),
    ]
  }
}

/// The render queue as a whole.
struct QueueState: Sendable, Equatable {
  var pausedSince: Int64?
  var counts: [JobState: Int]

  static func read(_ queue: RenderQueue) async throws -> QueueState {
    let (paused, counts) = try await queue.summary()
    return QueueState(pausedSince: paused, counts: counts)
  }

  static func read(_ queue: RenderQueue, in db: any Connection) throws -> QueueState {
    QueueState(pausedSince: try queue.pausedSince(in: db), counts: try queue.counts(in: db))
  }

  var json: JSONValue {
    func count(_ states: JobState...) -> JSONValue {
      .integer(states.reduce(0) { $0 + counts[$1, default: 0] })
    }
    return [
      "paused": .bool(pausedSince != nil), "paused_since": .time(pausedSince),
      "counts": [
        "blocked": count(.blocked), "queued": count(.queued), "leased": count(.leased),
        "done": count(.done, .doneWithWarnings), "failed": count(.failed),
        "cancelled": count(.cancelled),
      ],
    ]
  }
}
