public import Storage
public import Workflows

/// What clients read of events and runs, as Inngest's REST answers it.
public struct ReadingAPI: Sendable {
  let engine: Engine
  let clock: any NodeClock
  /// The functions of an app; nil where there is no such app.
  private let functions: @Sendable (_ app: String) async throws -> [FunctionConfiguration]?

  public init(
    engine: Engine, clock: any NodeClock = SystemClock(),
    functions: @escaping @Sendable (_ app: String) async throws -> [FunctionConfiguration]?
  ) {
    (self.engine, self.clock, self.functions) = (engine, clock, functions)
  }

  /// The query of `GET /v1/events`, as text.
  public struct EventQuery: Sendable {
    public var limit: String?
    /// What the answer before had as `metadata.next_cursor`, or the `internal_id` of its last event.
    public var cursor: String?
    public var name: String?
    public var receivedAfter: String?
    public var receivedBefore: String?

    public init(
      limit: String? = nil, cursor: String? = nil, name: String? = nil,
      receivedAfter: String? = nil, receivedBefore: String? = nil
    ) {
      (self.limit, self.cursor, self.name) = (limit, cursor, name)
      (self.receivedAfter, self.receivedBefore) = (receivedAfter, receivedBefore)
    }
  }

  private static let mostItems = 100

  // MARK: Events

  /// `GET /v1/events`: the last received first.
  public func events(_ query: EventQuery = EventQuery()) async throws -> IntakeAnswer {
    var filter: EventFilter
    do {
      filter = try Self.filter(query)
      if let text = query.cursor, !text.isEmpty { filter.before = try await place(text) }
    } catch let error as BadQuery {
      return refuse(400, error.description)
    }
    let events = try await engine.events(filter)
    let cursor =
      events.count == filter.limit ? events.last.map { JSONText.string(String($0.sequence)) } : nil
    return answer(.list(events.map(\.rest)), cursor: cursor)
  }

  private struct BadQuery: Error { let description: String }

  private static func filter(_ query: EventQuery) throws(BadQuery) -> EventFilter {
    var filter = EventFilter(name: query.name?.isEmpty == true ? nil : query.name, limit: 20)
    if let text = query.limit, !text.isEmpty {
      guard let limit = Int(text), 1...mostItems ~= limit else {
        throw BadQuery(description: "limit '\(text)' is not from 1 to \(mostItems)")
      }
      filter.limit = limit
    }
    filter.receivedAfter = try instant(query.receivedAfter, "received_after")
    filter.receivedBefore = try instant(query.receivedBefore, "received_before")
    return filter
  }

  /// Where in the order of receipt a cursor stands: what an answer gave, or the id of an event.
  private func place(_ cursor: String) async throws -> Int64 {
    if let place = Int64(cursor) { return place }
    if let id = Self.id(cursor), let event = try await engine.event(id) { return event.sequence }
    throw BadQuery(
      description:
        "cursor '\(cursor.prefix(80))' is neither one that an answer gave nor the internal_id of an event"
    )
  }

  private static func instant(_ text: String?, _ name: String) throws(BadQuery) -> Int64? {
    guard let text, !text.isEmpty else { return nil }
    guard let instant = InstantText.read(text) else {
      throw BadQuery(description: "\(name) '\(text)' is no time such as 2026-11-21T06:00:00Z")
    }
    return instant
  }

  /// `GET /v1/events/{id}`.
  public func event(_ id: String) async throws -> IntakeAnswer {
    guard let id = Self.id(id), let event = try await engine.event(id) else {
      return refuse(404, "there is no event '\(id)'")
    }
    return answer(event.rest)
  }

  /// `GET /v1/events/{id}/runs`: those that it started, the newest first.
  public func runs(ofEvent id: String) async throws -> IntakeAnswer {
    guard let id = Self.id(id), try await engine.event(id) != nil else {
      return refuse(404, "there is no event '\(id)'")
    }
    let runs = try await engine.runs(RunFilter(eventID: id, limit: 1_000))
    return answer(.list(runs.map { $0.rest(cron: nil) }))
  }

