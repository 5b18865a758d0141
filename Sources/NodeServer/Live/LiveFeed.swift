internal import Storage

/// One kind of state that clients follow.
protocol LiveSource: Sendable {
  /// What has changed since it was asked last, for those topics that are `wanted`. For a topic that was not wanted the
  /// last time it tells all that may have changed lately, since nobody knows what its clients have seen.
  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage]
}

/// Looks at the node's records when they change and tells the hub.
///
/// There is one in a process, whatever the number of clients; nothing is looked up while there are none.
struct LiveFeed: Sendable {
  let hub: LiveHub
  let sources: [any LiveSource]
  /// Comes soon after something was committed, and each second in any case.
  let changes: @Sendable () -> AsyncStream<Void>
  /// Between looks.
  var pause: Duration = .milliseconds(120)

  /// Returns when the hub is closed or the task is cancelled.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await follow() }
      group.addTask { await keepAlive() }
      await group.next()
      group.cancelAll()
    }
  }

  private func keepAlive() async {
    while !hub.isClosed {
      do { try await Task.sleep(for: .seconds(1)) } catch { return }
      hub.tick()
    }
  }

  private func follow() async {
    while !hub.isClosed, !Task.isCancelled {
      await hub.waitForClient()
      await whileFollowed()
    }
  }

  private func whileFollowed() async {
    var sources = sources
    for await _ in changes() {
      let wanted = hub.wanted
      if wanted.isEmpty || hub.isClosed { return }
      for place in sources.indices {
        // A source that fails for once is asked again soon.
        guard let messages = try? await sources[place].look(wanted) else { continue }
        hub.publish(messages)
      }
      do { try await Task.sleep(for: pause) } catch { return }
    }
  }
}

/// Tells what of a list is new or other than last time.
struct LiveDifference<Value: Equatable & Sendable>: Sendable {
  private(set) var known: [String: Value] = [:]

  /// Values that are not as they were, in the order given. Those that are missing now are forgotten.
  mutating func changed(_ values: [(id: String, value: Value)]) -> [Value] {
    var next: [String: Value] = [:]
    var changed: [Value] = []
    for (id, value) in values {
      if known[id] != value { changed.append(value) }
      next[id] = value
    }
    known = next
    return changed
  }
}

/// Tells those who follow a topic to read everything anew, when more has changed than was told; not too often.
struct LiveResets: Sendable {
  /// Between two of them, milliseconds.
  static let pause: Int64 = 1_000

  private let topics: [LiveTopic]
  private var isOwed = false
  private var last: Int64 = 0

  init(_ topics: [LiveTopic]) { self.topics = topics }

  mutating func owe() { isOwed = true }

  /// The message that is due at `now`, UTC milliseconds; none where nothing is owed, or one went out a moment ago.
  mutating func due(at now: Int64) -> [LiveMessage] {
    // The clock may have been set back.
    guard isOwed, !(last..<last + Self.pause).contains(now) else { return [] }
    (isOwed, last) = (false, now)
    return [LiveMessage(event: "reset", topics: topics, data: "{}")]
  }
}
