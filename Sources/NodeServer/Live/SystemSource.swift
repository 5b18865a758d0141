internal import SceneDocument

/// The machine's state, every five seconds.
struct SystemSource: LiveSource {
  let backend: NodeBackend
  let hub: LiveHub
  private var next: ContinuousClock.Instant?

  init(backend: NodeBackend, hub: LiveHub) { (self.backend, self.hub) = (backend, hub) }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    guard wanted.contains(.system) else {
      next = nil
      return []
    }
    if let next, .now < next { return [] }
    next = .now + .seconds(5)
    let state = try await SystemState.read(backend, liveClients: hub.count)
    return [LiveMessage(event: "system", topics: [.system], data: state.json.compactText)]
  }
}
