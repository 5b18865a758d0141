internal import SceneDocument
internal import Storage
internal import Workflows

/// Events as they come.
struct EventSource: LiveSource {
  let engine: Engine
  /// The place of the last one told; nil while nobody listens.
  private var last: Int64?
  private let clock: any NodeClock
  private var resets = LiveResets([.events, .runs])

  private static let most = 500

  init(engine: Engine, clock: any NodeClock) { (self.engine, self.clock) = (engine, clock) }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    guard wanted.contains(.events) || wanted.contains(.runs) else {
      last = nil
      return []
    }
    let end = try await engine.lastEventSequence()
    // Of a flood the last ones are told: no list shows more. Who has a longer list reads it anew.
    let earliest = end - Int64(Self.most)
    let after = max(last ?? end - 20, earliest)
    let found = try await engine.eventOverviews(after: after, limit: Self.most)
    if let last, last < earliest { resets.owe() }
    last = found.last?.event.sequence ?? end
    let messages = found.map {
      LiveMessage(event: "event", topics: [.events, .runs], data: $0.json.compactText)
    }
    return messages + resets.due(at: clock.now)
  }
}

/// Functions, with what their runs do.
struct FunctionSource: LiveSource {
  let engine: Engine
  private var functions = LiveDifference<FunctionOverview>()
  /// Counting runs costs more than the rest, so it is done once a second.
  private var next: ContinuousClock.Instant?

  init(engine: Engine) { self.engine = engine }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    guard wanted.contains(.functions) || wanted.contains(.runs) else {
      (functions, next) = (LiveDifference(), nil)
      return []
    }
    if let next, .now < next { return [] }
    next = .now + .seconds(1)
    let found = try await engine.functionOverviews()
    return functions.changed(found.map { ($0.id, $0) }).map {
      LiveMessage(event: "function", topics: [.functions, .runs], data: $0.json.compactText)
    }
  }
}
