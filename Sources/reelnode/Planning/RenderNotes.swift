internal import Compositing
internal import SceneDocument

/// What later plans want to know of a render.
struct RenderNotes {
  private let request: RenderRequest
  private let plan: RenderPlan
  private let cacheFolder: String?
  private let soundWasKept: Bool
  private let workers: Int

  /// Looks at the cache as it is before the render.
  init(_ renderer: FilmRenderer) {
    (request, plan) = (renderer.request, renderer.plan)
    cacheFolder = renderer.options.cacheFolder
    let cache = cacheFolder.flatMap { try? SegmentCache(folder: $0) }
    soundWasKept = cache?.contains(plan.soundKey) ?? false
    let missing = Set(plan.segments.map(\.key)).count { cache?.contains($0) != true }
    workers = max(1, min(renderer.options.jobs, missing))
  }

  /// Keeps what is known after it; a part of a film says nothing about the whole.
  func keep(_ result: RenderResult, isWhole: Bool) {
    guard let cacheFolder else { return }
    SpeedRecord.learn(
      from: result, key: SpeedRecord.key(plan, request.document.output), workers: workers,
      soundWasKept: soundWasKept, cacheFolder: cacheFolder)
    guard isWhole else { return }
    PlanMemory(cacheFolder: cacheFolder, document: request.document.id)
      .remember(plan, of: request.timeline, isRendered: true)
  }
}
