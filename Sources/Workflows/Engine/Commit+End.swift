internal import Storage

extension Commit {
  /// What a run ends with.
  enum End: Sendable {
    case completed(output: String)
    case failed(StoredError)
    case cancelled(reason: String)
  }

  /// Ends a run that this node executes.
  mutating func end(_ run: Run, _ ticket: RunTicket, _ end: End) throws {
    let written = try db.execute(
      """
      UPDATE workflow_run SET state = :state, output = :output, error = :error, cancel_reason = :reason,
        ended_ms = :now, owner = NULL, due_ms = NULL, give_up_ms = NULL
      WHERE id = :run AND fence = :fence AND state = 'running'
      """, try arguments(end, ["run": ticket.runID, "fence": ticket.fence]))
    if written == 0 { throw RunStopped(.lost) }
    try ended(run, end)
  }

  /// Cancels a run in whatever state it is; false when it had ended already. The owner stays in the row until it has
  /// seen that it has to stop.
  mutating func cancel(_ runID: String, reason: String) throws -> Bool {
    let row = try db.row(
      """
      UPDATE workflow_run SET state = :state, output = :output, error = :error, cancel_reason = :reason,
        ended_ms = :now, fence = fence + 1, due_ms = NULL, give_up_ms = NULL, is_held = 0
      WHERE id = :run AND ended_ms IS NULL RETURNING \(Run.columns)
      """, try arguments(.cancelled(reason: reason), ["run": runID]))
    guard let row else { return false }
    try ended(Run(row: row), .cancelled(reason: reason))
    return true
  }

  private func arguments(_ end: End, _ some: SQLArguments) throws -> SQLArguments {
    var all = some
    var (output, error, reason): (String?, String?, String?)
    switch end {
    case .completed(let value): output = value
    case .failed(let cause): error = try JSON.encode(cause)
    case .cancelled(let why): reason = why
    }
    all["state"] = end.state.sqlValue
    all["output"] = output.sqlValue
    all["error"] = error.sqlValue
    all["reason"] = reason.sqlValue
    all["now"] = now.sqlValue
    return all
  }

  /// What follows from every end.
  private mutating func ended(_ run: Run, _ end: End) throws {
    // A run that completed has seen the end of each of its waits.
    if end.state != .completed {
      try db.execute("DELETE FROM workflow_wait WHERE run_id = :run", ["run": run.id])
    }
    if let parent = run.parent { try tell(parent) }
    if let rules = functions[run.functionID]?.rules, rules.gathers { try tellCallers(of: run) }
    try released(run.id, functionID: run.functionID, hasEnded: true)
    try sendEnd(of: run, end)
  }

  private mutating func tell(_ parent: Run.Parent) throws {
    let waits = try db.execute(
      "UPDATE workflow_wait SET is_hinted = 1 WHERE run_id = :run AND place = :place",
      ["run": parent.runID, "place": parent.place])
    if waits > 0 { try wakeHinted() }
  }

  /// A run that has taken in several events may have been invoked by several others.
  private mutating func tellCallers(of run: Run) throws {
    let waits = try db.execute(
      "UPDATE workflow_wait SET is_hinted = 1 WHERE child_run_id = :run", ["run": run.id])
    if waits > 0 { try wakeHinted() }
  }

  private mutating func sendEnd(of run: Run, _ end: End) throws {
    var names: [String] = []
    switch end {
    case .completed: break
    case .failed: names.append(OwnEvent.failed)
    case .cancelled: names.append(OwnEvent.cancelled)
    }
    if try isHeard(OwnEvent.finished) { names.append(OwnEvent.finished) }
    guard !names.isEmpty, let trigger = try Event.fetch(db, id: run.eventID),
      !OwnEvent.ends.contains(trigger.name)
    else { return }
    let data = try endData(of: run, trigger: trigger, end)
    // A run that is retried ends more than once.
    let id = try isKnown(run.id) ? "\(run.id):\(run.fence)" : run.id
    for name in names {
      let suffix = name == OwnEvent.finished ? "/finished" : ""
      _ = try receive([OutgoingEvent(ownNamed: name, data: data, id: id + suffix)])
    }
  }

  /// Most ends interest nobody, and are not stored a second time as events.
  private func isHeard(_ name: String) throws -> Bool {
    if functions.all.contains(where: { $0.triggers.contains { $0.pattern.covers(name) } }) {
      return true
    }
    return try db.row(
      """
      SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM workflow_wait WHERE event_name = :name)
        OR EXISTS (SELECT 1 FROM workflow_function WHERE triggers LIKE '%inngest/%')
      """, ["name": name]) != nil
  }

  private func endData(of run: Run, trigger: Event, _ end: End) throws -> String {
    var parts = [
      "\"function_id\":\(try JSON.encode(run.functionID))",
      "\"run_id\":\(try JSON.encode(run.id))",
      "\"event\":\(try trigger.json())",
      "\"events\":[\(try run.events(db).map { try $0.json() }.joined(separator: ","))]",
    ]
    switch end {
    case .completed(let output): parts.append("\"result\":\(output)")
    case .failed(let error): parts.append("\"error\":\(try JSON.encode(error))")
    case .cancelled(let reason):
      let error = StoredError(name: "Cancelled", message: reason)
      parts.append("\"error\":\(try JSON.encode(error))")
    }
    parts.append("\"_inngest\":{\"status\":\(try JSON.encode(end.status))}")
    return "{" + parts.joined(separator: ",") + "}"
  }
}

extension Commit.End {
  fileprivate var state: Run.State {
    switch self {
    case .completed: .completed
    case .failed: .failed
    case .cancelled: .cancelled
    }
  }

  fileprivate var status: String {
    switch self {
    case .completed: "Completed"
    case .failed: "Failed"
    case .cancelled: "Cancelled"
    }
  }
}

extension Event {
  /// As a function of another program is shown it.
  package func json() throws -> String {
    let version = try version.map { ",\"v\":\(try JSON.encode($0))" } ?? ""
    // An object with something in it.
    let extra = extra.map { ",\($0.dropFirst().dropLast())" } ?? ""
    return """
      {"name":\(try JSON.encode(name)),"id":\(try JSON.encode(visibleID)),"ts":\(timestamp),\
      "data":\(data)\(version)\(extra)}
      """
  }
}
