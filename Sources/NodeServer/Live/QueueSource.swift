internal import Jobs
internal import SceneDocument
internal import Storage

/// The render queue as a whole.
struct QueueSource: LiveSource {
  let queue: RenderQueue
  private var last: QueueState?

  init(queue: RenderQueue) { self.queue = queue }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    guard wanted.contains(.queue) else {
      last = nil
      return []
    }
    let state = try await QueueState.read(queue)
    defer { last = state }
    return state == last
      ? [] : [LiveMessage(event: "queue", topics: [.queue], data: state.json.compactText)]
  }
}

/// Workers, with the jobs that they have.
struct WorkerSource: LiveSource {
  let queue: RenderQueue
  var clock: any NodeClock = SystemClock()
  private var workers = LiveDifference<Seen>()

  init(queue: RenderQueue) { self.queue = queue }

  /// A worker as people see it: that it was seen a second later again is no change.
  private struct Seen: Equatable, Sendable {
    var worker: WorkerRecord
    static func == (left: Seen, right: Seen) -> Bool {
      left.worker.slots == right.worker.slots && left.worker.jobs == right.worker.jobs
        && right.worker.seenMS - left.worker.seenMS < 20_000
    }
  }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    guard wanted.contains(.workers) else {
      workers = LiveDifference()
      return []
    }
    let now = clock.now
    let gone = workers.known
    let found = try await queue.workers().map { ($0.id, Seen(worker: $0)) }
    let changed = workers.changed(found).map { $0.worker.json(now: now) }
    let left = gone.values.filter { workers.known[$0.worker.id] == nil }
      .map { $0.worker.json(now: .max) }
    return (changed + left).map {
      LiveMessage(event: "worker", topics: [.workers], data: $0.compactText)
    }
  }
}
