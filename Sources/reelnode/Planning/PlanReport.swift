internal import Compositing
internal import SceneDocument

/// What a render would do: per scene and segment what is kept, what not, and why not.
struct PlanReport {
  struct Segment {
    var planned: PlannedSegment
    /// Nil: it is kept.
    var why: Why?
  }

  struct Scene {
    var scene: TimelineScene
    var segments: [Segment]

    var keptFrames: Int {
      segments.reduce(0) { $0 + ($1.why == nil ? $1.planned.range.count : 0) }
    }
  }

  let request: RenderRequest
  let plan: RenderPlan
  let outputPath: String
  let jobs: Int
  private(set) var scenes: [Scene] = []
  /// Nil: it is kept.
  let soundWhy: Why?
  /// Frames to be rendered; equal pictures once.
  private(set) var frames = 0
  /// Nil before the first render with these settings.
  private(set) var expectedSeconds: Double?
  private(set) var expectedBytes: Int64?

  /// Compares a plan with what is in the cache and with what was planned before.
  ///
  /// - Parameters:
  ///   - cacheFolder: nil, there is no cache.
  ///   - remembers: later plans compare themselves with this one, as long as nothing was rendered.
  init(
    _ plan: RenderPlan, of request: RenderRequest, outputPath: String, cacheFolder: String?,
    jobs: Int, remembers: Bool
  ) throws {
    (self.request, self.outputPath, self.jobs) = (request, outputPath, jobs)
    self.plan = plan
    let cache = try cacheFolder.map { try SegmentCache(folder: $0) }
    let memory = cacheFolder.map { PlanMemory(cacheFolder: $0, document: request.document.id) }
    let comparison = PlanComparison(plan, memory)
    let isSoundKept = cache?.contains(plan.soundKey) ?? false
    soundWhy = isSoundKept ? nil : comparison.whySound(request.timeline.sound)
    let workers = compare(cache, comparison)
    if let cacheFolder {
      let record = SpeedRecord.reading(cacheFolder: cacheFolder)
      expect(record.speeds[SpeedRecord.key(plan, request.document.output)], workers: workers)
    }
    if remembers { memory?.remember(plan, of: request.timeline, isRendered: false) }
  }

  /// Fills in the scenes; gives how many workers find something to do.
  private mutating func compare(_ cache: SegmentCache?, _ comparison: PlanComparison) -> Int {
    let planned = Dictionary(grouping: plan.segments, by: \.scene)
    var todo: Set<String> = []
    for (index, scene) in request.timeline.scenes.enumerated() {
      let own = planned[index] ?? []
      let isKept = own.map { cache?.contains($0.key) ?? false }
      let whys = comparison.whys(own, of: scene.id, isKept: isKept)
      for (segment, isKept) in zip(own, isKept)
      where !isKept && todo.insert(segment.key).inserted {
        frames += segment.range.count
      }
      scenes.append(
        Scene(scene: scene, segments: zip(own, whys).map { Segment(planned: $0, why: $1) }))
    }
    return min(jobs, todo.count)
  }

  private mutating func expect(_ speed: SpeedRecord.Speed?, workers: Int) {
    guard let speed else { return }
    let all = request.timeline.frames
    let seconds = Double(all) / request.timeline.frameRate.doubleValue
    expectedSeconds = speed.seconds(
      frames: all, rendered: frames, workers: workers, soundSeconds: soundWhy == nil ? 0 : seconds)
    expectedBytes = Int64(speed.bytesPerFrame * Double(all))
  }
}
