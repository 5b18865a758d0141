internal import Compositing
internal import Foundation
internal import Jobs
internal import Storage

/// What a job's run needs of its worker.
struct WorkerTools: Sendable {
  let queue: RenderQueue
  let assets: any AssetStore
  let options: WorkerOptions
  /// Writes in the transactions that end a film.
  let finished: @Sendable (any Connection, RenderJob) throws -> Void
  let report: @Sendable (WorkerNews) -> Void
}

/// One leased job, from its child's first request to the transaction that ends it.
struct JobRun: Sendable {
  let lease: Lease
  let tools: WorkerTools
  let slot: RenderSlot
  let watch: ProgressWatch
  private let began = ContinuousClock.now

  /// What became of a job.
  enum Outcome: Sendable {
    case done
    case failed(isRetried: Bool)
    /// Cancelled, or given to another worker meanwhile.
    case lost
  }

  /// Why a child was ended before it had answered.
  private enum Stop: Error {
    case leaseLost
    case stalled(frames: Int, after: Duration)
  }

  init(_ lease: Lease, tools: WorkerTools, slot: RenderSlot) {
    (self.lease, self.tools, self.slot) = (lease, tools, slot)
    watch = ProgressWatch(patience: tools.options.patience)
  }

  private var job: RenderJob { lease.job }
  private var queue: RenderQueue { tools.queue }

  /// Cancelling the task ends the child; then the outcome is `.lost`, and the lease stands as it did.
  func run() async -> Outcome {
    do {
      let payload = try JobJSON.read(JobPayload.self, job.payload)
      let reply = try await guarded { try await work(payload) }
      try await keepingLease { try await finish(reply, payload) }
      return .done
    } catch {
      return await end(with: error)
    }
  }

  /// Renews the lease while `body` runs, which has no child that could be stuck.
  private func keepingLease<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async rethrows -> Value {
    let keeper = Task { [queue, lease, heartbeat = tools.options.heartbeat] in
      while (try? await Task.sleep(for: heartbeat)) != nil { _ = try? await queue.renew(lease) }
    }
    defer { keeper.cancel() }
    return try await body()
  }

