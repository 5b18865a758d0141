internal import Foundation
public import Media
public import SceneDocument

/// Where a film goes and with what means it is made. Nothing of it changes a byte of the film.
public struct RenderOptions: Sendable {
  /// The film's file; its folder must exist.
  public var outputPath: String
  /// nil renders without keeping anything.
  public var cacheFolder: String?
  public var cacheLimit = SegmentCache.defaultLimit
  /// Segments rendered at the same time.
  public var jobs: Int
  /// Asked when the film is verified and before it gets its name; where it throws, no file appears.
  public var beforePublishing: (@Sendable () async throws -> Void)?
  /// Stops the render from another thread, and shows that it is alive.
  public var interrupt = Interrupt()

  public init(outputPath: String, cacheFolder: String?, jobs: Int) {
    (self.outputPath, self.cacheFolder, self.jobs) = (outputPath, cacheFolder, jobs)
  }
}

/// A document with everything found out about it that rendering needs.
public struct RenderRequest: Sendable {
  public var document: SceneDocument
  /// SHA-256 of the document's text.
  public var documentSHA256: String
  public var timeline: Timeline
  /// Absolute paths of the assets by SHA-256.
  public var files: PictureFiles
  /// Warnings of the stages before.
  public var warnings: [Diagnostic]

  public init(
    document: SceneDocument, documentSHA256: String, timeline: Timeline, files: PictureFiles,
    warnings: [Diagnostic]
  ) {
    (self.document, self.documentSHA256, self.timeline) = (document, documentSHA256, timeline)
    self.warnings = warnings
    self.files = PictureFiles(files.paths.merging(timeline.fonts) { asset, _ in asset })
  }
}

/// One of the films that are made of a document, and where it goes.
public struct FilmVariant: Sendable {
  /// `main` for the film of the output itself.
  public var id: String
  public var request: RenderRequest
  public var outputPath: String

  public init(id: String, request: RenderRequest, outputPath: String) {
    (self.id, self.request, self.outputPath) = (id, request, outputPath)
  }
}

/// Renders a film: segments in parallel, sound beside them, then join, verify and rename. The variants of a
/// document are rendered together: sources are decoded once for all of them, and the sound is made once.
///
/// Throws `RenderError`, `MediaError` or `HostError`; then nothing is left under the films' names that was not
/// there before, and finished segments stay in the cache for the next try. Cancelling the task stops the render
/// within a frame or two.
public struct FilmRenderer: Sendable {
  public let variants: [FilmVariant]
  public let options: RenderOptions
  /// Of each variant.
  public let plans: [RenderPlan]

  /// The first variant's.
  public var request: RenderRequest { variants[0].request }
  public var plan: RenderPlan { plans[0] }

  public init(_ request: RenderRequest, options: RenderOptions) {
    self.init(
      [
        FilmVariant(
          id: SceneDocument.mainVariant, request: request, outputPath: options.outputPath)
      ], options: options)
  }

  /// Films of one document; all have the same scenes, times and sounds. The list is not empty.
  public init(_ variants: [FilmVariant], options: RenderOptions) {
    precondition(!variants.isEmpty, "a film to render")
    (self.variants, self.options) = (variants, options)
    plans = variants.map { RenderPlan($0.request) }
  }

  public func render(
    progress: @escaping @Sendable (RenderProgress) -> Void
  ) async throws -> RenderResult {
    let interrupt = options.interrupt
    return try await withTaskCancellationHandler {
      do {
        return try await render(interrupt, progress)
      } catch let error as MediaError where error.isInterrupted {
        throw RenderError.cancelled
      } catch is CancellationError {
        throw RenderError.cancelled
      }
    } onCancel: {
      interrupt.cancel()
    }
  }

  private func render(
    _ interrupt: Interrupt, _ progress: @escaping @Sendable (RenderProgress) -> Void
  ) async throws -> RenderResult {
    var outputs: [OutputFile] = []
    defer { for output in outputs { output.close() } }
    for variant in variants {
      let output = try OutputFile(path: variant.outputPath)
      outputs.append(output)
      try output.expectRoom(for: variant.request)
    }
    var clock = PhaseClock()
    let cache = try SegmentCache(
      folder: options.cacheFolder ?? outputs[0].workPath, limit: options.cacheLimit)
    let work = try WorkFolder(in: cache)
    defer { work.close() }

    let todo = SegmentWork(plans, cache: cache, work: work)
    let frames = variants.reduce(0) { $0 + $1.request.timeline.frames }
    // What is taken from the cache, and scenes that look like others, which are rendered once.
    let counter = ProgressCounter(
      total: frames, reused: frames - todo.frames, report: progress)
    counter.enter(.rendering)
    clock.mark("plan")

    let sound = try await renderAll(
      todo, cache: cache, workPath: work.path, counter: counter, interrupt: interrupt)
    clock.mark("render")

    counter.enter(.joining)
    let parts = outputs.map(\.partialPath)
    let workPath = work.path
    let finished = try await blocking {
      try join(to: parts, workPath: workPath, sound: sound, counter, interrupt)
    }
    clock.mark("join", until: finished.joinedAt)
    clock.mark("verify")

    for film in finished.films { try refuseDamage(film.joined.damage) }
    try interrupt.check()
    var result = report(finished.films, sound, rendered: todo.keys)
    let companions = try await blocking {
      try variants.map { try Companions(request: $0.request, interrupt: interrupt).make() }
    }
    try await options.beforePublishing?()
    for (number, output) in outputs.enumerated() {
      let published = try output.publish()
      for file in companions[number] {
        try HostFile.replace(output.companion(file.suffix), with: file.bytes)
      }
      let variant = variants[number]
      let timeline = variant.request.timeline
      result.outputs.append(
        RenderResult.FilmOutput(
          variant: variant.id, path: variant.outputPath, sha256: published.sha256,
          bytes: published.bytes, frames: finished.films[number].findings.frames,
          samples: finished.films[number].findings.samples,
          duration: Double(timeline.frames) / timeline.frameRate.doubleValue))
    }
    clock.mark("publish")
    result.timings = clock.phases
    for output in outputs { try output.writeResult(result.json) }
    cache.evict()
    counter.enter(result.state)
    return result
  }

