internal import Storage

extension Step {
  /// Waits for the first event of a type whose property has a value; nil when none came in time.
  ///
  /// Events that were received since the run began count as well, so an answer that comes before the function gets here
  /// is not lost; the event that started the run does not. This finds the run by the value, however many wait. An event that does not decode as its
  /// type is no match.
  public func waitForEvent<Payload: WorkflowEvent, Value: Codable & Equatable & Sendable>(
    _ name: String, _ type: Payload.Type, where property: any KeyPath<Payload, Value> & Sendable,
    equals value: Value, timeout: Duration
  ) async throws -> Payload? {
    let path = property.propertyPath
    let text = path == nil ? nil : WaitMatch.value(of: value)
    return try await wait(
      name, type, path: text == nil ? nil : path, value: text ?? "", timeout: timeout
    ) { $0[keyPath: property] == value }
  }

  /// Waits for the first event of a type that `isMatch` accepts; nil when none came in time.
  ///
  /// Each such wait looks at every event of the type. Where many runs wait at a time, compare a property instead.
  public func waitForEvent<Payload: WorkflowEvent>(
    _ name: String, _ type: Payload.Type, timeout: Duration,
    matching isMatch: @escaping @Sendable (Payload) -> Bool = { _ in true }
  ) async throws -> Payload? {
    try await wait(name, type, path: nil, value: "", timeout: timeout, isMatch)
  }

  private func wait<Payload: WorkflowEvent>(
    _ name: String, _ type: Payload.Type, path: String?, value: String, timeout: Duration,
    _ isMatch: @escaping @Sendable (Payload) -> Bool
  ) async throws -> Payload? {
    try await withSlot(name, .wait) { slot in
      if let match = try stored(slot, as: EventEnvelope<Payload>?.self) { return match?.data }
      let deadline = slot.record?.dueAt ?? slot.startedAt + max(0, timeout.milliseconds)
      let accepts: @Sendable (Event) -> Bool = { event in
        (try? event.decode(type)).map(isMatch) ?? false
      }
      var wait = EventWait(
        name: Payload.name, path: path, value: value, deadline: deadline,
        seen: live.run.beginSequence)
      try await lookBack(&wait, accepts)
      return try await self.wait(wait, slot.entry(.waiting), accepts).event?.decode(type)
    }
  }

  /// Rests until an event or the deadline ends the wait, and writes which.
  func wait(
    _ sought: EventWait, _ entry: StepEntry, _ accepts: @escaping @Sendable (Event) -> Bool
  ) async throws -> WaitOutcome {
    var entry = entry
    entry.state = .waiting
    entry.due = sought.deadline
    let waiting = entry
    while true {
      let (outcome, _) = try await live.rest(
        at: waiting.place, until: sought.deadline, isWaiting: true
      ) { commit, ticket in
        try commit.wait(sought, waiting, ticket, accepts)
      }
      guard let outcome else { continue }
      live.noteFinishedStep()
      return outcome
    }
  }
}

extension Step {
  /// Looks through the events that came since the run began: those may be many, and whoever wants to write need not
  /// wait for it. What comes after them is looked at in the transaction that decides.
  func lookBack(
    _ wait: inout EventWait, _ isMatch: @escaping @Sendable (Event) -> Bool
  ) async throws {
    var sought = wait
    while true {
      let page = sought
      let found = try await live.core.database.read { db in try page.next(db, limit: 1_000) }
      sought.seen = found.last?.sequence ?? sought.seen
      sought.found = found.first(where: isMatch)
      if sought.found != nil || found.count < 1_000 { break }
    }
    wait = sought
  }
}

/// What a wait wants.
struct EventWait: Sendable {
  var name: String
  var path: String?
  var value: String
  var deadline: Int64
  /// Events up to this place have been looked at.
  var seen: Int64
  /// The first of those that matches.
  var found: Event?
  /// Events received before this do not count.
  var since: Int64 = 0

