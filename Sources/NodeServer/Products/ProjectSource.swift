internal import Jobs
internal import Pipelines
internal import SceneDocument
internal import Storage

/// Projects that are under way or have changed of late, and the scenes of those that somebody looks at.
struct ProjectSource: LiveSource {
  let pipeline: VideoPipeline
  private var projects = LiveDifference<String>()
  private var scenes: [String: LiveDifference<String>] = [:]
  /// All of them, so that clients hear of those that are deleted.
  private var ids: Set<String>?

  init(pipeline: VideoPipeline) { self.pipeline = pipeline }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    let single = Set(wanted.compactMap { $0.id(of: "project") })
    scenes = scenes.filter { single.contains($0.key) }
    if !wanted.contains(.projects) && single.isEmpty {
      (projects, ids) = (LiveDifference(), nil)
      return []
    }
    let now = pipeline.studio.clock.now
    // One that was under way a moment ago has ended since, and says so by its time.
    let found = try await pipeline.projects(activeSince: now - 60_000, and: single)
    let texts = found.map { ($0.id, $0.json.compactText) }
    let told = projects.known
    _ = projects.changed(texts)
    var messages = texts.filter { told[$0.0] != $0.1 }.map { id, text in
      LiveMessage(event: "project", topics: [.projects, .project(id)], data: text)
    }
    messages += try await removed()
    for id in single { messages += try await look(atScenesOf: id) }
    return messages
  }

  private mutating func removed() async throws -> [LiveMessage] {
    let now = try await pipeline.projectIDs()
    defer { ids = now }
    return (ids ?? now).subtracting(now).map { id in
      LiveMessage(
        event: "project_removed", topics: [.projects, .project(id)],
        data: JSONValue.object([.init("id", .string(id))]).compactText)
    }
  }

  private mutating func look(atScenesOf id: String) async throws -> [LiveMessage] {
    let looked = try await pipeline.studio.database.read { [pipeline] db in
      try pipeline.standing(of: id, in: db).map {
        ($0, try pipeline.rendering(ofFilm: $0.project.filmJob, in: db))
      }
    }
    guard let (standing, rendered) = looked else { return [] }
    let texts = standing.scenes.map { scene in
      (
        scene.id,
        SceneValue(
          scene: scene, settings: standing.project.settings, assets: standing.assets,
          rendered: rendered[scene.position]
        ).json.compactText
      )
    }
    return scenes[id, default: LiveDifference()].changed(texts).map {
      LiveMessage(event: "scene", topics: [.project(id)], data: $0)
    }
  }
}

/// Jobs of the render queue that have not ended, and the end of those.
struct JobSource: LiveSource {
  let queue: RenderQueue
  let pipeline: VideoPipeline
  private let clock: any NodeClock
  private var jobs = LiveDifference<String>()
  /// What the jobs that are followed were queued for, which stays as it is.
  private var origins: [String: JobOrigin?] = [:]
  private var counts: [JobState: Int] = [:]
  private var resets = LiveResets([.queue])

  /// Jobs that are looked at.
  private static let limit = 300

  init(queue: RenderQueue, pipeline: VideoPipeline, clock: any NodeClock) {
    (self.queue, self.pipeline, self.clock) = (queue, pipeline, clock)
  }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    guard wanted.contains(.queue) else {
      (jobs, origins) = (LiveDifference(), [:])
      return []
    }
    var live = try await queue.page(states: [.blocked, .queued, .leased], limit: Self.limit)
    if live.count == Self.limit { try await lookBeyond(&live) }
    let there = Set(live.map(\.id))
    for id in jobs.known.keys where !there.contains(id) {
      if let ended = try? await queue.job(id) { live.append(ended) }
    }
    try await learnOrigins(of: live)
    var texts: [(String, String)] = []
    for job in live {
      let isFilm = job.kind == .film && !job.state.isEnded
      let progress = isFilm ? try? await queue.progress(of: job.id) : nil
      let value = RenderJobValue(job: job, progress: progress, origin: origins[job.id] ?? nil)
      texts.append((job.id, value.json.compactText))
    }
    let changed = jobs.changed(texts)
    // Those that have ended were told of, and are not looked at again.
    _ = jobs.changed(texts.filter { there.contains($0.0) })
    origins = origins.filter { there.contains($0.key) }
    return changed.map { LiveMessage(event: "job", topics: [.queue], data: $0) }
      + resets.due(at: clock.now)
  }

  private mutating func learnOrigins(of live: [RenderJob]) async throws {
    let new = live.filter { origins[$0.id] == nil }
    if new.isEmpty { return }
    let found = try await pipeline.studio.database.read { [pipeline] in
      try pipeline.origins(of: new, in: $0)
    }
    for job in new { origins.updateValue(found[job.id], forKey: job.id) }
  }

  /// Of more jobs than are looked at, those that are executed, and whether others have gone from one state to another.
  private mutating func lookBeyond(_ live: inout [RenderJob]) async throws {
    let known = Set(live.map(\.id))
    live += try await queue.page(states: [.leased], limit: Self.limit)
      .filter { !known.contains($0.id) }
    let now = try await queue.counts()
    if now != counts { resets.owe() }
    counts = now
  }
}
