/// Reads the system's state for all that ask within a moment once.
actor SystemReader {
  private let backend: NodeBackend
  private let live: LiveHub
  private var last: (state: SystemState, at: ContinuousClock.Instant)?
  private var reading: Task<SystemState, any Error>?

  /// How old an answer may be.
  private static let age: Duration = .milliseconds(500)

  init(backend: NodeBackend, live: LiveHub) { (self.backend, self.live) = (backend, live) }

  func state() async throws -> SystemState {
    if let last, .now - last.at < Self.age { return last.state }
    if let reading { return try await reading.value }
    let task = Task { [backend, live] in
      try await SystemState.read(backend, liveClients: live.count)
    }
    reading = task
    defer { reading = nil }
    let state = try await task.value
    last = (state, .now)
    return state
  }
}
