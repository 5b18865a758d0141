internal import Pipelines
internal import SceneDocument

/// What the newest requests to providers cost.
struct CostSource: LiveSource {
  let pipeline: VideoPipeline
  private var costs = LiveDifference<String>()

  /// Requests that are looked at.
  private static let limit = 100

  init(pipeline: VideoPipeline) { self.pipeline = pipeline }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    guard wanted.contains(.costs) else {
      costs = LiveDifference()
      return []
    }
    let found = try await pipeline.costs(limit: Self.limit)
    // The oldest first: clients put each new one before the others.
    return costs.changed(found.reversed().map { ($0.attempt, $0.json.compactText) }).map {
      LiveMessage(event: "cost", topics: [.costs], data: $0)
    }
  }
}
