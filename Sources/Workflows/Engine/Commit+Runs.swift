internal import Storage

extension Commit {
  /// Makes a run for stored events, and takes it for this node where it may begin at once.
  @discardableResult
  mutating func start(
    _ function: FunctionDefinition, for events: [Event], at due: Int64, rank: Int64,
    parent: Run.Parent? = nil, replayOf: String? = nil, beginSequence: Int64? = nil
  ) throws -> Run {
    let run = Run(
      id: makeID(), functionID: function.id, state: due > now ? .scheduled : .queued,
      eventID: events[0].id,
      beginSequence: beginSequence ?? events.map(\.sequence).max() ?? 0, rank: rank,
      dueAt: due > now ? due : nil,
      giveUpAt: function.startTimeout.map { max(due, now) + $0 }, parent: parent,
      replayOf: replayOf, now: now)
    return try add(run, of: function, for: events)
  }

  private mutating func add(
    _ run: Run, of function: FunctionDefinition, for events: [Event]
  ) throws -> Run {
    // A function with limits is let in by the claim, after those that wait already.
    let begins = run.state == .queued && room > 0 && !function.rules.limitsExecution
    let stored = begins ? run.begun(by: node, now: now, function: function) : run
    try stored.insert(db)
    for (position, event) in events.dropFirst().enumerated() {
      try db.execute(
        """
        INSERT INTO workflow_run_event (run_id, position, event_id) VALUES (:run, :position, :event)
        """, ["run": run.id, "position": position + 1, "event": event.id])
    }
    try Intake.scheduled(stored, of: function, for: events[0], in: &self)
    if begins {
      room -= 1
      effects.started.append((stored, events))
    } else if run.state == .queued {
      effects.hasQueued = true
    } else {
      effects.rests(until: run.dueAt)
    }
    return stored
  }
}

extension Run {
  fileprivate init(
    id: String, functionID: String, state: State, eventID: String, beginSequence: Int64,
    rank: Int64, dueAt: Int64?, giveUpAt: Int64?, parent: Parent?, replayOf: String?, now: Int64
  ) {
    self.init(
      id: id, functionID: functionID, state: state, eventID: eventID,
      beginSequence: beginSequence, rank: rank, dueAt: dueAt, giveUpAt: giveUpAt, isHeld: false,
      owner: nil, fence: 0, failures: 0, losses: 0, output: nil, error: nil, cancelReason: nil,
      parent: parent, replayOf: replayOf, createdAt: now, startedAt: nil, endedAt: nil)
  }

  /// As it is once a node has taken it.
  func begun(by node: String, now: Int64, function: FunctionDefinition) -> Run {
    Run(
      id: id, functionID: functionID, state: .running, eventID: eventID,
      beginSequence: beginSequence, rank: rank, dueAt: nil,
      giveUpAt: startedAt == nil ? function.finishTimeout.map { now + $0 } : giveUpAt,
      isHeld: false, owner: node, fence: fence + 1, failures: failures, losses: losses,
      output: nil, error: nil, cancelReason: nil, parent: parent, replayOf: replayOf,
      createdAt: createdAt,
      startedAt: startedAt ?? now, endedAt: nil)
  }

  fileprivate func insert(_ db: any Connection) throws {
    try db.execute(
      """
      INSERT INTO workflow_run (
        id, function_id, state, event_id, begin_seq, rank_ms, due_ms, give_up_ms, owner, fence,
        parent_run_id, parent_place, replay_of, created_ms, started_ms)
      VALUES (
        :id, :function, :state, :event, :begin, :rank, :due, :give_up, :owner, :fence,
        :parent, :place, :replay, :created, :started)
      """,
      [
        "id": id, "function": functionID, "state": state, "event": eventID,
        "begin": beginSequence, "rank": rank, "due": dueAt, "give_up": giveUpAt, "owner": owner,
        "fence": fence, "parent": parent?.runID, "place": parent?.place, "replay": replayOf,
        "created": createdAt, "started": startedAt,
      ])
  }
}
