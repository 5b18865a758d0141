internal import Storage

extension Commit {
  /// Stores events and starts what they start, all in this transaction.
  mutating func receive(_ outgoing: [OutgoingEvent]) throws -> [Event] {
    if outgoing.isEmpty { return [] }
    let last = try takeNumbers(outgoing.count)
    let foreign = try foreignFunctions()
    return try outgoing.enumerated().map { place, event in
      try receive(event, sequence: last - Int64(outgoing.count - 1 - place), foreign: foreign)
    }
  }

  private mutating func receive(
    _ outgoing: OutgoingEvent, sequence: Int64, foreign: [ForeignFunction]
  ) throws -> Event {
    if let id = outgoing.id, let stored = try Event.fetch(db, id: id) { return stored }
    let isRepeat = try outgoing.senderID.map { try isKnown($0) } ?? false
    var event = Event(
      id: outgoing.id ?? makeID(), sequence: sequence, outgoing: outgoing, now: now,
      isRepeat: isRepeat)
    if isRepeat {
      try event.insert(db)
      return event
    }
    let listeners = functions.listeners(to: event)
    let strangers = foreign.filter { stranger in
      stranger.patterns.contains { $0.covers(event.name) }
    }
    let waits = try hintWaits(for: event)
    let cancelled = functions.cancelled(by: event.name)
    if listeners.isEmpty, strangers.isEmpty, cancelled.isEmpty, waits == 0,
      !OwnEvent.ends.contains(event.name)
    {
      event = event.unheard
    }
    try event.insert(db)
    for function in cancelled { try cancelRuns(of: function, for: event) }
    for function in listeners { try take(event, for: function) }
    for stranger in strangers { try leave(event, for: stranger.id) }
    return event
  }

  /// Lets a function's rules decide about an event and makes the run where they say so.
  ///
  /// `parent` is the run that invoked the function by the event.
  @discardableResult
  mutating func take(
    _ event: Event, for function: FunctionDefinition, parent: Run.Parent? = nil
  ) throws -> Taken {
    switch try Intake.decide(function, event, in: &self) {
    case .start(let at, let rank):
      let run = try start(
        function, for: [event], at: at, rank: rank, parent: parent, beginSequence: event.sequence)
      return .run(run.id)
    case .joined(let runID): return .run(runID)
    case .dropped(let rule): return .dropped(by: rule)
    }
  }

  /// What has become of an event.
  enum Taken {
    /// It is in this run, perhaps beside others.
    case run(String)
    /// Nothing starts, because of one of the function's rules.
    case dropped(by: String)
  }

  func takeNumbers(_ count: Int) throws -> Int64 {
    let row = try db.row(
      "UPDATE workflow_counter SET value = value + :count WHERE name = 'event' RETURNING value",
      ["count": count])
    guard let row else { throw StorageError(.damaged, "workflow_counter has lost its row") }
    return try row.get("value")
  }

  /// The last number given out.
  func lastSequence() throws -> Int64 {
    try db.row("SELECT value FROM workflow_counter WHERE name = 'event'")?.get("value") ?? 0
  }

  func isKnown(_ senderID: String) throws -> Bool {
    try db.row(
      """
      SELECT 1 AS one FROM workflow_event
      WHERE sender_id = :sender AND is_repeat = 0 AND received_ms > :since LIMIT 1
      """, ["sender": senderID, "since": now - settings.deduplication.milliseconds]) != nil
  }
}

/// A function that another node has brought along and this one does not know.
struct ForeignFunction: Sendable {
  let id: String
  let patterns: [EventPattern]
}

extension Commit {
  private func foreignFunctions() throws -> [ForeignFunction] {
    let rows = try db.rows("SELECT id, triggers FROM workflow_function")
    return try rows.compactMap { row in
      let id: String = try row.get("id")
      if functions[id] != nil { return nil }
      let patterns = try JSON.decode([String].self, from: row.get("triggers"))
      return ForeignFunction(id: id, patterns: patterns.map { EventPattern(text: $0) })
    }
  }

  /// A node that knows the function takes the event in.
  private mutating func leave(_ event: Event, for functionID: String) throws {
    try db.execute(
      """
      INSERT INTO workflow_intake (function_id, event_id, seq) VALUES (:function, :event, :seq)
      ON CONFLICT (function_id, event_id) DO NOTHING
      """, ["function": functionID, "event": event.id, "seq": event.sequence])
  }
}

extension Event {
  fileprivate init(
    id: String, sequence: Int64, outgoing: OutgoingEvent, now: Int64, isRepeat: Bool
  ) {
    self.init(
      id: id, sequence: sequence, name: outgoing.name, data: outgoing.data,
      senderID: outgoing.senderID, version: outgoing.version,
      timestamp: outgoing.timestamp ?? now, receivedAt: now, isRepeat: isRepeat, isUnheard: false,
      extra: outgoing.extra)
  }

  fileprivate var unheard: Event {
    Event(
      id: id, sequence: sequence, name: name, data: data, senderID: senderID, version: version,
      timestamp: timestamp, receivedAt: receivedAt, isRepeat: isRepeat, isUnheard: true,
      extra: extra)
  }
}
