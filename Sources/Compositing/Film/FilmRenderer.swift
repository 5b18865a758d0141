internal import Foundation
internal import Media
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

/// Renders a film: segments in parallel, sound beside them, then join, verify and rename.
///
/// Throws `RenderError`, `MediaError` or `HostError`; then nothing is left under the film's name that was not
/// there before, and finished segments stay in the cache for the next try. Cancelling the task stops the render
/// within a frame or two.
public struct FilmRenderer: Sendable {
  public let request: RenderRequest
  public let options: RenderOptions
  public let plan: RenderPlan

  public init(_ request: RenderRequest, options: RenderOptions) {
    (self.request, self.options) = (request, options)
    plan = RenderPlan(request)
  }

  public func render(
    progress: @escaping @Sendable (RenderProgress) -> Void
  ) async throws -> RenderResult {
    let interrupt = Interrupt()
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
    let output = try OutputFile(path: options.outputPath)
    defer { output.close() }
    var clock = PhaseClock()
    let cache = try SegmentCache(
      folder: options.cacheFolder ?? output.workPath, limit: options.cacheLimit)
    let work = try WorkFolder(in: cache)
    defer { work.close() }
    let workPath = work.path

    let segments = plan.segments
    var reused = Set<Int>()
    var todo: [Int] = []
    var owner: [String: Int] = [:]
    for (index, segment) in segments.enumerated() {
      if owner[segment.key] != nil { continue }
      owner[segment.key] = index
      if cache.link(segment.key, to: work.file(segment.key)) {
        if PacketFile(reading: work.file(segment.key)) != nil {
          reused.insert(index)
          continue
        }
        // Damaged on disk: render it again.
        _ = HostFile.remove(work.file(segment.key))
        cache.remove(segment.key)
      }
      todo.append(index)
    }
    let rendered = Set(todo.map { segments[$0].key })
    // What is taken from the cache, and scenes that look like others, which are rendered once.
    let reusedFrames =
      request.timeline.frames - todo.reduce(0) { $0 + segments[$1].range.count }
    let counter = ProgressCounter(
      total: request.timeline.frames, reused: reusedFrames, report: progress)
    counter.enter(.rendering)
    clock.mark("plan")

    let sound = try await renderAll(
      todo, cache: cache, workPath: workPath, counter: counter, interrupt: interrupt)
    clock.mark("render")

    counter.enter(.joining)
    let request = request
    let plan = plan
    let finished = try await blocking {
      let joiner = FilmJoiner(
        profile: plan.profile, container: request.document.output.container,
        title: request.document.title, chapters: plan.chapters, subtitles: SoftSubtitles(request),
        frameRate: request.timeline.frameRate, interrupt: interrupt)
      let encoded = try sound.map { try EncodedSound(reading: $0.path) }
      let joined = try joiner.join(
        segments: segments.map { (workPath + "/" + $0.key, $0.startFrame, $0.range.count) },
        sound: encoded, to: output.partialPath)
      let joinSeconds = ContinuousClock.now
      counter.enter(.verifying)
      let findings = try FilmVerifier(interrupt: interrupt).verify(
        path: output.partialPath, frames: request.timeline.frames,
        frameRate: request.timeline.frameRate,
        samples: sound == nil ? nil : request.timeline.sound.samples,
        starts: zip(segments, joined.firsts).map { ($0.startFrame, $1) })
      return Finished(joined: joined, findings: findings, joinedAt: joinSeconds)
    }
    clock.mark("join", until: finished.joinedAt)
    clock.mark("verify")

    try refuseDamage(finished.joined.damage)
    try interrupt.check()
    var result = report(finished, sound, rendered: rendered)
    let companions = try await blocking {
      try Companions(request: request, interrupt: interrupt).make()
    }
    let published = try output.publish()
    for file in companions {
      try HostFile.replace(output.companion(file.suffix), with: file.bytes)
    }
    clock.mark("publish")
    result.outputs = [
      RenderResult.FilmOutput(
        variant: "main", path: options.outputPath, sha256: published.sha256, bytes: published.bytes,
        frames: finished.findings.frames, samples: finished.findings.samples,
        duration: Double(request.timeline.frames) / request.timeline.frameRate.doubleValue)
    ]
    result.timings = clock.phases
    try output.writeResult(result.json)
    cache.evict()
    counter.enter(result.state)
    return result
  }