  private struct Finished: Sendable {
    var films: [FinishedFilm]
    var joinedAt: ContinuousClock.Instant
  }

  /// Joins and verifies the films, one after the other; blocks.
  private func join(
    to paths: [String], workPath: String, sound: FinishedSound?, _ counter: ProgressCounter,
    _ interrupt: Interrupt
  ) throws -> Finished {
    var joined: [FilmJoiner.Joined] = []
    for (number, plan) in plans.enumerated() {
      let request = variants[number].request
      let joiner = FilmJoiner(
        profile: plan.profile, container: request.document.output.container,
        title: request.document.title, chapters: plan.chapters, subtitles: SoftSubtitles(request),
        frameRate: request.timeline.frameRate, interrupt: interrupt)
      joined.append(
        try joiner.join(
          segments: plan.segments.map { (workPath + "/" + $0.key, $0.startFrame, $0.range.count) },
          sound: try sound.map { try EncodedSound(reading: $0.path) }, to: paths[number]))
    }
    let joinedAt = ContinuousClock.now
    counter.enter(.verifying)
    var films: [FinishedFilm] = []
    for (number, plan) in plans.enumerated() {
      let timeline = variants[number].request.timeline
      let findings = try FilmVerifier(interrupt: interrupt, threads: options.jobs).verify(
        path: paths[number], frames: timeline.frames, frameRate: timeline.frameRate,
        samples: sound == nil ? nil : timeline.sound.samples,
        starts: zip(plan.segments, joined[number].firsts).map { ($0.startFrame, $1) })
      films.append(FinishedFilm(joined: joined[number], findings: findings))
    }
    return Finished(films: films, joinedAt: joinedAt)
  }

  /// Renders what is missing on `jobs` threads, and the sound on one more.
  private func renderAll(
    _ todo: SegmentWork, cache: SegmentCache, workPath: String, counter: ProgressCounter,
    interrupt: Interrupt
  ) async throws -> FinishedSound? {
    let (plan, request) = (plan, request)
    let films = zip(variants, plans).map {
      SegmentRenderer.Film(
        timeline: $0.request.timeline, files: $0.request.files, profile: $1.profile)
    }
    let workers = max(1, min(options.jobs, todo.units.count))
    let queue = SegmentQueue(plan.segments, todo: todo.units.keys.sorted(), workers: workers)
    return try await withThrowingTaskGroup(of: FinishedSound?.self) { group in
      if !request.timeline.sound.clips.isEmpty || request.timeline.sound.samples > 0 {
        group.addTask {
          try await blocking {
            try SoundStage(request: request, plan: plan, cache: cache, workPath: workPath)
              .run(interrupt)
          }
        }
      }
      for worker in 0..<(todo.units.isEmpty ? 0 : workers) {
        group.addTask {
          try await blocking {
            let renderer = SegmentRenderer(films, interrupt: interrupt)
            while let index = queue.next(for: worker) {
              let orders = todo.units[index] ?? []
              _ = try renderer.render(orders) { counter.advance(by: $0) }
              for order in orders { cache.store(order.path, as: order.segment.key) }
            }
            return nil
          }
        }
      }
      do {
        var sound: FinishedSound?
        for try await result in group { sound = result ?? sound }
        return sound
      } catch {
        // The others stop at their next frame instead of finishing their segments.
        interrupt.cancel()
        group.cancelAll()
        throw error
      }
    }
  }

  /// Ends the render when more of an asset is damaged than its document allows.
  private func refuseDamage(_ damage: [String: DecodeDamage]) throws {
    var refused: [Diagnostic] = []
    for (sha256, found) in damage.sorted(by: { $0.key < $1.key }) where found.errors > 0 {
      guard let asset = request.timeline.assets[sha256] else { continue }
      let share = min(1, Double(found.errors) / Double(max(found.frames, 1)))
      if asset.failsOnDamage || share > asset.damageMax {
        refused.append(
          Diagnostic(
            .mediaDamaged, at: "/assets/\(asset.id)",
            "asset '\(asset.id)' ('\(asset.path)'): \(found.errors) of \(found.frames) decoded frames are damaged, more than 'damage' allows\n  → replace the file, or raise 'damage.max'"
          ))
      }
    }
    if !refused.isEmpty { throw RenderError.refused(refused) }
  }
}

/// Runs `body` on a thread of its own: rendering blocks for minutes, and the threads of Swift's pool are as
/// many as there are cores.
public func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws
  -> Value
{
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result { try body() }) }
    // libx264 and libvpx keep large frames on the stack.
    thread.stackSize = 8 << 20
    thread.start()
  }
}
