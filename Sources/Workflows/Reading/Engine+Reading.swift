internal import Storage

extension Engine {
  /// Runs, the newest first.
  public func runs(_ filter: RunFilter = RunFilter()) async throws -> [Run] {
    try await core.database.read { try Run.fetchAll($0, filter) }
  }

  /// One run with its events, steps and waits, as of one moment; nil when it is not there.
  public func run(_ id: String) async throws -> RunDetail? {
    try await core.database.read { try RunDetail.fetch($0, id: id) }
  }

  /// Events, the last received first.
  public func events(_ filter: EventFilter = EventFilter()) async throws -> [Event] {
    try await core.database.read { try Event.fetchAll($0, filter) }
  }

  /// One event; nil when it is not there.
  public func event(_ id: String) async throws -> Event? {
    try await core.database.read { try Event.fetch($0, id: id) }
  }

  /// A run as it is now and then each time it has changed, until it has ended or is not there.
  public func watch(run id: String) -> AsyncThrowingStream<RunDetail, any Error> {
    let core = self.core
    return watch {
      guard let detail = try await core.database.read({ try RunDetail.fetch($0, id: id) }) else {
        return nil
      }
      return (detail, detail.run.state.isEnd)
    }
  }

  /// The runs that a filter finds, now and then each time the list has changed.
  public func watch(_ filter: RunFilter) -> AsyncThrowingStream<[Run], any Error> {
    let core = self.core
    return watch { (try await core.database.read { try Run.fetchAll($0, filter) }, false) }
  }

  private func watch<Value: Equatable & Sendable>(
    _ look: @escaping @Sendable () async throws -> (Value, isLast: Bool)?
  ) -> AsyncThrowingStream<Value, any Error> {
    let core = self.core
    return AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let task = Task {
        do {
          var last: Value?
          for await _ in core.hints() {
            guard let (value, isLast) = try await look() else { break }
            if value != last { continuation.yield(value) }
            last = value
            if isLast { break }
          }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}

extension EngineCore {
  /// At once, then when somebody has committed, and every second.
  fileprivate func hints() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      continuation.yield()
      let commits = Task { for await _ in database.commits() { continuation.yield() } }
      let ticks = Task {
        while true {
          do { try await clock.sleep(milliseconds: 1_000) } catch { return }
          continuation.yield()
        }
      }
      continuation.onTermination = { _ in
        commits.cancel()
        ticks.cancel()
      }
    }
  }
}

extension RunDetail {
  static func fetch(_ db: any Connection, id: String) throws -> RunDetail? {
    guard let run = try Run.fetch(db, id: id) else { return nil }
    let children = try db.rows(
      "SELECT id FROM workflow_run WHERE parent_run_id = :run ORDER BY id", ["run": id])
    return try RunDetail(
      run: run, events: run.events(db), steps: StepRecord.fetchAll(db, run: id),
      waits: WaitRecord.fetchAll(db, run: id), children: children.map { try $0.get("id") })
  }
}

extension Run {
  /// Each of the columns that a filter may name has an index that is in the order of ids.
  static func fetchAll(_ db: any Connection, _ filter: RunFilter) throws -> [Run] {
    let states = filter.states.isEmpty ? Set(State.allCases) : filter.states
    var arguments: SQLArguments = [
      "before": filter.before ?? "~", "limit": filter.limit, "function": filter.functionID,
      "event": filter.eventID,
    ]
    for (number, state) in State.allCases.enumerated() {
      arguments["state\(number)"] = (states.contains(state) ? state.rawValue : "").sqlValue
    }
    let condition =
      filter.functionID == nil
      ? ":function IS NULL" : "function_id = :function"
    let event =
      filter.eventID == nil
      ? ":event IS NULL"
      : "(event_id = :event OR id IN (SELECT run_id FROM workflow_run_event WHERE event_id = :event))"
    return try db.rows(
      """
      SELECT \(columns) FROM workflow_run
      WHERE id < :before AND \(condition) AND \(event)
        AND state IN (:state0, :state1, :state2, :state3, :state4, :state5, :state6, :state7)
      ORDER BY id DESC LIMIT :limit
      """, arguments
    ).map(Run.init)
  }
}

extension Event {
  static func fetchAll(_ db: any Connection, _ filter: EventFilter) throws -> [Event] {
    let arguments: SQLArguments = [
      "before": filter.before ?? .max, "limit": filter.limit, "name": filter.name,
      "after": filter.receivedAfter ?? .min, "until": filter.receivedBefore ?? .max,
    ]
    let condition = filter.name == nil ? ":name IS NULL" : "name = :name"
    // The signs keep the index on times out, by which all events would be sorted for each page.
    return try db.rows(
      """
      SELECT \(columns) FROM workflow_event
      WHERE seq < :before AND \(condition) AND +received_ms > :after AND +received_ms < :until
      ORDER BY seq DESC LIMIT :limit
      """, arguments
    ).map(Event.init)
  }
}