  /// Events that come into question, in the order in which they came.
  func next(_ db: any Connection, after known: Int64 = 0, limit: Int) throws -> [Event] {
    try db.rows(
      """
      SELECT \(Event.columns) FROM workflow_event
      WHERE name = :name AND seq > :seen AND received_ms <= :deadline AND received_ms >= :since
        AND is_repeat = 0
      ORDER BY seq LIMIT :limit
      """,
      [
        "name": name, "seen": max(seen, known), "deadline": deadline, "since": since,
        "limit": limit,
      ]
    ).map(Event.init)
  }
}

/// What a wait ended with: an event, or none in time.
struct WaitOutcome: Sendable {
  var event: Event?
}

/// The part of a stored event that a wait gives back.
struct EventEnvelope<Payload: Codable & Sendable>: Codable, Sendable {
  var data: Payload
}

extension Commit {
  /// Decides between event and deadline: the first event that matches and came before the deadline, whenever this is
  /// looked at; else the deadline where it has passed; else nil, and the wait is in the database.
  mutating func wait(
    _ wait: EventWait, _ entry: StepEntry, _ ticket: RunTicket, _ isMatch: (Event) -> Bool
  ) throws -> WaitOutcome? {
    let stored = try storedWait(at: entry.place, of: ticket.runID)
    let match = try wait.found ?? self.match(of: wait, stored, isMatch)
    if match == nil, now < wait.deadline {
      try store(wait, entry, ticket, isNew: stored == nil)
      return nil
    }
    try db.execute(
      "DELETE FROM workflow_wait WHERE run_id = :run AND place = :place",
      ["run": ticket.runID, "place": entry.place])
    var done = entry
    done.state = .done
    done.due = nil
    done.result = try match?.json()
    try record(done, ticket)
    return WaitOutcome(event: match)
  }

  /// What the database has of a wait: up to which event it was looked at, and which one has hinted it since.
  private func storedWait(
    at place: String, of runID: String
  ) throws -> (seen: Int64, hint: Int64?)? {
    let row = try db.row(
      "SELECT seen_seq, hint_seq FROM workflow_wait WHERE run_id = :run AND place = :place",
      ["run": runID, "place": place])
    return try row.map { (try $0.get("seen_seq"), try $0.get("hint_seq")) }
  }

  /// Every event that may end a stored wait has hinted it. Where many runs wait for one name, each would otherwise look
  /// through the events of all others.
  private func match(
    of wait: EventWait, _ stored: (seen: Int64, hint: Int64?)?, _ isMatch: (Event) -> Bool
  ) throws -> Event? {
    if wait.path != nil, let stored, stored.hint == nil { return nil }
    let known = max(stored?.seen ?? 0, stored?.hint.map { $0 - 1 } ?? 0)
    return try wait.next(db, after: known, limit: .max).first(where: isMatch)
  }

  private func store(_ wait: EventWait, _ entry: StepEntry, _ ticket: RunTicket, isNew: Bool) throws
  {
    if isNew { try record(entry, ticket) }
    try db.execute(
      """
      INSERT INTO workflow_wait (
        run_id, place, event_name, match_path, match_value, deadline_ms, seen_seq, created_ms)
      VALUES (:run, :place, :name, :path, :value, :deadline, :seen, :now)
      ON CONFLICT (run_id, place) DO UPDATE SET seen_seq = excluded.seen_seq, is_hinted = 0,
        hint_seq = NULL
      """,
      [
        "run": ticket.runID, "place": entry.place, "name": wait.name,
        "path": wait.path ?? WaitMatch.anyPath, "value": wait.value, "deadline": wait.deadline,
        "seen": try lastSequence(), "now": now,
      ])
  }
}

extension KeyPath {
  /// `scene.id` for `\Payload.scene.id`; nil where the key path does not only go through stored properties.
  var propertyPath: String? {
    let text = debugDescription.replacing("?", with: "")
    guard text.hasPrefix("\\"), let dot = text.lastIndex(of: ">") ?? text.firstIndex(of: ".") else {
      return nil
    }
    let path = text[text.index(after: dot)...].drop { $0 == "." }
    let isPlain = path.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    return path.isEmpty || !isPlain ? nil : String(path)
  }
}