  private struct Finished: Sendable {
    var joined: FilmJoiner.Joined
    var findings: FilmVerifier.Findings
    var joinedAt: ContinuousClock.Instant
  }

  /// Renders what is missing on `jobs` threads, and the sound on one more.
  private func renderAll(
    _ todo: [Int], cache: SegmentCache, workPath: String, counter: ProgressCounter,
    interrupt: Interrupt
  ) async throws -> FinishedSound? {
    let (plan, request) = (plan, request)
    let workers = max(1, min(options.jobs, todo.count))
    let queue = SegmentQueue(plan.segments, todo: todo, workers: workers)
    return try await withThrowingTaskGroup(of: FinishedSound?.self) { group in
      if !request.timeline.sound.clips.isEmpty || request.timeline.sound.samples > 0 {
        group.addTask {
          try await blocking {
            try SoundStage(request: request, plan: plan, cache: cache, workPath: workPath)
              .run(interrupt)
          }
        }
      }
      for worker in 0..<(todo.isEmpty ? 0 : workers) {
        group.addTask {
          try await blocking {
            let renderer = SegmentRenderer(
              files: request.files, profile: plan.profile, interrupt: interrupt)
            while let index = queue.next(for: worker) {
              let segment = plan.segments[index]
              let path = workPath + "/" + segment.key
              _ = try renderer.render(segment, of: request.timeline, to: path) {
                counter.advance(by: $0)
              }
              cache.store(path, as: segment.key)
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

  private func report(
    _ finished: Finished, _ sound: FinishedSound?, rendered: Set<String>
  ) -> RenderResult {
    var result = RenderResult(
      job: request.document.id, state: .done, documentSHA256: request.documentSHA256,
      programmeKey: plan.programmeKey,
      reproducible: request.document.output.determinism == .exact, fingerprint: plan.fingerprint)
    result.warnings = request.warnings + (sound?.warnings ?? [])
    result.warnings += VoiceCheck.warnings(sound?.lags ?? [:], request.timeline)
    for (index, scene) in request.timeline.scenes.enumerated() {
      let own = plan.segments.filter { $0.scene == index }
      result.scenes.append(
        RenderResult.SceneReport(
          id: scene.id, startFrame: scene.startFrame, frames: scene.frames, keys: own.map(\.key),
          reusedFrames: own.reduce(0) { $0 + (rendered.contains($1.key) ? 0 : $1.range.count) },
          events: scene.events, syncMS: sound?.lags[index]))
    }
    for (sha256, asset) in request.timeline.assets.sorted(by: { $0.value.id < $1.value.id }) {
      let damage = finished.joined.damage[sha256] ?? DecodeDamage()
      result.assets.append(
        RenderResult.AssetReport(
          id: asset.id, sha256: sha256, frames: asset.record.video?.frames ?? 0,
          decodeErrors: damage.errors, missingFrames: damage.errors,
          provenance: request.document.assets.first { $0.id == asset.id }?.provenance.json ?? [:]))
      if damage.errors > 0 {
        result.warnings.append(
          Diagnostic(
            .damagedMedia, at: "/assets/\(asset.id)",
            "asset '\(asset.id)': \(damage.errors) decode errors in \(damage.frames) frames"))
      }
    }
    let output = request.document.output
    for (segment, join) in zip(plan.segments, finished.joined.joins) {
      guard segment.range.lowerBound == 0, var join else { continue }
      if let holes = finished.findings.holes {
        let frame = FrameIndex(segment.startFrame)
        let place = output.frameRate.sample(ofFrame: frame, rate: output.audio.rate)
        join.holeSamples = holes.samples(at: Int64(place.value))
      }
      result.joins.append(join)
    }
    result.audio = (sound?.report).map {
      RenderResult.SoundLevels(lufs: $0.lufs, truePeakDB: $0.truePeakDB, gainDB: $0.gainDB)
    }
    if !result.warnings.isEmpty { result.state = .doneWithWarnings }
    return result
  }
}

/// Runs `body` on a thread of its own: rendering blocks for minutes, and the threads of Swift's pool are as
/// many as there are cores.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
{
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result { try body() }) }
    // libx264 and libvpx keep large frames on the stack.
    thread.stackSize = 8 << 20
    thread.start()
  }
}