  /// Runs `body` as long as the lease holds and something moves; ends the child where one of them stops.
  private func guarded(
    _ body: @escaping @Sendable () async throws -> ChildReply
  ) async throws -> ChildReply {
    try await withThrowingTaskGroup(of: ChildReply?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await holdLease()
        return nil
      }
      // Hears at once of the run's cancelling, also while the lease is being renewed.
      group.addTask {
        while true { try await Task.sleep(for: .seconds(3600)) }
      }
      defer { group.cancelAll() }
      do {
        while let reply = try await group.next() { if let reply { return reply } }
        throw CancellationError()
      } catch {
        // In this order: a body that is cancelled begins no child any more, so the one that is ended is the last.
        group.cancelAll()
        if !(error is ChildFailure) { await slot.kill() }
        throw error
      }
    }
  }

  /// Renews the lease and notes the progress until the lease is lost or the render is stuck; then throws.
  private func holdLease() async throws {
    while true {
      try await Task.sleep(for: tools.options.heartbeat)
      if let stall = watch.stall() { throw Stop.stalled(frames: stall.frames, after: stall.after) }
      do {
        _ = try await queue.renew(lease, framesDone: watch.frames.done)
      } catch is LeaseLost {
        throw Stop.leaseLost
      } catch let error as StorageError {
        // The lease outlasts a busy moment. When it does not, the next try says so.
        tools.report(.trouble(error.description))
      }
    }
  }

  // MARK: The work

  private func work(_ payload: JobPayload) async throws -> ChildReply {
    let document: String
    do {
      document = try await tools.assets.file(of: payload.order.document)
    } catch let error as StorageError {
      throw ChildFailure(
        code: "E_ASSET_MISSING", message: "its document is gone: \(error)\n  → queue it again",
        isRetryable: false)
    }
    try await slot.prepare(payload.order, documentPath: document, watch: watch)
    switch job.kind {
    case .segment: return try await slot.ask(.segment(key: job.key ?? ""), watch: watch)
    case .sound: return try await slot.ask(.sound(key: job.key ?? ""), watch: watch)
    case .film:
      try await stage(payload.order)
      return try await slot.ask(
        .film(places: try places(for: payload), jobs: tools.options.jobs), watch: watch,
        mayPublish: { [queue, lease] in (try? await queue.renew(lease)) != nil })
    }
  }

  /// Puts the segments that other workers made into the cache, where the child looks for them. What is missing or
  /// damaged is rendered anew by the child.
  private func stage(_ order: RenderOrder) async throws {
    let cache = try SegmentCache(folder: order.cacheFolder)
    for part in try await queue.parts(of: job.id) {
      guard let text = part.result, let result = try? JobJSON.read(PartResult.self, text),
        !cache.contains(result.key), let path = try? await tools.assets.file(of: result.asset)
      else { continue }
      _ = cache.adopt(path, as: result.key)
    }
  }

  /// Where films are made that stay in the store.
  private func places(for payload: JobPayload) throws -> [String: String] {
    var places: [String: String] = [:]
    for film in payload.order.films where film.path == nil {
      try FileManager.default.createDirectory(
        atPath: workFolder, withIntermediateDirectories: true)
      places[film.variant] = "\(workFolder)/\(film.variant).\(payload.container)"
    }
    return places
  }

  private var workFolder: String { "\(tools.options.folder)/work/\(job.id)-\(lease.fence)" }

  // MARK: The end

  private func finish(_ reply: ChildReply, _ payload: JobPayload) async throws {
    let result: String
    var withWarnings = false
    switch reply {
    case .segment(let path, let frames, let bytes):
      let asset = try await tools.assets.adopt(fileAt: path)
      result = try JobJSON.text(
        PartResult(key: job.key ?? "", asset: asset, frames: frames, bytes: bytes))
    case .sound(let path):
      let asset = try await tools.assets.adopt(fileAt: path)
      result = try JobJSON.text(
        PartResult(key: job.key ?? "", asset: asset, frames: 0, bytes: 0))
    case .film(let document, let warnings, let outputs):
      withWarnings = warnings
      result = try JobJSON.text(
        FilmResult(films: try await stored(outputs, payload.order), document: document))
    default:
      throw ChildFailure(
        code: "E_INTERNAL", message: "the render child gave an answer that nobody asked for",
        isRetryable: true)
    }
    let elapsed = Int64((ContinuousClock.now - began) / .milliseconds(1))
    try await queue.finish(
      lease, result: result, withWarnings: withWarnings, elapsedMS: elapsed
    ) { [tools] connection, job in
      if job.kind == .film { try tools.finished(connection, job) }
    }
    tools.report(
      .finished(label: job.label, seconds: Double(elapsed) / 1000, frames: job.frames))
    try? FileManager.default.removeItem(atPath: workFolder)
    if job.kind == .film { await emptyStore() }
  }

  /// Takes films that have no path, with the files beside them, into the store.
  private func stored(
    _ outputs: [ChildFilm], _ order: RenderOrder
  ) async throws -> [FilmResult.Film] {
    var films: [FilmResult.Film] = []
    for output in outputs {
      let path = order.films.first { $0.variant == output.variant }?.path
      var stored: [String: String] = [:]
      if path == nil {
        for name in try FileManager.default.contentsOfDirectory(atPath: workFolder)
        where name.hasPrefix(output.variant + ".") {
          stored[name] = try await tools.assets.put(fileAt: workFolder + "/" + name)
        }
      }
      films.append(
        FilmResult.Film(
          variant: output.variant, path: path, sha256: output.sha256, bytes: output.bytes,
          frames: output.frames, stored: stored))
    }
    return films
  }

  /// Segments whose films are done need not be in the store any more; the cache has them as long as there is room.
  private func emptyStore() async {
    for text in (try? await queue.takeSpentResults()) ?? [] {
      guard let result = try? JobJSON.read(PartResult.self, text) else { continue }
      try? await tools.assets.remove(result.asset)
    }
  }

  private func end(with error: any Error) async -> Outcome {
    let outcome = await outcome(of: error)
    // Also where the child had answered already: nobody wants its document any more.
    if case .lost = outcome { await slot.kill() }
    return outcome
  }

  private func outcome(of error: any Error) async -> Outcome {
    try? FileManager.default.removeItem(atPath: workFolder)
    // Whatever it looks like, it came of ending the child.
    if Task.isCancelled { return .lost }
    let failure: JobFailure
    switch error {
    case Stop.leaseLost, is LeaseLost, is CancellationError: return .lost
    case Stop.stalled(let frames, let after): failure = .stalled(frames: frames, after: after)
    case let error as ChildFailure:
      failure = JobFailure(
        code: error.code, message: error.message, isRetryable: error.isRetryable)
    case let end as ChildEnd:
      if end.isCrash { await keepingLease { await blame() } }
      failure = JobFailure(end)
    case let error as StorageError:
      failure = JobFailure(
        code: error.kind == .diskFull ? "E_DISK_FULL" : "E_IO", message: error.description,
        isRetryable: true)
    case let error as any AssetServiceError:
      failure = JobFailure(code: "E_IO", message: error.description, isRetryable: true)
    default:
      failure = JobFailure(code: "E_INTERNAL", message: "\(error)", isRetryable: true)
    }
    return await fail(failure)
  }

  private func fail(_ failure: JobFailure) async -> Outcome {
    do {
      let job = try await queue.fail(lease, failure) { [tools] connection, film in
        try tools.finished(connection, film)
      }
      let isRetried = job.state == .queued
      tools.report(
        .failed(
          label: job.label, code: failure.code, message: failure.message, isRetried: isRetried))
      return .failed(isRetried: isRetried)
    } catch is LeaseLost {
      return .lost
    } catch is CancellationError {
      return .lost
    } catch {
      tools.report(.trouble("\(error)"))
      return .lost
    }
  }

  /// Finds out which of the job's files brings a decoder down, and counts it against that file.
  private func blame() async {
    guard let payload = try? JobJSON.read(JobPayload.self, job.payload),
      let wanted = try? await queue.assets(of: job.id),
      let text = try? await tools.assets.file(of: payload.order.document)
    else { return }
    for asset in payload.order.locate(wanted, documentPath: text) {
      guard await slot.crashes(on: asset.path) else { continue }
      _ = try? await queue.recordCrash(of: asset.sha256, name: asset.name) { [tools] in
        try tools.finished($0, $1)
      }
    }
  }
}

