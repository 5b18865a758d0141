internal import SceneDocument

/// The machine's state, every five seconds.
struct SystemSource: LiveSource {
  let system: SystemReader
  private var next: ContinuousClock.Instant?

  init(system: SystemReader) { self.system = system }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    guard wanted.contains(.system) else {
      next = nil
      return []
    }
    if let next, .now < next { return [] }
    next = .now + .seconds(5)
    let state = try await system.state()
    return [LiveMessage(event: "system", topics: [.system], data: state.json.compactText)]
  }
}