  // MARK: Runs

  /// `GET /v1/runs/{id}`.
  public func run(_ id: String) async throws -> IntakeAnswer {
    guard let id = Self.id(id), let detail = try await engine.run(id) else {
      return refuse(404, "there is no run '\(id)'")
    }
    return answer(detail.run.rest(cron: detail.cron))
  }

  /// `DELETE /v1/runs/{id}`; one that has ended stays as it is.
  public func cancel(run id: String) async throws -> IntakeAnswer {
    guard let id = Self.id(id) else { return refuse(400, "'\(id)' is no run's id") }
    if try await engine.cancel(run: id, reason: "it was cancelled through the API") {
      return IntakeAnswer(status: 200)
    }
    return try await engine.run(id) == nil
      ? refuse(404, "there is no run '\(id)'") : IntakeAnswer(status: 200)
  }

  /// `GET /v1/runs/{id}/jobs`: what of it is executed or comes later.
  public func jobs(ofRun id: String) async throws -> IntakeAnswer {
    guard let id = Self.id(id), let detail = try await engine.run(id) else {
      return refuse(404, "there is no run '\(id)'")
    }
    return answer(.list(detail.jobs))
  }

  /// `GET /v0/runs/{id}/batch`: its events, for an app to which the state was too large to be sent.
  public func batch(ofRun id: String) async throws -> IntakeAnswer {
    guard let detail = try await living(id) else { return gone(id) }
    return .json(200, .array(detail.events.compactMap { EventValues.value($0) }))
  }

  /// `GET /v0/runs/{id}/actions`: the memos of its steps.
  public func actions(ofRun id: String) async throws -> IntakeAnswer {
    guard let detail = try await living(id) else { return gone(id) }
    return .json(200, .raw(RunStateText.actions(detail)))
  }

  private func living(_ id: String) async throws -> RunDetail? {
    guard let id = Self.id(id), let detail = try await engine.run(id), !detail.run.state.isEnd
    else { return nil }
    return detail
  }

  private func gone(_ id: String) -> IntakeAnswer {
    refuse(410, "run '\(id)' has ended or is not there")
  }

  // MARK: Functions and signals

  /// `GET /v1/apps/{app}/functions`.
  public func functions(ofApp app: String) async throws -> IntakeAnswer {
    guard let list = try await functions(app) else {
      return refuse(404, "there is no app '\(app)'")
    }
    return answer(.list(list.map { .raw($0.text) }))
  }

  /// `POST /v1/signals` with `{"signal": …, "data": …}`: ends the wait of the run that waits for it.
  public func signal(body: [UInt8]) async throws -> IntakeAnswer {
    guard let value = try? JSONValue(parsing: body), let name = value["signal"]?.string,
      !name.isEmpty
    else { return refuse(400, "the body is no {\"signal\": …, \"data\": …}") }
    guard let run = try await engine.signal(name, data: (value["data"] ?? .null).text) else {
      return refuse(404, "no run waits for signal '\(name)'")
    }
    return answer(JSONText(["run_id": .string(run)]))
  }

  // MARK: Answers

  /// Nil for what is no id; in the form in which it is stored.
  private static func id(_ text: String) -> String? { ULID(text)?.description }

  func answer(_ data: JSONText, cursor: JSONText? = nil) -> IntakeAnswer {
    let metadata = JSONText([
      "fetched_at": .instant(clock.now), "cached_until": .null, "next_cursor": cursor,
    ])
    return .json(200, JSONText(["data": data, "metadata": metadata]))
  }

  public func refuse(_ status: Int, _ error: String) -> IntakeAnswer {
    .json(
      status,
      JSONText(["error": .string(error), "status": .integer(status), "data": .null]))
  }
}