extension JobFailure {
  fileprivate static func stalled(frames: Int, after: Duration) -> JobFailure {
    let seconds = Int(after / .seconds(1))
    return JobFailure(
      code: "E_TIMEOUT_NO_PROGRESS",
      message:
        "nothing has moved for \(seconds) s after \(frames) frames\n  → look at the disk that its files are on; a slow machine needs a longer --patience",
      isRetryable: true)
  }

  fileprivate init(_ end: ChildEnd) {
    switch end {
    case .signal(SIGXCPU):
      self.init(
        code: "E_LIMIT",
        message: "the render child used up its processor time\n  → give it more with --cpu",
        isRetryable: false)
    case .signal(SIGKILL):
      self.init(
        code: "E_MEMORY",
        message:
          "the render child was killed: for want of memory, or by somebody\n  → start fewer --jobs, or close other programs",
        isRetryable: true)
    case .signal(let number) where !end.isCrash:
      self.init(
        code: "E_INTERNAL",
        message: "the render child was ended from outside, by signal \(number)", isRetryable: true)
    case .signal(let number):
      self.init(
        code: "E_DECODER_CRASH",
        message:
          "the render child ended by signal \(number)\n  → its files are looked at one by one",
        isRetryable: true)
    case .exited(let code):
      self.init(
        code: "E_INTERNAL", message: "the render child ended by itself with status \(code)",
        isRetryable: true)
    case .unstartable(let reason):
      self.init(
        code: "E_INTERNAL", message: "the render child cannot be started: \(reason)",
        isRetryable: true)
    case .killed:
      self.init(code: "E_LEASE_LOST", message: "the render child was ended", isRetryable: true)
    }
  }
}
